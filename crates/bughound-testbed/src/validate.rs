//! What is a change worth? Said in a fresh copy of the prepared task that no policy has touched.
//!
//! The policy's own tree is never judged: caches, running processes, times of modification and what lies outside the
//! project do not come along. Of its change only plain files in allowed places do ([`ChangeSet`]). What was held out is put
//! back, then the task's own commands run, and the tests that ran are held against those that run with the known fix.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};

use bughound_sandbox::{
    Change, ChangeFilter, Command, End, Finished, Network, Sandbox, SandboxError, Upper,
};
use serde::{Deserialize, Serialize};

use crate::change_set::ChangeSet;
use crate::kept::Kept;
use crate::paths::globs;
use crate::results::{self, Judge, Outputs, Run};
use crate::systems::{REPO, ROOT};
use crate::version::satisfies;
use crate::workspace::in_repo;
use crate::{
    Fault, FaultKind, Judged, Prepared, Stage, TaskCommand, TestId, TestStatus, Testbed,
    TestbedError, Verdict,
};

/// Where judges' own files are, outside the tree and read-only.
const JUDGE: &str = "/judge";

/// What the tests do when the known fix is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// What each test does.
    pub tests: BTreeMap<TestId, TestStatus>,
    /// The commands of this stage end with status 0.
    pub test_commands_succeed: bool,
    /// Protected files that building and testing change by themselves.
    #[serde(default)]
    pub disturbed: Vec<String>,
}

impl Baseline {
    pub(crate) fn of(fixed: &Stages) -> Self {
        Self {
            tests: fixed.tests.clone(),
            test_commands_succeed: fixed.failed.is_none(),
            disturbed: fixed.tampered.clone(),
        }
    }
}

/// What running everything gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stages {
    /// The stage whose commands failed.
    pub(crate) failed: Option<Stage>,
    pub(crate) tests: BTreeMap<TestId, TestStatus>,
    /// The runners said that they were through.
    pub(crate) complete: bool,
    pub(crate) loosened: Vec<String>,
    pub(crate) tampered: Vec<String>,
    pub(crate) seconds: BTreeMap<Stage, f64>,
    pub(crate) log: String,
}

impl Testbed {
    /// Judges a change whose paths are relative to the project, as [`Workspace::changes`](crate::Workspace::changes) gives
    /// it.
    pub fn validate(&self, prepared: &Prepared, changes: &[Change]) -> Judged {
        self.validate_with(prepared, changes, &[])
    }

    /// The same with further files laid over the tests, such as one with a test that must fail: their paths are relative to
    /// the project. What status the test commands end with does not matter then.
    pub fn validate_with(
        &self,
        prepared: &Prepared,
        changes: &[Change],
        extra: &[Change],
    ) -> Judged {
        let set = prepared.change_set(changes);
        match self.stages_with(prepared, &set.applied, extra) {
            Ok(stages) => Judged::Verdict(verdict(prepared, stages, set, !extra.is_empty())),
            Err(error) => Judged::Fault(error.into_fault()),
        }
    }

    /// Runs everything in a fresh copy with `changes` in it.
    pub(crate) fn stages(
        &self,
        prepared: &Prepared,
        changes: &[Change],
    ) -> Result<Stages, TestbedError> {
        self.stages_with(prepared, changes, &[])
    }

    fn stages_with(
        &self,
        prepared: &Prepared,
        changes: &[Change],
        extra: &[Change],
    ) -> Result<Stages, TestbedError> {
        let nonce = nonce();
        let judge = Judge {
            folder: JUDGE,
            nonce: &nonce,
        };
        let tests = test_runs(prepared, &judge);
        let layers = prepared.layers.clone();
        let mut world = prepared.setting.world(layers, Upper::Memory, Network::None);
        for run in &tests {
            for (path, bytes) in &run.files {
                let path = PathBuf::from(path);
                if !world.files.iter().any(|(known, _)| *known == path) {
                    world.files.push((path, bytes.clone()));
                }
            }
        }
        let mut sandbox = self.backend.open(&world)?;
        sandbox.write(&in_repo(changes))?;
        sandbox.write(&prepared.trees.held_out.below("repo"))?;
        sandbox.write(&in_repo(extra))?;
        let kept = Kept::of(prepared, changes, extra);
        judge_in(sandbox.as_mut(), prepared, &tests, &nonce, &kept).map_err(TestbedError::from)
    }
}

/// Runs sync, build and tests for the caches that they leave behind; what they say does not matter.
pub(crate) fn run_stages(
    sandbox: &mut dyn Sandbox,
    prepared: &Prepared,
) -> Result<(), SandboxError> {
    for (_, argv) in building(prepared) {
        sandbox.run(&prepared.setting.command(&argv, REPO))?;
    }
    for argv in test_commands(prepared) {
        let mut command = prepared.setting.command(&argv, REPO);
        command
            .env
            .extend(prepared.task.recipe.commands.env.clone());
        sandbox.run(&command)?;
    }
    Ok(())
}

/// Commands before the tests, by stage.
pub(crate) fn building(prepared: &Prepared) -> Vec<(Stage, TaskCommand)> {
    let task = &prepared.task;
    let own = &task.recipe.commands.build;
    let build = if own.is_empty() {
        prepared.system.build(task)
    } else {
        own.clone()
    };
    let sync = prepared
        .system
        .sync(task)
        .into_iter()
        .map(|argv| (Stage::Sync, argv));
    sync.chain(build.into_iter().map(|argv| (Stage::Build, argv)))
        .collect()
}

pub(crate) fn test_commands(prepared: &Prepared) -> Vec<TaskCommand> {
    let own = &prepared.task.recipe.commands.test;
    if own.is_empty() {
        prepared.system.test(&prepared.task)
    } else {
        own.clone()
    }
}

/// The test commands, changed so that their results can be read.
fn test_runs(prepared: &Prepared, judge: &Judge<'_>) -> Vec<Run> {
    let format = results::format(&prepared.task.recipe.commands.results);
    test_commands(prepared)
        .into_iter()
        .map(|argv| {
            let mut env = prepared.setting.offline_env();
            env.extend(prepared.task.recipe.commands.env.clone());
            let mut run = Run {
                argv,
                env,
                ..Run::default()
            };
            if let Some(format) = format {
                format.wire(&mut run, judge);
            }
            run
        })
        .collect()
}

fn judge_in(
    sandbox: &mut dyn Sandbox,
    prepared: &Prepared,
    tests: &[Run],
    nonce: &str,
    kept: &Kept,
) -> Result<Stages, SandboxError> {
    let mut stages = Stages::default();
    for (stage, argv) in building(prepared) {
        if stage == Stage::Build && !stages.seconds.contains_key(&Stage::Build) {
            stages.loosened = loosened(sandbox, prepared)?;
        }
        let mut command = prepared.setting.command(&argv, REPO);
        command
            .env
            .extend(prepared.task.recipe.commands.env.clone());
        let finished = sandbox.run(&command)?;
        *stages.seconds.entry(stage).or_default() += finished.seconds;
        if !finished.succeeded() {
            stages.failed = Some(stage);
            stages.log = log(&argv, &finished);
            return Ok(stages);
        }
    }
    if !stages.seconds.contains_key(&Stage::Build) {
        stages.loosened = loosened(sandbox, prepared)?;
    }
    // Building runs what a change brought: it may have put other tests in the place of ours.
    stages.tampered = kept.disturbed(sandbox)?;
    let mut succeeded = true;
    stages.complete = true;
    stages.seconds.insert(Stage::Test, 0.0);
    for run in tests {
        let command = Command {
            argv: run.argv.clone(),
            env: run.env.clone(),
            report: run.report,
            ..prepared.setting.command(&run.argv, REPO)
        };
        let finished = sandbox.run(&command)?;
        *stages.seconds.entry(Stage::Test).or_default() += finished.seconds;
        succeeded &= finished.succeeded();
        stages.log.push_str(&log(&run.argv, &finished));
        if let Some(format) = results::format(&prepared.task.recipe.commands.results) {
            let files = collected(sandbox, &run.collect)?;
            let outputs = Outputs {
                stdout: &finished.stdout.text(),
                stderr: &finished.stderr.text(),
                report: &finished.report.text(),
                files: &files,
                nonce,
            };
            let results = format.parse(&outputs);
            stages.complete &= results.is_complete();
            stages.tests.extend(results.tests);
        }
    }
    stages.tampered.extend(kept.disturbed(sandbox)?);
    if !succeeded {
        stages.failed = Some(Stage::Test);
    }
    Ok(stages)
}

/// Reports that a runner wrote to files.
fn collected(
    sandbox: &mut dyn Sandbox,
    patterns: &[String],
) -> Result<Vec<(String, String)>, SandboxError> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let filter = ChangeFilter {
        under: PathBuf::new(),
        without: Vec::new(),
        file_bytes: 64 << 20,
        total_bytes: 256 << 20,
    };
    let wanted = globs(patterns);
    let mut files = Vec::new();
    for change in sandbox.changes(&filter)? {
        let path = Path::new(ROOT).join(&change.path);
        if let bughound_sandbox::What::File { bytes, .. } = change.what
            && wanted.is_match(&path)
        {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            files.push((path.to_string_lossy().into_owned(), text));
        }
    }
    Ok(files)
}

/// Pins that must be kept and are not. Asked before anything of the project runs.
fn loosened(sandbox: &mut dyn Sandbox, prepared: &Prepared) -> Result<Vec<String>, SandboxError> {
    let mut found = Vec::new();
    for (name, wanted) in &prepared.task.recipe.dependencies.hold {
        let Some(argv) = prepared.system.version_of(&prepared.task, name) else {
            continue;
        };
        let finished = sandbox.run(&prepared.setting.command(&argv, REPO))?;
        let version = finished.stdout.text().trim().to_owned();
        if !finished.succeeded() || version.is_empty() {
            found.push(format!("{name} {wanted} was asked for, it is gone"));
        } else if !satisfies(&version, wanted) {
            found.push(format!("{name} {wanted} was asked for, {version} is there"));
        }
    }
    Ok(found)
}

fn verdict(prepared: &Prepared, mut stages: Stages, set: ChangeSet, any_status: bool) -> Verdict {
    let baseline = &prepared.baseline;
    stages
        .tampered
        .retain(|path| !baseline.disturbed.contains(path));
    stages.tampered.sort();
    stages.tampered.dedup();
    let built = !matches!(stages.failed, Some(Stage::Sync | Stage::Build));
    let missing: Vec<TestId> = baseline
        .tests
        .keys()
        .filter(|id| !stages.tests.contains_key(*id))
        .cloned()
        .collect();
    let regressed: Vec<TestId> = baseline
        .tests
        .iter()
        .filter(|(id, before)| {
            stages
                .tests
                .get(*id)
                .is_some_and(|now| is_worse(**before, *now))
        })
        .map(|(id, _)| id.clone())
        .collect();
    // A runner may end with status 0 whatever its tests did, and with another one for tests that always fail.
    let tests_are_well = (stages.failed.is_none() || any_status || !baseline.test_commands_succeed)
        && stages.complete
        && stages.tampered.is_empty()
        && missing.is_empty()
        && regressed.is_empty();
    Verdict {
        passed: built && tests_are_well && stages.loosened.is_empty(),
        built,
        failed: match stages.failed {
            Some(Stage::Test) | None => (!tests_are_well).then_some(Stage::Test),
            earlier => earlier,
        },
        tests: stages.tests,
        missing,
        regressed,
        blocked: set.blocked,
        loosened: stages.loosened,
        tampered: stages.tampered,
        seconds: stages.seconds,
        log: stages.log,
    }
}

/// Passing is best; a test that is skipped or expected to fail has not been shown to work.
fn is_worse(before: TestStatus, now: TestStatus) -> bool {
    let rank = |status| match status {
        TestStatus::Passed => 3,
        TestStatus::UnexpectedPass => 2,
        TestStatus::ExpectedFailure | TestStatus::Skipped => 1,
        TestStatus::Failed | TestStatus::Error => 0,
    };
    rank(now) < rank(before)
}

/// What a command wrote, after the command itself; the sandbox left the middle out where it was long.
fn log(argv: &TaskCommand, finished: &Finished) -> String {
    let mut text = format!("$ {}\n", argv.join(" "));
    for output in [&finished.stdout, &finished.stderr] {
        let written = output.text();
        text.push_str(&written);
        if !written.is_empty() && !written.ends_with('\n') {
            text.push('\n');
        }
    }
    match finished.end {
        End::Exited(0) => {}
        End::Exited(status) => text.push_str(&format!("[ended with status {status}]\n")),
        End::Signalled(signal) => text.push_str(&format!("[ended by signal {signal}]\n")),
        End::TimedOut => text.push_str(&format!(
            "[took longer than {:.0} s and was ended]\n",
            finished.seconds
        )),
        End::OutOfMemory => text.push_str("[used more memory than it may and was ended]\n"),
        End::NotStarted { errno } => {
            let error = std::io::Error::from_raw_os_error(errno);
            text.push_str(&format!(
                "[{}: {error}]\n",
                argv.first().map_or("", String::as_str)
            ));
        }
    }
    text
}

/// Letters and digits that nobody can know beforehand. A verdict does not depend on them.
fn nonce() -> String {
    let part = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

impl TestbedError {
    /// As a fault that is recorded in place of a verdict.
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Recipe(error) => Fault {
                kind: FaultKind::Task,
                what: error.to_string(),
            },
            Self::Sandbox(error) => Fault {
                kind: FaultKind::Sandbox,
                what: error.to_string(),
            },
        }
    }
}

impl From<Fault> for TestbedError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
