//! All that works for root works for an ordinary user.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::support::{is_root, layer};

/// Nobody's.
const USER: u32 = 61_007;

#[test]
fn an_ordinary_user_passes_all_tests() {
    if !is_root() {
        eprintln!("skipped: this is an ordinary user already");
        return;
    }
    // Where everyone may execute it.
    let place = layer(&[]);
    let program = place.path().join("it");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(&program)
        .args(["--skip", "user::"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir("/")
        .uid(USER)
        .gid(USER)
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains("test result: ok"), "{stdout}");
}
