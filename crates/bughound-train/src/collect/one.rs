//! The example of one task.

use std::collections::BTreeSet;

use bughound_core::Language;
use bughound_hound::{Context, question};
use bughound_index::{FileRole, Index, SymbolIdx};
use bughound_rollout::{Obstacle, Repos, open_world};
use bughound_store::Store;
use bughound_tasks::{Task, ground_truth_at};

use crate::example::Example;

pub(super) enum Outcome {
    Example(Box<Example>),
    /// Nothing to be found that was there before the fix.
    NoAnswer,
    Obstacle(Obstacle),
}

pub(super) fn collect_one(
    task: &Task,
    repos: &Repos<'_>,
    store: &Store,
    with_words: bool,
) -> Outcome {
    let world = match open_world(task, repos, store, true, &|_| {}) {
        Ok(world) => world,
        Err(obstacle) => return Outcome::Obstacle(obstacle),
    };
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
        return Outcome::NoAnswer;
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
    let mut example = Example {
        instance_id: task.instance_id.clone(),
        repo: task.repo.clone(),
        language: language(&truth.files),
        n_gold: gold.len(),
        n_gold_files: gold_files.len(),
        n_candidates: index.candidates().len(),
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
        query_terms: question.query.hashes,
        query_weights: question.query.weights,
        ..Example::default()
    };
    if with_words {
        add_words(&mut example, index, &inputs.symbols);
    }
    Outcome::Example(Box::new(example))
}

fn add_words(example: &mut Example, index: &Index, symbols: &[SymbolIdx]) {
    example.bag_at.push(0);
    for &symbol in symbols {
        for entry in index.term_bag(symbol) {
            example.bag_terms.push(entry.hash);
            example.bag_fields.push(entry.field as u8);
            example
                .bag_counts
                .push(u8::try_from(entry.count).unwrap_or(u8::MAX));
        }
        example
            .bag_at
            .push(u32::try_from(example.bag_terms.len()).unwrap_or(u32::MAX));
    }
}

/// The language of most of the files; the first in alphabetical order among equals.
fn language(files: &[String]) -> String {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
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
