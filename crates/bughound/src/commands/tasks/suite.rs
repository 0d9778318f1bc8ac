//! The suite that a command is about.

use std::path::Path;
use std::sync::Arc;

use bughound_testbed::{Prepared, Suite, Testbed};

use crate::exit::Failure;
use crate::settings::Settings;

/// The tasks in `folder`, or those that are part of the program.
pub(super) fn read(folder: Option<&Path>) -> anyhow::Result<Suite> {
    match folder {
        Some(folder) => {
            Ok(Suite::read(folder).map_err(|error| Failure::bad_input(error.to_string()))?)
        }
        None => Ok(Suite::shipped()),
    }
}

/// The tasks' states; those that cannot be prepared are said and left out.
///
/// # Errors
/// None could be prepared.
pub(crate) fn prepared(
    testbed: &Testbed,
    suite: &Suite,
    settings: &Settings,
) -> anyhow::Result<Vec<Arc<Prepared>>> {
    let n = suite.entries.len();
    settings.note(&format!(
        "preparing {n} tasks; what the cache lacks is fetched and built first"
    ));
    let bar = settings.progress.bar(n as u64, "Preparing");
    let mut tasks = Vec::new();
    for entry in &suite.entries {
        let say = |what: &str| {
            let line = format!("{}: {what}", entry.id);
            if settings.progress.shown {
                bar.say(line);
            } else {
                settings.note(&line);
            }
        };
        let made = match &entry.task {
            Ok(task) => testbed.prepare(task, &say),
            Err(error) => Err(error.clone().into()),
        };
        match made {
            Ok(task) => tasks.push(Arc::new(task)),
            Err(error) => settings.warn(&format!("{} is left out: {error}", entry.id)),
        }
        bar.step();
    }
    if tasks.is_empty() {
        return Err(Failure::infrastructure("no task could be prepared").into());
    }
    Ok(tasks)
}
