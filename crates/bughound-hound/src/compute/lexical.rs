//! Words in common: the views of the issue over candidates and files.

use bughound_index::{Bm25f, Hits, Index, N_DOC_FIELDS};

use crate::IssueWords;
use crate::features::{CandidateFeature as C, Features, FileFeature as F};
use crate::issue::Zone;
use crate::query::Query;

pub(super) fn lexical(
    index: &Index,
    query: &Query,
    hits: &Hits,
    bm25f: &Bm25f,
    features: &mut Features,
) {
    let zone = |zone: Zone| query.by_zone[zone as usize].clone();
    let views = [
        (C::Bm25f, query.weights.clone()),
        (C::Bm25fTitle, zone(Zone::Title)),
        (C::Bm25fHead, query.head.clone()),
        (C::Bm25fInline, zone(Zone::Inline)),
        (C::Bm25fCode, zone(Zone::Code)),
        (C::Bm25fProse, zone(Zone::Prose)),
        (C::Bm25fTraceback, zone(Zone::Traceback)),
        (C::Bm25fWhole, query.whole.clone()),
    ];
    let rare: Vec<f32> = query
        .weights
        .iter()
        .zip(&query.hashes)
        .map(|(weight, &hash)| weight * IssueWords::embedded().rarity(hash))
        .collect();
    let views = views.into_iter().chain([(C::IssueBm25f, rare)]);
    let views: Vec<(C, Vec<f32>)> = views.collect();
    let weightings: Vec<Vec<f32>> = views.iter().map(|(_, weights)| weights.clone()).collect();
    let scored = hits.score_candidates(index, bm25f, &weightings);
    for ((feature, _), values) in views.into_iter().zip(scored.scores) {
        features.set_candidate(feature, values);
    }
    how(index, query, hits, bm25f, features);
    let views = [
        (F::Bm25, query.weights.clone()),
        (F::Bm25Title, zone(Zone::Title)),
        (F::Bm25Head, query.head.clone()),
        (F::Bm25Code, zone(Zone::Code)),
        (F::Bm25Whole, query.whole.clone()),
    ];
    let weightings: Vec<Vec<f32>> = views.iter().map(|(_, weights)| weights.clone()).collect();
    let scored = hits.score_files(index, &weightings);
    for ((feature, _), values) in views.into_iter().zip(scored) {
        features.set_file(feature, values);
    }
    features.set_file(F::Path, hits.score_paths(index, &query.weights));
}

/// How the match of each candidate comes about.
fn how(index: &Index, query: &Query, hits: &Hits, bm25f: &Bm25f, features: &mut Features) {
    const FIELDS: [C; N_DOC_FIELDS] = [
        C::FieldPath,
        C::FieldName,
        C::FieldClassName,
        C::FieldSignature,
        C::FieldDoc,
        C::FieldBody,
        C::FieldClassContext,
    ];
    let title = &query.by_zone[Zone::Title as usize];
    let views = hits.views(index, bm25f, &query.weights, title);
    for (feature, values) in FIELDS.into_iter().zip(views.by_field) {
        features.set_candidate(feature, values);
    }
    features.set_candidate(C::BestTerm, views.best_term);
    features.set_candidate(C::BestThree, views.best_three);
    features.set_candidate(C::Coverage, views.coverage);
    features.set_candidate(C::TitleCoverage, views.second_coverage);
    features.set_candidate(C::MatchedTerms, views.n_terms);
}
