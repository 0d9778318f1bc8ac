//! Computes every feature for one issue. One file per kind of evidence; each reads the columns of those
//! before it, so their order here matters.

mod base;
mod classes;
mod exact;
mod files;
mod graph;
mod history;
mod lexical;
mod names;
mod shape;
mod tests;

use bughound_index::{Bm25f, Hits, Index, SimilarCommit, SymbolIdx};
use rustc_hash::FxHashMap;

use crate::Context;
use crate::exact::Exact;
use crate::features::Features;
use crate::issue::Issue;
use crate::query::Query;

/// Everything that was found out about one issue.
pub(crate) struct Evidence {
    pub(crate) query: Query,
    pub(crate) hits: Hits,
    pub(crate) bm25f: Bm25f,
    pub(crate) exact: Exact,
    /// The commits most like the issue, best first.
    pub(crate) similar: Vec<SimilarCommit>,
    /// The candidates that the first of them changed.
    pub(crate) touched: Vec<Vec<SymbolIdx>>,
    pub(crate) features: Features,
}

pub(crate) fn compute(index: &Index, issue: &Issue, context: &Context<'_>) -> Evidence {
    let stage = |name| {
        if let Some(on_stage) = context.on_stage {
            on_stage(name);
        }
    };
    stage("query");
    let query = Query::of(issue);
    stage("lexical");
    let hits = index.find_terms(&query.hashes);
    let bm25f = Bm25f::default();
    let mut features = Features::new(index, hits.candidates().to_vec());
    lexical::lexical(index, &query, &hits, &bm25f, &mut features);
    stage("exact");
    let exact = Exact::find(index, issue);
    exact::exact(index, &exact, &mut features);
    base::base(index, &mut features);
    stage("names");
    names::names(index, issue, &query, &mut features);
    stage("classes");
    classes::classes(index, &mut features);
    stage("graph");
    graph::spread(index, &mut features);
    graph::calls(index, &mut features);
    stage("files");
    files::base(index, &mut features);
    files::imports(index, &mut features);
    stage("tests");
    tests::tests(index, &query, &hits, &mut features);
    stage("history");
    let (similar, touched) = history::history(index, &query, context, &mut features);
    stage("fuse");
    files::fuse(&mut features);
    stage("shape");
    shape::shape(index, &mut features);
    files::shape(index, &mut features);
    Evidence {
        query,
        hits,
        bm25f,
        exact,
        similar,
        touched,
        features,
    }
}

/// The positions of the `n` largest values above 0, largest first, earlier ones first among equals.
pub(crate) fn top(values: &[f32], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&at| values[at] > 0.0).collect();
    let by_value = |a: &usize, b: &usize| values[*b].total_cmp(&values[*a]).then(a.cmp(b));
    if order.len() > n {
        order.select_nth_unstable_by(n, by_value);
        order.truncate(n);
    }
    order.sort_by(by_value);
    order
}

/// Sums of sightings by what they say, strongest first.
pub(crate) fn by_text(sightings: &[crate::exact::Sighting]) -> Vec<(&'static str, f32, &str)> {
    let mut sums: FxHashMap<&str, (&'static str, f32)> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::new();
    for sighting in sightings {
        let slot = sums.entry(&sighting.text).or_insert_with(|| {
            order.push(&sighting.text);
            (sighting.feature, 0.0)
        });
        slot.1 += sighting.weight;
    }
    let mut out: Vec<(&'static str, f32, &str)> = order
        .into_iter()
        .map(|text| (sums[text].0, sums[text].1, text))
        .collect();
    out.sort_by(|a, b| b.1.total_cmp(&a.1));
    out
}
