//! Words in common: the views of the issue over candidates and files.

use bughound_index::{Bm25f, Hits, Index};

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
    let weightings: Vec<Vec<f32>> = views.iter().map(|(_, weights)| weights.clone()).collect();
    let scored = hits.score_candidates(index, bm25f, &weightings);
    for ((feature, _), values) in views.into_iter().zip(scored.scores) {
        features.set_candidate(feature, values);
    }
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
