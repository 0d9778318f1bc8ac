//! What each metric means, in a line.

use bughound_metrics::Metric;

/// What a metric measures, for people. The formula and its source stand at the metric's function in
/// `bughound-metrics`.
pub fn definition(metric: Metric) -> String {
    let first = |k: usize| match k {
        1 => "first answer".to_owned(),
        k => format!("first {k} answers"),
    };
    let whole = |k: Option<usize>| match k {
        Some(k) => format!("the {}", first(k)),
        None => "the whole answer".to_owned(),
    };
    match metric {
        Metric::Recall(k) => format!("share of what is right that is among the {}", first(k)),
        Metric::Accuracy(k) => format!(
            "1 where all that is right is among the {}, else 0",
            first(k)
        ),
        Metric::CappedAccuracy(k) => format!(
            "1 where the {} hold as much that is right as {k} places can, else 0",
            first(k)
        ),
        Metric::AnyHit(k) => format!("1 where anything right is among the {}, else 0", first(k)),
        Metric::AveragePrecision => {
            "precision at the place of each right answer, averaged over all that is right"
                .to_owned()
        }
        Metric::ReciprocalRank => "1 / rank of the first right answer".to_owned(),
        Metric::Ndcg(k) => format!(
            "gain of the {}, 1/log2(rank + 1) for each right one, over the best possible gain",
            first(k)
        ),
        Metric::Precision(k) => format!("share of {} that is right", whole(k)),
        Metric::F1(k) => format!("harmonic mean of precision and recall of {}", whole(k)),
        Metric::Iou(k) => format!("right answers in {} over all in either", whole(k)),
    }
}
