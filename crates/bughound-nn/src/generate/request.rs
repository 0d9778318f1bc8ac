//! What is asked of a generator and what it answers.

use super::Sampling;

/// Names a request within one generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// A text to continue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The tokens to continue; at least one.
    pub prompt: Vec<u32>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// Decides what is drawn, together with the model and the prompt and nothing else.
    pub seed: u64,
    /// The most tokens to write.
    pub max_new: usize,
    /// Tokens after which nothing follows; they are written themselves.
    pub stop: Vec<u32>,
    /// How many of the most likely tokens are told beside each that is drawn.
    pub alternatives: usize,
}

/// Why nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// One of the request's stop tokens was drawn.
    Stop,
    /// There were as many tokens as asked for, or the context is full.
    Length,
}

/// A token of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Whose it is.
    pub id: RequestId,
    /// The token.
    pub token: u32,
    /// The natural logarithm of its probability in the model's own distribution: temperature 1, nothing cut off.
    pub logprob: f32,
    /// The most likely tokens with theirs, as many as the request asked for.
    pub alternatives: Vec<(u32, f32)>,
    /// How many tokens of the prompt were already there from other requests.
    pub reused: usize,
    /// It was the last.
    pub finish: Option<Finish>,
}
