//! A sandbox that is gone is nobody's fault.

use std::path::Path;

use bughound_repair::{Knowledge, Place, Workbench, WorkbenchSettings, repair_set};
use bughound_sandbox::{Change, ChangeFilter, Command, Finished, Sandbox, SandboxError};
use bughound_testbed::systems::{BuildSystem, system};
use bughound_testbed::{Fault, FaultKind, Judged, Task, TaskCommand, TestbedError};
use bughound_tools::ToolError;
use serde_json::json;

use crate::support::adder;

struct Dead;

fn gone() -> SandboxError {
    SandboxError::Gone {
        doing: "run",
        why: "it was killed".to_owned(),
    }
}

impl Sandbox for Dead {
    fn run(&mut self, _: &Command) -> Result<Finished, SandboxError> {
        Err(gone())
    }

    fn changes(&mut self, _: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        Err(gone())
    }

    fn write(&mut self, _: &[Change]) -> Result<(), SandboxError> {
        Err(gone())
    }

    fn read(&mut self, _: &Path, _: u64) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        Err(gone())
    }

    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        Err(gone())
    }
}

struct DeadPlace {
    task: Task,
    sandbox: Dead,
}

impl Place for DeadPlace {
    fn task(&self) -> &Task {
        &self.task
    }

    fn system(&self) -> &'static dyn BuildSystem {
        system("cmake").unwrap()
    }

    fn sandbox(&mut self) -> &mut dyn Sandbox {
        &mut self.sandbox
    }

    fn command(&self, argv: &TaskCommand) -> Command {
        Command {
            argv: argv.clone(),
            cwd: "/w/repo".into(),
            env: Default::default(),
            stdin: Vec::new(),
            wall: std::time::Duration::from_secs(1),
            cpu: None,
            output_bytes: 100,
            report: false,
        }
    }

    fn changes(&mut self) -> Result<Vec<Change>, TestbedError> {
        Err(gone().into())
    }

    fn validate(&mut self) -> Result<Judged, TestbedError> {
        Ok(Judged::Fault(Fault {
            kind: FaultKind::Disk,
            what: "the disk is full".to_owned(),
        }))
    }
}

#[test]
fn a_dead_sandbox_stops_the_episode() {
    let place = DeadPlace {
        task: adder(),
        sandbox: Dead,
    };
    let bench = Workbench::new(
        Box::new(place),
        Knowledge::built_in(),
        WorkbenchSettings::default(),
    );
    let set = repair_set("repair-extended").unwrap();
    for (tool, arguments, reason) in [
        ("find_files", json!({"pattern": "x"}), "it was killed"),
        (
            "find_files_with_text",
            json!({"text": "x"}),
            "it was killed",
        ),
        ("read_file", json!({"file": "x"}), "it was killed"),
        (
            "write_file",
            json!({"file": "x", "content": ""}),
            "it was killed",
        ),
        (
            "edit_file",
            json!({"file": "x", "find": "a", "replace": "b"}),
            "it was killed",
        ),
        ("run_sh", json!({"command": "true"}), "it was killed"),
        (
            "dependency_upgrade",
            json!({"dependency": "cmake"}),
            "it was killed",
        ),
        (
            "remove_dependency",
            json!({"dependency": "x"}),
            "it was killed",
        ),
        ("upgrade_gradle", json!({}), "it was killed"),
        ("validate_and_build", json!({}), "the disk is full"),
    ] {
        match set.call(&bench, tool, &arguments) {
            Err(ToolError::Fault {
                tool: named,
                reason: given,
            }) => {
                assert_eq!(named, tool);
                assert!(given.contains(reason), "{tool}: {given}");
            }
            other => panic!("{tool}: {other:?}"),
        }
    }
    assert!(bench.last_verdict().is_none());
}
