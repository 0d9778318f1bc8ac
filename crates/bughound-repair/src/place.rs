//! Where the tools work, and who judges.

use bughound_sandbox::{Change, Command, Sandbox};
use bughound_testbed::systems::{BuildSystem, system};
use bughound_testbed::{
    Fault, FaultKind, Judged, Task, TaskCommand, Testbed, TestbedError, Workspace,
};

/// A task's workspace and its judge.
///
/// An implementation must judge changes in a place that [`sandbox`](Self::sandbox) cannot reach.
pub trait Place: Send {
    /// The task.
    fn task(&self) -> &Task;

    /// What kind of project it is.
    fn system(&self) -> &'static dyn BuildSystem;

    /// Where the policy's files are; paths are relative to [`ROOT`](bughound_testbed::systems::ROOT).
    fn sandbox(&mut self) -> &mut dyn Sandbox;

    /// A command in the task's environment and in the project's folder, within the task's limits.
    fn command(&self, argv: &TaskCommand) -> Command;

    /// What was changed: paths relative to the project.
    ///
    /// # Errors
    /// The sandbox's.
    fn changes(&mut self) -> Result<Vec<Change>, TestbedError>;

    /// Judges what was changed.
    ///
    /// # Errors
    /// The sandbox's, where the changes cannot be read; a fault of judging is part of the answer.
    fn validate(&mut self) -> Result<Judged, TestbedError>;
}

/// A workspace of a testbed.
pub struct TaskPlace {
    testbed: Testbed,
    workspace: Workspace,
    system: &'static dyn BuildSystem,
}

impl TaskPlace {
    /// The tools will work in `workspace`, and `testbed` judges.
    ///
    /// # Errors
    /// A fault where the task's build system is not known.
    pub fn new(testbed: Testbed, workspace: Workspace) -> Result<Self, TestbedError> {
        let name = &workspace.prepared().task.recipe.system;
        let system = system(name).ok_or_else(|| {
            TestbedError::Fault(Fault {
                kind: FaultKind::Task,
                what: format!("there is no build system {name:?}"),
            })
        })?;
        Ok(Self {
            testbed,
            workspace,
            system,
        })
    }

    /// The workspace, as the tools left it.
    pub fn into_workspace(self) -> Workspace {
        self.workspace
    }
}

impl Place for TaskPlace {
    fn task(&self) -> &Task {
        &self.workspace.prepared().task
    }

    fn system(&self) -> &'static dyn BuildSystem {
        self.system
    }

    fn sandbox(&mut self) -> &mut dyn Sandbox {
        self.workspace.sandbox()
    }

    fn command(&self, argv: &TaskCommand) -> Command {
        self.workspace.command(argv)
    }

    fn changes(&mut self) -> Result<Vec<Change>, TestbedError> {
        self.workspace.changes()
    }

    fn validate(&mut self) -> Result<Judged, TestbedError> {
        let changes = self.workspace.changes()?;
        Ok(self.testbed.validate(self.workspace.prepared(), &changes))
    }
}
