//! Interrupted runs, and folders that hold something else.

use std::fs;

use bughound_eval::{EvalError, Phase};

use crate::world::{Watcher, World};

/// Lines of predictions without their times.
fn answers(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            let object = line.as_object_mut().unwrap();
            object.remove("milliseconds");
            object.remove("milliseconds_by_stage");
            line
        })
        .collect()
}

#[test]
fn a_run_cut_inside_its_last_line_ends_the_same() {
    let world = World::new();
    // The journal's own test cuts at every byte.
    let evaluate = || {
        let run = world.evaluate_with("runs/whole", |request| request.bootstrap.resamples = 1);
        run.unwrap()
    };
    evaluate();
    let whole = world.read("runs/whole/predictions.jsonl");
    let metrics = world.read("runs/whole/metrics.json");
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    for end in (last..whole.len()).step_by(11).chain([whole.len() - 1]) {
        fs::write(
            world.path("runs/whole/predictions.jsonl"),
            &whole.as_bytes()[..end],
        )
        .unwrap();
        fs::remove_file(world.path("runs/whole/metrics.json")).unwrap();
        let summary = evaluate();
        assert_eq!(summary.n_resumed, 4, "cut at {end}");
        assert_eq!(
            answers(&world.read("runs/whole/predictions.jsonl")),
            answers(&whole)
        );
        assert_eq!(world.read("runs/whole/metrics.json"), metrics);
    }
}

#[test]
fn a_stopped_run_goes_on_where_it_stopped() {
    let world = World::new();
    world.evaluate("runs/whole").unwrap();
    for n in 0..5 {
        let out = format!("runs/{n}");
        let watcher = Watcher {
            stop_after: Some(n),
            ..Watcher::default()
        };
        let stopped = world.evaluate_with(&out, |request| request.progress = &watcher);
        assert!(
            matches!(stopped, Err(EvalError::Stopped { done, total: 5 }) if done == n),
            "{stopped:?}"
        );
        let watcher = Watcher::default();
        let summary = world
            .evaluate_with(&out, |request| request.progress = &watcher)
            .unwrap();
        assert_eq!(summary.n_resumed, n);
        assert_eq!(watcher.begun.lock().unwrap()[0], (Phase::Tasks, n, 5));
        assert_eq!(
            answers(&world.read(&format!("{out}/predictions.jsonl"))),
            answers(&world.read("runs/whole/predictions.jsonl"))
        );
        assert_eq!(
            world.read(&format!("{out}/metrics.json")),
            world.read("runs/whole/metrics.json")
        );
    }
}

#[test]
fn a_finished_run_is_only_scored_again() {
    let world = World::new();
    world.evaluate("runs/x").unwrap();
    let before = world.read("runs/x/predictions.jsonl");
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.scorer = &bughound_metrics::LocAgentScorer;
        })
        .unwrap();
    assert_eq!(summary.n_resumed, 5);
    assert_eq!(world.read("runs/x/predictions.jsonl"), before);
    assert!(
        world
            .read("runs/x/metrics.json")
            .contains("\"name\": \"locagent\"")
    );
}

#[test]
fn other_settings_are_refused() {
    let mut world = World::new();
    world.evaluate("runs/x").unwrap();
    let metrics = world.read("runs/x/metrics.json");
    let error = world
        .evaluate_with("runs/x", |request| {
            request.depth.files = 3;
            request.selection.limit = Some(2);
        })
        .unwrap_err();
    assert_eq!(
        world.without_paths(&error.to_string()),
        "DIR/runs/x holds a run with other settings (tasks.count was 5, now 2; depth.files was 100, now 3; \
         tasks.limit was not given, now 2); choose another --out, or start it anew with --force"
    );
    world.tasks.pop();
    world.save();
    let error = world.evaluate("runs/x").unwrap_err();
    assert!(error.to_string().contains("tasks.sha256 was"), "{error}");
    assert_eq!(world.read("runs/x/metrics.json"), metrics);
    let summary = world
        .evaluate_with("runs/x", |request| request.force = true)
        .unwrap();
    assert_eq!((summary.n_resumed, summary.lines.len()), (0, 4));
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let world = World::new();
    let check = |out: &str, file: &str, content: &str, expect: &str| {
        world.write(&format!("{out}/{file}"), content);
        let error = world.evaluate(out).unwrap_err();
        assert!(matches!(error, EvalError::NotARun { .. }));
        let text = world.without_paths(&error.to_string());
        assert!(text.contains(expect), "{text}");
        assert_eq!(world.read(&format!("{out}/{file}")), content);
        world
            .evaluate_with(out, |request| request.force = true)
            .unwrap();
    };
    check(
        "1",
        "thesis.tex",
        "\\end",
        "no settings.toml, but thesis.tex",
    );
    check(
        "2",
        "predictions.jsonl",
        "",
        "no settings.toml, but predictions.jsonl",
    );
    check(
        "3",
        "settings.toml",
        "",
        "its settings.toml names no format",
    );
    check(
        "4",
        "settings.toml",
        "format = 99",
        "has format 99, this version writes 1",
    );
    check(
        "5",
        "settings.toml",
        "format = ",
        "its settings.toml is no TOML",
    );
    check("6", "settings.toml", "format = 1", "missing field");
}

#[test]
fn two_processes_do_not_write_the_same_run() {
    let world = World::new();
    world.write("runs/x/.lock", "");
    let file = fs::File::open(world.path("runs/x/.lock")).unwrap();
    file.try_lock().unwrap();
    let error = world.evaluate("runs/x").unwrap_err();
    assert!(matches!(error, EvalError::Busy { .. }), "{error}");
    drop(file);
    // A lock file that a killed process left does not matter.
    world.evaluate("runs/x").unwrap();
    assert!(!world.path("runs/x/.lock").exists());
}
