//! Scoring predictions, our own and others'.

use std::path::Path;

use bughound_eval::{EvalError, RunFolder, ScoreDocument, ScoreRequest, TaskList, Truths, score};
use bughound_metrics::{Metric, ScoreLevel, scorer_named};
use bughound_tasks::{Finding, OnMalformed};

use crate::world::{World, bootstrap};

fn scored(
    world: &World,
    predictions: &Path,
    truths: &Truths,
    scorer: &str,
) -> Result<(ScoreDocument, Vec<Finding>), EvalError> {
    let tasks = TaskList::for_predictions(&world.tasks_file(), predictions)?;
    score(&ScoreRequest {
        predictions,
        tasks: &tasks,
        truths,
        scorer: scorer_named(scorer).unwrap(),
        bootstrap: bootstrap(),
        on_malformed: OnMalformed::Skip,
    })
}

fn truths(world: &World) -> Truths {
    Truths::from_patches(&world.tasks, &world.repos(), &bughound_eval::Silent)
}

#[test]
fn metrics_json_is_what_score_says() {
    let mut world = World::new();
    world.tasks[1].repo = "no/where".to_owned();
    world.tasks[3].problem_statement = "crash".to_owned();
    world.save();
    for (scorer, limit) in [("path", None), ("fleval", Some(4)), ("locagent", None)] {
        let out = format!("runs/{scorer}");
        world
            .evaluate_with(&out, |request| {
                request.scorer = scorer_named(scorer).unwrap();
                request.selection.limit = limit;
            })
            .unwrap();
        let folder = RunFolder::at(world.path(&out));
        let expect = world.read(&format!("{out}/metrics.json"));
        for truths in [truths(&world), Truths::of_run(&folder).unwrap()] {
            for predictions in [folder.predictions_file(), folder.dir().to_owned()] {
                let (document, findings) = scored(&world, &predictions, &truths, scorer).unwrap();
                assert_eq!(document.to_json_text(), expect);
                assert!(findings.is_empty());
            }
        }
    }
}

#[test]
fn the_right_answer_scores_its_ceiling() {
    let world = World::new();
    let truths = truths(&world);
    let lines: Vec<String> = truths
        .by_task
        .iter()
        .map(|(id, truth)| {
            let functions: Vec<&String> = truth.functions.iter().chain(&truth.classes).collect();
            serde_json::json!({"instance_id": id, "files": truth.files, "functions": functions})
                .to_string()
        })
        .collect();
    world.write("gold.jsonl", &lines.join("\n"));
    for scorer in ["path", "fleval", "locagent"] {
        let (document, _) = scored(&world, &world.path("gold.jsonl"), &truths, scorer).unwrap();
        for level in &document.scores.levels {
            if level.level == ScoreLevel::ClassOnly {
                continue; // read off `functions` here, which holds more than classes
            }
            for aggregate in &level.aggregates {
                assert!(
                    (aggregate.mean - aggregate.ceiling).abs() < 1e-12,
                    "{scorer} {} {}",
                    level.level,
                    aggregate.metric
                );
            }
        }
    }
}

#[test]
fn predictions_of_others() {
    let world = World::new();
    world.write(
        "others.jsonl",
        concat!(
            r#"{"instance_id": "a__b-1", "found_files": ["shop.py"], "found_related_locs": [["function: price"]]}"#,
            "\n{broken\n",
            r#"{"instance_id": "a__b-2", "locations": ["shop.py::Cart.add", "shop.py::Cart.total"]}"#,
            "\n",
            r#"{"instance_id": "x__y-7", "locations": ["shop.py::price"]}"#,
            "\n",
        ),
    );
    let (document, findings) =
        scored(&world, &world.path("others.jsonl"), &truths(&world), "path").unwrap();
    let functions = document.scores.level(ScoreLevel::Function).unwrap();
    let recall = functions.aggregate_of(Metric::Recall(5)).unwrap();
    assert!((recall.mean - 2.0 / 5.0).abs() < 1e-12);
    assert!((recall.mean_with_truth - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(document.answers.answered, 2);
    assert_eq!(document.answers.unanswered, ["a__b-3", "c__d-1", "c__d-2"]);
    assert_eq!(document.answers.unknown, ["x__y-7"]);
    assert_eq!(document.answers.skipped, 1);
    assert_eq!(findings.len(), 1);
    insta::assert_snapshot!(head(&document), @r"
    scorer path: path-qualified names, every task counts, a missing answer counts 0
    5 tasks of tasks.jsonl, 2 answered; ground truth from the patches of the tasks
    intervals: 95 %, percentile bootstrap over tasks, 20 resamples, seed 17
      without an answer, counting 0: 3 (a__b-3, c__d-1, c__d-2)
      predictions for other tasks, left out: 1 (x__y-7)
      malformed or repeated predictions, left out: 1
    ");
}

/// What stands before the first level.
fn head(document: &ScoreDocument) -> String {
    let text = document.to_text();
    text.split("\n\n").next().unwrap().to_owned()
}

#[test]
fn the_shape_of_the_document() {
    let world = World::new();
    world
        .evaluate_with("runs/x", |request| request.selection.limit = Some(2))
        .unwrap();
    let json: serde_json::Value = serde_json::from_str(&world.read("runs/x/metrics.json")).unwrap();
    assert_eq!(json["format"], ScoreDocument::FORMAT);
    assert_eq!(json["scorer"]["name"], "path");
    assert_eq!(json["tasks"]["count"], 2);
    assert_eq!(json["ground_truth"]["source"], "patches");
    assert_eq!(json["levels"]["file"]["denominators"]["tasks"], 2);
    let recall = &json["levels"]["function"]["metrics"]["recall@5"];
    assert_eq!(recall["mean"], 0.75);
    assert_eq!(recall["ceiling"], 1.0);
    assert!(recall["low"].as_f64().unwrap() <= 0.75 && recall["high"].as_f64().unwrap() >= 0.75);
    assert_eq!(
        json["per_task"]["a__b-2"]["function"]["ranks"],
        serde_json::json!([2])
    );
    assert_eq!(json["per_task"]["a__b-2"]["function"]["n_truth"], 2);
    assert!(
        json["definitions"]["recall@5"]
            .as_str()
            .unwrap()
            .contains("first 5 places")
    );
}

#[test]
fn the_selection_of_a_run_is_not_forced_on_other_tasks() {
    let world = World::new();
    world
        .evaluate_with("runs/x", |request| request.selection.limit = Some(2))
        .unwrap();
    let own = TaskList::for_predictions(&world.tasks_file(), &world.path("runs/x")).unwrap();
    assert_eq!(own.ids.len(), 2);
    let mut other = world.tasks_file();
    other.sha256 = bughound_eval::Sha256::of(b"another file");
    let list = TaskList::for_predictions(&other, &world.path("runs/x")).unwrap();
    assert_eq!(list.ids.len(), 5);
}
