//! Comparing two sets of predictions.

use bughound_eval::{
    CompareDocument, CompareRequest, ScoreDocument, ScoreRequest, TaskList, Truths,
    compare_predictions, score,
};
use bughound_metrics::{Metric, PathScorer, ScoreLevel};
use bughound_tasks::OnMalformed;

use crate::world::{World, bootstrap};

/// Predictions of functions, one task per line: `id: function function`.
fn scored(world: &World, name: &str, predictions: &str) -> ScoreDocument {
    let lines: Vec<String> = predictions
        .lines()
        .map(|line| {
            let (id, functions) = line.trim().split_once(": ").unwrap();
            let functions: Vec<&str> = functions.split(' ').collect();
            serde_json::json!({"instance_id": id, "functions": functions}).to_string()
        })
        .collect();
    world.write(name, &lines.join("\n"));
    let truths = Truths::from_patches(&world.tasks, &world.repos(), &bughound_eval::Silent);
    let (document, _) = score(&ScoreRequest {
        predictions: &world.path(name),
        tasks: &TaskList::for_predictions(&world.tasks_file(), &world.path(name)).unwrap(),
        truths: &truths,
        scorer: &PathScorer,
        bootstrap: bootstrap(),
        on_malformed: OnMalformed::Stop,
    })
    .unwrap();
    document
}

fn compared(a: &ScoreDocument, b: &ScoreDocument) -> CompareDocument {
    compare_predictions(&CompareRequest {
        name_a: "a.jsonl",
        a,
        name_b: "b.jsonl",
        b,
        listed: (ScoreLevel::Function, Metric::Recall(5)),
        n_listed: 2,
        bootstrap: bootstrap(),
    })
}

#[test]
fn differences_are_counted_and_listed() {
    let world = World::new();
    let a = scored(
        &world,
        "a.jsonl",
        "a__b-1: shop.py::price\na__b-2: extra.py::unused\nc__d-1: core/other.py::other",
    );
    let b = scored(
        &world,
        "b.jsonl",
        "a__b-1: extra.py::unused\na__b-2: extra.py::unused shop.py::Cart.add\nc__d-1: core/run.py::start",
    );
    let document = compared(&a, &b);
    let recall = document
        .comparison
        .metrics
        .iter()
        .find(|m| (m.level, m.metric) == document.listed)
        .unwrap()
        .comparison;
    assert_eq!((recall.wins, recall.ties, recall.losses), (2, 2, 1));
    assert!((recall.difference - 0.5 / 5.0).abs() < 1e-12);
    let listed: Vec<(&str, f64, f64)> = document
        .differences
        .iter()
        .map(|d| (d.instance_id.as_str(), d.a, d.b))
        .collect();
    assert_eq!(listed, [("a__b-1", 1.0, 0.0), ("c__d-1", 0.0, 1.0)]);
    let json = document.to_json();
    assert_eq!(json["format"], CompareDocument::FORMAT);
    assert_eq!(json["differences"]["metric"], "recall@5");
    assert_eq!(
        json["differences"]["tasks"][1]["ranks_b"],
        serde_json::json!([1])
    );
    let text = document.to_text();
    let shown: Vec<&str> = text
        .lines()
        .filter(|line| {
            !line.starts_with("  ") || line.contains("recall@5 ") || line.contains(" -> ")
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    a: a.jsonl
    b: b.jsonl
    scorer path
    5 tasks in both, 0 only in a, 0 only in b; differences are b - a, in points

    file level
      recall@5        20.0   40.0   +20.0    -50.5 … +60.0   1.0000          2 / 2 / 1

    class level
      recall@5         0.0   20.0   +20.0     +0.0 … +60.0   1.0000          1 / 4 / 0

    function level
      recall@5        20.0   30.0   +10.0    -50.5 … +35.2   1.0000          2 / 2 / 1

    function-only level
      recall@5        20.0   30.0   +10.0    -50.5 … +35.2   1.0000          2 / 2 / 1

    class-only level
      recall@5         0.0    0.0    +0.0      +0.0 … +0.0   1.0000          0 / 5 / 0

    p: two-sided sign-flip randomisation test, each metric on its own: decide beforehand which one counts.
    intervals of the mean difference: 95 %, percentile bootstrap over tasks, 20 resamples, seed 17

    biggest differences in function recall@5 (share of what is right that stands in the first 5 places)
      a__b-1  100.0 ->   0.0  ranks 1 -> none
      c__d-1    0.0 -> 100.0  ranks none -> 1
    ");
}

#[test]
fn the_same_predictions_do_not_differ() {
    let world = World::new();
    let a = scored(
        &world,
        "a.jsonl",
        "a__b-1: shop.py::price\na__b-2: shop.py::Cart.add",
    );
    let document = compared(&a, &a);
    assert!(document.differences.is_empty());
    assert!(
        document
            .to_text()
            .contains("no task differs in function recall@5")
    );
    for metric in &document.comparison.metrics {
        assert!((metric.comparison.p_value - 1.0).abs() < 1e-12);
        assert_eq!(metric.comparison.ties, 5);
    }
}
