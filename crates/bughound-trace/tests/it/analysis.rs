//! Numbers, differences and exports.

use std::collections::BTreeMap;

use bughound_core::{Message, Role};
use bughound_metrics::BootstrapSettings;
use bughound_trace::{
    CallOutcome, EndReason, ExportFilter, Trace, TraceDigest, TraceMessage, TraceStats,
    VerlSettings, diff_traces, openai_lines, verl_rows, write_verl,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Value, json};

use crate::fixture::{trace, traces};

#[test]
fn numbers_of_many() {
    let mut stats = TraceStats::default();
    for mut trace in traces(4) {
        let message = &mut trace.stages[0].messages[3];
        if trace.attempt == 1 {
            trace.reward.as_mut().unwrap().value = 0.5;
            message.call.as_mut().unwrap().outcome = CallOutcome::Miss;
            trace.spent.calls_ok = 0;
            trace.spent.milliseconds = 40;
        }
        stats.add(&trace);
    }
    let mut faulted = trace("task-9", 0);
    faulted.end = EndReason::PolicyFault;
    faulted.policy.name = "http".to_owned();
    stats.add(&faulted);
    let document = serde_json::to_value(stats.document(&BootstrapSettings::default())).unwrap();
    let all = &document["all"];
    assert_eq!(
        (&all["episodes"], &all["tasks"], &all["faults"]),
        (&json!(5), &json!(3), &json!(1))
    );
    assert_eq!(all["ends"], json!({"answered": 4, "policy_fault": 1}));
    assert_eq!(all["call_success"], json!(0.6));
    assert_eq!(all["outcomes"], json!({"ok": 3, "miss": 2}));
    assert_eq!(
        all["milliseconds"],
        json!({"n": 5, "total": 110.0, "mean": 22.0, "median": 10.0, "p90": 40.0, "max": 40.0})
    );
    assert_eq!(all["tools"][0]["name"], "search_class");
    assert_eq!(all["tools"][0]["share"], 1.0);
    // Two tasks, each once right and once half right; the fault does not count.
    assert_eq!(all["reward"]["mean"], 0.75);
    assert_eq!(
        all["reward"]["interval"],
        json!({"low": 0.75, "high": 0.75})
    );
    assert_eq!(
        (
            &all["reward"]["best"],
            &all["reward"]["tasks_without_spread"]
        ),
        (&json!(1.0), &json!(0))
    );
    assert_eq!(all["answers"]["resolutions"], json!({"exact": 5}));
    let groups = document["groups"].as_array().unwrap();
    let names: Vec<&Value> = groups.iter().map(|group| &group["policy"]).collect();
    assert_eq!(names, ["http", "scripted"]);
    assert_eq!(groups[0]["reward"], Value::Null);
}

fn digests(traces: &[Trace]) -> BTreeMap<String, TraceDigest> {
    traces
        .iter()
        .map(|trace| (trace.id(), TraceDigest::of(trace)))
        .collect()
}

#[test]
fn differences() {
    let check = |change: &dyn Fn(&mut Trace), expect: &[(&str, &str, &str)]| {
        let a = traces(3);
        let mut b = a.clone();
        change(&mut b[1]);
        let diff = diff_traces(&digests(&a), &digests(&b));
        let changes = diff.changes.get("task-0#1").cloned().unwrap_or_default();
        let got: Vec<_> = changes
            .iter()
            .map(|c| (c.kind.name(), c.a.as_str(), c.b.as_str()))
            .collect();
        assert_eq!((diff.pairs, got.as_slice()), (3, expect));
        assert_eq!(diff.is_empty(), expect.is_empty());
    };
    check(&|_| {}, &[]);
    check(&|trace| *trace = trace.clone().without_times(), &[]);
    check(&|trace| trace.spent.milliseconds = 999, &[]);
    check(
        &|trace| {
            trace.stages[0].messages[2].message.tool_calls[0].arguments =
                "{\"name\":\n\"Reader\"}".to_owned();
        },
        &[],
    );
    check(
        &|trace| {
            trace.stages[0].messages[2].message.tool_calls[0].name = "search_text".to_owned();
            trace.end = EndReason::TurnLimit;
            trace.reward = None;
        },
        &[
            (
                "calls",
                r#"1: search_class {"name":"Reader"}"#,
                r#"1: search_text {"name":"Reader"}"#,
            ),
            ("end", "answered", "turn_limit"),
            ("reward", "1", "none"),
        ],
    );
    check(
        &|trace| trace.stages[0].answer = None,
        &[("answer", "1: pkg/config.py::Reader.load", "1: nothing")],
    );
    check(
        &|trace| trace.stages[0].messages[3].call.as_mut().unwrap().outcome = CallOutcome::Miss,
        &[(
            "results",
            "1: ok, text 25d1ce1fe1e2a0a2",
            "1: miss, text 25d1ce1fe1e2a0a2",
        )],
    );
    let diff = diff_traces(&digests(&traces(2)), &digests(&traces(4)[1..]));
    assert_eq!(
        (diff.only_in_a, diff.only_in_b.len(), diff.pairs),
        (vec!["task-0#0".to_owned()], 2, 1)
    );
}

fn no_declaration(_: &str) -> Option<Value> {
    None
}

#[test]
fn conversations_for_fine_tuning() {
    let mut trace = trace("a", 0);
    trace.stages[0].messages.insert(
        2,
        TraceMessage::environment(Message::new(Role::Assistant, "as I would say it"), 0),
    );
    let declaration = |name: &str| (name == "exit").then(|| json!({"function": {"name": "exit"}}));
    let lines = openai_lines(&trace, &ExportFilter::default(), &declaration);
    assert_eq!(
        lines,
        [json!({
            "messages": [
                {"role": "system", "content": "You find bugs."},
                {"role": "user", "content": "`Reader.load` keeps blanks ☃"},
                {"role": "assistant", "content": "as I would say it", "weight": 0},
                {"role": "assistant", "content": "Let me look.", "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "search_class", "arguments": "{\"name\": \"Reader\"}"}},
                ]},
                {"role": "tool", "content": "class Reader:\n    …", "tool_call_id": "c1"},
                {"role": "assistant", "content": "```\npkg/config.py\nfunction: Reader.load\n```"},
            ],
            "tools": [{"function": {"name": "exit"}}],
        })]
    );
    // Calls that stand in the text are not told twice; a trace's own declarations come first.
    trace.extra.insert("calls_in_text".to_owned(), json!([3]));
    let lines = openai_lines(&trace, &ExportFilter::default(), &declaration);
    assert!(lines[0]["messages"][3].get("tool_calls").is_none());
    trace.extra.clear();
    let own = json!([{"type": "function", "function": {"name": "search_class"}}]);
    trace.extra.insert("tools".to_owned(), own.clone());
    assert_eq!(
        openai_lines(&trace, &ExportFilter::default(), &no_declaration)[0]["tools"],
        own
    );
}

#[test]
fn filters() {
    let good = trace("a", 0);
    let mut bad = trace("b", 0);
    bad.reward.as_mut().unwrap().value = 0.25;
    let mut faulted = trace("c", 0);
    faulted.end = EndReason::ToolFault;
    faulted.reward = None;
    let check = |filter: ExportFilter, expect: [bool; 3]| {
        assert_eq!(
            [&good, &bad, &faulted].map(|trace| filter.takes(trace)),
            expect
        );
    };
    check(ExportFilter::default(), [true, true, true]);
    check(
        ExportFilter {
            min_reward: Some(0.5),
            ..ExportFilter::default()
        },
        [true, false, false],
    );
    check(
        ExportFilter {
            without_faults: true,
            ..ExportFilter::default()
        },
        [true, true, false],
    );
    let files = ExportFilter {
        stages: vec!["files".to_owned()],
        ..ExportFilter::default()
    };
    assert_eq!(
        openai_lines(&good, &files, &no_declaration),
        Vec::<Value>::new()
    );
}

fn object(row: &Row) -> Value {
    let fields = row.get_column_iter();
    fields
        .map(|(name, field)| (name.clone(), value(field)))
        .collect()
}

fn value(field: &Field) -> Value {
    match field {
        Field::Bool(flag) => (*flag).into(),
        Field::Long(number) => (*number).into(),
        Field::Str(text) => text.as_str().into(),
        Field::Group(row) => object(row),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_for_reinforcement_learning() {
    let truth = [
        "pkg/config.py::Reader.load",
        "pkg/cli.py",
        "pkg/config.py::main",
    ]
    .map(str::to_owned);
    let mut rows = Vec::new();
    for (at, id) in ["a", "b"].into_iter().enumerate() {
        let mut trace = trace(id, 0);
        trace.stages[0].tools.truncate(2 - at);
        rows.extend(verl_rows(
            &trace,
            &ExportFilter::default(),
            &truth,
            &VerlSettings::default(),
        ));
    }
    let mut bytes = Vec::new();
    write_verl(rows, &mut bytes).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let read: Vec<Value> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| object(&row.unwrap()))
        .collect();
    let create = json!({"create_kwargs": {"instance_id": "b", "repo": "ada/pkg", "base_commit": "0123456789012345678901234567890123456789"}});
    assert_eq!(
        read[1],
        json!({
            "data_source": "bughound",
            "prompt": [
                {"role": "system", "content": "You find bugs."},
                {"role": "user", "content": "`Reader.load` keeps blanks ☃"},
            ],
            "ability": "search",
            "reward_model": {
                "style": "rule",
                "ground_truth": "{\"pkg/config.py\":[\"Reader.load\",\"main\"],\"pkg/cli.py\":[]}",
            },
            "extra_info": {
                "index": 1,
                "instance_id": "b",
                "repo": "ada/pkg",
                "base_commit": "0123456789012345678901234567890123456789",
                "protocol": "hound",
                "stage": "search",
                "need_tools_kwargs": true,
                "tools_kwargs": {"exit": create, "search_class": create},
            },
            "agent_name": "tool_agent",
        })
    );
    assert_eq!(read[0]["extra_info"]["index"], 0);

    // Without tools there is nothing to nest.
    let mut bare = trace("c", 0);
    bare.stages[0].tools.clear();
    let rows = verl_rows(
        &bare,
        &ExportFilter::default(),
        &truth,
        &VerlSettings::default(),
    );
    let mut bytes = Vec::new();
    write_verl(rows, &mut bytes).unwrap();
    assert!(SerializedFileReader::new(bytes::Bytes::from(bytes)).is_ok());
}
