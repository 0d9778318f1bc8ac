//! How a policy left a task.

use std::sync::Arc;

use bughound_sandbox::{Change, What};
use bughound_testbed::{Judged, Prepared, Testbed, TestbedError, Workspace};

/// The state in which a policy left a task.
pub struct Attempt<'a> {
    testbed: &'a Testbed,
    workspace: Workspace,
    changes: Vec<Change>,
    judged: Option<Judged>,
    case: Option<String>,
}

impl<'a> Attempt<'a> {
    /// What was left in `workspace`.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn left(testbed: &'a Testbed, mut workspace: Workspace) -> Result<Self, TestbedError> {
        let changes = workspace.changes()?;
        Ok(Self {
            testbed,
            workspace,
            changes,
            judged: None,
            case: None,
        })
    }

    /// What was recorded of an episode that is over: its changes, relative to the project, all of them. What else lay in
    /// its tree is not known, and pipes, devices and files that were too large to be kept are not there.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn recorded(
        testbed: &'a Testbed,
        prepared: &Arc<Prepared>,
        changes: Vec<Change>,
    ) -> Result<Self, TestbedError> {
        let mut workspace = testbed.workspace(prepared)?;
        let kept: Vec<Change> = changes
            .iter()
            .filter(|change| !matches!(change.what, What::TooLarge { .. } | What::Special))
            .cloned()
            .collect();
        workspace.write(&kept)?;
        Ok(Self {
            testbed,
            workspace,
            changes,
            judged: None,
            case: None,
        })
    }

    /// The same, with the name of the case that it is, for records.
    #[must_use]
    pub fn of_case(mut self, name: &str) -> Self {
        self.case = Some(name.to_owned());
        self
    }

    /// The same, where the testbed was asked already.
    #[must_use]
    pub fn already_judged(mut self, judged: Judged) -> Self {
        self.judged = Some(judged);
        self
    }

    /// The case that it is, where it is one.
    pub fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    /// The testbed that judges.
    pub fn testbed(&self) -> &'a Testbed {
        self.testbed
    }

    /// The task.
    pub fn prepared(&self) -> &Arc<Prepared> {
        self.workspace.prepared()
    }

    /// The tree as it was left.
    pub fn workspace(&mut self) -> &mut Workspace {
        &mut self.workspace
    }

    /// What differs from the task's tree, unfiltered.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What the testbed says of the change in a fresh copy. It is asked once.
    pub fn judged(&mut self) -> &Judged {
        let Self {
            testbed,
            workspace,
            changes,
            judged,
            ..
        } = self;
        judged.get_or_insert_with(|| testbed.validate(workspace.prepared(), changes))
    }
}
