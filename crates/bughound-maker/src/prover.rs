//! Who says what a change is worth.

use std::path::PathBuf;

use bughound_sandbox::Change;
use bughound_testbed::admission::{CheckSettings, check};
use bughound_testbed::{
    Fault, Judged, Prepared, RecipeError, Suite, SuiteEntry, Task, Testbed, Tree,
};

use crate::Base;

/// Says what a change of a base is worth, and whether a task can be believed.
pub trait Prover {
    /// The files of the base.
    fn tree(&self) -> &Tree;

    /// Judges a change of the base, in a fresh copy. What passes does all that the base does.
    fn judge(&self, changes: &[Change]) -> Judged;

    /// Judges another task as it is: of its baseline nothing is known yet.
    fn first_look(&self, task: &Task) -> Judged;

    /// Checks a whole task as a suite's are: red without the fix and green with it, every time.
    ///
    /// # Errors
    /// Why it cannot be believed.
    fn admit(&self, folder: PathBuf, task: Result<Task, RecipeError>) -> Result<(), String>;
}

/// The testbed, with one base prepared.
pub struct OnTestbed<'a> {
    testbed: &'a Testbed,
    base: Prepared,
    repeat: usize,
}

impl<'a> OnTestbed<'a> {
    /// Prepares a base; a task is then checked `repeat` times.
    ///
    /// # Errors
    /// The testbed's: a registry is away, a program is missing.
    pub fn new(
        testbed: &'a Testbed,
        base: &Base,
        repeat: usize,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, Fault> {
        let prepared = testbed
            .prepare(&base.on_trial(), progress)
            .map_err(bughound_testbed::TestbedError::into_fault)?;
        Ok(Self {
            testbed,
            base: prepared,
            repeat,
        })
    }
}

impl Prover for OnTestbed<'_> {
    fn tree(&self) -> &Tree {
        self.base.tree()
    }

    fn judge(&self, changes: &[Change]) -> Judged {
        self.testbed.validate(&self.base, changes)
    }

    fn first_look(&self, task: &Task) -> Judged {
        match self.testbed.prepare(task, &|_| {}) {
            Ok(prepared) => self.testbed.validate(&prepared, &[]),
            Err(error) => Judged::Fault(error.into_fault()),
        }
    }

    fn admit(&self, folder: PathBuf, task: Result<Task, RecipeError>) -> Result<(), String> {
        let id = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let suite = Suite {
            entries: vec![SuiteEntry { id, task }],
        };
        let settings = CheckSettings {
            repeat: self.repeat,
            jobs: 1,
            max_seconds: Some(100.0),
            quick: None,
        };
        let found = check(self.testbed, &suite, &settings, &|_, _| {}, &|_| {});
        match found.first() {
            Some(admission) if admission.admitted => Ok(()),
            Some(admission) => Err(admission.reasons.join("; ")),
            None => Err("nothing was checked".to_owned()),
        }
    }
}
