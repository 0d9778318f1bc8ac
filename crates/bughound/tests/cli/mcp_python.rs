//! `bughound mcp` and the official Python SDK, where that is installed.

use std::path::Path;

use assert_cmd::Command;

#[test]
fn the_python_sdk_understands_the_server() {
    let python = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        command.args(arguments);
        command
    };
    let has_sdk = python(&["-c", "import mcp; mcp.Client"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_sdk {
        println!("skipped: python3 has no MCP SDK (pip install 'mcp>=2')");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/dev/mcp_client.py");
    let ran = python(&[script.to_str().unwrap(), env!("CARGO_BIN_EXE_bughound")])
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&ran.stdout);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{stdout}{stderr}");
    assert_eq!(
        stdout
            .lines()
            .filter(|line| line.starts_with("ok: "))
            .count(),
        4,
        "{stdout}"
    );
}
