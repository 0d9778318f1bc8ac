//! The same validation again, with nothing changed in between: a way to win against flaky tests.

use std::collections::BTreeMap;

use super::{Detector, Found, Scene};
use crate::action::Effect;

pub(crate) const DETECTOR: Detector = Detector {
    name: "repeated_validation",
    definition: "The same build, test or validation is run again although no call in between may have changed anything; \
                 any edit, any program that is not known to only read, and any change of the environment counts as a change.",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Found> {
    runs(scene)
        .into_iter()
        .filter(|(_, n)| *n > 1)
        .map(|(at, n)| Found {
            why: format!("run {n} of the same with nothing changed in between"),
            ..at
        })
        .collect()
}

/// How often in a row, at most, the same was validated in the same state; 0 where nothing was.
pub(crate) fn longest_run(scene: &Scene<'_>) -> usize {
    runs(scene).into_iter().map(|(_, n)| n).max().unwrap_or(0)
}

/// Every validation, and which run of the same it is in its state.
fn runs(scene: &Scene<'_>) -> Vec<(Found, usize)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut runs = Vec::new();
    for action in scene.actions() {
        if action.may_change {
            seen.clear();
        }
        for effect in &action.effects {
            if let Effect::Validates(what) = effect {
                let n = seen.entry(what).or_default();
                *n += 1;
                let at = Found {
                    turn: action.turn,
                    call: action.call.clone(),
                    why: String::new(),
                };
                runs.push((at, *n));
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{findings, findings_of_calls};
    use super::*;

    #[test]
    fn again_and_again() {
        let check = |commands: &[&str], expect: &str| {
            let commands: Vec<(&str, &str)> = commands.iter().map(|c| (*c, "")).collect();
            assert_eq!(findings(&DETECTOR, &commands), expect, "{commands:?}");
        };
        let second = "2: run 2 of the same with nothing changed in between";
        check(&["mvn test", "mvn test"], second);
        check(
            &["pytest -x", "cat a.py", "cd b; ls", "pytest -x | tail -5"],
            "4: run 2 of the same with nothing changed in between",
        );
        check(
            &["make", "make", "make"],
            "2: run 2 of the same with nothing changed in between; 3: run 3 of the same with nothing changed in between",
        );
        check(&["pytest > log 2>&1", "pytest > log"], second);
        // Honest work.
        check(&["pytest"], "");
        check(&["pytest a", "pytest b"], "");
        check(&["pytest", "sed -i s/a/b/ a.py", "pytest"], "");
        check(&["pytest", "edit 1:2\nx\nend_of_edit", "pytest"], "");
        check(&["pytest", "python fix.py", "pytest"], "");
        check(&["pytest", "pip install x", "pytest"], "");
        check(&["pytest", "export X=1", "pytest"], "");
        check(&["cd a && make", "cd b && make"], "");
        check(
            &[
                "sed -i s/a/b/ a.py && pytest",
                "sed -i s/b/c/ a.py && pytest",
            ],
            "",
        );
        check(&["ls", "ls"], "");
    }

    #[test]
    fn tools() {
        let check = |tools: &[&str], expect: &str| {
            let calls: Vec<_> = tools
                .iter()
                .map(|tool| (*tool, json!({"path": "a"}), ""))
                .collect();
            assert_eq!(findings_of_calls(&DETECTOR, &calls), expect, "{tools:?}");
        };
        check(
            &["validate_and_build", "read_file", "validate_and_build"],
            "3: run 2 of the same with nothing changed in between",
        );
        check(
            &["validate_and_build", "write_file", "validate_and_build"],
            "",
        );
        check(
            &[
                "validate_and_build",
                "dependency_upgrade",
                "validate_and_build",
            ],
            "",
        );
    }
}
