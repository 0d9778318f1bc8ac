//! An episode as what a model reads and writes.
//!
//! What was sampled token by token is trained on as it was sampled. Episodes of others, or of policies that write no tokens, are
//! written by the tokenizer's template; what the policy said is marked either way, and everything else is masked.

use std::borrow::Cow;

use bughound_core::{Message, Role};
use bughound_llm::{Dialect, prepare};
use bughound_tokens::{ChatOptions, Sample, Tokenizer, TokensError, Turn, samples};
use bughound_trace::{StageTrace, Trace};
use serde_json::Value;

use crate::recipe::Thinking;

/// How episodes become samples.
pub struct Reading<'a> {
    /// The model's tokenizer.
    pub tokenizer: &'a Tokenizer,
    /// How tools are described and called.
    pub dialect: Dialect,
    /// The declarations of a stage's tools.
    pub declarations: &'a (dyn Fn(&StageTrace) -> Vec<Value> + Sync),
    /// What becomes of thoughts.
    pub thinking: Thinking,
}

/// The samples of an episode: each stage is a conversation of its own. Empty where the policy said nothing.
///
/// # Errors
/// Where the tokenizer has no template, or that refuses.
pub fn samples_of(trace: &Trace, reading: &Reading<'_>) -> Result<Vec<Sample>, TokensError> {
    let mut all = Vec::new();
    for stage in &trace.stages {
        all.extend(samples_of_stage(stage, reading)?);
    }
    Ok(all)
}

fn samples_of_stage(stage: &StageTrace, reading: &Reading<'_>) -> Result<Vec<Sample>, TokensError> {
    let plain: Vec<Message> = stage
        .messages
        .iter()
        .map(|message| match reading.thinking {
            Thinking::Keep => message.message.clone(),
            Thinking::Strip => without_thoughts(&message.message),
        })
        .collect();
    let tools = (reading.declarations)(stage);
    let prepared = prepare(reading.dialect, &plain, &tools);
    let mut said = stage
        .messages
        .iter()
        .filter(|message| message.message.role == Role::Assistant);
    let turns: Vec<Turn<'_>> = prepared
        .iter()
        .map(|message| {
            let said = match message.role {
                Role::Assistant => said.next(),
                _ => None,
            };
            let reply = said.and_then(|said| said.reply.as_ref());
            Turn {
                message,
                is_own: reply.is_some(),
                // Thoughts that are taken out were among the tokens.
                tokens: reply.and_then(|reply| reply.tokens.as_ref()).filter(|_| {
                    said.is_some_and(|said| {
                        !has_thoughts(&said.message) || reading.thinking == Thinking::Keep
                    })
                }),
                was_cut: reply
                    .is_some_and(|reply| reply.finish == bughound_core::FinishReason::Length),
            }
        })
        .collect();
    let options = ChatOptions {
        tools: match reading.dialect {
            Dialect::Native => &tools,
            _ => &[],
        },
        enable_thinking: Some(reading.thinking == Thinking::Keep),
        today: None,
    };
    samples(reading.tokenizer, &turns, &options)
}

fn has_thoughts(message: &Message) -> bool {
    message.reasoning.is_some() || message.content.contains("<think>")
}

/// The same message without what was thought before it.
fn without_thoughts(message: &Message) -> Message {
    if message.role != Role::Assistant || !has_thoughts(message) {
        return message.clone();
    }
    let content = match message.content.split_once("</think>") {
        Some((before, speech)) if before.trim_start().starts_with("<think>") => {
            Cow::Borrowed(speech.trim_start())
        }
        _ => Cow::Borrowed(message.content.as_str()),
    };
    Message {
        content: content.into_owned(),
        reasoning: None,
        ..message.clone()
    }
}

#[cfg(test)]
mod tests {
    use bughound_tokens::{BpeSettings, Style, train_bpe};

    use super::*;
    use crate::select::tests::trace;

    fn read(trace: &Trace, thinking: Thinking) -> Vec<String> {
        let bpe = train_bpe(
            std::iter::once("search open exit 0 1 2"),
            &BpeSettings::new(300, Style::Qwen),
        )
        .unwrap();
        let tokenizer = bpe.tokenizer().unwrap();
        let reading = Reading {
            tokenizer: &tokenizer,
            dialect: Dialect::Native,
            declarations: &|_| Vec::new(),
            thinking,
        };
        let samples = samples_of(trace, &reading).unwrap();
        samples
            .iter()
            .map(|sample| {
                // What the policy wrote stands in brackets.
                let mut text = String::new();
                for own in sample.own.chunk_by(|a, b| a == b).scan(0, |at, own| {
                    let ids = &sample.ids[*at..*at + own.len()];
                    *at += own.len();
                    Some((own[0], ids))
                }) {
                    let piece = tokenizer.decode_with(own.1, true).unwrap();
                    match own.0 {
                        true => text.push_str(&format!("[{piece}]")),
                        false => text.push_str(&piece),
                    }
                }
                text
            })
            .collect()
    }

    #[test]
    fn the_policy_s_own_words_are_marked() {
        let mut one = trace("p-1 0 1 open");
        insta::assert_snapshot!(read(&one, Thinking::Keep).join("\n---\n"), @r#"
        <|im_start|>assistant
        [<tool_call>
        {"name": "open", "arguments": {"n": 0}}
        </tool_call><|im_end|>]
        "#);
        one.stages[0].messages[0].message.content = "<think>\nwhy\n</think>\n\nso".to_owned();
        insta::assert_snapshot!(read(&one, Thinking::Keep).join("\n---\n"), @r#"
        <|im_start|>assistant
        [<think>
        why
        </think>

        so
        <tool_call>
        {"name": "open", "arguments": {"n": 0}}
        </tool_call><|im_end|>]
        "#);
        insta::assert_snapshot!(read(&one, Thinking::Strip).join("\n---\n"), @r#"
        <|im_start|>assistant
        [so
        <tool_call>
        {"name": "open", "arguments": {"n": 0}}
        </tool_call><|im_end|>]
        "#);
    }
}
