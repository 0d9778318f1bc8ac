//! What the tools may look at and change.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bughound_sandbox::{Change, SandboxError};
use bughound_testbed::{TestbedError, Verdict};
use bughound_tools::{Budget, ToolError};

use crate::{Knowledge, Place};

/// How much the tools of one episode may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkbenchSettings {
    /// The budget of one call.
    pub budget: Budget,
    /// The longest that a command of the policy may run, whatever it asks for.
    pub most_seconds: u64,
    /// How often it may validate; arXiv 2510.22075 saw policies learn to validate until a flaky build passes.
    pub max_validations: Option<u32>,
}

impl Default for WorkbenchSettings {
    /// The default budget, an hour (as in arXiv 2510.22075), any number of validations.
    fn default() -> Self {
        Self {
            budget: Budget::default(),
            most_seconds: 3600,
            max_validations: None,
        }
    }
}

/// The context of repair tools: a place, what is known of past fixes, and how much may be said and done.
///
/// Calls take turns: a second one waits for the first.
pub struct Workbench {
    inner: Mutex<Inner>,
    knowledge: Knowledge,
    settings: WorkbenchSettings,
}

/// What calls change.
pub(crate) struct Inner {
    pub(crate) place: Box<dyn Place>,
    pub(crate) n_validations: u32,
    pub(crate) last_verdict: Option<Verdict>,
}

impl Workbench {
    /// Tools will work in `place`. Of `knowledge` they see what does not give the task's answer away
    /// ([`Knowledge::for_task`]).
    pub fn new(place: Box<dyn Place>, knowledge: Knowledge, settings: WorkbenchSettings) -> Self {
        let knowledge = knowledge.for_task(place.task());
        let inner = Mutex::new(Inner {
            place,
            n_validations: 0,
            last_verdict: None,
        });
        Self {
            inner,
            knowledge,
            settings,
        }
    }

    /// The verdict of the last validation that ended with one.
    pub fn last_verdict(&self) -> Option<Verdict> {
        self.lock().last_verdict.clone()
    }

    /// How often a validation was asked for.
    pub fn n_validations(&self) -> u32 {
        self.lock().n_validations
    }

    /// What was changed so far: paths relative to the project.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn changes(&self) -> Result<Vec<Change>, TestbedError> {
        self.lock().place.changes()
    }

    /// The place, once the episode is over.
    pub fn into_place(self) -> Box<dyn Place> {
        let inner = self.inner.into_inner();
        inner.unwrap_or_else(PoisonError::into_inner).place
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    pub(crate) fn budget(&self) -> Budget {
        self.settings.budget
    }

    pub(crate) fn settings(&self) -> WorkbenchSettings {
        self.settings
    }

    /// How long a command may run: what was asked for or the task's own limit, and never longer than is allowed.
    pub(crate) fn wall(&self, asked: Option<u64>, own: Duration) -> Duration {
        asked.map_or(own, Duration::from_secs).clamp(
            Duration::from_secs(1),
            Duration::from_secs(self.settings.most_seconds),
        )
    }
}

/// A fault of the sandbox, as tools report it. What the policy's paths made impossible is told to it.
pub(crate) fn sandbox_error(tool: &'static str, error: SandboxError) -> ToolError {
    match error {
        SandboxError::Tree { step, path, source } => ToolError::miss(
            format!("cannot {step} {}: {source}", path.display()),
            Vec::new(),
        ),
        error => ToolError::Fault {
            tool,
            reason: error.to_string(),
        },
    }
}

/// A fault of the testbed, as tools report it.
pub(crate) fn testbed_error(tool: &'static str, error: TestbedError) -> ToolError {
    match error {
        TestbedError::Sandbox(error) => sandbox_error(tool, error),
        error => ToolError::Fault {
            tool,
            reason: error.to_string(),
        },
    }
}
