//! Asks a changed project something that is none of its tests.

use bughound_sandbox::{Change, Finished, Network, Upper};

use crate::paths::globs;
use crate::systems::REPO;
use crate::validate::building;
use crate::workspace::in_repo;
use crate::{Prepared, TaskCommand, Testbed, TestbedError};

/// Commands that are run in a fresh copy of a task with a change in it, once that is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Files outside the tree, read-only: absolute path and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Files that are laid over the project: relative path and content.
    pub over: Vec<(String, Vec<u8>)>,
    /// What is run, in order.
    pub commands: Vec<TrialCommand>,
}

/// One command of a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialCommand {
    /// Program and arguments, in the project's folder.
    pub argv: TaskCommand,
    /// What it reads.
    pub stdin: Vec<u8>,
    /// Whether it gets a pipe as file descriptor 3.
    pub report: bool,
}

impl Testbed {
    /// Makes a trial. Protected files and held-out tests are not there, so what is asked cannot be looked up in them;
    /// building happens before they go. `None` where the change does not build.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn trial(
        &self,
        prepared: &Prepared,
        changes: &[Change],
        trial: &Trial,
    ) -> Result<Option<Vec<Finished>>, TestbedError> {
        let layers = prepared.layers.clone();
        let mut world = prepared.setting.world(layers, Upper::Memory, Network::None);
        for (path, bytes) in &trial.files {
            world.files.push((path.into(), bytes.clone()));
        }
        let mut sandbox = self.backend.open(&world)?;
        let set = prepared.change_set(changes);
        sandbox.write(&in_repo(&set.applied))?;
        for (_, argv) in building(prepared) {
            let mut command = prepared.setting.command(&argv, REPO);
            command
                .env
                .extend(prepared.task.recipe.commands.env.clone());
            if !sandbox.run(&command)?.succeeded() {
                return Ok(None);
            }
        }
        let protected = globs(&prepared.task.recipe.paths.protected);
        let tests: Vec<Change> = prepared
            .trees
            .broken
            .files
            .keys()
            .filter(|path| protected.is_match(path) && is_of_tests(path))
            .map(|path| Change {
                path: path.into(),
                what: bughound_sandbox::What::Removed,
            })
            .collect();
        sandbox.write(&in_repo(&tests))?;
        let over: Vec<Change> = trial
            .over
            .iter()
            .map(|(path, bytes)| Change {
                path: path.into(),
                what: bughound_sandbox::What::File {
                    bytes: bytes.clone(),
                    executable: false,
                },
            })
            .collect();
        sandbox.write(&in_repo(&over))?;
        let mut finished = Vec::new();
        for asked in &trial.commands {
            let mut command = prepared.setting.command(&asked.argv, REPO);
            command
                .env
                .extend(prepared.task.recipe.commands.env.clone());
            command.stdin.clone_from(&asked.stdin);
            command.report = asked.report;
            finished.push(sandbox.run(&command)?);
        }
        Ok(Some(finished))
    }
}

/// Protected files may be manifests, too, which are needed to run.
fn is_of_tests(path: &str) -> bool {
    path.split('/')
        .any(|part| part.starts_with("test") || part.contains("_test.") || part.contains(".test."))
}
