//! What each metric means, in a line.

use bughound_metrics::Metric;

/// What a metric measures, for people. The formula and its source stand at the metric's function in
/// `bughound-metrics`.
pub fn definition(metric: Metric) -> String {
    let places = |k: usize| match k {
        1 => "the first place".to_owned(),
        k => format!("the first {k} places"),
    };
    let answers = |k: Option<usize>| match k {
        Some(1) => "the first answer".to_owned(),
        Some(k) => format!("the first {k} answers"),
        None => "the whole answer".to_owned(),
    };
    match metric {
        Metric::Recall(k) => format!("share of what is right that stands in {}", places(k)),
        Metric::Accuracy(k) => format!("1 where all that is right stands in {}, else 0", places(k)),
        Metric::CappedAccuracy(k) => format!(
            "1 where as much that is right stands in {} as there can, else 0",
            places(k)
        ),
        Metric::AnyHit(k) => format!("1 where anything right stands in {}, else 0", places(k)),
        Metric::AveragePrecision => {
            "precision at the place of each right answer, averaged over all that is right"
                .to_owned()
        }
        Metric::ReciprocalRank => "1 / rank of the first right answer".to_owned(),
        Metric::Ndcg(k) => format!(
            "gain of {}, 1/log2(rank + 1) for each right answer, over the best possible gain",
            places(k)
        ),
        Metric::Precision(k) => format!("share of {} that is right", answers(k)),
        Metric::F1(k) => format!("harmonic mean of precision and recall of {}", answers(k)),
        Metric::Iou(k) => format!("right answers in {} over all in either", answers(k)),
    }
}
