//! The same with `bwrap`, where it is installed.

use std::path::Path;
use std::time::Duration;

use bughound_sandbox::{Backend, Bubblewrap, End};

use crate::support::{changes, inside, layer, says, sh, with_probe, world};

/// Calls a test with the backend, or says that there is none.
fn with(test: impl Fn(&Bubblewrap)) {
    let program = Path::new("/usr/bin/bwrap");
    if !program.exists() {
        eprintln!("skipped: there is no {}", program.display());
        return;
    }
    let place = layer(&[]);
    match Bubblewrap::find(program, place.path()) {
        Ok(backend) => test(&backend),
        Err(error) => panic!("{error}"),
    }
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_command_changes_a_copy() {
    with(|backend| {
        let layer = layer(&[
            ("same", "same"),
            ("a", "a"),
            ("gone", ""),
            ("dir/b", "b"),
            ("dir2/c", ""),
        ]);
        let mut sandbox = backend.open(&world(&[layer.path()])).unwrap();
        assert_eq!(changes(&mut *sandbox), "");
        says(
            &mut *sandbox,
            "echo x > a; rm gone; rm -r dir; mkdir dir; echo n > dir/n; rm -r dir2; ln -s /etc l",
        );
        let expected =
            "file a: x\nremoved dir/b\nfile dir/n: n\nremoved dir2\nremoved gone\nlink l -> /etc\n";
        assert_eq!(changes(&mut *sandbox), expected);
        let made = sandbox.changes(&crate::support::all()).unwrap();
        let mut second = backend.open(&world(&[layer.path()])).unwrap();
        second.write(&made).unwrap();
        assert_eq!(changes(&mut *second), expected);
        let mut third = second.fork().unwrap();
        assert_eq!(
            says(&mut *third, "echo more >> a; cat a same; ls"),
            "x\nmore\nsamea\ndir\nl\nsame\n"
        );
        assert_eq!(changes(&mut *second), expected);
        assert_eq!(
            third.read(Path::new("a"), 1).unwrap(),
            Some((b"x".to_vec(), 7))
        );
    });
}

#[test]
fn commands_end_as_they_end() {
    with(|backend| {
        let mut sandbox = backend.open(&world(&[])).unwrap();
        let mut command = sh("cat; echo err >&2; echo rep >&3; exit 3");
        command.stdin = b"in".to_vec();
        command.report = true;
        let finished = sandbox.run(&command).unwrap();
        assert_eq!(finished.end, End::Exited(3), "{}", finished.stderr.text());
        assert_eq!(finished.stdout.text(), "in");
        assert_eq!(finished.stderr.text(), "err\n");
        assert_eq!(finished.report.text(), "rep\n");
        let mut command = sh("sleep 600 & sleep 600");
        command.wall = Duration::from_secs(1);
        assert_eq!(sandbox.run(&command).unwrap().end, End::TimedOut);
        command.argv = vec!["no-such-program".into()];
        assert_eq!(
            sandbox.run(&command).unwrap().end,
            End::NotStarted { errno: 2 }
        );
        assert_eq!(
            sandbox.run(&sh("kill -SEGV $$")).unwrap().end,
            End::Signalled(11)
        );
    });
}

#[test]
fn nothing_of_the_host_is_reached() {
    with(|backend| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let mut sandbox = backend.open(&with_probe(world(&[]))).unwrap();
        let env = [("PORT", port.as_str()), ("ABSTRACT", "nobody-listens-here")];
        inside(&mut *sandbox, "there_is_no_network", &env);
        says(
            &mut *sandbox,
            "! ls /root && ! ls /home && ! touch /usr/x && ! touch /x && ! touch /etc/x",
        );
        says(&mut *sandbox, "! echo x > /proc/sys/kernel/core_pattern");
        says(
            &mut *sandbox,
            "grep -q 'CapEff:.0000000000000000' /proc/self/status",
        );
        says(&mut *sandbox, "grep -q 'Seccomp:.2' /proc/self/status");
    });
}
