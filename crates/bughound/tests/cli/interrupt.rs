//! Ctrl-C ends with 130.

use std::process::{Child, Stdio};
use std::time::Duration;

use assert_cmd::Command;

use crate::fixture::Fixture;

#[test]
#[cfg(unix)]
fn interrupted_is_130() {
    let fixture = Fixture::new();
    // A signal that comes before the program watches for it ends it in another way: wait longer then.
    for wait in [200, 500, 1000, 2000, 4000] {
        let mut child = waiting_for_standard_input(&fixture);
        // To wait for a child closes its input, which would end it too.
        let stdin = child.stdin.take();
        std::thread::sleep(Duration::from_millis(wait));
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .assert()
            .success();
        let status = child.wait().unwrap();
        drop(stdin);
        if let Some(code) = status.code() {
            assert_eq!(code, 130);
            return;
        }
    }
    panic!("the signal was never caught");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test may start the program that it tests"
)]
fn waiting_for_standard_input(fixture: &Fixture) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_bughound"))
        .args(["locate", "--no-cache", "-"])
        .current_dir(fixture.repo())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}
