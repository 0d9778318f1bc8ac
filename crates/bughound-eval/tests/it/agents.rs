//! Policies that search step by step.

use bughound_agent::{HoundPolicy, ScriptedPolicy};
use bughound_eval::{AgentPolicy, ErrorKind, RunFolder};
use bughound_trace::{EndReason, Trace, TraceReader};
use serde_json::json;

use crate::world::World;

fn traces(world: &World, out: &str) -> Vec<Trace> {
    let path = RunFolder::at(world.path(out)).traces_file();
    TraceReader::open(&path)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn searches_are_scored_and_kept() {
    let world = World::new();
    let policy = ScriptedPolicy::new(vec![
        ScriptedPolicy::call("search_class", &json!({"file": "shop.py", "class": "Cart"})),
        ScriptedPolicy::call("exit", &json!({})),
        ScriptedPolicy::text("```\nshop.py::price\nshop.py::Cart.add\n```"),
    ]);
    let policy = AgentPolicy::new(&policy, "reposearcher").unwrap();
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.policy = Box::leak(Box::new(policy));
        })
        .unwrap();
    let first = &summary.lines[0];
    assert_eq!(first.functions, ["shop.py::price", "shop.py::Cart.add"]);
    let episode = first.episode.unwrap();
    assert_eq!(
        (episode.end, episode.turns, episode.calls, episode.calls_ok),
        (EndReason::Exit, 3, 2, 2)
    );
    let kept = traces(&world, "runs/x");
    let ids: Vec<&str> = kept
        .iter()
        .map(|trace| trace.task.instance_id.as_str())
        .collect();
    assert_eq!(ids, ["a__b-1", "a__b-2", "a__b-3", "c__d-1", "c__d-2"]);
    // In the other project there is no such file: the call misses and the answer names nothing.
    assert!(summary.lines[3].functions.is_empty());
    let report = world.read("runs/x/report.md");
    let (_, searches) = report.split_once("## Searches\n").unwrap();
    let (searches, _) = searches.split_once("\n## ").unwrap();
    insta::with_settings!({filters => vec![
        (r"\| (seconds|prompt tokens|completion tokens) \| .*", "| $1 | … |"),
        (r"(\| exit \| 5 \| 100.0 \|) .*", "$1 … |"),
    ]}, {
        insta::assert_snapshot!(searches, @r"
        Over the 5 of 5 searches that did not end by a fault. The server did not count all tokens; those are estimates, 4 bytes a token.

        | per search | mean | median | 90 % | most | sum |
        |---|---:|---:|---:|---:|---:|
        | turns | 3.0 | 3.0 | 3.0 | 3.0 | 15.0 |
        | tool calls | 2.0 | 2.0 | 2.0 | 2.0 | 10.0 |
        | malformed replies | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 |
        | prompt tokens | … |
        | completion tokens | … |
        | seconds | … |

        Tool-call success (a known tool, readable arguments, names that exist): 8 of 10 calls, 80.0 %; the mean of 5 searches with calls is 80.0 (64.8–100.0) %.

        | ended by | searches | share (%) | mean time (ms) |
        |---|---:|---:|---:|
        | exit | 5 | 100.0 | … |
        ");
    });
    assert!(
        world
            .read("runs/x/settings.toml")
            .contains("protocol = \"reposearcher\"")
    );
}

#[test]
fn a_policy_that_fails_is_a_fault_and_is_tried_again() {
    let world = World::new();
    let broken = ScriptedPolicy::default();
    let broken = AgentPolicy::new(&broken, "reposearcher").unwrap();
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.policy = Box::leak(Box::new(broken));
        })
        .unwrap();
    assert_eq!(summary.faults().len(), 5);
    let error = summary.lines[0].error.as_ref().unwrap();
    assert_eq!(error.kind, ErrorKind::Fault);
    assert_eq!(error.message, "policy_fault: the script has only 0 lines");
    assert!(
        traces(&world, "runs/x")
            .iter()
            .all(|trace| trace.end == EndReason::PolicyFault)
    );

    let mended = ScriptedPolicy::new(vec![ScriptedPolicy::text("```\nshop.py::price\n```")]);
    let mended = AgentPolicy::new(&mended, "reposearcher").unwrap();
    let summary = world
        .evaluate_with("runs/x", |request| {
            request.policy = Box::leak(Box::new(mended));
        })
        .unwrap();
    assert!(summary.faults().is_empty());
    let ends: Vec<EndReason> = traces(&world, "runs/x")
        .iter()
        .map(|trace| trace.end)
        .collect();
    assert_eq!(ends, [EndReason::Answered; 5]);
}

#[test]
fn hound_as_an_agent_answers_as_hound() {
    let world = World::new();
    let direct = world
        .evaluate_with("runs/direct", |request| {
            request.policy = bughound_eval::policies()[0];
        })
        .unwrap();
    let agent = AgentPolicy::new(&HoundPolicy, "hound").unwrap();
    let agent = world
        .evaluate_with("runs/agent", |request| {
            request.policy = Box::leak(Box::new(agent));
        })
        .unwrap();
    for (direct, agent) in direct.lines.iter().zip(&agent.lines) {
        let n = agent.functions.len();
        assert!(
            n == direct.functions.len().min(5) && agent.functions[..] == direct.functions[..n],
            "{agent:?} {direct:?}"
        );
    }
}
