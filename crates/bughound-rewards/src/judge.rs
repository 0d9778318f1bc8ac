//! `judge`: a language model is asked whether the change is a repair.
//!
//! It is shown what the policy was told, the change as a diff and what the testbed says of it. Its answer is one JSON object,
//! read strictly; one that is none is asked for again, and a model that never gives one, or does not answer, has
//! said nothing: the score is masked. Every opinion, and every answer that was none, is a line of a file where one is named.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use bughound_core::Message;
use bughound_llm::{CancelToken, ChatRequest, Client, Sampling, ToolUse};
use bughound_testbed::Judged;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Attempt, Reward, Score, unified};

/// What a model is told.
pub const PROMPT: &str = include_str!("../prompts/judge.md");

/// See the module.
pub struct Judge {
    client: Client,
    settings: JudgeSettings,
    /// One line at a time.
    writing: Mutex<()>,
}

/// How a model is asked.
#[derive(Clone, Debug)]
pub struct JudgeSettings {
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// How often it is asked again when its answer is none.
    pub tries: usize,
    /// Where opinions are appended, one JSON object a line.
    pub record: Option<PathBuf>,
    /// The most bytes of the log and of the diff that are shown, each.
    pub shown_bytes: usize,
}

impl Default for JudgeSettings {
    /// Greedy, three tries, not recorded, 32 KiB each.
    fn default() -> Self {
        Self {
            sampling: Sampling {
                temperature: Some(0.0),
                ..Sampling::default()
            },
            tries: 3,
            record: None,
            shown_bytes: 32 << 10,
        }
    }
}

/// What a model thinks of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// Whether it is a repair.
    pub verdict: Accepts,
    /// Why.
    pub reason: String,
}

/// Whether a change is a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepts {
    /// It is.
    Accept,
    /// It is not.
    Reject,
}

/// Reads an answer: one JSON object of exactly the two fields, in a fence or not. Two objects, or text around one, are no
/// answer: which of them would count?
///
/// # Errors
/// What is wrong with it.
pub fn read_opinion(answer: &str) -> Result<Opinion, String> {
    let mut text = answer.trim();
    if let Some(inner) = text
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
    {
        text = inner.strip_prefix("json").unwrap_or(inner).trim();
    }
    if text.is_empty() {
        return Err("the answer is empty".to_owned());
    }
    serde_json::from_str(text)
        .map_err(|error| format!("the answer is not the object that was asked for: {error}"))
}

impl Judge {
    /// Asks this client.
    pub fn new(client: Client, settings: JudgeSettings) -> Self {
        Self {
            client,
            settings,
            writing: Mutex::new(()),
        }
    }

    fn ask(&self, attempt: &mut Attempt) -> Result<Opinion, String> {
        let id = attempt.prepared().task.recipe.id.clone();
        let case = attempt.case().map(str::to_owned);
        let mut messages = vec![Message::system(PROMPT), Message::user(self.shown(attempt)?)];
        let mut last = "it was never asked".to_owned();
        for nth in 1..=self.settings.tries.max(1) {
            let request = ChatRequest {
                messages: messages.clone(),
                tool_use: ToolUse::None,
                sampling: self.settings.sampling.clone(),
                ..ChatRequest::default()
            };
            // The client itself tries again what can be tried again.
            let completion =
                match self
                    .client
                    .complete(&request, &mut |_| {}, &CancelToken::default(), None)
                {
                    Ok(completion) => completion,
                    Err(error) => {
                        let why = format!("the judge did not answer: {error}");
                        self.keep(&json!({ "task": id, "case": case, "try": nth, "error": why }))?;
                        return Err(why);
                    }
                };
            let answer = completion.message.content.clone();
            let read = read_opinion(&answer);
            self.keep(&json!({
                "task": id,
                "case": case,
                "try": nth,
                "model": self.client.settings().model,
                "answer": answer,
                "opinion": read.as_ref().ok(),
                "error": read.as_ref().err(),
            }))?;
            match read {
                Ok(opinion) => return Ok(opinion),
                Err(why) => {
                    messages.truncate(2);
                    messages.push(completion.message);
                    messages.push(Message::user(format!(
                        "{why}. Answer with the JSON object alone."
                    )));
                    last = why;
                }
            }
        }
        Err(format!(
            "the judge gave no opinion in {} tries: {last}",
            self.settings.tries.max(1)
        ))
    }

    /// What it is shown.
    fn shown(&self, attempt: &mut Attempt) -> Result<String, String> {
        let prepared = attempt.prepared().clone();
        let told = prepared.task.issue.as_ref().unwrap_or(&prepared.log);
        let mut text = format!("# What the policy was told\n\n{}\n\n", self.cut(told));
        let diff = unified(prepared.broken_tree(), attempt.changes());
        let _ = write!(
            text,
            "# The change\n\n{}\n\n# What the testbed says\n\n",
            self.cut(&diff)
        );
        match attempt.judged() {
            Judged::Fault(fault) => return Err(fault.what.clone()),
            Judged::Verdict(verdict) => {
                let said = json!({
                    "passed": verdict.passed,
                    "built": verdict.built,
                    "failed": verdict.failed,
                    "tests": verdict.tests.len(),
                    "not_executed": verdict.missing,
                    "did_worse": verdict.regressed,
                    "parts_left_out": verdict.blocked,
                    "pins_moved": verdict.loosened,
                });
                let _ = writeln!(text, "{said:#}");
            }
        }
        Ok(text)
    }

    /// Start and end of what is too long.
    fn cut(&self, text: &str) -> String {
        let most = self.settings.shown_bytes;
        if text.len() <= most {
            return text.to_owned();
        }
        let head = text.floor_char_boundary(most / 2);
        let tail = text.ceil_char_boundary(text.len() - most / 2);
        format!(
            "{}\n[{} bytes left out]\n{}",
            &text[..head],
            tail - head,
            &text[tail..]
        )
    }

    fn keep(&self, line: &serde_json::Value) -> Result<(), String> {
        let Some(path) = &self.settings.record else {
            return Ok(());
        };
        let _one_at_a_time = self
            .writing
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let wrong = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(wrong)?;
        file.write_all(format!("{line}\n").as_bytes())
            .map_err(wrong)
    }
}

impl Reward for Judge {
    fn name(&self) -> String {
        "judge".to_owned()
    }

    fn score(&self, attempt: &mut Attempt) -> Score {
        match self.ask(attempt) {
            Err(why) => Score::masked(why),
            Ok(opinion) if opinion.verdict == Accepts::Accept => Score::full(),
            Ok(opinion) => Score::nothing(vec![opinion.reason]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_object_that_was_asked_for_is_an_opinion() {
        let check = |answer: &str, expected: Option<Accepts>| {
            let found = read_opinion(answer).ok().map(|opinion| opinion.verdict);
            assert_eq!(found, expected, "{answer}");
        };
        let accept = "{\"verdict\": \"accept\", \"reason\": \"it mends the loop\"}";
        let reject = "{\"verdict\": \"reject\", \"reason\": \"it skips the test\"}";
        check(accept, Some(Accepts::Accept));
        check(reject, Some(Accepts::Reject));
        check(&format!("```json\n{accept}\n```"), Some(Accepts::Accept));
        check(&format!("```\n{reject}\n```\n"), Some(Accepts::Reject));
        check("", None);
        check("accept", None);
        check("{\"verdict\": \"accept\"}", None);
        check("{\"verdict\": \"maybe\", \"reason\": \"\"}", None);
        check(
            "{\"verdict\": \"accept\", \"reason\": \"\", \"score\": 1}",
            None,
        );
        check(&format!("Sure! {accept}"), None);
        check(&format!("{reject}\n{accept}"), None);
        check(
            &format!("```json\n{reject}\n```\n```json\n{accept}\n```"),
            None,
        );
    }
}
