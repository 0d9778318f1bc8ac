//! From a conversation to what training reads: ids, and which of them the policy wrote.
//!
//! Each turn of the policy is a prompt and a reply. Where its tokens were sampled, both are taken as they are;
//! otherwise the template writes the conversation up to the turn, and the reply is what it adds up to the token that
//! ends it. Turns whose prompts continue each other become one sample, so that a conversation is read once and not
//! once per turn. Templates that rewrite what was said before (Qwen3 drops earlier thoughts) give a new sample where
//! they do: nothing is trained on that the policy did not see.

use bughound_core::{Message, SampledTokens};

use crate::{ChatOptions, Tokenizer, TokensError};

/// One message of a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// What was said.
    pub message: &'a Message,
    /// Whether the policy said it, now and not in an example.
    pub is_own: bool,
    /// The reply's tokens as they were sampled, where they are known.
    pub tokens: Option<&'a SampledTokens>,
    /// The reply reached its limit: the policy did not write its end.
    pub was_cut: bool,
}

impl<'a> Turn<'a> {
    /// What the environment said.
    pub fn environment(message: &'a Message) -> Self {
        Self {
            message,
            is_own: false,
            tokens: None,
            was_cut: false,
        }
    }

    /// What the policy said, as text.
    pub fn own(message: &'a Message) -> Self {
        Self {
            is_own: true,
            ..Self::environment(message)
        }
    }
}

/// Ids that are read at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// All of them.
    pub ids: Vec<u32>,
    /// Which of them the policy wrote; as long as `ids`.
    pub own: Vec<bool>,
    /// The log-probabilities of its own tokens when they were sampled, 0 at the others; where all are known.
    pub logprobs: Option<Vec<f32>>,
    /// Which messages of the conversation it trains, from 0.
    pub turns: Vec<usize>,
}

impl Sample {
    /// How many tokens the policy wrote.
    pub fn n_own(&self) -> usize {
        self.own.iter().filter(|own| **own).count()
    }

    fn read(&mut self, ids: &[u32]) {
        self.ids.extend(ids);
        self.own.resize(self.ids.len(), false);
        if let Some(logprobs) = &mut self.logprobs {
            logprobs.resize(self.ids.len(), 0.0);
        }
    }

    fn wrote(&mut self, turn: usize, reply: &Reply) {
        self.ids.extend(&reply.ids);
        self.own.resize(self.ids.len(), true);
        match (&mut self.logprobs, &reply.logprobs) {
            (Some(known), Some(new)) => known.extend(new),
            _ => self.logprobs = None,
        }
        self.turns.push(turn);
    }
}

/// What one turn of the policy read and wrote.
struct Reply {
    prompt: Vec<u32>,
    ids: Vec<u32>,
    logprobs: Option<Vec<f32>>,
}

/// The samples of a conversation, in its order. Together they hold each of the policy's replies once.
///
/// # Errors
/// Where there is no template, it refuses, or it writes replies elsewhere than behind their prompts.
pub fn samples(
    tokenizer: &Tokenizer,
    conversation: &[Turn<'_>],
    options: &ChatOptions<'_>,
) -> Result<Vec<Sample>, TokensError> {
    let messages: Vec<&Message> = conversation.iter().map(|turn| turn.message).collect();
    let mut samples: Vec<Sample> = Vec::new();
    for (at, turn) in conversation.iter().enumerate() {
        if !turn.is_own {
            continue;
        }
        let reply = match turn.tokens.filter(|tokens| !tokens.ids.is_empty()) {
            Some(tokens) => sampled(tokenizer, &messages[..at], tokens, options)?,
            None => rendered(tokenizer, &messages[..=at], turn.was_cut, options)?,
        };
        if reply.ids.is_empty() {
            continue;
        }
        let continued = samples
            .last_mut()
            .filter(|sample| reply.prompt.starts_with(&sample.ids));
        let sample = match continued {
            Some(sample) => sample,
            None => {
                samples.push(Sample {
                    logprobs: Some(Vec::new()),
                    ..Sample::default()
                });
                // Pushed just now.
                let Some(sample) = samples.last_mut() else {
                    continue;
                };
                sample
            }
        };
        let n_read = sample.ids.len();
        sample.read(&reply.prompt[n_read..]);
        sample.wrote(at, &reply);
    }
    Ok(samples)
}

/// Tokens as they were sampled. Servers that tell ids of replies but none of prompts leave those to the template.
fn sampled(
    tokenizer: &Tokenizer,
    before: &[&Message],
    tokens: &SampledTokens,
    options: &ChatOptions<'_>,
) -> Result<Reply, TokensError> {
    let prompt = if tokens.prompt_ids.is_empty() {
        tokenizer.prompt(before, options)?
    } else {
        tokens.prompt_ids.clone()
    };
    let is_known = tokens.logprobs.len() == tokens.ids.len();
    Ok(Reply {
        prompt,
        ids: tokens.ids.clone(),
        logprobs: is_known.then(|| tokens.logprobs.clone()),
    })
}

/// The reply that ends a conversation, as the template writes it.
fn rendered(
    tokenizer: &Tokenizer,
    messages: &[&Message],
    was_cut: bool,
    options: &ChatOptions<'_>,
) -> Result<Reply, TokensError> {
    let last = messages.len().saturating_sub(1);
    let prompt = tokenizer.render(&messages[..last], true, options)?;
    let whole = tokenizer.render(messages, false, options)?;
    let reply = whole
        .strip_prefix(&prompt)
        .ok_or(TokensError::ReplyElsewhere { message: last })?;
    // As when it is sampled: the prompt is tokenized, and the reply follows it.
    let mut ids = tokenizer.encode(reply)?;
    // Behind its end the template goes on with what the policy never writes.
    if let Some(end) = ids.iter().rposition(|&id| tokenizer.ends_reply(id)) {
        ids.truncate(if was_cut { end } else { end + 1 });
    }
    Ok(Reply {
        prompt: tokenizer.encode(&prompt)?,
        ids,
        logprobs: None,
    })
}
