//! `validate_and_build`: what the changes are worth.

use bughound_testbed::classes::main_error;
use bughound_testbed::{Judged, Stage, TestStatus, Verdict};
use bughound_tools::{Page, ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::workbench::testbed_error;
use crate::{Workbench, shell};

/// Builds and tests what was changed in a fresh copy of the project, and says what the judge says.
pub(crate) struct ValidateAndBuild;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

/// Names of tests that are listed of each kind.
const MOST_NAMES: usize = 20;

impl TypedTool<Workbench> for ValidateAndBuild {
    type Arguments = Arguments;

    const NAME: &'static str = "validate_and_build";

    const DESCRIPTION: &'static str = "Builds the project with your changes in a fresh copy, runs its tests, and tells whether all is well. Changes of protected files are not part of it.";

    fn run(&self, workbench: &Workbench, _: Arguments) -> Result<ToolOutput, ToolError> {
        let inner = &mut workbench.lock();
        if let Some(most) = workbench.settings().max_validations
            && inner.n_validations >= most
        {
            let problem = format!("All {most} validations are used up");
            return Err(ToolError::miss(problem, Vec::new()));
        }
        inner.n_validations += 1;
        let judged = inner.place.validate();
        match judged.map_err(|error| testbed_error(Self::NAME, error))? {
            Judged::Fault(fault) => Err(ToolError::Fault {
                tool: Self::NAME,
                reason: fault.what,
            }),
            Judged::Verdict(verdict) => {
                let mut page = Page::new(workbench.budget());
                show(&mut page, &verdict);
                inner.last_verdict = Some(verdict);
                Ok(page.finish())
            }
        }
    }
}

fn show(page: &mut Page, verdict: &Verdict) {
    page.line(match (verdict.passed, verdict.failed) {
        (true, _) => "PASSED: it builds, and its tests do what they should.",
        (false, Some(Stage::Sync)) => "FAILED: the dependencies cannot be put in place.",
        (false, Some(Stage::Build)) => "FAILED: it does not build.",
        (false, _) => "FAILED: it builds, and its tests do not do what they should.",
    });
    let seconds: f64 = verdict.seconds.values().sum();
    let n_of = |status| {
        verdict
            .tests
            .values()
            .filter(|kept| **kept == status)
            .count()
    };
    page.line(&format!(
        "{} tests: {} passed, {} failed, {} with errors, {} left out; {seconds:.1} s",
        verdict.tests.len(),
        n_of(TestStatus::Passed),
        n_of(TestStatus::Failed),
        n_of(TestStatus::Error),
        n_of(TestStatus::Skipped),
    ));
    let mut names = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            let more = names.len().saturating_sub(MOST_NAMES);
            let more = match more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let shown: Vec<&str> = names.into_iter().take(MOST_NAMES).collect();
            page.line(&format!("{what}: {}{more}", shown.join(", ")));
        }
    };
    names(
        "worse than they should be",
        verdict.regressed.iter().map(String::as_str).collect(),
    );
    names(
        "not run at all",
        verdict.missing.iter().map(String::as_str).collect(),
    );
    names(
        "moved, but must be kept",
        verdict.loosened.iter().map(String::as_str).collect(),
    );
    for blocked in verdict.blocked.iter().take(MOST_NAMES) {
        page.line(&format!("not applied: {} ({})", blocked.path, blocked.why));
    }
    if verdict.passed {
        return;
    }
    if let Some(error) = main_error(&verdict.log) {
        page.line(&format!("main error: {}", error.line));
    }
    shell::show_ends(page, &verdict.log);
}
