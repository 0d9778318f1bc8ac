//! `bughound train words`: count how common words are in the statements of tasks.

use anyhow::Context;
use bughound_hound::IssueWords;
use bughound_tasks::{OnMalformed, read_tasks};

use crate::args::TrainWordsArgs;
use crate::exit::Outcome;
use crate::settings::Settings;

/// Counts and writes the table.
pub(crate) fn run(args: &TrainWordsArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut tasks = Vec::new();
    for file in &args.tasks {
        tasks.extend(read_tasks(file, OnMalformed::Stop)?.tasks);
    }
    let words = IssueWords::count(tasks.iter().map(|task| task.problem_statement.as_str()));
    std::fs::write(&args.out, words.to_bytes())
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    settings.note(&format!(
        "{} terms of {} statements written to {}",
        words.len(),
        tasks.len(),
        args.out.display()
    ));
    Ok(Outcome::Found)
}
