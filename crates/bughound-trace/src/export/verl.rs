//! Tasks as verl's reinforcement learning reads them: one parquet row per task and stage, with the messages that
//! come before the policy's first reply.
//!
//! Columns: `data_source`, `prompt`, `ability`, `reward_model`, `extra_info`, `agent_name`. The ground truth is a
//! JSON object from path to names, as text: what RepoSearcher's published reward function evaluates.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::{Map, Value, json};

use super::ExportFilter;
use super::parquet::{Shape, write_parquet};
use crate::{StageTrace, Trace};

/// What verl is told of all rows alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerlSettings {
    /// Which reward function is meant.
    pub data_source: String,
    /// Which agent loop acts.
    pub agent_name: String,
}

impl Default for VerlSettings {
    /// `bughound`, `tool_agent`.
    fn default() -> Self {
        Self {
            data_source: "bughound".to_owned(),
            agent_name: "tool_agent".to_owned(),
        }
    }
}

/// The rows of an episode, with the tools of each; `index` is still missing. `truth` is what is right, as
/// `path::Qualified.name` and bare paths.
pub fn verl_rows(
    trace: &Trace,
    filter: &ExportFilter,
    truth: &[String],
    settings: &VerlSettings,
) -> Vec<(Value, Vec<String>)> {
    filter
        .stages(trace)
        .filter(|stage| stage.messages.iter().any(|message| message.reply.is_some()))
        .map(|stage| (row(trace, stage, truth, settings), stage.tools.clone()))
        .collect()
}

fn row(trace: &Trace, stage: &StageTrace, truth: &[String], settings: &VerlSettings) -> Value {
    let prompt = stage
        .messages
        .iter()
        .take_while(|message| message.reply.is_none())
        .map(|message| json!({"role": message.message.role.name(), "content": message.message.content}));
    json!({
        "data_source": settings.data_source,
        "prompt": prompt.collect::<Vec<Value>>(),
        "ability": stage.name,
        "reward_model": {"style": "rule", "ground_truth": ground_truth(truth)},
        "extra_info": {
            "instance_id": trace.task.instance_id,
            "repo": trace.task.repo,
            "base_commit": trace.task.base_commit,
            "protocol": trace.protocol,
            "stage": stage.name,
        },
        "agent_name": settings.agent_name,
    })
}

/// `{"a.py": ["C.m", "f"], "b.py": []}`.
fn ground_truth(truth: &[String]) -> String {
    let mut files: Map<String, Value> = Map::new();
    for id in truth {
        let (path, name) = match id.split_once("::") {
            Some((path, name)) => (path, Some(name)),
            None => (id.as_str(), None),
        };
        let names = files.entry(path).or_insert_with(|| json!([]));
        if let (Value::Array(names), Some(name)) = (names, name) {
            names.push(name.into());
        }
    }
    Value::Object(files).to_string()
}

/// Writes rows of [`verl_rows`] as parquet, numbered in their order. Every row gets arguments for every tool:
/// nested columns have the same fields in all rows.
///
/// # Errors
/// Where `to` cannot be written.
pub fn write_verl(
    rows: Vec<(Value, Vec<String>)>,
    to: impl Write + Send,
) -> Result<(), parquet::errors::ParquetError> {
    let tools: BTreeSet<String> = rows.iter().flat_map(|(_, tools)| tools).cloned().collect();
    let rows: Vec<Value> = rows
        .into_iter()
        .enumerate()
        .map(|(index, (mut row, _))| {
            let info = &mut row["extra_info"];
            let create = json!({"create_kwargs": {
                "instance_id": info["instance_id"],
                "repo": info["repo"],
                "base_commit": info["base_commit"],
            }});
            let kwargs: BTreeMap<&String, &Value> =
                tools.iter().map(|tool| (tool, &create)).collect();
            let kwargs = json!(kwargs);
            info["index"] = index.into();
            info["need_tools_kwargs"] = (!tools.is_empty()).into();
            info["tools_kwargs"] = kwargs;
            row
        })
        .collect();
    write_parquet(&columns(&tools), &rows, to)
}

fn columns(tools: &BTreeSet<String>) -> Vec<(String, Shape)> {
    let text = |name: &str| (name.to_owned(), Shape::Text);
    let named = |name: &str, shape| (name.to_owned(), shape);
    let mut info = vec![
        named("index", Shape::Integer),
        text("instance_id"),
        text("repo"),
        text("base_commit"),
        text("protocol"),
        text("stage"),
        named("need_tools_kwargs", Shape::Flag),
    ];
    if !tools.is_empty() {
        let create = Shape::Struct(vec![text("instance_id"), text("repo"), text("base_commit")]);
        let kwargs = Shape::Struct(vec![named("create_kwargs", create)]);
        let tools = tools.iter().map(|tool| (tool.clone(), kwargs.clone()));
        info.push(named("tools_kwargs", Shape::Struct(tools.collect())));
    }
    let message = Shape::Struct(vec![text("role"), text("content")]);
    vec![
        text("data_source"),
        named("prompt", Shape::List(Box::new(message))),
        text("ability"),
        named(
            "reward_model",
            Shape::Struct(vec![text("style"), text("ground_truth")]),
        ),
        named("extra_info", Shape::Struct(info)),
        text("agent_name"),
    ]
}
