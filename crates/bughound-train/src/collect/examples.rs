//! The examples of tasks.

use std::collections::{BTreeMap, BTreeSet};

use bughound_core::Language;
use bughound_hound::{Context, question};
use bughound_index::FileRole;
use bughound_rollout::{Obstacle, Repos, open_world};
use bughound_store::Store;
use bughound_tasks::{Task, ground_truth_at};

use super::{CollectRequest, CollectSummary, collect};
use crate::TrainError;
use crate::example::{Example, ExampleFolder};

/// Collects the examples of tasks whose fix changes a file that was there.
///
/// # Errors
/// [`TrainError::Stopped`] where the watch says so; where examples cannot be written. Tasks that cannot be worked on
/// are counted.
pub fn collect_examples(
    request: &CollectRequest<'_>,
    out: &ExampleFolder,
) -> Result<CollectSummary, TrainError> {
    collect(request, out, example_of)
}

/// The example of one task; `None` where there is nothing to be found that was there before the fix.
fn example_of(task: &Task, repos: &Repos<'_>, store: &Store) -> Result<Option<Example>, Obstacle> {
    let world = open_world(task, repos, store, true, &|_| {})?;
    let (truth, _) = ground_truth_at(task, &world.snapshot);
    let truth = truth.truth();
    let index = world.index.as_ref();
    let gold: BTreeSet<&str> = truth.locations.iter().map(String::as_str).collect();
    let gold_files: BTreeSet<&str> = truth.files.iter().map(String::as_str).collect();
    let findable = gold_files.iter().filter(|path| {
        index
            .file_at(path)
            .is_some_and(|file| index.file(file).role() != FileRole::Test)
    });
    if findable.count() == 0 {
        return Ok(None);
    }
    let context = Context {
        history: world.history.as_deref(),
        ..Context::default()
    };
    let question = question(index, &task.problem_statement, &context);
    let inputs = question.inputs;
    let ids: Vec<String> = inputs
        .symbols
        .iter()
        .map(|&symbol| index.symbol(symbol).id().to_string())
        .collect();
    let files: Vec<String> = inputs
        .files
        .iter()
        .map(|&file| index.file(file).path().to_string())
        .collect();
    Ok(Some(Example {
        instance_id: task.instance_id.clone(),
        repo: task.repo.clone(),
        language: language(&truth.files),
        n_gold: gold.len(),
        n_gold_files: gold_files.len(),
        n_candidates: index.candidates().len(),
        n_terms: question.query.terms.len(),
        is_gold: ids.iter().map(|id| gold.contains(id.as_str())).collect(),
        ids,
        hand: inputs.hand,
        file_of: inputs.file_of,
        candidate_rows: inputs.candidate_rows,
        is_gold_file: files
            .iter()
            .map(|path| gold_files.contains(path.as_str()))
            .collect(),
        files,
        file_hand: inputs.file_hand,
        file_rows: inputs.file_rows,
    }))
}

/// The language of most of the files; the first in alphabetical order among equals.
fn language(files: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if let Some(language) = Language::from_extension(extension) {
            *counts.entry(language.name()).or_default() += 1;
        }
    }
    let mut best = ("", 0);
    for (language, count) in counts {
        if count > best.1 {
            best = (language, count);
        }
    }
    best.0.to_owned()
}
