//! Each scorer's definitions on small runs worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use bughound_metrics::{
    Answer, BootstrapSettings, Metric, RunScores, ScoreLevel, ScoredTask, Truth, compare_runs,
    score_run, scorer_named, scorers,
};

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn answer(files: &str, functions: &str) -> Answer {
    Answer {
        files: words(files),
        functions: words(functions),
        classes: None,
    }
}

fn run(scorer: &str, tasks: &[(&str, &Truth, Option<&Answer>)]) -> RunScores {
    let tasks: Vec<ScoredTask<'_>> = tasks
        .iter()
        .map(|&(id, truth, answer)| ScoredTask { id, truth, answer })
        .collect();
    let settings = BootstrapSettings {
        resamples: 200,
        ..Default::default()
    };
    score_run(scorer_named(scorer).unwrap(), &tasks, &settings)
}

/// `expect`: `level metric mean` per line.
fn check(run: &RunScores, expect: &str) {
    for line in expect.trim().lines() {
        let mut parts = line.split_whitespace();
        let level_name = parts.next().unwrap();
        let metric: Metric = parts.next().unwrap().parse().unwrap();
        let mean: f64 = parts.next().unwrap().parse().unwrap();
        let level = run
            .levels
            .iter()
            .find(|l| l.level.name() == level_name)
            .unwrap();
        let got = level.aggregate_of(metric).unwrap().mean;
        assert!(
            (got - mean).abs() < 1e-9,
            "{level_name} {metric} is {got}, not {mean}"
        );
    }
}

#[test]
fn path_wants_the_path_and_counts_every_task() {
    let method = Truth::from_ids(["a.py::C.m"]);
    let nothing = Truth {
        files: words("b.py"),
        ..Truth::default()
    };
    let right = answer("a.py", "b.py::C.m a.py::C.m");
    let scores = run(
        "path",
        &[
            ("one", &method, Some(&right)),
            ("two", &nothing, Some(&right)),
            ("three", &method, None),
        ],
    );
    check(
        &scores,
        "file recall@1 0.3333333333333333
         file recall@5 0.3333333333333333
         function recall@1 0
         function recall@5 0.3333333333333333
         function mrr 0.16666666666666666
         class recall@1 0
         class recall@3 0.3333333333333333",
    );
    let function = scores.level(ScoreLevel::Function).unwrap();
    assert_eq!(function.denominators.tasks, 3);
    assert_eq!(function.denominators.with_truth, 2);
    assert_eq!(function.denominators.answered, 2);
    let recall = function.aggregate_of(Metric::Recall(5)).unwrap();
    assert!((recall.ceiling - 2.0 / 3.0).abs() < 1e-12);
    assert!((recall.mean_with_truth - 0.5).abs() < 1e-12);
}

#[test]
fn kinds_are_taken_apart() {
    let truth = Truth {
        files: words("a.py"),
        locations: words("a.py::C.m a.py::D"),
        functions: words("a.py::C.m"),
        classes: words("a.py::D"),
        enclosing_classes: words("a.py::C"),
    };
    let mut ranked = answer("a.py", "a.py::D a.py::C.m");
    let without = run("path", &[("t", &truth, Some(&ranked))]);
    check(
        &without,
        "function recall@3 1
         function-only recall@1 0
         class-only recall@1 1
         class recall@3 1",
    );
    ranked.classes = Some(words("a.py::D a.py::C"));
    let with = run("path", &[("t", &truth, Some(&ranked))]);
    check(
        &with,
        "function-only recall@1 1\nclass-only recall@1 1\nclass recall@3 1\nclass recall@1 0.5",
    );
}

#[test]
fn fleval_ignores_paths_and_cuts_at_five() {
    let truth = Truth::from_ids(["a.py::f", "a.py::g"]);
    let elsewhere = answer("x.py", "x.py::f");
    let late = answer("a.py", "q::a q::b q::c q::c q::d q::e a.py::f");
    let no_file = answer("", "a.py::f a.py::g");
    let file_only = Truth::from_ids(["c.py"]);
    check(
        &run("fleval", &[("t", &truth, Some(&elsewhere))]),
        "function recall@1 0.5\nfunction hit@1 1\nfile hit@5 0",
    );
    check(
        &run("fleval", &[("t", &truth, Some(&late))]),
        "function recall@5 0\nfunction mrr 0\nfunction map 0",
    );
    check(
        &run("fleval", &[("t", &truth, Some(&no_file))]),
        "function recall@5 0",
    );
    let scores = run(
        "fleval",
        &[
            ("a", &truth, Some(&elsewhere)),
            ("b", &file_only, Some(&answer("c.py", "c.py::f"))),
        ],
    );
    check(&scores, "function hit@1 0.5\nfile recall@1 0.5");
    let ceiling = scores
        .level(ScoreLevel::Function)
        .unwrap()
        .aggregate_of(Metric::Recall(5))
        .unwrap()
        .ceiling;
    assert!((ceiling - 0.5).abs() < 1e-12);
}

#[test]
fn locagent_leaves_out_tasks_without_functions() {
    let class_only = Truth {
        files: words("a.py"),
        locations: words("a.py::C"),
        classes: words("a.py::C"),
        ..Truth::default()
    };
    let two = Truth {
        files: words("a.py b.py"),
        locations: words("a.py::C.m a.py::f b.py::D"),
        functions: words("a.py::C.m a.py::f"),
        classes: words("b.py::D"),
        enclosing_classes: words("a.py::C"),
    };
    let found = answer("a.py", "a.py::C.n a.py::f a.py::C.m");
    let scores = run(
        "locagent",
        &[("c", &class_only, Some(&found)), ("t", &two, Some(&found))],
    );
    for level in &scores.levels {
        assert_eq!(
            (level.denominators.tasks, level.left_out.as_slice()),
            (1, &words("c")[..])
        );
    }
    check(
        &scores,
        "file acc@1 1
         module capped_acc@1 1
         module acc@1 0
         module capped_acc@3 1
         function acc@5 1
         function capped_acc@1 0
         function recall@5 1",
    );
}

#[test]
fn locagent_takes_a_constructor_for_its_class() {
    let truth = Truth::from_ids(["a.py::C.__init__"]);
    for (found, expect) in [
        ("a.py::C", 1),
        ("a.py::C.__init__", 1),
        ("a.py::C.other", 0),
    ] {
        let scores = run("locagent", &[("t", &truth, Some(&answer("a.py", found)))]);
        check(&scores, &format!("function capped_acc@1 {expect}"));
    }
}

#[test]
fn no_tasks_give_zeros_without_intervals() {
    for scorer in scorers() {
        for level in run(scorer.name(), &[]).levels {
            for aggregate in level.aggregates {
                assert!(aggregate.mean.abs() < 1e-12 && aggregate.interval.is_none());
            }
        }
    }
}

#[test]
fn right_answers_reach_the_ceiling_of_every_scorer() {
    let truth = Truth {
        files: words("a.py b.py"),
        locations: words("a.py::C.m a.py::C.n a.py::f b.py::g b.py::h b.py::D"),
        functions: words("a.py::C.m a.py::C.n a.py::f b.py::g b.py::h"),
        classes: words("b.py::D"),
        enclosing_classes: words("a.py::C"),
    };
    let perfect = Answer {
        files: truth.files.clone(),
        functions: truth.locations.clone(),
        classes: Some(words("b.py::D a.py::C")),
    };
    for scorer in scorers() {
        for level in run(scorer.name(), &[("t", &truth, Some(&perfect))]).levels {
            if level.level == ScoreLevel::ClassOnly {
                continue; // the answer also names the class around a method
            }
            for aggregate in level.aggregates {
                assert!(
                    (aggregate.mean - aggregate.ceiling).abs() < 1e-12,
                    "{} {} {}: {} of {}",
                    scorer.name(),
                    level.level,
                    aggregate.metric,
                    aggregate.mean,
                    aggregate.ceiling
                );
            }
        }
    }
}

#[test]
fn projects_can_be_taken_apart() {
    let truth = Truth::from_ids(["a.py::f"]);
    let hit = answer("a.py", "a.py::f");
    let scores = run(
        "path",
        &[("x__1", &truth, Some(&hit)), ("y__1", &truth, None)],
    );
    let level = scores.level(ScoreLevel::Function).unwrap();
    let (n, of_x) = level.aggregate_where(|t| t.id.starts_with("x__"), &scores.bootstrap);
    assert_eq!((n.tasks, n.answered), (1, 1));
    assert!((of_x[0].mean - 1.0).abs() < 1e-12);
}

#[test]
fn runs_are_compared_on_common_tasks() {
    let truth = Truth::from_ids(["a.py::f"]);
    let (hit, miss) = (answer("a.py", "a.py::f"), answer("b.py", "b.py::g"));
    let a = run(
        "path",
        &[
            ("1", &truth, Some(&miss)),
            ("2", &truth, Some(&miss)),
            ("old", &truth, None),
        ],
    );
    let b = run(
        "path",
        &[
            ("2", &truth, Some(&hit)),
            ("1", &truth, Some(&miss)),
            ("new", &truth, None),
        ],
    );
    let compared = compare_runs(&a, &b, &a.bootstrap);
    assert_eq!(
        (&compared.only_a[..], &compared.only_b[..]),
        (&words("old")[..], &words("new")[..])
    );
    let recall = compared
        .metrics
        .iter()
        .find(|m| m.level == ScoreLevel::Function && m.metric == Metric::Recall(5))
        .unwrap();
    assert_eq!(
        (
            recall.comparison.wins,
            recall.comparison.ties,
            recall.comparison.losses
        ),
        (1, 1, 0)
    );
    assert!((recall.comparison.difference - 0.5).abs() < 1e-12);
    let same = compare_runs(&a, &a, &a.bootstrap);
    assert!(
        same.metrics
            .iter()
            .all(|m| (m.comparison.p_value - 1.0).abs() < 1e-12)
    );
}

#[test]
fn an_unknown_scorer_names_those_there_are() {
    let error = scorer_named("strict").err().unwrap().to_string();
    assert_eq!(
        error,
        "there is no scorer `strict`; there are `path`, `fleval`, `locagent`"
    );
}
