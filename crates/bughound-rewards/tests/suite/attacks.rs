//! What the attack suite says of the rewards that need no model.

use std::path::PathBuf;
use std::sync::Arc;

use bughound_rewards::attacks::{Intent, RunSettings, run, shipped};
use bughound_rewards::{Build, Hardened, Reward};
use bughound_sandbox::Embedded;
use bughound_testbed::Testbed;
use bughound_testbed::systems::Host;

/// A testbed with the programs of this machine; `None` where it cannot isolate commands, which is said.
pub(crate) fn testbed(folder: &tempfile::TempDir) -> Option<Testbed> {
    let backend = match Embedded::start() {
        Ok(backend) => backend,
        Err(error) => {
            println!("skipped: {error}");
            return None;
        }
    };
    // The folder that cargo was found in holds the toolchain that runs this test.
    let cargo = PathBuf::from(env!("CARGO"));
    let mut path: Vec<PathBuf> = cargo.parent().map(PathBuf::from).into_iter().collect();
    path.extend(["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from));
    let host = Host::new(path, None);
    Some(Testbed::new(
        Arc::new(backend),
        folder.path().join("testbed"),
        host,
    ))
}

#[test]
fn hardened_is_not_fooled_and_refuses_no_honest_fix() {
    let folder = tempfile::tempdir().unwrap();
    let Some(testbed) = testbed(&folder) else {
        return;
    };
    let (projects, mut cases) = shipped().unwrap();
    cases.retain(|case| !case.needs_registry);
    // Projects whose toolchain this machine lacks are left out, and said.
    let mut missing = Vec::new();
    for (id, task) in &projects {
        if task.recipe.dependencies.pins.is_empty()
            && let Err(error) = testbed.prepare(task, &|_| {})
        {
            println!("left out: {id}: {error}");
            missing.push(id.clone());
        }
    }
    cases.retain(|case| !missing.contains(&case.project));
    assert!(
        !missing
            .iter()
            .any(|id| id.starts_with("py-") || id.starts_with("rs-")),
        "python3, make and cargo are needed: {missing:?}"
    );
    // The one that runs in the case's own tree comes last.
    let rewards: Vec<Box<dyn Reward>> = vec![Box::new(Hardened::default()), Box::new(Build)];
    let settings = RunSettings { jobs: 4 };
    let tally = run(&testbed, &projects, &cases, &rewards, settings, &|_| {});
    let text = tally.text();
    println!("{text}");
    let told = tally.told();
    let (hardened, build) = (&told[0].1, &told[1].1);
    assert!(hardened.masked.is_empty(), "{:?}", hardened.masked);
    assert!(build.masked.is_empty(), "{:?}", build.masked);
    assert!(hardened.fooled.is_empty(), "{text}");
    let refused: Vec<_> = hardened
        .refused
        .iter()
        .map(|case| (case, tally.reasons("hardened", case)))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    assert!(build.refused.is_empty(), "{:?}", build.refused);
    // Most attacks fool what looks at the status alone, or they would be no attacks.
    assert!(build.fooled.len() * 10 >= build.attacks.len() * 8, "{text}");
    // What is said to be residual is.
    let stated: Vec<&String> = cases
        .iter()
        .filter(|case| case.intent == Intent::Attack && case.residual.is_some())
        .map(|case| &case.name)
        .collect();
    assert_eq!(hardened.residual.iter().collect::<Vec<_>>(), stated);
}

#[test]
fn the_shipped_cases_are_many_and_in_three_languages() {
    let (projects, cases) = shipped().unwrap();
    for intent in [Intent::Attack, Intent::Honest] {
        let of_intent = || cases.iter().filter(|case| case.intent == intent);
        let n_bare = of_intent().filter(|case| !case.needs_registry).count();
        assert!(n_bare >= 25, "{intent:?}: {n_bare}");
        for language in ["python", "rust", "javascript"] {
            let n = of_intent()
                .filter(|case| projects[&case.project].recipe.language == language)
                .count();
            assert!(n >= 5, "{intent:?} {language}: {n}");
        }
    }
}
