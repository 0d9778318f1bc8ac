//! Where a policy works on a task.

use std::path::Path;
use std::sync::Arc;

use bughound_sandbox::{Change, ChangeFilter, Command, Finished, Sandbox};

use crate::systems::REPO;
use crate::{Prepared, TaskCommand, TestbedError};

/// A copy of a prepared task that may be changed in any way. Nothing that happens in it reaches another, and no verdict
/// depends on it: what was changed is taken out and judged elsewhere ([`Testbed::validate`](crate::Testbed::validate)).
pub struct Workspace {
    sandbox: Box<dyn Sandbox>,
    prepared: Arc<Prepared>,
}

impl Workspace {
    pub(crate) fn new(sandbox: Box<dyn Sandbox>, prepared: Arc<Prepared>) -> Self {
        Self { sandbox, prepared }
    }

    /// The task.
    pub fn prepared(&self) -> &Arc<Prepared> {
        &self.prepared
    }

    /// A command of the task's environment, in the project's folder; its limits may be changed before it is run.
    pub fn command(&self, argv: &TaskCommand) -> Command {
        self.prepared.setting.command(argv, REPO)
    }

    /// Runs a command.
    ///
    /// # Errors
    /// The sandbox's; that the command failed is none.
    pub fn run(&mut self, command: &Command) -> Result<Finished, TestbedError> {
        Ok(self.sandbox.run(command)?)
    }

    /// The sandbox itself, for tools that read and write files without running anything. Its paths are relative to
    /// [`ROOT`](crate::systems::ROOT), the project's files are below `repo/`.
    pub fn sandbox(&mut self) -> &mut dyn Sandbox {
        self.sandbox.as_mut()
    }

    /// What differs from the task's tree: paths relative to the project, in their order. Contents are those of plain files
    /// of at most 8 MiB, 64 MiB together.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn changes(&mut self) -> Result<Vec<Change>, TestbedError> {
        let filter = ChangeFilter {
            under: "repo".into(),
            without: Vec::new(),
            file_bytes: 8 << 20,
            total_bytes: 64 << 20,
        };
        let changes = self.sandbox.changes(&filter)?;
        Ok(changes
            .into_iter()
            .filter_map(|change| {
                let path = change.path.strip_prefix("repo").ok()?.to_owned();
                (path != Path::new("")).then_some(Change { path, ..change })
            })
            .collect())
    }

    /// Writes changes whose paths are relative to the project.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn write(&mut self, changes: &[Change]) -> Result<(), TestbedError> {
        Ok(self.sandbox.write(&in_repo(changes))?)
    }

    /// A second workspace with the same files. Processes are not duplicated.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn fork(&mut self) -> Result<Self, TestbedError> {
        Ok(Self::new(self.sandbox.fork()?, Arc::clone(&self.prepared)))
    }
}

/// Changes of the project as changes of the merged tree.
pub(crate) fn in_repo(changes: &[Change]) -> Vec<Change> {
    changes
        .iter()
        .map(|change| Change {
            path: Path::new("repo").join(&change.path),
            what: change.what.clone(),
        })
        .collect()
}
