//! Carries cases out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bughound_testbed::{Prepared, Task, Testbed};

use super::{Case, Projects, Tally};
use crate::{Attempt, Reward, Score};

/// How cases are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSettings {
    /// How many at once.
    pub jobs: usize,
}

/// What all rewards say of all cases. `each` hears the name of every case that is through.
///
/// A case that cannot be carried out (its project cannot be prepared, its script fails) is masked for all rewards. Rewards
/// are asked in their order; those that run in the case's own tree should come last.
pub fn run(
    testbed: &Testbed,
    projects: &Projects,
    cases: &[Case],
    rewards: &[Box<dyn Reward>],
    settings: RunSettings,
    each: &(dyn Fn(&str) + Sync),
) -> Tally {
    let mut prepared: BTreeMap<&str, Result<Arc<Prepared>, String>> = BTreeMap::new();
    for (id, task) in projects {
        if cases.iter().any(|case| case.project == *id) {
            prepared.insert(id, prepare(testbed, task));
        }
    }
    let next = AtomicUsize::new(0);
    let scores: Mutex<BTreeMap<usize, Vec<Score>>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.clamp(1, cases.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { return };
                    let said = match prepared.get(case.project.as_str()) {
                        Some(Ok(prepared)) => one(testbed, prepared, case, rewards),
                        Some(Err(why)) => Err(why.clone()),
                        None => Err(format!("there is no project {:?}", case.project)),
                    };
                    let said = said.unwrap_or_else(|why| vec![Score::masked(why); rewards.len()]);
                    let mut scores = scores.lock().unwrap_or_else(PoisonError::into_inner);
                    scores.insert(at, said);
                    each(&case.name);
                }
            });
        }
    });
    let scores = scores.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut tally = Tally::of(
        rewards
            .iter()
            .map(|reward| (reward.name(), reward.states_residual())),
    );
    for (at, said) in scores {
        if let Some(case) = cases.get(at) {
            tally.add(case, said);
        }
    }
    tally
}

fn prepare(testbed: &Testbed, task: &Task) -> Result<Arc<Prepared>, String> {
    let prepared = testbed
        .prepare(task, &|_| {})
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(prepared))
}

fn one(
    testbed: &Testbed,
    prepared: &Arc<Prepared>,
    case: &Case,
    rewards: &[Box<dyn Reward>],
) -> Result<Vec<Score>, String> {
    let mut workspace = testbed
        .workspace(prepared)
        .map_err(|error| error.to_string())?;
    let script = ["sh", "-eu", "-c", &case.run].map(str::to_owned).to_vec();
    let command = workspace.command(&script);
    let finished = workspace.run(&command).map_err(|error| error.to_string())?;
    if !finished.succeeded() {
        return Err(format!(
            "the script of {} ended with {:?}: {}{}",
            case.name,
            finished.end,
            finished.stdout.text(),
            finished.stderr.text()
        ));
    }
    let mut attempt = Attempt::left(testbed, workspace)
        .map_err(|error| error.to_string())?
        .of_case(&case.name);
    Ok(rewards
        .iter()
        .map(|reward| reward.score(&mut attempt))
        .collect())
}
