//! From candidates to one reviewed diff.

mod places;
mod scope;
mod text;

pub use text::text_of;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bughound_core::Location;
use bughound_sandbox::Change;
use bughound_testbed::{Fault, Paths, Prepared, TaskCommand, Testbed, Tree};
use serde::Serialize;

use crate::check::{self, Before, Check};
use crate::patch::{Refusal, apply, diff_of, normal_form, read};
use crate::propose::Candidate;
use crate::vote::{Ballot, elect};

use places::places_of;
use scope::Scope;

/// What is reviewed.
pub struct ReviewRequest<'a> {
    /// The project's files.
    pub tree: &'a Tree,
    /// What may be changed.
    pub paths: &'a Paths,
    /// The candidates, in the order in which they came.
    pub candidates: &'a [Candidate],
    /// The places that were ranked, best first.
    pub locations: &'a [Location],
    /// Where changes are run; without it they are only read, applied and parsed.
    pub running: Option<Running<'a>>,
    /// How many are run at the same time.
    pub jobs: usize,
    /// Whether to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Hears what is being done.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// Where changes are run.
#[derive(Clone, Copy)]
pub struct Running<'a> {
    /// The testbed.
    pub testbed: &'a Testbed,
    /// The project, as a task without a fix.
    pub prepared: &'a Arc<Prepared>,
    /// What shows the issue.
    pub reproduce: Option<&'a TaskCommand>,
}

/// A review: the change that was chosen, and all that is known of it and of the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Review {
    /// The chosen change.
    pub chosen: Option<Chosen>,
    /// The project as it was; absent where nothing was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Commands that were run for each change.
    pub commands: Vec<TaskCommand>,
    /// What shows the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<TaskCommand>,
    /// Different changes, in the order of their first candidates.
    pub changes: Vec<Reviewed>,
    /// The candidates.
    pub candidates: Vec<Told>,
    /// What keeps anything from being known of what was to be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// It was stopped before all changes were run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

/// The change that was elected.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Chosen {
    /// Which of [`Review::changes`].
    pub change: usize,
    /// Whether nothing speaks against it.
    pub clean: bool,
    /// Its votes, and how many candidates could be applied.
    pub votes: usize,
    /// Candidates that could be applied.
    pub of: usize,
    /// The unified diff.
    pub diff: String,
    /// The ranked places that it changes: rank from 1 and name.
    pub places: Vec<(usize, String)>,
    /// Changed files without a ranked place.
    pub elsewhere: Vec<String>,
    /// What it does, to be written.
    #[serde(skip)]
    pub written: Vec<Change>,
}

/// One change, and what running it showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reviewed {
    /// The candidates that it is.
    pub candidates: Vec<String>,
    /// Files that no longer parse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub syntax: Vec<String>,
    /// What running it showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Why nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    #[serde(skip)]
    changes: Vec<Change>,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// Its name.
    pub id: String,
    /// Who proposed it.
    pub origin: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Hunks that were found elsewhere than they said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Files that were left out of it, each with why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It holds no edit.
    NotUnderstood {
        /// Why.
        why: String,
    },
    /// It does not fit the files.
    NotApplied {
        /// Which hunks, and why.
        refused: Vec<Refusal>,
    },
    /// It changes what may not be changed.
    OutOfScope {
        /// Which files.
        paths: Vec<String>,
    },
    /// Nothing is left of it without the files that are protected.
    OnlyProtected,
    /// It is one of [`Review::changes`].
    Applied {
        /// Which.
        change: usize,
    },
}

/// Reviews candidates.
pub fn review(request: &ReviewRequest<'_>) -> Review {
    let mut review = sorted(request);
    if let Some(running) = request.running {
        run(request, running, &mut review);
    }
    let n_applied = review.changes.iter().map(|it| it.candidates.len()).sum();
    let ballots: Vec<Ballot> = review
        .changes
        .iter()
        .enumerate()
        .map(|(first, it)| ballot(it, first, &review))
        .collect();
    review.chosen = elect(&ballots).map(|at| {
        let reviewed = &review.changes[at];
        // What the testbed left out was not run, and so is no part of the diff.
        let blocked = reviewed.check.iter().flat_map(|check| &check.blocked);
        let blocked: Vec<&str> = blocked.map(|it| it.path.as_str()).collect();
        let mut written = reviewed.changes.clone();
        written.retain(|change| !change.path.to_str().is_some_and(|it| blocked.contains(&it)));
        let (places, elsewhere) = places_of(request.tree, &written, request.locations);
        Chosen {
            change: at,
            clean: ballots[at].is_clean(),
            votes: ballots[at].votes,
            of: n_applied,
            diff: diff_of(request.tree, &written),
            places,
            elsewhere,
            written,
        }
    });
    review
}

/// Reads, applies and groups the candidates.
fn sorted(request: &ReviewRequest<'_>) -> Review {
    let scope = Scope::of(request.paths);
    let mut review = Review::default();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in request.candidates {
        let mut told = Told {
            id: candidate.id.clone(),
            origin: candidate.origin.clone(),
            outcome: Outcome::OnlyProtected,
            notes: Vec::new(),
            left_out: Vec::new(),
        };
        match applied(request, &scope, candidate, &mut told) {
            Err(outcome) => told.outcome = outcome,
            Ok(changes) => {
                let at = *known.entry(normal_form(&changes)).or_insert_with(|| {
                    review.changes.push(Reviewed {
                        syntax: check::syntax_problems(request.tree, &changes),
                        changes,
                        ..Reviewed::default()
                    });
                    review.changes.len() - 1
                });
                review.changes[at].candidates.push(candidate.id.clone());
                told.outcome = Outcome::Applied { change: at };
            }
        }
        review.candidates.push(told);
    }
    review
}

fn applied(
    request: &ReviewRequest<'_>,
    scope: &Scope,
    candidate: &Candidate,
    told: &mut Told,
) -> Result<Vec<Change>, Outcome> {
    let proposal = read(&candidate.text).map_err(|error| Outcome::NotUnderstood {
        why: error.to_string(),
    })?;
    let patched =
        apply(request.tree, &proposal).map_err(|refused| Outcome::NotApplied { refused })?;
    told.notes = patched.notes;
    let mut changes = patched.changes;
    let outside: Vec<String> = changes
        .iter()
        .map(|change| change.path.to_string_lossy().into_owned())
        .filter(|path| !scope.allows(path) && !scope.protects(path))
        .collect();
    if !outside.is_empty() {
        return Err(Outcome::OutOfScope { paths: outside });
    }
    changes.retain(|change| {
        let path = change.path.to_string_lossy();
        let stays = !scope.protects(&path);
        if !stays {
            told.left_out.push(format!("{path}: protected"));
        }
        stays
    });
    if changes.is_empty() {
        return Err(Outcome::OnlyProtected);
    }
    Ok(changes)
}

/// Runs all changes, and the project as it was.
fn run(request: &ReviewRequest<'_>, running: Running<'_>, review: &mut Review) {
    let commands = running.prepared.commands();
    review.commands = commands.into_iter().map(|(_, argv)| argv).collect();
    review.reproduce = running.reproduce.cloned();
    if review.changes.is_empty() {
        return;
    }
    (request.progress)("running the project as it is");
    let (testbed, prepared) = (running.testbed, running.prepared);
    let before = match check::before(testbed, prepared, running.reproduce) {
        Ok(before) => before,
        Err(fault) => {
            review.fault = Some(fault);
            return;
        }
    };
    let n = review.changes.len();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Check, Fault>>>> = Mutex::new(vec![None; n]);
    let changes = &review.changes;
    std::thread::scope(|scope| {
        for _ in 0..request.jobs.clamp(1, n) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= n || (request.stop)() {
                        return;
                    }
                    (request.progress)(&format!("running change {} of {n}", at + 1));
                    let change = &changes[at].changes;
                    let result =
                        check::check(testbed, prepared, &before, change, running.reproduce);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (reviewed, result) in review.changes.iter_mut().zip(results) {
        match result {
            Some(Ok(check)) => reviewed.check = Some(check),
            Some(Err(fault)) => reviewed.fault = Some(fault),
            None => review.stopped = true,
        }
    }
    review.before = Some(before);
}

fn ballot(reviewed: &Reviewed, first: usize, review: &Review) -> Ballot {
    let check = reviewed.check.as_ref();
    Ballot {
        votes: reviewed.candidates.len(),
        parses: reviewed.syntax.is_empty(),
        regressions: check.map(|check| check.regressed.len()),
        reproduction: check
            .filter(|_| review.reproduce.is_some())
            .map(|check| check.reproduction.as_ref().is_some_and(|it| it.passed)),
        mended: check.map_or(0, |check| check.mended.len()),
        first,
        // Where others were run, what was not is not chosen.
        is_unknown: review.before.is_some() && check.is_none(),
    }
}
