use bughound_core::{Completion, Message, ToolCall};
use bughound_trace::{
    Budgets, CallOutcome, CallRecord, EndReason, PolicyRecord, Reward, Spent, StageTrace,
    TaskRecord, TraceMessage,
};
use proptest::prelude::*;

use super::*;

/// `task attempt reward tools [end] [flags]`, for instance `a/b-1 0 0.5 find,open exit`.
pub(crate) fn trace(line: &str) -> Trace {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [task, attempt, reward, tools, rest @ ..] = words.as_slice() else {
        panic!("{line}")
    };
    let has = |flag: &str| rest.contains(&flag);
    let mut messages = Vec::new();
    for (at, tool) in tools.split(',').enumerate() {
        let call = ToolCall {
            id: format!("{at}"),
            name: tool.to_owned(),
            arguments: if has("same") {
                "{}".to_owned()
            } else {
                format!("{{\"n\":{attempt}}}")
            },
        };
        let said = Completion::of(Message::assistant("").with_calls(vec![call]));
        messages.push(TraceMessage::policy(said, 0, 0));
        let mut result = TraceMessage::environment(Message::tool(at.to_string(), "…"), 0);
        result.call = Some(CallRecord {
            tool: tool.to_owned(),
            outcome: if has("wrong") {
                CallOutcome::WrongArguments
            } else {
                CallOutcome::Ok
            },
            bytes: 1,
            n_left_out: 0,
            shown: Vec::new(),
            microseconds: 0,
        });
        messages.push(result);
    }
    let end = EndReason::ALL
        .into_iter()
        .find(|end| has(end.name()))
        .unwrap_or(EndReason::Exit);
    Trace {
        format: Trace::FORMAT,
        bughound: String::new(),
        task: TaskRecord {
            instance_id: (*task).to_owned(),
            repo: task.split('-').next().unwrap().to_owned(),
            issue: if has("named") {
                "see `x/y.py`: C.f fails"
            } else {
                "x/y.py fails, C.fx too"
            }
            .to_owned(),
            ..TaskRecord::default()
        },
        attempt: attempt.parse().unwrap(),
        seed: 0,
        protocol: String::new(),
        policy: PolicyRecord::default(),
        index_version: 0,
        budgets: Budgets::default(),
        stages: vec![StageTrace {
            name: "search".to_owned(),
            tools: Vec::new(),
            messages,
            end: None,
            answer: None,
        }],
        end,
        fault: None,
        spent: Spent::default(),
        cost_usd: None,
        reward: reward.parse().ok().map(|value| Reward {
            value,
            parts: Vec::new(),
            truth: vec!["x/y.py::C.f".to_owned()],
        }),
        extra: serde_json::Map::new(),
    }
}

fn check(
    settings: &SelectSettings,
    lines: &[&str],
    chosen: &[usize],
    left_out: &[(Reason, usize)],
) {
    let traces: Vec<Trace> = lines.iter().map(|line| trace(line)).collect();
    let found = select(&traces, settings);
    assert_eq!(found.chosen, chosen, "{lines:#?}");
    assert_eq!(
        found.left_out,
        left_out.iter().copied().collect(),
        "{lines:#?}"
    );
    assert_eq!(
        found.n,
        chosen.len() + left_out.iter().map(|(_, n)| n).sum::<usize>()
    );
}

#[test]
fn each_reason() {
    let default = SelectSettings::default();
    use Reason::*;
    check(&default, &[], &[], &[]);
    check(&default, &["p-1 0 1 open"], &[0], &[]);
    check(&default, &["p-1 0 0 open"], &[], &[(LowReward, 1)]);
    check(&default, &["p-1 0 - open"], &[], &[(NoReward, 1)]);
    check(&default, &["p-1 0 NaN open"], &[], &[(NoReward, 1)]);
    check(&default, &["p-1 0 1 open tool_fault"], &[], &[(Fault, 1)]);
    check(&default, &["p-1 0 1 open turn_limit"], &[], &[(Cut, 1)]);
    check(&default, &["p-1 0 1 open answered"], &[0], &[]);
    check(&default, &["p-1 0 1 open wrong"], &[], &[(Malformed, 1)]);
    check(&default, &["p-1 0 1 open named"], &[], &[(NamedAnswer, 1)]);
    // The best of a task; of equal ones the shorter, then the earlier.
    check(
        &default,
        &["p-1 0 .5 open", "p-1 1 1 open"],
        &[1],
        &[(NotAmongBest, 1)],
    );
    check(
        &default,
        &["p-1 0 1 open,open", "p-1 1 1 open"],
        &[1],
        &[(NotAmongBest, 1)],
    );
    check(
        &default,
        &["p-1 1 1 open", "p-1 0 1 open"],
        &[1],
        &[(NotAmongBest, 1)],
    );
    // The same words count once, also where two of a task may stay; other tasks' words are others.
    let two = SelectSettings {
        best_of: 2,
        ..default.clone()
    };
    check(
        &two,
        &["p-1 0 1 open same", "p-1 1 1 open same"],
        &[0],
        &[(Duplicate, 1)],
    );
    check(
        &two,
        &["p-1 0 1 open same", "p-2 1 1 open same"],
        &[0, 1],
        &[],
    );
    let of_project = SelectSettings {
        per_project: 1,
        ..default.clone()
    };
    check(
        &of_project,
        &["p-1 0 .5 open", "p-2 0 1 open", "q-1 0 .1 open"],
        &[1, 2],
        &[(ProjectFull, 1)],
    );
}

#[test]
fn no_tool_takes_over() {
    let lines = [
        "p-1 0 1 open,open,open",
        "p-2 0 .5 open,open,open",
        "p-3 0 1 open,find",
    ];
    let half = SelectSettings {
        max_tool_share: 0.7,
        ..SelectSettings::default()
    };
    // 7 of 8 calls open; without the worse of the two that only open it is 4 of 5, without both 1 of 2.
    check(&half, &lines, &[2], &[(Reason::ToolShare, 2)]);
    let most = SelectSettings {
        max_tool_share: 0.8,
        ..SelectSettings::default()
    };
    check(&most, &lines, &[0, 2], &[(Reason::ToolShare, 1)]);
    // Where all use it alike nobody can be spared.
    let none = SelectSettings {
        max_tool_share: 0.1,
        ..SelectSettings::default()
    };
    check(&none, &["p-1 0 1 open", "p-2 0 1 open"], &[0, 1], &[]);
}

proptest! {
    #[test]
    fn the_order_of_episodes_does_not_matter(
        picks in prop::collection::vec((0..3_u32, 0..3_u32, 0..4_u32, prop::bool::ANY), 0..12),
        per_project in 0..3_usize,
    ) {
        let mut lines: Vec<String> = picks
            .iter()
            .map(|(task, attempt, reward, same)| format!("p-{task} {attempt} {reward} open{}", if *same { " same" } else { "" }))
            .collect();
        lines.sort();
        lines.dedup_by_key(|line| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>());
        let settings = SelectSettings { best_of: 2, per_project, ..SelectSettings::default() };
        let ids = |traces: &[Trace]| -> Vec<String> {
            select(traces, &settings).chosen.iter().map(|&at| traces[at].id()).collect()
        };
        let mut traces: Vec<Trace> = lines.iter().map(|line| trace(line)).collect();
        let one = ids(&traces);
        traces.reverse();
        prop_assert_eq!(one, ids(&traces));
    }
}
