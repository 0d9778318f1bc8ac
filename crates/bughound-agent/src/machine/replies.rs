//! What the policy said.

use bughound_core::{Completion, FinishReason, Message, ToolCall, Usage};
use bughound_trace::{Answer, EndReason, Expects, TraceMessage};

use super::{Episode, Phase};
use crate::answer::{has_fence, parse_answer};
use crate::event::{Ask, Effect, Purpose};
use crate::protocol::Protocol;

/// How often an answer that cannot be read is asked for again.
const MAX_CLOSING: u32 = 2;

/// Bytes of a token, where a server does not count them.
const BYTES_PER_TOKEN: u64 = 4;

impl Episode {
    pub(super) fn replied(
        &mut self,
        protocol: &dyn Protocol,
        ask: Ask,
        completion: Completion,
        milliseconds: u64,
    ) -> Vec<Effect> {
        self.count(&completion);
        let at = self.spent.milliseconds;
        let text = completion.message.content.clone();
        let calls = completion.message.tool_calls.clone();
        let malformed: Vec<String> = completion
            .malformed
            .iter()
            .map(|call| call.problem.clone())
            .collect();
        let was_cut = completion.finish == FinishReason::Length;
        self.push(TraceMessage::policy(completion, milliseconds, at));
        match ask.purpose {
            Purpose::Answer => self.answered(protocol, text, &calls),
            Purpose::Act if !calls.is_empty() || !malformed.is_empty() => {
                self.called(protocol, calls, malformed)
            }
            Purpose::Act => self.spoke(protocol, text, was_cut),
        }
    }

    /// Tokens and turns. What a server does not count is estimated.
    fn count(&mut self, completion: &Completion) {
        let usage = completion.usage.unwrap_or_else(|| Usage {
            prompt_tokens: self.conversation_bytes() / BYTES_PER_TOKEN,
            completion_tokens: message_bytes(&completion.message) / BYTES_PER_TOKEN,
            estimated: true,
            ..Usage::default()
        });
        self.spent.context_tokens = usage.total();
        self.spent.usage += usage;
        self.spent.turns = self.spent.turns.saturating_add(1);
        if let Some(current) = &mut self.current {
            current.turns = current.turns.saturating_add(1);
        }
    }

    fn conversation_bytes(&self) -> u64 {
        let messages = self.stages.last().map_or(&[][..], |stage| &stage.messages);
        messages
            .iter()
            .map(|message| message_bytes(&message.message))
            .sum()
    }

    /// A reply without calls where calls were possible: the wish to stop, an answer, or neither.
    fn spoke(&mut self, protocol: &dyn Protocol, text: String, was_cut: bool) -> Vec<Effect> {
        if says_exit(&text) {
            return self.close(protocol, EndReason::Exit);
        }
        let Some(expects) = self.current.as_ref().map(|current| current.stage.expects) else {
            return Vec::new();
        };
        // Thoughts name files, too: only what is set apart as an answer is one.
        let read = protocol.answer(self.conversation(), &text);
        let items = if has_fence(&read) && expects != Expects::Nothing {
            parse_answer(&read)
        } else {
            Vec::new()
        };
        if !items.is_empty() {
            if let Some(current) = &mut self.current {
                current.closing.get_or_insert(EndReason::Answered);
            }
            return self.resolve(text, items);
        }
        let mut correction = protocol.correction(expects);
        if was_cut {
            correction.insert_str(0, "Your reply was cut off because it was too long. ");
        }
        self.note_malformed();
        self.say(Message::user(correction));
        self.go_on(protocol)
    }

    /// A reply where the answer was asked for.
    fn answered(
        &mut self,
        protocol: &dyn Protocol,
        text: String,
        calls: &[ToolCall],
    ) -> Vec<Effect> {
        let items = parse_answer(&protocol.answer(self.conversation(), &text));
        if !items.is_empty() {
            return self.resolve(text, items);
        }
        for call in calls {
            self.say(Message::tool(
                call.id.clone(),
                "No tool can be called any more.",
            ));
        }
        let Some(current) = &mut self.current else {
            return Vec::new();
        };
        current.n_closing += 1;
        self.spent.malformed += 1;
        if current.n_closing >= MAX_CLOSING {
            self.finish_stage(None);
            return self.advance(protocol);
        }
        let again = match &current.stage.closing {
            Some(closing) => format!("No place could be read from that. {closing}"),
            None => "No place could be read from that. Answer with a fenced block that lists one place a line."
                .to_owned(),
        };
        self.say(Message::user(again));
        self.ask(Purpose::Answer)
    }

    /// The search is over; the answer is asked for.
    pub(super) fn close(&mut self, protocol: &dyn Protocol, reason: EndReason) -> Vec<Effect> {
        let Some(current) = &mut self.current else {
            return Vec::new();
        };
        current.closing.get_or_insert(reason);
        if current.stage.expects == Expects::Nothing {
            self.finish_stage(None);
            return self.advance(protocol);
        }
        let closing = current.stage.closing.clone().unwrap_or_else(|| {
            "Give your answer now: a fenced block that lists one place a line, the most certain first."
                .to_owned()
        });
        self.say(Message::user(closing));
        self.ask(Purpose::Answer)
    }

    /// Asks for the next step, unless a budget has ended.
    pub(super) fn go_on(&mut self, protocol: &dyn Protocol) -> Vec<Effect> {
        match self.spent_budget() {
            Some(reason) => self.close(protocol, reason),
            None => self.ask(Purpose::Act),
        }
    }

    pub(super) fn note_malformed(&mut self) {
        self.spent.malformed = self.spent.malformed.saturating_add(1);
        if let Some(current) = &mut self.current {
            current.malformed_in_row = current.malformed_in_row.saturating_add(1);
        }
    }

    fn resolve(&mut self, text: String, items: Vec<bughound_trace::AnswerItem>) -> Vec<Effect> {
        let Some(current) = &self.current else {
            return Vec::new();
        };
        self.phase = Phase::Resolving(Answer {
            expects: current.stage.expects,
            text,
            items: items.clone(),
        });
        vec![Effect::Resolve(items)]
    }
}

fn message_bytes(message: &Message) -> u64 {
    let calls: usize = message
        .tool_calls
        .iter()
        .map(|call| call.name.len() + call.arguments.len())
        .sum();
    let reasoning = message.reasoning.as_ref().map_or(0, String::len);
    (message.content.len() + calls + reasoning) as u64
}

/// Models that were trained on the published prompts write the call of the last tool as text.
fn says_exit(text: &str) -> bool {
    text.lines()
        .map(|line| line.trim().trim_matches(['`', '*', '.']))
        .any(|line| line == "exit()" || line == "exit")
}
