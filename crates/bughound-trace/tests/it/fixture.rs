//! Traces to write and read.

use std::path::{Path, PathBuf};

use bughound_core::{Completion, FinishReason, Message, SampledTokens, SymbolId, ToolCall, Usage};
use bughound_trace::{
    Answer, AnswerItem, Budgets, CallOutcome, CallRecord, EndReason, Expects, PolicyRecord,
    Resolution, Reward, RewardPart, Spent, StageTrace, TaskRecord, Trace, TraceMessage,
    TraceReader, TraceWriter,
};
use tempfile::TempDir;

/// A trace in which everything that a trace can hold is there.
pub(crate) fn trace(instance_id: &str, attempt: u32) -> Trace {
    let call = ToolCall {
        id: "c1".to_owned(),
        name: "search_class".to_owned(),
        arguments: r#"{"name": "Reader"}"#.to_owned(),
    };
    let usage = Usage {
        prompt_tokens: 120,
        completion_tokens: 17,
        ..Usage::default()
    };
    let asked = Completion {
        finish: FinishReason::ToolCalls,
        usage: Some(usage),
        tokens: Some(SampledTokens {
            ids: vec![1, 2, 3],
            logprobs: vec![-0.5, -0.25, 0.0],
            ..SampledTokens::default()
        }),
        ..Completion::of(Message::assistant("Let me look.").with_calls(vec![call]))
    };
    let mut result = TraceMessage::environment(Message::tool("c1", "class Reader:\n    …"), 7);
    result.call = Some(CallRecord {
        tool: "search_class".to_owned(),
        outcome: CallOutcome::Ok,
        bytes: 19,
        n_left_out: 0,
        shown: vec![SymbolId::symbol("pkg/config.py".into(), "Reader")],
        microseconds: 41,
    });
    let answer = "```\npkg/config.py\nfunction: Reader.load\n```";
    Trace {
        format: Trace::FORMAT,
        bughound: "0.1.0".to_owned(),
        task: TaskRecord {
            instance_id: instance_id.to_owned(),
            repo: "ada/pkg".to_owned(),
            base_commit: "0123456789012345678901234567890123456789".to_owned(),
            issue: "`Reader.load` keeps blanks ☃".to_owned(),
        },
        attempt,
        seed: 17,
        protocol: "hound".to_owned(),
        policy: PolicyRecord {
            name: "scripted".to_owned(),
            model: Some("tiny".to_owned()),
            settings: serde_json::from_str(r#"{"temperature": 0.5}"#).unwrap(),
        },
        index_version: 3,
        budgets: Budgets::default(),
        stages: vec![StageTrace {
            name: "search".to_owned(),
            tools: vec!["search_class".to_owned(), "exit".to_owned()],
            messages: vec![
                TraceMessage::environment(Message::system("You find bugs."), 0),
                TraceMessage::environment(Message::user("`Reader.load` keeps blanks ☃"), 0),
                TraceMessage::policy(asked, 5, 5),
                result,
                TraceMessage::policy(Completion::of(Message::assistant(answer)), 3, 10),
            ],
            end: Some(EndReason::Answered),
            answer: Some(Answer {
                expects: Expects::Functions,
                text: answer.to_owned(),
                items: vec![AnswerItem {
                    path: Some("pkg/config.py".to_owned()),
                    name: Some("Reader.load".to_owned()),
                    resolution: Resolution::Exact,
                    id: Some(SymbolId::symbol("pkg/config.py".into(), "Reader.load")),
                    kind: None,
                    lines: None,
                }],
            }),
        }],
        end: EndReason::Answered,
        fault: None,
        spent: Spent {
            turns: 2,
            usage,
            calls: 1,
            calls_ok: 1,
            milliseconds: 10,
            ..Spent::default()
        },
        cost_usd: Some(0.0125),
        reward: Some(Reward {
            value: 1.0,
            parts: vec![RewardPart {
                name: "function_ndcg@5".to_owned(),
                definition: "…".to_owned(),
                weight: 1.0,
                value: 1.0,
            }],
            truth: vec!["pkg/config.py::Reader.load".to_owned()],
        }),
        extra: serde_json::from_str(r#"{"kept": [1, {"as": "it was"}]}"#).unwrap(),
    }
}

/// `n` traces with different ids and lengths.
pub(crate) fn traces(n: u32) -> Vec<Trace> {
    (0..n)
        .map(|at| {
            let mut trace = trace(&format!("task-{}", at / 2), at % 2);
            trace.task.issue = trace.task.issue.repeat(at as usize % 5 + 1);
            trace
        })
        .collect()
}

/// A folder for one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file with these bytes.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A file with these traces, and where each frame ends.
    pub(crate) fn traces(&self, name: &str, traces: &[Trace]) -> (PathBuf, Vec<usize>) {
        let path = self.path(name);
        let mut writer = TraceWriter::open(&path).unwrap();
        let ends = traces
            .iter()
            .map(|trace| usize::try_from(writer.append(trace).unwrap().end()).unwrap());
        let ends = ends.collect();
        (path, ends)
    }
}

/// All traces of a file, and its findings as text.
pub(crate) fn read(path: &Path) -> (Vec<Trace>, Vec<String>) {
    let mut reader = TraceReader::open(path).unwrap();
    let traces = reader.by_ref().map(Result::unwrap).collect();
    let findings = reader.findings().iter().map(ToString::to_string).collect();
    (traces, findings)
}

/// `task-0#1` and so on.
pub(crate) fn ids(traces: &[Trace]) -> Vec<String> {
    traces.iter().map(Trace::id).collect()
}
