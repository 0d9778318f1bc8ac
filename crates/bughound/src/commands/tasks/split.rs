//! `bughound tasks split`: a suite divided by time.

use std::fmt::Write as _;

use bughound_maker::split;
use bughound_testbed::{Recipe, Source};
use serde_json::json;

use super::suite;
use crate::args::{ReportFormat, TasksSplitArgs};
use crate::exit::{Failure, Outcome};
use crate::output;

/// Prints the parts.
pub(super) fn run(args: &TasksSplitArgs) -> anyhow::Result<Outcome> {
    let mut tasks = Vec::new();
    for entry in suite::read(args.suite.as_deref())?.entries {
        let task = entry
            .task
            .map_err(|error| Failure::bad_input(error.to_string()))?;
        tasks.push((
            task.recipe.id.clone(),
            task.recipe.date.clone(),
            project(&task.recipe),
        ));
    }
    let split = split(&tasks);
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-build-tasks-split/1",
            "train": split.train,
            "validation": split.validation,
            "test": split.test,
        }))?,
        ReportFormat::Text => {
            let mut text = String::new();
            for (name, part) in [
                ("train", &split.train),
                ("validation", &split.validation),
                ("test", &split.test),
            ] {
                for id in part {
                    let _ = writeln!(text, "{name:10}  {id}");
                }
            }
            output::print(&text)?;
        }
    }
    Ok(Outcome::Found)
}

/// What a task's tree is a release of.
fn project(recipe: &Recipe) -> String {
    match &recipe.source {
        Source::Files => recipe.id.clone(),
        Source::Pypi(release) | Source::Crates(release) | Source::Npm(release) => {
            release.name.clone()
        }
        Source::Git { url, .. } => url.clone(),
    }
}
