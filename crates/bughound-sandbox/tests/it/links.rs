//! Links and the like that commands leave behind are not followed by us.

use std::path::Path;

use bughound_sandbox::{Change, SandboxError, What};

use crate::support::{changes, layer, open, says, world};

fn file(path: &str, bytes: &str) -> Change {
    Change {
        path: path.into(),
        what: What::File {
            bytes: bytes.as_bytes().to_vec(),
            executable: false,
        },
    }
}

const LINKS: &str = "ln -s /etc/passwd passwd; ln -s / all; ln -s .. up; ln -s /proc/self/fd fds
    mkfifo pipe; ln -s loop loop; ln -s inner/x good; mkdir inner; echo x > inner/x
    ln -s /tmp/outside out; echo outside > /tmp/outside";

#[test]
fn reading_stays_in_the_tree() {
    let mut sandbox = open(&world(&[]));
    says(&mut *sandbox, LINKS);
    let mut reads = |path: &str| {
        let content = sandbox.read(Path::new(path), 100).unwrap();
        content.map(|(bytes, _)| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(reads("good").as_deref(), Some("x\n"));
    for path in [
        "passwd",
        "all/etc/passwd",
        "up/etc/passwd",
        "../etc/passwd",
        "/etc/passwd",
        "fds/0",
        "pipe",
        "loop",
        "inner",
        "out",
        "",
        ".",
    ] {
        assert_eq!(reads(path), None, "{path}");
    }
}

#[test]
fn writing_stays_in_the_tree() {
    let mut sandbox = open(&world(&[]));
    says(&mut *sandbox, LINKS);
    for path in ["../x", "/etc/x", "", ".", "inner/../../x", "/tree/x"] {
        let refused = sandbox.write(&[file(path, "x")]);
        assert!(
            matches!(refused, Err(SandboxError::Tree { .. })),
            "{path}: {refused:?}"
        );
    }
    sandbox
        .write(&[
            file("passwd", "mine"),
            file("all/etc/passwd", "mine"),
            file("out", "mine"),
            file("pipe", "mine"),
            file("up/tmp/y", "mine"),
            file("inner/x/y", "mine"),
        ])
        .unwrap();
    assert_eq!(
        says(
            &mut *sandbox,
            "cat passwd all/etc/passwd out pipe up/tmp/y inner/x/y; echo; cat /tmp/outside; ls /tmp"
        ),
        "mineminemineminemineminem\noutside\noutside\n".replace("minem\n", "mine\n")
    );
    let remove = |path: &str| Change {
        path: path.into(),
        what: What::Removed,
    };
    says(&mut *sandbox, "ln -s /tmp there");
    sandbox
        .write(&[remove("there/outside"), remove("no/such"), remove("there")])
        .unwrap();
    assert_eq!(
        says(&mut *sandbox, "cat /tmp/outside; ls there 2>&1 || :"),
        "outside\nls: cannot access 'there': No such file or directory\n"
    );
}

#[test]
fn changes_follow_nothing() {
    let layer = layer(&[("a/b", "b")]);
    let mut sandbox = open(&world(&[layer.path()]));
    says(
        &mut *sandbox,
        "rm -r a; ln -s /etc a; mkfifo pipe; python3 -c 0 2>/dev/null; ln -s /tmp t",
    );
    assert_eq!(
        changes(&mut *sandbox),
        "link a -> /etc\nspecial pipe\nlink t -> /tmp\n"
    );
    // Deeper than anyone could name.
    says(
        &mut *sandbox,
        "i=0; while [ $i -lt 400 ]; do i=$((i+1)); mkdir d && cd d || exit 1; done; echo x > x",
    );
    let shown = changes(&mut *sandbox);
    assert!(shown.contains("special d/d/d"), "{shown}");
    sandbox
        .write(&[Change {
            path: "d".into(),
            what: What::Removed,
        }])
        .unwrap();
    says(&mut *sandbox, "! test -e d");
}

#[test]
fn names_may_be_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let mut sandbox = open(&world(&[]));
    says(
        &mut *sandbox,
        "printf x > \"$(printf 'a\\377b')\"; printf y > \"$(printf 'n\\nl')\"",
    );
    let found = sandbox.changes(&crate::support::all()).unwrap();
    let names: Vec<_> = found
        .iter()
        .map(|change| change.path.as_os_str().as_bytes())
        .collect();
    assert_eq!(names, [&b"a\xffb"[..], b"n\nl"]);
    let mut second = open(&world(&[]));
    second.write(&found).unwrap();
    assert_eq!(second.changes(&crate::support::all()).unwrap(), found);
}
