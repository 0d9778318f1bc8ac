//! Runs: what is written, what is continued, what goes wrong.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use bughound_agent::{HoundPolicy, ScriptedPolicy};
use bughound_rollout::{RolloutError, Watch, seed_of};
use bughound_trace::{EndReason, TRACES_FILE, Trace};
use serde_json::json;

use crate::world::World;

fn script() -> ScriptedPolicy {
    ScriptedPolicy::new(vec![
        ScriptedPolicy::call(
            "search_class_method",
            &json!({"file": "shop.py", "class": "Cart", "method": "add"}),
        ),
        ScriptedPolicy::call("exit", &json!({})),
        ScriptedPolicy::text("```\nshop.py::price\nshop.py::Cart.add\n```"),
    ])
}

fn ids(traces: &[Trace]) -> Vec<String> {
    traces.iter().map(Trace::id).collect()
}

const ALL: [&str; 6] = [
    "a__b-1#0", "a__b-1#1", "a__b-2#0", "a__b-2#1", "a__b-3#0", "a__b-3#1",
];

#[test]
fn one_trace_for_each_attempt() {
    let world = World::new();
    let summary = world.run("out", &script(), |_| {}).unwrap();
    let traces = world.traces("out");
    assert_eq!(ids(&traces), ALL);
    let ends: Vec<EndReason> = traces.iter().map(|trace| trace.end).collect();
    assert_eq!(ends[..4], [EndReason::Exit; 4]);
    assert_eq!(ends[4..], [EndReason::ToolFault; 2]);
    assert!(
        traces[4].fault.as_ref().unwrap().contains("0000000"),
        "{:?}",
        traces[4].fault
    );
    assert_eq!(traces[0].seed, seed_of(1, "a__b-1", 0));
    assert_ne!(traces[0].seed, traces[1].seed);
    // The right place stands second.
    let reward = traces[0].reward.as_ref().unwrap();
    assert!(
        (reward.value - 1.0 / 3f64.log2()).abs() < 1e-12,
        "{reward:?}"
    );
    assert_eq!(reward.parts[0].name, "function_ndcg@5");
    assert_eq!(reward.truth, ["shop.py::Cart.add", "shop.py"]);
    let reward = traces[2].reward.as_ref().unwrap();
    assert_eq!(
        (reward.parts[0].name.as_str(), reward.value),
        ("file_ndcg@5", 0.0)
    );
    assert!(traces[4].reward.is_none());
    assert_eq!(
        (summary.n_episodes, summary.n_resumed, summary.rewards.0),
        (6, 0, 4)
    );
    assert_eq!(summary.first_fault.unwrap().0, "a__b-3#0");
}

#[test]
fn concurrency_changes_nothing() {
    let world = World::new();
    world.run("one", &HoundPolicy, |_| {}).unwrap();
    let bytes = |name: &str| fs::read(world.out(name).join(TRACES_FILE)).unwrap();
    for (n, threads) in [(2, 1), (3, 4), (8, 2)] {
        let name = format!("many-{n}-{threads}");
        world
            .run(&name, &HoundPolicy, |request| {
                request.concurrency = NonZeroUsize::new(n).unwrap();
                request.threads = NonZeroUsize::new(threads).unwrap();
            })
            .unwrap();
        assert_eq!(bytes(&name), bytes("one"), "{name}");
    }
}

/// Stops after some episodes.
struct StopAfter {
    n: usize,
    ended: AtomicUsize,
}

impl Watch for StopAfter {
    fn ended(&self, _: &Trace) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }

    fn should_stop(&self) -> bool {
        self.ended.load(Ordering::SeqCst) >= self.n
    }
}

#[test]
fn an_interrupted_run_is_continued() {
    let world = World::new();
    world.run("whole", &script(), |_| {}).unwrap();
    let whole = world.traces("whole");
    for n in 1..4 {
        let name = format!("cut-{n}");
        let watch = StopAfter {
            n,
            ended: AtomicUsize::new(0),
        };
        let stopped = world.run_watched(&name, &script(), &watch, |_| {});
        let Err(RolloutError::Stopped { done, total }) = stopped else {
            panic!("{stopped:?}");
        };
        assert!(done >= n && done < 6 && total == 6, "{done}");
        // A kill in the middle of a write leaves a torn end.
        let mut file = OpenOptions::new()
            .append(true)
            .open(world.out(&name).join(TRACES_FILE))
            .unwrap();
        file.write_all(&[0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2]).unwrap();
        let summary = world.run(&name, &script(), |_| {}).unwrap();
        assert_eq!(summary.n_resumed, done.min(4));
        assert_eq!(world.traces(&name), whole);
    }
}

#[test]
fn what_is_done_is_not_done_again_and_faults_are() {
    let world = World::new();
    world.run("out", &script(), |_| {}).unwrap();
    let again = world.run("out", &script(), |_| {}).unwrap();
    assert_eq!((again.n_resumed, again.n_episodes), (4, 6));
    assert_eq!(again.ends, [(EndReason::ToolFault, 2)].into());
    assert_eq!(ids(&world.traces("out")), ALL);
}

#[test]
fn traces_of_other_tasks_stay() {
    let mut world = World::new();
    world.run("out", &script(), |_| {}).unwrap();
    let all = world.traces("out");
    let tasks = std::mem::take(&mut world.tasks);
    world.tasks = tasks[1..2].to_vec();
    let summary = world.run("out", &script(), |_| {}).unwrap();
    assert_eq!((summary.n_resumed, summary.n_episodes), (2, 2));
    let expect = [
        "a__b-2#0", "a__b-2#1", "a__b-1#0", "a__b-1#1", "a__b-3#0", "a__b-3#1",
    ];
    assert_eq!(ids(&world.traces("out")), expect);
    world.tasks = tasks;
    // Asking for all of them again brings the order back, and nothing is done again but what failed.
    let again = world.run("out", &script(), |_| {}).unwrap();
    assert_eq!(again.n_resumed, 4);
    assert_eq!(world.traces("out"), all);
}

#[test]
fn faults_are_tried_again() {
    let world = World::new();
    let watch = StopAfter {
        n: usize::MAX,
        ended: AtomicUsize::new(0),
    };
    let summary = world
        .run_watched("out", &ScriptedPolicy::default(), &watch, |request| {
            request.retries = 2;
        })
        .unwrap();
    assert_eq!(
        summary.ends,
        [(EndReason::PolicyFault, 4), (EndReason::ToolFault, 2)].into()
    );
    // Tries that failed and were repeated leave no trace.
    assert_eq!(watch.ended.load(Ordering::SeqCst), 6);
    assert_eq!(summary.rewards.0, 0);
}

#[test]
fn other_runs_are_left_alone() {
    let world = World::new();
    world.run("out", &script(), |_| {}).unwrap();
    let check = |result: Result<_, RolloutError>, expect: &str| {
        let message = result
            .map(|_: bughound_rollout::RolloutSummary| ())
            .unwrap_err()
            .to_string();
        assert!(message.contains(expect), "{message}");
    };
    check(
        world.run("out", &script(), |request| request.n = 3),
        "n was 2, now 3",
    );
    check(
        world.run("out", &HoundPolicy, |_| {}),
        r#"policy was "scripted", now "hound""#,
    );
    check(
        world.run("else", &script(), |request| request.protocol = "nonsense"),
        "there is no protocol `nonsense`; there are `hound`, `reposearcher`",
    );
    fs::create_dir_all(world.out("other")).unwrap();
    fs::write(world.out("other").join(TRACES_FILE), "x").unwrap();
    check(world.run("other", &script(), |_| {}), "no settings.toml");
    let forced = world
        .run("out", &script(), |request| {
            request.n = 1;
            request.force = true;
        })
        .unwrap();
    assert_eq!(forced.n_episodes, 3);
}
