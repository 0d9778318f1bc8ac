//! All that is decided about a server before the first request.

use std::time::Duration;

use bughound_core::Usage;

use crate::dialect::Dialect;
use crate::secret::Secret;
use crate::url::ServerUrl;

/// Which server, and how it is talked to.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where it is.
    pub server: ServerUrl,
    /// The model's name there.
    pub model: String,
    /// The key, where it wants one.
    pub key: Option<Secret>,
    /// How tools are described and called.
    pub dialect: Dialect,
    /// Ask for a stream of events. A server that answers plain JSON all the same is understood.
    pub stream: bool,
    /// How long we wait for what.
    pub timeouts: Timeouts,
    /// How often we try again.
    pub retries: Retries,
    /// The most requests at the same time, over all clones of a client.
    pub max_in_flight: usize,
    /// A completion's text is cut off here, whatever the server thinks of the limit of tokens.
    pub max_text_bytes: usize,
    /// A reply is cut off here, its wrapping included.
    pub max_reply_bytes: usize,
    /// What tokens cost, if they do.
    pub prices: Option<Prices>,
}

impl ClientSettings {
    /// The defaults, for one model of one server.
    pub fn new(server: ServerUrl, model: impl Into<String>) -> Self {
        Self {
            server,
            model: model.into(),
            key: None,
            dialect: Dialect::Native,
            stream: true,
            timeouts: Timeouts::default(),
            retries: Retries::default(),
            max_in_flight: 16,
            max_text_bytes: 1 << 20,
            max_reply_bytes: 64 << 20,
            prices: None,
        }
    }
}

/// How long we wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first event of a stream, from the moment when the request is sent. A server may have to load
    /// the model and read a long prompt first.
    pub first_token: Duration,
    /// For the next piece of a stream.
    pub between_tokens: Duration,
    /// For one reply as a whole; a plain reply has no other limit.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_token: Duration::from_secs(300),
            between_tokens: Duration::from_secs(120),
            whole: Duration::from_secs(1800),
        }
    }
}

/// How often we try again, and how long we wait before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The most repetitions of one request.
    pub most: u32,
    /// About how long we wait before the first; each further wait is twice as long.
    pub first_wait: Duration,
    /// No wait is longer, even if the server asks for it.
    pub longest_wait: Duration,
    /// From which the jitter of the waits is derived, together with the request.
    pub seed: u64,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            most: 5,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            seed: 0,
        }
    }
}

/// What a million tokens cost, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prices {
    /// Of prompts.
    pub prompt: f64,
    /// Of prompts that the server had in its cache.
    pub cached: f64,
    /// That the model writes, reasoning included.
    pub completion: f64,
}

impl Prices {
    /// What this usage cost, in US dollars.
    pub fn cost(&self, usage: &Usage) -> f64 {
        let cached = usage.cached_tokens.min(usage.prompt_tokens);
        let dollars = |n: u64, price: f64| n as f64 * price / 1e6;
        dollars(usage.prompt_tokens - cached, self.prompt)
            + dollars(cached, self.cached)
            + dollars(usage.completion_tokens, self.completion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_tokens_have_their_own_price() {
        let prices = Prices {
            prompt: 2.0,
            cached: 0.5,
            completion: 8.0,
        };
        let check = |prompt_tokens, cached_tokens, completion_tokens, expect: f64| {
            let usage = Usage {
                prompt_tokens,
                cached_tokens,
                completion_tokens,
                ..Usage::default()
            };
            assert!((prices.cost(&usage) - expect).abs() < 1e-12, "{usage:?}");
        };
        check(0, 0, 0, 0.0);
        check(1_000_000, 0, 0, 2.0);
        check(1_000_000, 1_000_000, 1_000_000, 8.5);
        check(1_000_000, 500_000, 0, 1.25);
        check(10, 20, 0, 0.000_005);
    }
}
