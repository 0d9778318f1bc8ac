//! What is made of what is tried, and what is left out for which reason.

use std::path::Path;

use bughound_maker::{MakeSettings, Outcome, Reason, Trial, counts, make};
use bughound_testbed::{ErrorClass, Kind, Stage, Task};

use crate::fake::{Fake, base};

fn settings(out: &Path, kind: Kind, count: usize) -> MakeSettings {
    MakeSettings {
        kinds: vec![kind],
        count,
        attempts: 100,
        repeat: 2,
        seed: 3,
        out: out.to_owned(),
    }
}

fn trials(fake: &Fake, settings: &MakeSettings) -> Vec<Trial> {
    let folder = tempfile::tempdir().unwrap();
    let mut heard = Vec::new();
    let base = base(folder.path());
    let trials = make(&base, fake, settings, &mut |trial| {
        heard.push(trial.clone());
    })
    .unwrap();
    assert_eq!(heard, trials);
    trials
}

fn made(trials: &[Trial]) -> Vec<&str> {
    trials
        .iter()
        .filter_map(|trial| match &trial.outcome {
            Outcome::Made { id, .. } => Some(id.as_str()),
            Outcome::Discarded { .. } => None,
        })
        .collect()
}

fn reasons(trials: &[Trial]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = trials
        .iter()
        .filter_map(|trial| match &trial.outcome {
            Outcome::Made { .. } => None,
            Outcome::Discarded { reason, .. } => Some(*reason),
        })
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

#[test]
fn a_mutation_that_tests_notice_becomes_a_task() {
    let out = tempfile::tempdir().unwrap();
    let found = trials(&Fake::new(), &settings(out.path(), Kind::Mutation, 1));
    assert_eq!(made(&found), ["py-demo-1.0-mutation-1"]);
    let task = Task::read(&out.path().join("py-demo-1.0-mutation-1")).unwrap();
    let symptom = &task.recipe.symptom;
    assert_eq!(
        (symptom.stage, symptom.class),
        (Stage::Test, ErrorClass::Test)
    );
    assert_eq!(symptom.fail_to_pass, ["t::one"]);
    // What changes from run to run may be anything.
    assert!(
        symptom.message.contains("0x[0-9a-f]+"),
        "{}",
        symptom.message
    );
    assert!(task.recipe.fix.revert);
    assert_eq!(task.recipe.broken.edit.len(), 1);
    assert_eq!(task.tree.len(), 1);
    assert!(
        task.recipe.about.contains("smaller"),
        "{}",
        task.recipe.about
    );
}

#[test]
fn what_no_test_looks_at_is_counted_and_left_out() {
    let out = tempfile::tempdir().unwrap();
    let found = trials(&Fake::new(), &settings(out.path(), Kind::Mutation, 100));
    let reasons = reasons(&found);
    // `unused` has no test, `idle.py` none at all; that file is asked about once.
    assert!(reasons.contains(&Reason::Unnoticed), "{reasons:?}");
    let idle = found
        .iter()
        .filter(|trial| trial.path == "demo/idle.py")
        .count();
    assert_eq!(idle, 1);
    assert!(found.iter().all(|trial| !trial.path.starts_with("tests/")));
    // One task of a function is enough.
    assert_eq!(made(&found).len(), 1);
    let counts = counts(&found);
    assert_eq!(counts[&(Kind::Mutation, "made".to_owned())], 1);
    assert_eq!(counts.values().sum::<usize>(), found.len());
}

#[test]
fn the_same_seed_tries_the_same() {
    let run = |seed| {
        let out = tempfile::tempdir().unwrap();
        let settings = MakeSettings {
            seed,
            ..settings(out.path(), Kind::Mutation, 100)
        };
        trials(&Fake::new(), &settings)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn what_hangs_is_not_the_same_twice_or_is_not_believed_is_left_out() {
    let out = tempfile::tempdir().unwrap();
    let cases = [
        (
            Fake {
                hangs: Some("if a <= b"),
                ..Fake::new()
            },
            Reason::Hang,
        ),
        (
            Fake {
                flaky: Some("if a <= b"),
                ..Fake::new()
            },
            Reason::Flaky,
        ),
        (
            Fake {
                admits: false,
                ..Fake::new()
            },
            Reason::NotAdmitted,
        ),
    ];
    for (fake, expected) in cases {
        // All are tried: nothing that is made keeps the comparison from its turn.
        let fake = Fake {
            admits: false,
            ..fake
        };
        let found = trials(&fake, &settings(out.path(), Kind::Mutation, 100));
        assert!(
            reasons(&found).contains(&expected),
            "{expected:?} {found:?}"
        );
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
    }
}

#[test]
fn what_cannot_be_loaded_is_a_compile_error_and_no_mutation() {
    let out = tempfile::tempdir().unwrap();
    let found = trials(&Fake::new(), &settings(out.path(), Kind::Compile, 1));
    assert_eq!(made(&found), ["py-demo-1.0-compile-1"]);
    let task = Task::read(&out.path().join("py-demo-1.0-compile-1")).unwrap();
    assert_eq!(task.recipe.symptom.message, "SyntaxError: invalid syntax");
    assert_eq!(task.recipe.symptom.fail_to_pass, ["t::one", "t::two"]);
}

#[test]
fn an_environment_is_a_line_of_a_script_that_all_commands_go_through() {
    let out = tempfile::tempdir().unwrap();
    let found = trials(&Fake::new(), &settings(out.path(), Kind::Environment, 1));
    assert_eq!(made(&found), ["py-demo-1.0-environment-1"]);
    let task = Task::read(&out.path().join("py-demo-1.0-environment-1")).unwrap();
    let recipe = &task.recipe;
    assert!(
        recipe
            .commands
            .test
            .iter()
            .all(|argv| argv[..2] == ["sh", "ci/env.sh"])
    );
    assert!(recipe.paths.allowed.contains(&"ci/env.sh".to_owned()));
    assert!(task.tree.iter().any(|(path, _)| path == "ci/env.sh"));
    assert_eq!(recipe.symptom.class, ErrorClass::Environment);
}
