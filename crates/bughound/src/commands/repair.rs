//! `bughound repair`: an issue, from its text to a reviewed diff.

mod ground;
mod print;
mod proposing;

use std::sync::Arc;

use bughound_core::{Level, Location};
use bughound_hound::Context;
use bughound_index::Index;
use bughound_resolve::propose::Candidate;
use bughound_resolve::{ReviewRequest, review, write_into};

use crate::args::{RepairArgs, RepairFormat};
use crate::exit::{Failure, Kind, Outcome};
use crate::interrupt::Flag;
use crate::settings::{Settings, Target, Weights};

use ground::Ground;

/// Places that are ranked; a model is shown fewer.
const N_PLACES: usize = 30;

/// What was found out on the way.
struct Work<'a> {
    args: &'a RepairArgs,
    settings: &'a Settings,
    ground: Ground,
    issue: String,
    index: Arc<Index>,
    locations: Vec<Location>,
    flag: Flag,
}

/// Ranks, proposes, runs, votes, prints.
pub(crate) fn run(args: &RepairArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let notes = settings.clone();
    let flag = Flag::take_and_call(move || {
        notes.note("Stopping behind what runs now; a second time ends at once");
    });
    proposing::is_anybody_there(args)?;
    let ground = Ground::of(args, settings)?;
    let mut work = located(args, settings, ground, flag)?;
    let project = work.prepared()?;
    let candidates = proposing::candidates(&work, &project)?;
    work.ground.clear();
    let spinner = settings.progress.spinner("Reviewing");
    let reviewed = review(&ReviewRequest {
        tree: &work.ground.files.tree,
        paths: &project.open.task.recipe.paths,
        candidates: &candidates.list,
        locations: &work.locations,
        running: project.running(),
        jobs: super::tasks::jobs(settings),
        stop: &|| work.flag.is_set(),
        progress: &|what| spinner.say(what.to_owned()),
    });
    drop(spinner);
    let not_checked = print::not_checked(&work, &project, &reviewed);
    let mut applied = Vec::new();
    let refused = match &reviewed.chosen {
        // Whoever wants it unseen says so.
        Some(_) if args.apply && project.why_not.is_some() && !args.no_run => Some(
            Failure::bad_input("nothing was run, so nothing was applied")
                .hint("say how it is run (--task, --build, --test), or add --no-run"),
        ),
        Some(chosen) if args.apply && chosen.clean && !reviewed.stopped => {
            let target = &work.ground.target;
            let written = write_into(
                &target.root,
                target.repo.as_ref(),
                &work.ground.files.tree,
                &chosen.written,
            );
            match written {
                Ok(files) => {
                    applied = files;
                    None
                }
                Err(error) => Some(Failure::bad_input(error.to_string()).hint(
                    "commit or stash these files, or apply the printed diff by hand (`git apply`)",
                )),
            }
        }
        _ => None,
    };
    print::print(&work, &project, &reviewed, &not_checked, &applied)?;
    if let Some(refused) = refused {
        return Err(refused.into());
    }
    if reviewed.stopped || work.flag.is_set() {
        return Err(Failure::new(Kind::Interrupted, "interrupted; nothing was applied").into());
    }
    if let Some(fault) = &reviewed.fault {
        return Err(Failure::infrastructure(format!(
            "the changes could not be run: {}",
            fault.what
        ))
        .into());
    }
    if project.failed {
        return Err(Failure::infrastructure(
            "nothing was run: the project's environment could not be prepared",
        )
        .hint("say how it is run (--task, --build, --test, --pin), or add --no-run")
        .into());
    }
    if let Some(fault) = candidates.fault {
        return Err(Failure::infrastructure(format!(
            "only {} candidates came: {fault}",
            candidates.list.len()
        ))
        .hint("with --keep FILE the same command asks for the others alone")
        .into());
    }
    match &reviewed.chosen {
        Some(chosen) if chosen.clean => Ok(Outcome::Found),
        Some(_) => {
            settings.note(if args.apply {
                "Something speaks against the best change: it was not applied"
            } else {
                "Something speaks against the best change"
            });
            Ok(Outcome::NothingFound)
        }
        None => Ok(Outcome::NothingFound),
    }
}

/// Reads the issue and ranks places.
fn located<'a>(
    args: &'a RepairArgs,
    settings: &'a Settings,
    ground: Ground,
    flag: Flag,
) -> anyhow::Result<Work<'a>> {
    let opened = ground.target.open(settings)?;
    let history = if args.no_history || ground.target.repo.is_none() {
        None
    } else {
        opened.history(settings)
    };
    let index = Arc::new(opened.index);
    let issue = ground.issue(args, settings)?.text(&index);
    let weights = Weights::read(&args.agent.weights)?;
    let context = Context {
        history: history.as_ref(),
        judge: weights.judge(),
        ..Context::default()
    };
    let spinner = settings.progress.spinner("Ranking");
    let answer = bughound_hound::locate(&index, &issue, &context);
    drop(spinner);
    let mut locations = answer.locations(&index, Level::Function, N_PLACES);
    if locations.is_empty() {
        locations = answer.locations(&index, Level::File, N_PLACES);
    }
    Ok(Work {
        args,
        settings,
        ground,
        issue,
        index,
        locations,
        flag,
    })
}

/// Candidates, and why some that were asked for are missing.
struct Candidates {
    list: Vec<Candidate>,
    fault: Option<String>,
}

/// Whether the answer is for people.
fn is_text(args: &RepairArgs) -> bool {
    args.format == RepairFormat::Text
}

impl Work<'_> {
    /// The target that places were ranked in.
    fn target(&self) -> &Target {
        &self.ground.target
    }
}
