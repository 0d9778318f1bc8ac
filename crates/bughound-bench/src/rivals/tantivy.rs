//! tantivy indexing the same functions: full text, nothing else.

use std::time::Instant;

use anyhow::Result;
use bughound_index::Index;
use bughound_repo::{Repo, Snapshot};
use bughound_store::Store;
use tantivy::schema::{STORED, Schema, TEXT};
use tantivy::{Index as Tantivy, doc};

use crate::jobs::{Input, Outcome, ms_since};

/// Indexes path, name and source of every candidate in memory, on as many threads as ours has. Reading and
/// cutting the files into functions is left out, and no cache is written.
pub(crate) fn index_functions(input: &Input<'_>) -> Result<Outcome> {
    let repo = Repo::open(input.repo)?;
    let snapshot = Snapshot::at_commit(&repo, repo.resolve(input.rev)?)?;
    let (index, _) = Index::build(std::sync::Arc::new(snapshot), &Store::none());
    let functions: Vec<(String, String)> = index
        .candidates()
        .into_iter()
        .map(|symbol| (index.symbol(symbol).id().to_string(), index.source(symbol)))
        .collect();
    drop(index);
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", TEXT | STORED);
    let source = schema.add_text_field("source", TEXT);
    let start = Instant::now();
    let tantivy = Tantivy::create_in_ram(schema.build());
    let n_threads = rayon::current_num_threads();
    let mut writer = tantivy.writer_with_num_threads(n_threads, n_threads * (64 << 20))?;
    let n_functions = functions.len();
    for (name, text) in functions {
        writer.add_document(doc!(id => name, source => text))?;
    }
    writer.commit()?;
    let mut outcome = Outcome::default();
    outcome.value("tantivy", ms_since(start));
    outcome.count("functions", n_functions);
    Ok(outcome)
}
