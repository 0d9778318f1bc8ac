//! How long one trace takes to be written and read:
//! `cargo run --release -p bughound-trace --example measure [FILE]`.
//!
//! Without a file of traces, a conversation of six calls whose results are pieces of this crate's source, some
//! 60 KB of JSON.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for measuring"
)]

use std::path::Path;
use std::time::Instant;

use bughound_core::{Completion, Message, ToolCall};
use bughound_trace::{
    Budgets, CallOutcome, CallRecord, EndReason, PolicyRecord, Spent, StageTrace, TaskRecord,
    Trace, TraceEncoder, TraceHead, TraceMessage, TraceReader,
};

const SOURCES: [&str; 6] = [
    include_str!("../src/trace.rs"),
    include_str!("../src/file/reader.rs"),
    include_str!("../src/file/writer.rs"),
    include_str!("../src/file/scanner.rs"),
    include_str!("../tests/it/damage.rs"),
    include_str!("../tests/it/writer.rs"),
];

fn main() {
    let traces: Vec<Trace> = match std::env::args().nth(1) {
        Some(file) => TraceReader::open(Path::new(&file))
            .unwrap()
            .map(Result::unwrap)
            .collect(),
        None => vec![sample()],
    };
    let lines: Vec<Vec<u8>> = traces
        .iter()
        .map(|trace| serde_json::to_vec(trace).unwrap())
        .collect();
    let bytes: usize = lines.iter().map(Vec::len).sum();
    let mut encoder = TraceEncoder::new().unwrap();
    let packed: usize = traces
        .iter()
        .map(|trace| encoder.encode(trace).unwrap().len())
        .sum();
    println!(
        "{} traces, {:.1} KB of JSON each, {:.1} KB packed",
        traces.len(),
        bytes as f64 / 1000.0 / traces.len() as f64,
        packed as f64 / 1000.0 / traces.len() as f64
    );
    report("to JSON", traces.len(), || {
        for trace in &traces {
            std::hint::black_box(serde_json::to_vec(trace).unwrap());
        }
    });
    report("to a frame", traces.len(), || {
        for trace in &traces {
            std::hint::black_box(encoder.encode(trace).unwrap());
        }
    });
    report("from JSON", traces.len(), || {
        for line in &lines {
            std::hint::black_box(serde_json::from_slice::<Trace>(line).unwrap());
        }
    });
    report("head from JSON", traces.len(), || {
        for line in &lines {
            std::hint::black_box(serde_json::from_slice::<TraceHead>(line).unwrap());
        }
    });
}

/// Median of 51 rounds, a trace.
fn report(what: &str, n_traces: usize, mut round: impl FnMut()) {
    let mut times: Vec<f64> = (0..51)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed().as_secs_f64() * 1e6 / n_traces as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:<16} {:>8.1} µs (fastest {:.1})", times[25], times[0]);
}

fn sample() -> Trace {
    let mut messages = vec![
        TraceMessage::environment(Message::system("You find bugs."), 0),
        TraceMessage::environment(Message::user("Traces are torn. ".repeat(40)), 0),
    ];
    for (at, source) in SOURCES.into_iter().enumerate() {
        let call = ToolCall {
            id: format!("call-{at}"),
            name: "read_lines".to_owned(),
            arguments: r#"{"file": "src/lib.rs", "start": 1}"#.to_owned(),
        };
        let said = Message::assistant("Let me read this file.").with_calls(vec![call]);
        messages.push(TraceMessage::policy(Completion::of(said), 1, 1));
        let text: String = source.chars().take(9_400).collect();
        let mut result = TraceMessage::environment(Message::tool(format!("call-{at}"), text), 2);
        result.call = Some(CallRecord {
            tool: "read_lines".to_owned(),
            outcome: CallOutcome::Ok,
            bytes: 9_400,
            n_left_out: 0,
            shown: Vec::new(),
            microseconds: 40,
        });
        messages.push(result);
    }
    Trace {
        format: Trace::FORMAT,
        bughound: "0.1.0".to_owned(),
        task: TaskRecord::default(),
        attempt: 0,
        seed: 0,
        protocol: "hound".to_owned(),
        policy: PolicyRecord::default(),
        index_version: 0,
        budgets: Budgets::default(),
        stages: vec![StageTrace {
            name: "search".to_owned(),
            tools: Vec::new(),
            messages,
            end: Some(EndReason::Answered),
            answer: None,
        }],
        end: EndReason::Answered,
        fault: None,
        spent: Spent::default(),
        cost_usd: None,
        reward: None,
        extra: serde_json::Map::new(),
    }
}
