//! Who has the last word in the full pipeline.

use bughound_sandbox::Change;
use bughound_testbed::{Prepared, Verdict};

/// Looks at a change that builds and says whether it is acceptable: a model that is asked, a person, a rule.
pub trait Judge: Sync {
    /// Its name, for records.
    fn name(&self) -> &str;

    /// Whether the change is acceptable, and why.
    ///
    /// # Errors
    /// What kept it from judging. Nothing is known of the change then: the episode is masked, never passed.
    fn accepts(
        &self,
        prepared: &Prepared,
        changes: &[Change],
        verdict: &Verdict,
    ) -> Result<(bool, String), String>;
}
