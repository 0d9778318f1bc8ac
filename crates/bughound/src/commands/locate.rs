//! `bughound locate`: rank the places that must probably change to resolve an issue.

mod rerank;
mod search;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bughound_agent::ranking_of;
use bughound_core::{Language, Level, Location};
use bughound_hound::Context;
use bughound_hound::issue::Issue;
use bughound_index::Index;
use bughound_serve::Milliseconds;
use bughound_trace::Trace;

use crate::args::{LevelChoice, LocateArgs, LocateFormat};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::output::locations::{self, Located, TextOptions};
use crate::output::plain::printable;
use crate::settings::{Settings, Target, Weights, issue};

/// Reads the issue and the repository, ranks, prints.
pub(crate) fn run(args: &LocateArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let source = issue::read(args, settings)?;
    let target = Target::resolve(&args.repo)?;
    let level = match args.level {
        LevelChoice::File => Level::File,
        LevelChoice::Class => Level::Class,
        LevelChoice::Function => Level::Function,
    };

    let started = Instant::now();
    let opened = target.open(settings)?;
    let indexed = started.elapsed();
    opened.warn_about_cache(settings);
    let history = if args.no_history {
        None
    } else {
        opened.history(settings).map(Arc::new)
    };
    let history_read = started.elapsed();
    let index = Arc::new(opened.index);
    let text = source.text(&index);
    if let Some(log) = source.log() {
        settings.note(&locations::log_note(log));
    }
    let level = level_that_is(level, &index, settings);
    let n_places = usize::try_from(args.k).unwrap_or(usize::MAX);
    if args.rerank && args.agent.policy != "hound" {
        return Err(
            Failure::usage("`--rerank` orders the built-in ranking; leave `--policy` out").into(),
        );
    }
    let n_commits = history.as_ref().map_or(0, |history| history.n_commits());
    let mut reranked = None;
    let (locations, trace) = if search::is_wanted(args) {
        let trace = search::search(args, settings, &target, &index, history, &text)?;
        let mut locations = ranking_of(&trace).of(level).to_vec();
        locations.truncate(n_places);
        (locations, Some(trace))
    } else {
        let weights = Weights::read(&args.agent.weights)?;
        let context = Context {
            history: history.as_deref(),
            judge: weights.judge(),
            ..Context::default()
        };
        let spinner = settings.progress.spinner("Ranking");
        let answer = bughound_hound::locate(&index, &text, &context);
        drop(spinner);
        let locations = if args.rerank {
            let candidates =
                answer.locations(&index, level, rerank::n_candidates(args).max(n_places));
            let (mut locations, told) = rerank::rerank(args, settings, &index, &text, candidates)?;
            reranked = Some(told);
            locations.truncate(n_places);
            locations
        } else {
            answer.locations(&index, level, n_places)
        };
        (locations, None)
    };
    let located_at = started.elapsed();
    let (locations, n_unlikely) = likely(locations, args.min_probability);

    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1000.0;
    let located = Located {
        target: &target,
        index: &index,
        issue: &Issue::read(&text),
        level,
        locations,
        n_commits,
        log: source.log(),
        search: trace.as_ref(),
        reranking: reranked.as_ref().map(|(told, _)| told),
        milliseconds: Milliseconds {
            index: ms(indexed),
            history: ms(history_read - indexed),
            locate: ms(located_at - history_read),
            total: ms(located_at),
        },
    };
    let fault = trace.as_ref().and_then(search::fault_of);
    // An answer of an earlier stage is worth printing even where the search failed later.
    if fault.is_none() || !located.locations.is_empty() {
        print(&located, args, settings)?;
    }
    if let Some(trace) = &trace {
        warn_about_unknown_places(trace, settings);
    }
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    if let Some((_, Some(fault))) = reranked {
        return Err(fault.into());
    }
    if located.locations.is_empty() {
        settings.note(&match (n_unlikely, args.min_probability) {
            (1.., Some(least)) => format!(
                "Nothing found that is right with a probability of {least}: {n_unlikely} places are less likely"
            ),
            _ => why_nothing(&located),
        });
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Found)
}

/// The places that are likely enough, and how many are not. Places of unknown probability stay.
fn likely(mut locations: Vec<Location>, least: Option<f32>) -> (Vec<Location>, usize) {
    let n = locations.len();
    if let Some(least) = least {
        locations.retain(|location| {
            location
                .probability
                .is_none_or(|probability| probability >= least)
        });
    }
    let n_left_out = n - locations.len();
    (locations, n_left_out)
}

fn print(located: &Located<'_>, args: &LocateArgs, settings: &Settings) -> anyhow::Result<()> {
    let snapshot = located.index.snapshot();
    let description = located.target.describe(snapshot);
    settings.note(&locations::summary(located, &description));
    match args.format {
        LocateFormat::Text => {
            let options = TextOptions {
                explain: args.explain,
                context: args.context,
            };
            output::print(&locations::text(located, options, settings.stdout))
        }
        LocateFormat::Markdown => output::print(&locations::markdown(located, &description)),
        LocateFormat::Json => output::print_json(&locations::json(located)),
        LocateFormat::Sarif => {
            let root = format!(
                "file://{}/",
                locations::encode(&absolute(&located.target.root, settings))
            );
            let commit = snapshot.commit().map(|commit| commit.to_string());
            output::print_json(&locations::sarif(
                &located.locations,
                &root,
                commit.as_deref(),
            ))
        }
        LocateFormat::Quickfix => {
            let at_root = settings
                .current_dir
                .as_deref()
                .is_some_and(|dir| is_same(dir, &located.target.root));
            let prefix = match (at_root, located.target.rev.is_some()) {
                // A revision's files need not be there at all.
                (true, _) | (_, true) => String::new(),
                _ => format!("{}/", absolute(&located.target.root, settings)),
            };
            let line = |location: &_| locations::head_line(located.index, location).unwrap_or(1);
            output::print(&locations::quickfix(&located.locations, &prefix, line))
        }
    }
}

/// Places that the answer names and the repository does not have.
fn warn_about_unknown_places(trace: &Trace, settings: &Settings) {
    let items = trace.answer().map_or(&[][..], |answer| &answer.items);
    let unknown: Vec<String> = items
        .iter()
        .filter(|item| item.id.is_none())
        .map(|item| {
            let names = [item.path.as_deref(), item.name.as_deref()];
            let text: Vec<&str> = names.into_iter().flatten().collect();
            printable(&text.join("::")).into_owned()
        })
        .collect();
    if !unknown.is_empty() {
        settings.warn(&format!(
            "{} of {} places in the answer do not exist: {}",
            unknown.len(),
            items.len(),
            unknown.join(", ")
        ));
    }
}

/// Files, where there is no definition to find; says so, and also where some files have none.
fn level_that_is(level: Level, index: &Index, settings: &Settings) -> Level {
    let n_texts = index
        .files()
        .iter()
        .filter(|file| file.language() == Language::Text)
        .count();
    if level == Level::File || n_texts == 0 {
        return level;
    }
    if n_texts == index.files().len() {
        settings.note("The files are in languages that are not understood: whole files are ranked");
        return Level::File;
    }
    settings.note(&format!(
        "{} of {} files are in languages that are not understood; `--level file` ranks them, too",
        output::count(n_texts),
        output::count(index.files().len())
    ));
    level
}

fn why_nothing(located: &Located<'_>) -> String {
    if let Some(trace) = located.search {
        return format!(
            "Nothing found: the search ended by {} without a place that exists",
            trace.end
        );
    }
    bughound_serve::why_nothing(located.index)
}

/// The path from the file system's root, `/` between components.
fn absolute(path: &Path, settings: &Settings) -> String {
    let joined = settings
        .current_dir
        .as_deref()
        .unwrap_or(Path::new("/"))
        .join(path);
    let text = joined
        .canonicalize()
        .unwrap_or(joined)
        .to_string_lossy()
        .replace('\\', "/");
    if text.starts_with('/') {
        text
    } else {
        format!("/{text}")
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
