//! An episode as the tokens that a model read and wrote.
//!
//! Nothing is tokenized here: what was sampled is trained on as it was sampled. A model that acts turn by turn reads a prompt
//! that begins, as a rule, with all that it read and wrote before; then the turns are one sequence, with the environment's tokens in
//! between. Where a prompt begins otherwise (a new stage, a template that drops earlier thoughts), another sequence begins. Either
//! way each written token stands once, behind exactly what the model had read when it drew it.

use bughound_core::SampledTokens;
use bughound_trace::Trace;

/// Tokens in the order in which the model saw them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenSequence {
    /// Their ids.
    pub ids: Vec<u32>,
    /// For each whether the model wrote it.
    pub own: Vec<bool>,
    /// For each that it wrote the log-probability under the model that drew it, at temperature 1; 0 for all others.
    pub sampled: Vec<f32>,
}

impl TokenSequence {
    /// How many tokens the model wrote.
    pub fn n_own(&self) -> usize {
        self.own.iter().filter(|own| **own).count()
    }

    fn read(&mut self, ids: &[u32]) {
        self.ids.extend(ids);
        self.own.resize(self.ids.len(), false);
        self.sampled.resize(self.ids.len(), 0.0);
    }

    fn wrote(&mut self, tokens: &SampledTokens) {
        self.ids.extend(&tokens.ids);
        self.own.resize(self.ids.len(), true);
        self.sampled.extend(&tokens.logprobs);
    }
}

/// Why an episode cannot be trained on as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTokens {
    /// A reply was recorded as text alone.
    #[error(
        "reply {turn} of {id} has no token ids; sample with a policy that records them, or give it as text to imitation"
    )]
    Missing {
        /// The episode.
        id: String,
        /// Which reply, from 0.
        turn: usize,
    },
    /// Ids and log-probabilities do not belong together.
    #[error("reply {turn} of {id} has {n_ids} tokens and {n_logprobs} log-probabilities")]
    Uneven {
        /// The episode.
        id: String,
        /// Which reply, from 0.
        turn: usize,
        /// Ids.
        n_ids: usize,
        /// Log-probabilities.
        n_logprobs: usize,
    },
}

/// The sequences of an episode, in order. Empty where the model wrote nothing.
///
/// # Errors
/// [`NoTokens`] where what was sampled is not known token by token.
pub fn sequences_of(trace: &Trace) -> Result<Vec<TokenSequence>, NoTokens> {
    let mut sequences: Vec<TokenSequence> = Vec::new();
    let replies = trace
        .messages()
        .filter_map(|message| message.reply.as_ref());
    for (turn, reply) in replies.enumerate() {
        let tokens = reply
            .tokens
            .as_ref()
            .filter(|tokens| !tokens.prompt_ids.is_empty() && !tokens.ids.is_empty())
            .ok_or_else(|| NoTokens::Missing {
                id: trace.id(),
                turn,
            })?;
        if tokens.ids.len() != tokens.logprobs.len() {
            return Err(NoTokens::Uneven {
                id: trace.id(),
                turn,
                n_ids: tokens.ids.len(),
                n_logprobs: tokens.logprobs.len(),
            });
        }
        match sequences.last_mut() {
            Some(last) if tokens.prompt_ids.starts_with(&last.ids) => {
                last.read(&tokens.prompt_ids[last.ids.len()..]);
                last.wrote(tokens);
            }
            _ => {
                let mut next = TokenSequence::default();
                next.read(&tokens.prompt_ids);
                next.wrote(tokens);
                sequences.push(next);
            }
        }
    }
    Ok(sequences)
}

#[cfg(test)]
mod tests {
    use bughound_core::{Completion, Message};
    use bughound_trace::{StageTrace, TraceMessage};

    use super::*;

    /// Each turn is `prompt > reply`, numbers.
    fn check(turns: &[&str], expected: &[&str]) {
        let numbers = |text: &str| -> Vec<u32> {
            text.split_whitespace()
                .map(|n| n.parse().unwrap())
                .collect()
        };
        let messages = turns
            .iter()
            .map(|turn| {
                let (prompt, reply) = turn.split_once('>').unwrap();
                let ids = numbers(reply);
                let completion = Completion {
                    tokens: Some(SampledTokens {
                        prompt_ids: numbers(prompt),
                        logprobs: ids.iter().map(|id| -(*id as f32)).collect(),
                        ids,
                        texts: Vec::new(),
                    }),
                    ..Completion::of(Message::assistant(""))
                };
                TraceMessage::policy(completion, 0, 0)
            })
            .collect();
        let mut trace = crate::select::tests::trace("p-1 0 1 open");
        trace.stages = vec![StageTrace {
            name: String::new(),
            tools: Vec::new(),
            messages,
            end: None,
            answer: None,
        }];
        let found: Vec<String> = sequences_of(&trace)
            .unwrap()
            .iter()
            .map(|sequence| {
                let words: Vec<String> = (0..sequence.ids.len())
                    .map(|at| {
                        let id = sequence.ids[at];
                        match sequence.own[at] {
                            true => format!("{id}:{}", sequence.sampled[at]),
                            false => id.to_string(),
                        }
                    })
                    .collect();
                words.join(" ")
            })
            .collect();
        assert_eq!(found, expected, "{turns:?}");
    }

    #[test]
    fn turns_are_joined_where_a_prompt_goes_on() {
        check(&["1 2 > 3"], &["1 2 3:-3"]);
        check(&["1 2 > 3", "1 2 3 4 > 5 6"], &["1 2 3:-3 4 5:-5 6:-6"]);
        check(&["1 2 > 3", "1 2 4 > 5"], &["1 2 3:-3", "1 2 4 5:-5"]);
        check(
            &["1 > 2", "7 > 8", "7 8 9 > 1"],
            &["1 2:-2", "7 8:-8 9 1:-1"],
        );
    }

    #[test]
    fn text_alone_is_refused() {
        let trace = crate::select::tests::trace("p-1 3 1 open,find");
        assert_eq!(
            sequences_of(&trace),
            Err(NoTokens::Missing {
                id: "p-1#3".to_owned(),
                turn: 0
            })
        );
    }
}
