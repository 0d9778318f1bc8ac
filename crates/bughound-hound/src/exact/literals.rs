//! String literals that share words with the issue.

use bughound_index::{Index, text_trigrams};
use rustc_hash::FxHashSet;

use super::Exact;
use crate::issue::{Issue, MessageKind};

impl Exact {
    /// `Σ ln(1 + U / (1 + df))` over the word trigrams that the issue shares with the candidate's string
    /// literals, those of more than max(30, 0.3 % of candidates) left out; and the parts of it that stand in
    /// error messages, and in what else a program said.
    pub(super) fn literals(&mut self, index: &Index, issue: &Issue) {
        let grams = text_trigrams(&issue.text);
        let errors = grams_of(issue, |kind| kind == MessageKind::ErrorLine);
        let messages = grams_of(issue, |kind| kind != MessageKind::ErrorLine);
        let hits = index.find_trigrams(&grams);
        let most = 30.max(hits.n_candidates * 3 / 1000);
        for (symbol, shared) in hits.candidates {
            let (mut all, mut error, mut message) = (0.0, 0.0, 0.0);
            for gram in shared {
                let df = hits.df[gram as usize];
                if df as usize >= most {
                    continue;
                }
                let weight = (1.0 + hits.n_candidates as f32 / (1.0 + df as f32)).ln();
                all += weight;
                if errors.contains(&grams[gram as usize]) {
                    error += weight;
                }
                if messages.contains(&grams[gram as usize]) {
                    message += weight;
                }
            }
            if all > 0.0 {
                let signals = self.symbols.entry(symbol).or_default();
                (
                    signals.literal,
                    signals.literal_error,
                    signals.literal_message,
                ) = (all, error, message);
                signals.saw(
                    "literal",
                    0.08 * all,
                    "its string literals share words with the issue".to_owned(),
                );
            }
        }
    }
}

fn grams_of(issue: &Issue, wanted: impl Fn(MessageKind) -> bool) -> FxHashSet<u32> {
    let messages = issue.messages.iter().filter(|message| wanted(message.kind));
    messages
        .flat_map(|message| text_trigrams(&message.text))
        .collect()
}
