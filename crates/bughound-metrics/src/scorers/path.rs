//! `path`: names with their path.

use crate::scorer::{ReadRanking, ReadTruth};
use crate::truth::enclosing;
use crate::{Answer, Metric, ScoreLevel, Scorer, View};

/// The default scorer. A name counts only with its path, every task counts, a task without an answer
/// counts 0, and so does one without anything to find at the level (the ceiling shows how many there
/// are).
///
/// | level | right | found |
/// |---|---|---|
/// | `file` | files that must change | `files` |
/// | `class` | classes whose own lines change, and the innermost class around each changed function | `classes`, or without it: for each of `functions`, what stands before its last dot, itself where there is no dot |
/// | `function` | functions, methods and classes together | `functions` |
/// | `function-only` | functions and methods | `functions` without what is in `classes` |
/// | `class-only` | classes whose own lines change | `classes`, or `functions` without it |
#[derive(Clone, Copy, Debug, Default)]
pub struct PathScorer;

const METRICS: [Metric; 25] = [
    Metric::Recall(1),
    Metric::Recall(3),
    Metric::Recall(5),
    Metric::Recall(10),
    Metric::Recall(20),
    Metric::Accuracy(1),
    Metric::Accuracy(3),
    Metric::Accuracy(5),
    Metric::Accuracy(10),
    Metric::AnyHit(1),
    Metric::AnyHit(3),
    Metric::AnyHit(5),
    Metric::AnyHit(10),
    Metric::AveragePrecision,
    Metric::ReciprocalRank,
    Metric::Ndcg(5),
    Metric::Ndcg(10),
    Metric::Precision(Some(1)),
    Metric::Precision(Some(5)),
    Metric::F1(Some(1)),
    Metric::F1(Some(5)),
    Metric::Iou(Some(5)),
    Metric::Precision(None),
    Metric::F1(None),
    Metric::Iou(None),
];

impl Scorer for PathScorer {
    fn name(&self) -> &'static str {
        "path"
    }

    fn about(&self) -> &'static str {
        "path-qualified names, every task counts, a missing answer counts 0"
    }

    fn levels(&self) -> &'static [ScoreLevel] {
        &[
            ScoreLevel::File,
            ScoreLevel::Class,
            ScoreLevel::Function,
            ScoreLevel::FunctionOnly,
            ScoreLevel::ClassOnly,
        ]
    }

    fn metrics(&self, _level: ScoreLevel) -> &'static [Metric] {
        &METRICS
    }

    fn view(&self, level: ScoreLevel) -> View {
        let (truth, ranking): (ReadTruth, ReadRanking) = match level {
            ScoreLevel::File => (|t| all(&t.files), |a| list(&a.files)),
            ScoreLevel::Class | ScoreLevel::Module => (
                |t| {
                    Some(
                        [&t.classes, &t.enclosing_classes]
                            .into_iter()
                            .flatten()
                            .map(String::as_str)
                            .collect(),
                    )
                },
                classes_around,
            ),
            ScoreLevel::Function => (|t| all(&t.locations), |a| list(&a.functions)),
            ScoreLevel::FunctionOnly => (|t| all(&t.functions), functions_alone),
            ScoreLevel::ClassOnly => (
                |t| all(&t.classes),
                |a| list(a.classes.as_ref().unwrap_or(&a.functions)),
            ),
        };
        View {
            truth,
            ranking,
            limit: None,
        }
    }
}

fn list(items: &[String]) -> Vec<&str> {
    items.iter().map(String::as_str).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a view asks for")]
fn all(items: &[String]) -> Option<Vec<&str>> {
    Some(list(items))
}

fn classes_around(answer: &Answer) -> Vec<&str> {
    match &answer.classes {
        Some(classes) => list(classes),
        None => answer
            .functions
            .iter()
            .map(|id| enclosing(id).unwrap_or(id))
            .collect(),
    }
}

fn functions_alone(answer: &Answer) -> Vec<&str> {
    let classes = answer.classes.as_deref().unwrap_or_default();
    list(&answer.functions)
        .into_iter()
        .filter(|id| !classes.iter().any(|class| class == id))
        .collect()
}
