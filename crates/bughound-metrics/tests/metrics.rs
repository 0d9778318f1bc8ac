//! Values worked out by hand, and properties that every metric must have.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use bughound_metrics::{Judged, Metric};
use proptest::prelude::*;

fn judged(ranking: &str, truth: &str) -> Judged {
    Judged::new(ranking.split_whitespace(), truth.split_whitespace(), None)
}

/// `expect` holds `metric value` pairs, one per line.
fn check(ranking: &str, truth: &str, expect: &str) {
    let judged = judged(ranking, truth);
    for line in expect.trim().lines() {
        let (name, value) = line.trim().split_once(' ').unwrap();
        let metric: Metric = name.parse().unwrap();
        let value: f64 = value.trim().parse().unwrap();
        let got = metric.value(&judged);
        assert!(
            (got - value).abs() < 1e-9,
            "[{ranking}] / [{truth}]: {name} is {got}, not {value}"
        );
    }
}

#[test]
fn one_right_answer_at_rank_two() {
    check(
        "x a y z",
        "a",
        "recall@1 0
         recall@2 1
         acc@1 0
         acc@2 1
         hit@1 0
         hit@5 1
         map 0.5
         mrr 0.5
         ndcg@1 0
         ndcg@5 0.6309297535714575
         precision 0.25
         precision@2 0.5
         f1 0.4
         f1@2 0.6666666666666666
         iou 0.25
         iou@2 0.5",
    );
}

#[test]
fn two_of_three_found() {
    // AP = (1/1 + 2/4)/3; DCG = 1 + 1/log2(5); ideal = 1 + 1/log2(3) + 1/log2(4).
    check(
        "a x y b",
        "a b c",
        "recall@1 0.3333333333333333
         recall@3 0.3333333333333333
         recall@4 0.6666666666666666
         recall@100 0.6666666666666666
         acc@4 0
         capped_acc@1 1
         capped_acc@2 0
         hit@1 1
         map 0.5
         mrr 1
         ndcg@1 1
         ndcg@4 0.6713860725233041
         precision 0.5
         precision@3 0.3333333333333333
         f1 0.5714285714285714
         iou 0.4
         iou@1 0.3333333333333333",
    );
}

#[test]
fn more_right_answers_than_places() {
    check(
        "a b",
        "a b c d",
        "recall@1 0.25
         recall@2 0.5
         acc@2 0
         capped_acc@2 1
         capped_acc@4 0
         ndcg@2 1
         map 0.5
         precision 1
         f1 0.6666666666666666
         iou 0.5",
    );
}

#[test]
fn nothing_to_find_or_nothing_found() {
    let zeros = "recall@5 0
         acc@5 0
         capped_acc@5 0
         hit@5 0
         map 0
         mrr 0
         ndcg@5 0
         precision 0
         f1 0
         iou 0";
    check("a b", "", zeros);
    check("", "a", zeros);
    check("", "", zeros);
    check("x y z", "a", zeros);
}

#[test]
fn a_repeated_answer_counts_once() {
    check(
        "a a a b",
        "a b",
        "recall@2 1\nprecision 1\nmap 1\nndcg@5 1\nacc@2 1",
    );
}

#[test]
fn ceilings() {
    let check = |name: &str, n_truth: usize, limit: Option<usize>, expect: f64| {
        let metric: Metric = name.parse().unwrap();
        let got = metric.ceiling(n_truth, limit);
        assert!((got - expect).abs() < 1e-12, "{name} of {n_truth}: {got}");
    };
    check("recall@1", 4, None, 0.25);
    check("recall@5", 4, None, 1.0);
    check("recall@5", 8, Some(5), 0.625);
    check("acc@3", 4, None, 0.0);
    check("acc@3", 3, None, 1.0);
    check("capped_acc@3", 4, None, 1.0);
    check("map", 10, Some(5), 0.5);
    check("map", 10, None, 1.0);
    check("ndcg@5", 10, Some(5), 1.0);
    check("f1", 10, Some(5), 2.0 / 3.0);
    check("precision@5", 2, None, 1.0);
    check("recall@5", 0, None, 0.0);
}

#[test]
fn names_round_trip() {
    for name in [
        "recall@1",
        "acc@5",
        "capped_acc@5",
        "hit@10",
        "map",
        "mrr",
        "ndcg@5",
        "precision",
        "precision@3",
        "f1",
        "f1@5",
        "iou",
        "iou@1",
    ] {
        assert_eq!(name.parse::<Metric>().unwrap().to_string(), name);
    }
    for name in [
        "", "recall", "recall@0", "recall@x", "map@5", "mrr@", "precise",
    ] {
        let error = name.parse::<Metric>().unwrap_err().to_string();
        assert!(
            error.contains(&format!("`{name}`")) && error.contains("recall@K"),
            "{error}"
        );
    }
}

const KS: [usize; 5] = [1, 2, 3, 5, 10];

fn all_metrics() -> Vec<Metric> {
    let mut all = vec![Metric::AveragePrecision, Metric::ReciprocalRank];
    all.extend([Metric::Precision(None), Metric::F1(None), Metric::Iou(None)]);
    for k in KS {
        all.extend([
            Metric::Recall(k),
            Metric::Accuracy(k),
            Metric::CappedAccuracy(k),
            Metric::AnyHit(k),
            Metric::Ndcg(k),
            Metric::Precision(Some(k)),
            Metric::F1(Some(k)),
            Metric::Iou(Some(k)),
        ]);
    }
    all
}

/// Small alphabets, so that rankings and truths meet often.
fn items(max: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec((0_u8..14).prop_map(|i| format!("i{i}")), 0..max)
}

fn judge(ranking: &[String], truth: &[String]) -> Judged {
    Judged::new(
        ranking.iter().map(String::as_str),
        truth.iter().map(String::as_str),
        None,
    )
}

proptest! {
    #[test]
    fn values_lie_between_zero_and_the_ceiling_or_one(ranking in items(20), truth in items(12)) {
        let judged = judge(&ranking, &truth);
        for metric in all_metrics() {
            let value = metric.value(&judged);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{} = {}", metric, value);
            let ceiling = metric.ceiling(judged.n_truth(), None);
            prop_assert!(value <= ceiling + 1e-12, "{} = {} > {}", metric, value, ceiling);
        }
    }

    #[test]
    fn deeper_is_never_worse(ranking in items(20), truth in items(8)) {
        let judged = judge(&ranking, &truth);
        for pair in KS.windows(2) {
            for of in [Metric::Recall, Metric::Accuracy, Metric::AnyHit] {
                prop_assert!(of(pair[0]).value(&judged) <= of(pair[1]).value(&judged));
            }
        }
        for k in KS {
            prop_assert!(Metric::Accuracy(k).value(&judged) <= Metric::Recall(k).value(&judged));
            prop_assert!(Metric::Recall(k).value(&judged) <= Metric::AnyHit(k).value(&judged));
        }
    }

    #[test]
    fn order_below_the_cut_does_not_matter(
        top in items(5), rest in items(12).prop_shuffle(), truth in items(8),
    ) {
        let rank = |rest: &[String]| {
            let ranking: Vec<String> = top.iter().chain(rest).cloned().collect();
            judge(&ranking, &truth)
        };
        let distinct_top = judge(&top, &[]).n_ranked();
        let mut reversed = rest.clone();
        reversed.reverse();
        for metric in all_metrics() {
            let (Metric::Recall(k)
            | Metric::Accuracy(k)
            | Metric::CappedAccuracy(k)
            | Metric::AnyHit(k)
            | Metric::Ndcg(k)
            | Metric::Precision(Some(k))
            | Metric::F1(Some(k))
            | Metric::Iou(Some(k))) = metric
            else {
                continue;
            };
            if k <= distinct_top {
                let (a, b) = (metric.value(&rank(&rest)), metric.value(&rank(&reversed)));
                prop_assert!((a - b).abs() < 1e-12, "{}: {} and {}", metric, a, b);
            }
        }
    }

    #[test]
    fn a_perfect_ranking_reaches_the_ceiling(truth in items(14)) {
        let judged = judge(&truth, &truth);
        for metric in all_metrics() {
            let (value, ceiling) = (metric.value(&judged), metric.ceiling(judged.n_truth(), None));
            prop_assert!((value - ceiling).abs() < 1e-12, "{}: {} of {}", metric, value, ceiling);
        }
    }

    #[test]
    fn moving_a_right_answer_up_never_hurts(ranking in items(20), truth in items(8), at in 1_usize..20) {
        let before = judge(&ranking, &truth);
        if at < ranking.len() && truth.contains(&ranking[at]) {
            let mut better = ranking.clone();
            better.swap(at - 1, at);
            let after = judge(&better, &truth);
            for metric in all_metrics() {
                prop_assert!(metric.value(&after) + 1e-12 >= metric.value(&before), "{}", metric);
            }
        }
    }
}

#[test]
fn nothing_found_is_plain_zero() {
    for judged in [
        Judged::new([], ["a"], None),
        Judged::new(["b"], ["a"], None),
        Judged::new([], [], None),
    ] {
        for name in [
            "recall@5",
            "acc@5",
            "hit@5",
            "ndcg@5",
            "map",
            "mrr",
            "precision",
            "f1@5",
            "iou",
        ] {
            let value = name.parse::<Metric>().unwrap().value(&judged);
            assert!(value.is_sign_positive(), "{name}: {value:?}");
        }
    }
}
