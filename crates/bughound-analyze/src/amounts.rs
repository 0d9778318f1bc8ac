//! How much was written and read, by kind, in characters. Servers count tokens for whole replies only, so that a count
//! by kind in tokens would be an estimate; characters are counted, and what servers reported stands beside them.

use std::collections::BTreeMap;

use bughound_trace::Trace;

use crate::action::Event;

/// What was written and read in an episode, in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    /// What the policy thought: reasoning that its server keeps apart, and what stands between `<think>` marks.
    pub(crate) thinking: u64,
    /// What it said besides: neither thoughts nor calls.
    pub(crate) text: u64,
    /// Arguments of its calls.
    pub(crate) arguments: u64,
    /// What its calls gave.
    pub(crate) output: u64,
    /// What it was told otherwise: instructions, the task, notes.
    pub(crate) prompt: u64,
    /// Arguments and outputs by the name of the call.
    pub(crate) by_tool: BTreeMap<String, (u64, u64)>,
    /// Tokens as servers reported them: written, and of these thought; `None` where a reply says nothing or an estimate.
    pub(crate) tokens: Option<(u64, u64)>,
}

/// The amounts of an episode.
pub(crate) fn amounts_of(trace: &Trace, events: &[Event<'_>]) -> Amounts {
    let mut amounts = Amounts::default();
    for event in events {
        if let Event::Action(action) = event {
            let (written, given) = (action.n_arguments as u64, characters(action.output));
            amounts.arguments += written;
            let tool = amounts.by_tool.entry(action.state.clone()).or_default();
            tool.0 += written;
            tool.1 += given;
        }
    }
    let mut in_text = numbers(trace, "calls_in_text").into_iter().peekable();
    let mut arguments = events.iter().filter_map(|event| match event {
        Event::Action(action) => Some(action.n_arguments as u64),
        Event::Words => None,
    });
    let mut tokens = Some((0, 0));
    for (at, message) in trace.messages().enumerate() {
        let said = &message.message;
        let Some(reply) = &message.reply else {
            let n = characters(&said.content);
            if message.call.is_some() {
                amounts.output += n;
            } else {
                amounts.prompt += n;
            }
            continue;
        };
        let usage = reply.usage.filter(|usage| !usage.estimated);
        tokens = match (tokens, usage) {
            (Some((written, thought)), Some(usage)) => Some((
                written + usage.completion_tokens,
                thought + usage.reasoning_tokens,
            )),
            _ => None,
        };
        let of_calls: u64 = arguments.by_ref().take(said.tool_calls.len()).sum();
        let (thought, rest) = thoughts(&said.content);
        amounts.thinking += thought + said.reasoning.as_deref().map_or(0, characters);
        let stands_in_text = in_text.next_if_eq(&at).is_some();
        amounts.text += if stands_in_text {
            rest.saturating_sub(of_calls)
        } else {
            rest
        };
    }
    amounts.tokens = tokens.filter(|(written, _)| *written > 0);
    amounts
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

fn numbers(trace: &Trace, name: &str) -> Vec<usize> {
    let list = trace.extra.get(name).and_then(|list| list.as_array());
    let number = |value: &serde_json::Value| usize::try_from(value.as_u64()?).ok();
    list.map_or_else(Vec::new, |list| list.iter().filter_map(number).collect())
}

/// Characters of thoughts and of the rest. A text that closes a thought without opening it began with one: templates
/// open it in the prompt.
fn thoughts(content: &str) -> (u64, u64) {
    let marks = [("<think>", "</think>"), ("<thinking>", "</thinking>")];
    let Some((open, close)) = marks.iter().find(|(_, close)| content.contains(close)) else {
        // A thought that was cut off.
        return match content.trim_start().strip_prefix("<think>") {
            Some(thought) => (characters(thought), 0),
            None => (0, characters(content)),
        };
    };
    let (mut thought, mut rest, mut text) = (0, 0, content);
    while let Some((before, after)) = text.split_once(close) {
        match before.split_once(open) {
            Some((said, thoughts)) => {
                rest += characters(said);
                thought += characters(thoughts);
            }
            None if thought == 0 && rest == 0 => thought += characters(before),
            None => rest += characters(before),
        }
        text = after;
    }
    (thought, rest + characters(text))
}

#[cfg(test)]
mod tests {
    use bughound_trace::import;
    use serde_json::json;

    use super::*;
    use crate::action::events;

    #[test]
    fn thoughts_and_words() {
        let check =
            |content: &str, expect: (u64, u64)| assert_eq!(thoughts(content), expect, "{content}");
        check("", (0, 0));
        check("words", (0, 5));
        check("<think>abc</think>de", (3, 2));
        check("abc</think>de", (3, 2));
        check("x<think>é</think>y<think>zz</think>", (3, 2));
        check("<think>never ends", (10, 0));
        check("a <b> c", (0, 7));
    }

    #[test]
    fn amounts() {
        let log = json!({"messages": [
            {"role": "user", "content": "fix"},
            {"role": "assistant", "content": "ab", "reasoning": "hmm", "usage": {"prompt_tokens": 3, "completion_tokens": 7},
             "tool_calls": [{"id": "c", "function": {"name": "bash", "arguments": "{\"command\": \"ls -l\"}"}}]},
            {"role": "tool", "tool_call_id": "c", "content": "a.py b.py"},
            {"role": "assistant", "content": "done", "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
        ]});
        let trace = import(log.to_string().as_bytes(), "t", None)
            .remove(0)
            .unwrap();
        let got = amounts_of(&trace, &events(&trace));
        let expect = Amounts {
            thinking: 3,
            text: 6,
            arguments: 5,
            output: 9,
            prompt: 3,
            by_tool: [("ls".to_owned(), (5, 9))].into(),
            tokens: Some((9, 0)),
        };
        assert_eq!(got, expect);
    }

    /// A call that stands in the text is counted once.
    #[test]
    fn calls_in_texts() {
        let log = json!({"history": [], "trajectory": [
            {"action": "ls", "response": "I look.\n```\nls\n```", "observation": "a.py", "thought": "I look."},
        ], "info": {}});
        let trace = import(log.to_string().as_bytes(), "t", None)
            .remove(0)
            .unwrap();
        let got = amounts_of(&trace, &events(&trace));
        assert_eq!((got.text, got.arguments, got.output), (16, 2, 4));
    }
}
