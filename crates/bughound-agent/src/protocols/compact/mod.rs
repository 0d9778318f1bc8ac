//! `compact`: for models with a context of about a thousand tokens. The issue is cut to its most telling lines, tools
//! take one argument, their answers are short lists, and a place has a number from when it is first named, which stands
//! for it in calls and in the answer.
//!
//! Numbers are read from the conversation, as the policy reads them: there is no other state, and an episode that is
//! written down and continued counts on.

mod issue;
mod numbers;

use std::borrow::Cow;

use bughound_core::Message;
use bughound_tools::Toolbox;
use bughound_trace::{Expects, TraceMessage};
use serde_json::Value;

pub(crate) use issue::telling_lines;
pub(crate) use numbers::Numbers;

use super::tools;
use crate::protocol::{Next, Progress, Protocol, Stage};

pub(super) struct Compact;

/// The most bytes of the issue: some 170 tokens.
pub(crate) const ISSUE_BYTES: usize = 560;

/// The most turns; the answer is one of them as a rule.
const MAX_TURNS: u32 = 8;

const SYSTEM: &str = "\
Find what must change to fix the issue. One call a turn: search WORDS, open N, callers N, callees N. Found places have \
numbers. Answer with the numbers, best first: 3 1 4";

const CLOSING: &str = "Answer with numbers, best first.";

impl Protocol for Compact {
    fn name(&self) -> &'static str {
        "compact"
    }

    fn about(&self) -> &'static str {
        "our own, for tiny models: the issue's telling lines, four tools with short answers, places by number"
    }

    fn tools(&self) -> &'static dyn Toolbox {
        tools("compact")
    }

    fn next(&self, progress: &Progress<'_>) -> Next {
        if !progress.outcomes.is_empty() {
            return Next::Done;
        }
        let issue = telling_lines(&progress.brief.task.issue, ISSUE_BYTES);
        Next::Stage(Stage {
            name: "search".to_owned(),
            messages: vec![
                Message::system(SYSTEM),
                Message::user(crate::harmless(&issue)),
            ],
            tools: true,
            expects: Expects::Functions,
            max_turns: Some(MAX_TURNS),
            max_calls_per_turn: Some(1),
            closing: Some(CLOSING.to_owned()),
        })
    }

    fn correction(&self, _: Expects) -> String {
        "Call search, open, callers or callees, or answer with numbers.".to_owned()
    }

    fn arguments(
        &self,
        conversation: &[TraceMessage],
        _: &str,
        mut arguments: Value,
    ) -> Result<Value, String> {
        let Some(symbol) = arguments.get_mut("symbol") else {
            return Ok(arguments);
        };
        let text = symbol
            .as_str()
            .map_or_else(|| symbol.to_string(), str::to_owned);
        if let Ok(number) = text.trim().parse::<usize>() {
            let numbers = Numbers::of(conversation);
            let place = numbers.place(number).ok_or_else(|| match numbers.len() {
                0 => format!("There is no place {number} yet. Search first."),
                n => format!("There is no place {number}. The numbers so far are 1 to {n}."),
            })?;
            *symbol = Value::from(place);
        }
        Ok(arguments)
    }

    fn observation(&self, conversation: &[TraceMessage], text: String) -> String {
        Numbers::of(conversation).number(&text)
    }

    fn answer<'t>(&self, conversation: &[TraceMessage], text: &'t str) -> Cow<'t, str> {
        match Numbers::of(conversation).listed(text) {
            Some(places) => Cow::Owned(format!("```\n{}\n```", places.join("\n"))),
            None => Cow::Borrowed(text),
        }
    }
}
