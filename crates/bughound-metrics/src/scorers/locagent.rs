//! `locagent`: accuracy on the tasks that edit an existing function.

use crate::scorer::{ReadRanking, ReadTruth};
use crate::truth::{file_of, outermost};
use crate::{Metric, ScoreLevel, Scorer, Truth, View};

/// The definitions of LocAgent's published script (`evaluation/eval_metric.py`; arXiv 2503.09089), which
/// SweRank and Loc-Bench share:
///
/// - only tasks that edit an existing function or method count, at every level (274 of the 300 tasks of
///   SWE-bench Lite); among them a missing answer counts 0;
/// - `file`: the files that hold an edited function; `module`: the outermost class or function around
///   each; `function`: the edited functions and methods. Class bodies and module-level code are no
///   locations. Names count with their path;
/// - a constructor is its class: `C.__init__` counts as `C` on both sides, so that an answer `C` finds it;
/// - accuracy asks for as many right answers as `k` places can hold
///   ([`capped_accuracy`](crate::capped_accuracy)), which is the strict one unless there are more than
///   `k`.
///
/// Not reproduced: LocAgent's ground truth leaves out edits of comments, docstrings and imports inside a
/// function, so its own list of tasks can differ; repeated answers are dropped here and not there.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocAgentScorer;

const METRICS: [Metric; 12] = [
    Metric::CappedAccuracy(1),
    Metric::CappedAccuracy(3),
    Metric::CappedAccuracy(5),
    Metric::CappedAccuracy(10),
    Metric::CappedAccuracy(15),
    Metric::Accuracy(1),
    Metric::Accuracy(5),
    Metric::Accuracy(10),
    Metric::Recall(5),
    Metric::Recall(10),
    Metric::Ndcg(5),
    Metric::Ndcg(10),
];

impl Scorer for LocAgentScorer {
    fn name(&self) -> &'static str {
        "locagent"
    }

    fn about(&self) -> &'static str {
        "LocAgent's script: all right answers in the first k, on tasks that edit an existing function"
    }

    fn levels(&self) -> &'static [ScoreLevel] {
        &[ScoreLevel::File, ScoreLevel::Module, ScoreLevel::Function]
    }

    fn metrics(&self, _level: ScoreLevel) -> &'static [Metric] {
        &METRICS
    }

    fn view(&self, level: ScoreLevel) -> View {
        let (truth, ranking): (ReadTruth, ReadRanking) = match level {
            ScoreLevel::File => (
                |t| edited(t, file_of),
                |a| a.files.iter().map(String::as_str).collect(),
            ),
            ScoreLevel::Class | ScoreLevel::ClassOnly | ScoreLevel::Module => (
                |t| edited(t, outermost),
                |a| a.functions.iter().map(|id| outermost(id)).collect(),
            ),
            ScoreLevel::Function | ScoreLevel::FunctionOnly => (
                |t| edited(t, merge_init),
                |a| a.functions.iter().map(|id| merge_init(id)).collect(),
            ),
        };
        View {
            truth,
            ranking,
            limit: None,
        }
    }
}

/// `a.py::C` of `a.py::C.__init__`.
fn merge_init(id: &str) -> &str {
    id.strip_suffix(".__init__").unwrap_or(id)
}

/// Part of the name of each edited function; nothing where the task edits none.
fn edited(truth: &Truth, part: fn(&str) -> &str) -> Option<Vec<&str>> {
    if truth.functions.is_empty() {
        return None;
    }
    Some(truth.functions.iter().map(|id| part(id)).collect())
}
