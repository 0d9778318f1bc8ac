//! What a run writes, and what becomes of tasks that cannot be worked on.

use std::num::NonZeroUsize;

use bughound_eval::{ErrorKind, EvalError, MissReason, PredictionLine, RunSummary, Selection};
use bughound_metrics::{FlevalScorer, Metric, ScoreLevel};

use crate::world::{World, git};

fn mean(summary: &RunSummary, level: ScoreLevel, metric: Metric) -> f64 {
    summary
        .document
        .scores
        .level(level)
        .unwrap()
        .aggregate_of(metric)
        .unwrap()
        .mean
}

fn ids(lines: &[PredictionLine]) -> Vec<&str> {
    lines.iter().map(|line| line.instance_id.as_str()).collect()
}

#[test]
fn a_run_folder_holds_everything() {
    let world = World::new();
    let summary = world.evaluate("runs/x").unwrap();
    let mut names: Vec<String> = std::fs::read_dir(world.path("runs/x"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "ground-truth.json",
            "metrics.json",
            "predictions.jsonl",
            "report.html",
            "report.md",
            "settings.toml"
        ]
    );
    let lines: Vec<PredictionLine> = world
        .read("runs/x/predictions.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, summary.lines);
    assert_eq!(
        ids(&lines),
        ["a__b-1", "a__b-2", "a__b-3", "c__d-1", "c__d-2"]
    );
    assert_eq!(
        lines[1].functions,
        ["extra.py::unused", "shop.py::Cart.total"]
    );
    assert_eq!(lines[1].scores.functions, [1.0, 0.5]);
    let stages: Vec<&String> = lines[1].milliseconds_by_stage.keys().collect();
    assert_eq!(
        stages,
        ["snapshot", "index", "history", "answer", "listen", "speak"]
    );
    // No path of this machine gets into the files.
    for name in names {
        let text = world.read(&format!("runs/x/{name}"));
        assert_eq!(world.without_paths(&text), text, "{name}");
    }
    insta::assert_snapshot!(world.read("runs/x/settings.toml").replace(&summary_sha(&world), "SHA"), @r#"
    # What decided this run. Written by `bughound eval`; see docs/evaluation.md.
    format = 1
    bughound = "0.1.0"
    policy = "told"

    [tasks]
    file = "tasks.jsonl"
    sha256 = "SHA"
    count = 5

    [depth]
    files = 100
    functions = 200
    classes = 100

    [scoring]
    scorer = "path"
    ground_truth = "patches"

    [scoring.bootstrap]
    resamples = 20
    confidence = 0.95
    seed = 17
    "#);
}

fn summary_sha(world: &World) -> String {
    world.tasks_file().sha256.to_string()
}

#[test]
fn numbers_are_right() {
    let world = World::new();
    let summary = world.evaluate("runs/x").unwrap();
    let check = |level, metric, expect: f64| {
        let mean = mean(&summary, level, metric);
        assert!((mean - expect).abs() < 1e-9, "{level} {metric}: {mean}");
    };
    // Found at once; half of it at the second place; not there; not there; the file at once.
    check(ScoreLevel::File, Metric::Recall(1), 2.0 / 5.0);
    check(ScoreLevel::File, Metric::Recall(5), 3.0 / 5.0);
    // Two tasks have no function to find and count 0.
    check(ScoreLevel::Function, Metric::Recall(5), (1.0 + 0.5) / 5.0);
    check(ScoreLevel::Function, Metric::Accuracy(5), 1.0 / 5.0);
    check(
        ScoreLevel::Function,
        Metric::ReciprocalRank,
        (1.0 + 0.5) / 5.0,
    );
    let reasons: Vec<(&str, MissReason)> = summary
        .misses
        .iter()
        .map(|miss| (miss.instance_id.as_str(), miss.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("a__b-2", MissReason::PartlyFound),
            ("a__b-3", MissReason::NotACandidate),
            ("c__d-1", MissReason::FileNotRanked),
            ("c__d-2", MissReason::NothingToFind),
        ]
    );
}

#[test]
fn tasks_that_cannot_be_worked_on_are_listed() {
    let mut world = World::new();
    world.tasks[0].base_commit = "0123456789012345678901234567890123456789".to_owned();
    world.tasks[1].repo = "no/where".to_owned();
    world.tasks[2].problem_statement = " \n".to_owned();
    world.tasks[3].problem_statement = "crash, please".to_owned();
    world.save();
    let summary = world.evaluate("runs/x").unwrap();
    let kinds: Vec<Option<ErrorKind>> = summary
        .lines
        .iter()
        .map(|line| line.error.as_ref().map(|error| error.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            Some(ErrorKind::CommitMissing),
            Some(ErrorKind::RepositoryMissing),
            Some(ErrorKind::EmptyIssue),
            Some(ErrorKind::Fault),
            None,
        ]
    );
    let faults: Vec<(&str, &str)> = summary.faults().into_iter().collect();
    assert_eq!(
        faults,
        [("c__d-1", "crashed: told to crash; please report this")]
    );
    // The fault is in no sum; the others count 0, with the files that their patches name still to be found.
    let files = summary.document.scores.level(ScoreLevel::File).unwrap();
    assert_eq!(
        (files.denominators.tasks, files.denominators.with_truth),
        (4, 4)
    );
    assert_eq!(files.denominators.answered, 1);
    assert_eq!(summary.document.answers.errors.len(), 3);
    let reasons: Vec<MissReason> = summary.misses.iter().map(|miss| miss.reason).collect();
    assert_eq!(
        reasons,
        [
            MissReason::NotAnswered(ErrorKind::CommitMissing),
            MissReason::NotAnswered(ErrorKind::RepositoryMissing),
            MissReason::NotAnswered(ErrorKind::EmptyIssue),
            MissReason::NothingToFind,
        ]
    );
    let report = world.read("runs/x/report.md");
    assert!(
        report.contains("This run is not complete: 1 task could not be worked on"),
        "{report}"
    );
    assert!(
        report.contains("| a__b-1 | commit-missing, counts 0 |"),
        "{report}"
    );

    // They are tried again when the commit has been fetched.
    let task = world.tasks[0].clone();
    git(
        &world.path("repos/a+b/repo"),
        &["commit", "-q", "--allow-empty", "-m", "other"],
    );
    let again = world.evaluate("runs/x").unwrap();
    assert_eq!(again.n_resumed, 1);
    assert_eq!(again.lines[0].instance_id, task.instance_id);
}

#[test]
fn workers_and_threads_change_nothing() {
    let world = World::new();
    let strip = |summary: RunSummary| -> Vec<PredictionLine> {
        let mut lines = summary.lines;
        for line in &mut lines {
            line.milliseconds = 0.0;
            line.milliseconds_by_stage.clear();
        }
        lines
    };
    let one = strip(world.evaluate("runs/one").unwrap());
    let many = world.evaluate_with("runs/many", |request| {
        request.jobs = NonZeroUsize::new(3).unwrap();
        request.threads = NonZeroUsize::new(4).unwrap();
    });
    assert_eq!(strip(many.unwrap()), one);
    assert_eq!(
        world.read("runs/many/metrics.json"),
        world.read("runs/one/metrics.json")
    );
    assert_eq!(
        world.read("runs/many/settings.toml"),
        world.read("runs/one/settings.toml")
    );
}

#[test]
fn the_built_in_policy_finds_what_an_issue_names() {
    let mut world = World::new();
    world.tasks.truncate(2);
    world.tasks[0].problem_statement = "price() in shop.py returns the wrong thing".to_owned();
    world.tasks[1].problem_statement = "Cart.total is always 0 after Cart.add".to_owned();
    world.save();
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.policy = bughound_eval::policies()[0];
        })
        .unwrap();
    assert_eq!(summary.lines[0].functions[0], "shop.py::price");
    assert!(mean(&summary, ScoreLevel::Function, Metric::Recall(5)) > 0.99);
    for line in &summary.lines {
        let mut unique = line.functions.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), line.functions.len());
        assert_eq!(line.functions.len(), line.scores.functions.len());
        // A class stands where the first of itself and its methods does.
        for (class, score) in line.classes.iter().zip(&line.scores.classes) {
            let inside = format!("{class}.");
            let mut members = line.functions.iter().zip(&line.scores.functions);
            let (_, best) = members
                .find(|(id, _)| *id == class || id.starts_with(&inside))
                .unwrap();
            assert!((best - score).abs() < 1e-6, "{class}");
        }
    }
    assert_eq!(summary.lines[1].classes, ["shop.py::Cart"]);
}

#[test]
fn a_selection_is_honoured() {
    let world = World::new();
    let check = |out: &str, selection: Selection, expect: &[&str]| {
        let summary = world
            .evaluate_with(out, |request| request.selection = selection)
            .unwrap();
        assert_eq!(ids(&summary.lines), expect);
        assert_eq!(summary.document.tasks.count, expect.len());
    };
    let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    check(
        "1",
        Selection {
            limit: Some(2),
            ..Selection::default()
        },
        &["a__b-1", "a__b-2"],
    );
    check(
        "2",
        Selection {
            instances: named(&["c__d-1", "a__b-3"]),
            limit: None,
        },
        &["a__b-3", "c__d-1"],
    );
    check(
        "3",
        Selection {
            instances: named(&["c__d-1", "a__b-3"]),
            limit: Some(1),
        },
        &["a__b-3"],
    );
    let error = world
        .evaluate_with("4", |request| {
            request.selection.instances = named(&["a__b-1", "x"]);
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "no task is called `x`");
    assert!(!world.path("4").exists());
}

#[test]
fn ground_truth_and_scorer_can_be_given() {
    let world = World::new();
    world.write(
        "gt.json",
        r#"{"a__b-1": ["extra.py::unused"], "a__b-2": ["extra.py::unused"]}"#,
    );
    let gt = world.path("gt.json");
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.ground_truth = Some(&gt);
            request.scorer = &FlevalScorer;
        })
        .unwrap();
    assert_eq!(summary.document.scorer.name, "fleval");
    assert_eq!(
        summary.document.not_scored.without_ground_truth,
        ["a__b-3", "c__d-1", "c__d-2"]
    );
    assert!((mean(&summary, ScoreLevel::Function, Metric::Recall(1)) - 0.5).abs() < 1e-9);
    assert!(
        world
            .read("runs/x/settings.toml")
            .contains("ground_truth = \"gt.json ")
    );
}

#[test]
fn a_file_without_tasks_is_an_error() {
    let world = World::new();
    world.write("empty.jsonl", "\n");
    let error = bughound_eval::TasksFile::read(
        &world.path("empty.jsonl"),
        bughound_tasks::OnMalformed::Stop,
    );
    assert!(matches!(error, Err(EvalError::NoTasks { .. })), "{error:?}");
}
