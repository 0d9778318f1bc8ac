//! At which version of a dependency does a project break?

use bughound_testbed::classes::main_error;
use bughound_testbed::{Judged, Stage};
use serde::Serialize;

use crate::{Base, Prover};

/// What a version of a dependency does to a base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The dependency as it was pinned: `numpy==2.2.1`.
    pub pin: String,
    /// Whether all tests do what they did before. Where the testbed failed, nothing is known.
    pub works: Option<bool>,
    /// The stage that fails.
    pub stage: Option<Stage>,
    /// The line that says why, or what the testbed failed at.
    pub message: String,
    /// Tests that do worse or do not run.
    pub n_broken: usize,
}

/// Tries a base with other versions of a dependency, in the order given, up to the first with which it breaks: the
/// candidate of which a task may be made once somebody has written the fix. A pin is written as the base writes it
/// (`numpy==1.26.4`, `chalk@4.1.2`); a lock beside the base is left out, because it holds the old version.
pub fn candidates(
    base: &Base,
    prover: &dyn Prover,
    dependency: &str,
    versions: &[String],
) -> Vec<Candidate> {
    let baseline = match prover.judge(&[]) {
        Judged::Verdict(verdict) => verdict.tests,
        Judged::Fault(_) => return Vec::new(),
    };
    let mut found = Vec::new();
    for version in versions {
        let mut recipe = base.on_trial().recipe;
        let mut moved = String::new();
        for pin in &mut recipe.dependencies.pins {
            let sign = if pin.contains("==") { "==" } else { "@" };
            if let Some((name, _)) = pin.rsplit_once(sign)
                && name == dependency
            {
                *pin = format!("{name}{sign}{version}");
                moved.clone_from(pin);
            }
        }
        // The day up to which versions are looked for is that of the old pins.
        recipe.dependencies.exclude_newer = None;
        let mut task = base.task(recipe);
        task.lock = None;
        let candidate = if moved.is_empty() {
            unknown(
                format!("{dependency}=={version}"),
                format!("{dependency} is not among the pins of the base"),
            )
        } else {
            match prover.first_look(&task) {
                Judged::Fault(fault) => unknown(moved, fault.what),
                Judged::Verdict(verdict) => {
                    let as_before =
                        |(id, status): (&String, _)| verdict.tests.get(id) == Some(status);
                    let n_broken =
                        baseline.len() - baseline.iter().filter(|test| as_before(*test)).count();
                    let works = n_broken == 0 && verdict.failed.is_none();
                    Candidate {
                        pin: moved,
                        works: Some(works),
                        stage: verdict.failed,
                        message: if works {
                            String::new()
                        } else {
                            main_error(&verdict.log).map_or_else(String::new, |error| error.line)
                        },
                        n_broken,
                    }
                }
            }
        };
        let breaks = candidate.works == Some(false);
        found.push(candidate);
        if breaks {
            break;
        }
    }
    found
}

fn unknown(pin: String, message: String) -> Candidate {
    Candidate {
        pin,
        works: None,
        stage: None,
        message,
        n_broken: 0,
    }
}
