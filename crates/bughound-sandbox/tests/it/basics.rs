//! What a sandbox is for: commands, changes, files, copies.

use std::path::Path;
use std::time::Duration;

use bughound_sandbox::{Backend, Bind, Change, End, Upper, What};

use crate::support::{all, changes, embedded, layer, open, run, says, sh, shown, world};

#[test]
fn a_command_runs_in_the_merged_tree() {
    let (low, high) = (
        layer(&[("a", "low"), ("b", "low")]),
        layer(&[("b", "high"), ("c/d", "high")]),
    );
    let mut sandbox = open(&world(&[low.path(), high.path()]));
    assert_eq!(
        says(
            &mut *sandbox,
            "pwd; cat a b c/d; id -u; hostname; echo $PATH"
        ),
        "/tree\nlowhighhigh1000\nsandbox\n/usr/bin:/bin\n"
    );
}

#[test]
fn a_command_ends_as_it_ends() {
    let layer = layer(&[("script", "echo $0 $1"), ("data", "x")]);
    let mut sandbox = open(&world(&[layer.path()]));
    let mut ends = |script: &str| run(&mut *sandbox, script).end;
    assert_eq!(ends("exit 0"), End::Exited(0));
    assert_eq!(ends("exit 7"), End::Exited(7));
    assert_eq!(ends("kill -SEGV $$"), End::Signalled(11));
    let mut missing = sh("");
    missing.argv = vec!["no-such-program".into()];
    assert_eq!(
        sandbox.run(&missing).unwrap().end,
        End::NotStarted { errno: 2 }
    );
    missing.argv = vec!["/tree/data".into()];
    assert_eq!(
        sandbox.run(&missing).unwrap().end,
        End::NotStarted { errno: 13 }
    );
    missing.argv = Vec::new();
    assert_eq!(
        sandbox.run(&missing).unwrap().end,
        End::NotStarted { errno: 22 }
    );
    let mut nowhere = sh("true");
    nowhere.cwd = "/nowhere".into();
    assert_eq!(
        sandbox.run(&nowhere).unwrap().end,
        End::NotStarted { errno: 2 }
    );
}

#[test]
fn input_output_and_report_are_kept_apart() {
    let mut sandbox = open(&world(&[]));
    let mut command = sh("cat; echo err >&2; echo rep >&3");
    command.stdin = vec![b'x'; 1 << 20];
    command.report = true;
    command.output_bytes = 10;
    let finished = sandbox.run(&command).unwrap();
    assert_eq!(finished.end, End::Exited(0));
    assert_eq!(finished.stdout.head, b"xxxxx");
    assert_eq!(finished.stdout.tail, b"xxxxx");
    assert_eq!(finished.stdout.n_left_out, (1 << 20) - 10);
    assert_eq!(finished.stderr.head, b"err\n");
    assert_eq!(finished.report.head, b"rep\n");
    command.report = false;
    let finished = sandbox.run(&command).unwrap();
    assert!(!finished.succeeded(), "descriptor 3 is closed");
    command.argv = vec!["true".into()];
    let finished = sandbox.run(&command).unwrap();
    assert_eq!(finished.end, End::Exited(0), "unread input is no mistake");
}

#[test]
fn time_is_limited_and_nobody_is_left() {
    let mut sandbox = open(&world(&[]));
    let mut command = sh("sleep 100 & sleep 100");
    command.wall = Duration::from_secs(2);
    let finished = sandbox.run(&command).unwrap();
    assert_eq!(finished.end, End::TimedOut);
    assert_eq!(finished.n_left, 2);
    assert!(finished.seconds < 50.0);
    let finished = run(&mut *sandbox, "sleep 100 & setsid sleep 100 & exit 0");
    assert_eq!((finished.end, finished.n_left), (End::Exited(0), 2));
    command = sh("while :; do :; done");
    command.cpu = Some(Duration::from_secs(1));
    let finished = sandbox.run(&command).unwrap();
    assert!(matches!(finished.end, End::Signalled(_)), "{finished:?}");
    assert!(finished.cpu_seconds > 0.3, "{finished:?}");
}

#[test]
fn changes_say_what_differs_from_the_layers() {
    let layer = layer(&[
        ("same", "same"),
        ("touched", "touched"),
        ("changed", "before"),
        ("gone", ""),
        ("folder/gone", ""),
        ("folder/kept", ""),
        ("again/old", ""),
        ("becomes-folder", ""),
        ("becomes-file/x", ""),
        ("deep/er/file", ""),
    ]);
    let mut sandbox = open(&world(&[layer.path()]));
    assert_eq!(changes(&mut *sandbox), "");
    says(
        &mut *sandbox,
        "cp touched t && cat t > touched && rm t && echo after > changed && rm gone folder/gone
         rm -r again && mkdir again && echo new > again/new
         rm becomes-folder && mkdir becomes-folder && rm -r becomes-file && echo > becomes-file
         echo '#!' > run && chmod +x run && ln -s /etc/passwd link && mkfifo pipe && mkdir empty
         echo more > deep/er/more && head -c 2000000 /dev/zero > large && touch passing && rm passing",
    );
    let expected = "\
removed again
folder again
file again/new: new
file becomes-file: 
removed becomes-folder
folder becomes-folder
file changed: after
file deep/er/more: more
folder empty
removed folder/gone
removed gone
too large large: 2000000
link link -> /etc/passwd
special pipe
filex run: #!
";
    assert_eq!(changes(&mut *sandbox), expected);
    let mut filter = all();
    filter.under = "again".into();
    let some = sandbox.changes(&filter).unwrap();
    assert_eq!(
        shown(&some),
        "removed again\nfolder again\nfile again/new: new\n"
    );
    filter.under = "deep/er/more".into();
    assert_eq!(
        shown(&sandbox.changes(&filter).unwrap()),
        "file deep/er/more: more\n"
    );
    filter.under = "".into();
    filter.without = ["again", "large", "deep/er"].map(Into::into).to_vec();
    filter.file_bytes = 2;
    assert!(shown(&sandbox.changes(&filter).unwrap()).contains("too large changed: 6"));
}

#[test]
fn written_changes_are_there_and_say_the_same_again() {
    let layer = layer(&[("a", "a"), ("dir/b", "b"), ("gone/c", "c")]);
    let world = world(&[layer.path()]);
    let mut first = open(&world);
    says(
        &mut *first,
        "echo x > a; rm -r gone; rm -r dir; mkdir dir; echo y > dir/z; ln -s a l; mkdir -p q/r",
    );
    let made = first.changes(&all()).unwrap();
    let mut second = open(&world);
    second.write(&made).unwrap();
    assert_eq!(second.changes(&all()).unwrap(), made);
    assert_eq!(
        says(&mut *second, "cat a dir/*; ls"),
        "x\ny\na\ndir\nl\nq\n"
    );
    assert_eq!(
        second.read(Path::new("dir/z"), 1).unwrap(),
        Some((b"y".to_vec(), 2))
    );
    assert_eq!(second.read(Path::new("dir"), 1).unwrap(), None);
    assert_eq!(second.read(Path::new("missing/x"), 1).unwrap(), None);
    assert_eq!(
        second.read(Path::new("l"), 9).unwrap(),
        Some((b"x\n".to_vec(), 2))
    );
}

#[test]
fn written_files_are_as_young_as_they_can_be() {
    let layer = layer(&[("a", "a")]);
    let mut sandbox = open(&world(&[layer.path()]));
    says(&mut *sandbox, "touch -d 2001-01-01 a");
    let what = What::File {
        bytes: b"b".to_vec(),
        executable: true,
    };
    let path = "a".into();
    sandbox.write(&[Change { path, what }]).unwrap();
    says(
        &mut *sandbox,
        "test -x a && test $(($(date +%s) - $(stat -c %Y a))) -lt 60",
    );
}

#[test]
fn a_fork_has_the_same_files_and_its_own_life() {
    let layer = layer(&[("a", "a"), ("dir/b", "b"), ("gone", "c")]);
    let mut first = open(&world(&[layer.path()]));
    says(
        &mut *first,
        "echo x > a; rm gone; rm -r dir; mkdir dir; echo y > dir/z; ln a hard; ln -s a soft
         touch -d 2001-02-03 old; chmod 600 old; echo tmp > /tmp/t; head -c 3000000 /dev/urandom > big",
    );
    let look = "ls -lniR --time-style=+%s . /tmp | sed 's/^ *[0-9]* //'; stat -c %h a; md5sum big";
    let before = says(&mut *first, look);
    let mut second = first.fork().unwrap();
    assert_eq!(says(&mut *second, look), before);
    assert_eq!(
        second.changes(&all()).unwrap(),
        first.changes(&all()).unwrap()
    );
    says(&mut *second, "echo second > a; rm /tmp/t");
    assert_eq!(says(&mut *first, "cat a hard /tmp/t"), "x\nx\ntmp\n");
    drop(first);
    assert_eq!(says(&mut *second, "cat a hard"), "second\nsecond\n");
}

#[test]
fn a_written_folder_is_a_layer_of_later_worlds() {
    let base = layer(&[("a", "a"), ("dir/b", "b"), ("gone", "c")]);
    let place = layer(&[]);
    let upper = place.path().join("upper");
    let mut world = world(&[base.path()]);
    world.upper = Upper::Folder(upper.clone());
    let mut warm = open(&world);
    says(
        &mut *warm,
        "rm gone; rm -r dir; mkdir dir; echo new > dir/n; echo warm > a; mkdir m; echo c > m/c",
    );
    drop(warm);
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    world.upper = Upper::Memory;
    world.layers.push(upper);
    let mut later = open(&world);
    assert_eq!(
        says(&mut *later, "find . -type f | sort; cat a"),
        "./a\n./dir/n\n./m/c\nwarm\n"
    );
    assert_eq!(changes(&mut *later), "");
    says(&mut *later, "echo later >> a; echo x >> m/c; rm -r dir");
    assert_eq!(
        changes(&mut *later),
        "file a: warm\nlater\nremoved dir\nfile m/c: c\nx\n"
    );
}

#[test]
fn folders_and_files_of_the_host_are_seen_read_only() {
    let host = layer(&[("tool/x", "tool"), ("file", "file")]);
    let base = layer(&[("a", "a")]);
    let mut world = world(&[base.path()]);
    world.binds = vec![
        Bind {
            source: host.path().join("tool"),
            target: "/opt/tool".into(),
        },
        Bind {
            source: host.path().join("file"),
            target: "/tree/sub/file".into(),
        },
        Bind {
            source: host.path().to_owned(),
            target: "/tree/host".into(),
        },
    ];
    world.files = vec![("/etc/hosts".into(), b"mine".to_vec())];
    let mut sandbox = embedded().open(&world).unwrap();
    assert_eq!(
        says(
            &mut *sandbox,
            "cat /opt/tool/x sub/file host/file /etc/hosts"
        ),
        "toolfilefilemine"
    );
    for path in [
        "/opt/tool/x",
        "/opt/y",
        "sub/file",
        "host/file",
        "/etc/x",
        "/usr/x",
    ] {
        let finished = run(&mut *sandbox, &format!("echo > {path}"));
        assert!(!finished.succeeded(), "{path} was written");
    }
    assert_eq!(changes(&mut *sandbox), "");
    assert_eq!(std::fs::read(host.path().join("file")).unwrap(), b"file");
}
