//! A trace around an imported conversation.

use serde_json::{Map, Value};

use super::conversation::Conversation;
use super::secrets::remove_secrets;
use super::{ImportFormat, patch_files::answer_of_patch};
use crate::{Budgets, EndReason, PolicyRecord, Reward, RewardPart, StageTrace, TaskRecord, Trace};

/// All that an importer found out.
pub(crate) struct Record {
    pub(crate) format: ImportFormat,
    pub(crate) task: TaskRecord,
    pub(crate) policy: PolicyRecord,
    pub(crate) conversation: Conversation,
    /// The tools that were declared, as OpenAI-compatible servers know them.
    pub(crate) tools: Vec<Value>,
    pub(crate) end: EndReason,
    pub(crate) fault: Option<String>,
    pub(crate) patch: Option<String>,
    pub(crate) cost_usd: Option<f64>,
    pub(crate) reward: Option<(&'static str, f64)>,
    pub(crate) extra: Map<String, Value>,
}

impl Record {
    pub(crate) fn into_trace(mut self) -> Trace {
        let names = self.tools.iter().filter_map(|tool| {
            let name = tool.get("function").unwrap_or(tool).get("name")?;
            Some(name.as_str()?.to_owned())
        });
        let names = names.collect();
        let mut extra = self.extra;
        if let Some(patch) = &self.patch {
            extra.insert("submission".to_owned(), patch.clone().into());
        }
        if !self.tools.is_empty() {
            extra.insert("tools".to_owned(), Value::Array(self.tools));
        }
        self.conversation.take_extra(&mut extra);
        remove_secrets(&mut extra);
        remove_secrets(&mut self.policy.settings);
        let mut spent = self.conversation.spent;
        if self.end == EndReason::Exit && self.conversation.is_waiting() {
            // The call that ended the episode has no result.
            spent.calls_ok += 1;
        }
        if spent.milliseconds == 0 {
            spent.milliseconds = self.conversation.messages.last().map_or(0, |m| m.at);
        }
        Trace {
            format: Trace::FORMAT,
            bughound: env!("CARGO_PKG_VERSION").to_owned(),
            task: self.task,
            attempt: 0,
            seed: 0,
            protocol: format!("import:{}", self.format.name()),
            policy: self.policy,
            index_version: 0,
            budgets: Budgets::default(),
            stages: vec![StageTrace {
                name: "search".to_owned(),
                tools: names,
                messages: self.conversation.messages,
                end: Some(self.end),
                answer: self.patch.as_deref().and_then(answer_of_patch),
            }],
            end: self.end,
            fault: self.fault,
            spent,
            cost_usd: self.cost_usd,
            reward: self.reward.map(|(name, value)| Reward {
                value,
                parts: vec![RewardPart {
                    name: name.to_owned(),
                    definition: "as the imported log says".to_owned(),
                    weight: 1.0,
                    value,
                }],
                truth: Vec::new(),
            }),
            extra,
        }
    }
}

/// The text between two marks, where both are there.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    let (inner, _) = rest.split_once(after)?;
    let inner = inner.trim();
    (!inner.is_empty()).then_some(inner)
}

/// The issue in a request: what stands between the marks that these agents' prompts use, else all of it.
pub(crate) fn issue_in(request: &str) -> &str {
    between(
        request,
        "Consider the following PR description:",
        "</pr_description>",
    )
    .or_else(|| between(request, "<pr_description>", "</pr_description>"))
    .or_else(|| between(request, "\nISSUE:", "\nINSTRUCTIONS:"))
    .map_or(request, |issue| {
        issue
            .strip_prefix("<pr_description>")
            .unwrap_or(issue)
            .trim()
    })
}
