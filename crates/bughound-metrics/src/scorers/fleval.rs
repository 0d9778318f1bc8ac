//! `fleval`: the definitions of RepoSearcher's published script.

use crate::scorer::{ReadRanking, ReadTruth};
use crate::truth::name_of;
use crate::{Metric, ScoreLevel, Scorer, View};

/// The definitions of `evaluation/FLEval.py` in the RepoSearcher repository (arXiv 2508.03012), quirks
/// included:
///
/// - functions and classes are compared by qualified name *without the path*: `a.py::f` finds
///   `b.py::f`;
/// - answers are cut to the first five distinct names, so nothing below them counts, in MAP and MRR
///   neither;
/// - every task of the ground truth counts; one without an answer, or whose answer names no file, counts
///   0 at both levels;
/// - a task without any function to find counts 0 at function level, which puts the ceiling below 1.
///
/// `hit@k` is the script's "TOP k". Not reproduced: names with stray blanks around them, which the script
/// keeps and so never finds.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlevalScorer;

const METRICS: [Metric; 9] = [
    Metric::AnyHit(1),
    Metric::AnyHit(3),
    Metric::AnyHit(5),
    Metric::Recall(1),
    Metric::Recall(3),
    Metric::Recall(5),
    Metric::AveragePrecision,
    Metric::ReciprocalRank,
    Metric::Ndcg(5),
];

impl Scorer for FlevalScorer {
    fn name(&self) -> &'static str {
        "fleval"
    }

    fn about(&self) -> &'static str {
        "RepoSearcher's script: names without the path, five predictions, a missing answer counts 0"
    }

    fn levels(&self) -> &'static [ScoreLevel] {
        &[ScoreLevel::File, ScoreLevel::Function]
    }

    fn metrics(&self, _level: ScoreLevel) -> &'static [Metric] {
        &METRICS
    }

    fn view(&self, level: ScoreLevel) -> View {
        let (truth, ranking): (ReadTruth, ReadRanking) = match level {
            ScoreLevel::File => (
                |t| Some(t.files.iter().map(String::as_str).collect()),
                |a| a.files.iter().map(String::as_str).collect(),
            ),
            _ => (
                |t| Some(t.locations.iter().filter_map(|id| name_of(id)).collect()),
                |a| {
                    if a.files.is_empty() {
                        return Vec::new();
                    }
                    a.functions.iter().filter_map(|id| name_of(id)).collect()
                },
            ),
        };
        View {
            truth,
            ranking,
            limit: Some(5),
        }
    }
}
