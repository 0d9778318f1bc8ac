//! From what each kind of evidence brought to how much each reason did.

use bughound_core::Reason;

use crate::kinds::{Kind, N_KINDS};
use crate::scorer::Contributions;

/// The least that a reason counts for among those of its kind.
const LEAST: f32 = 0.02;

/// Gives each reason its part of `score`: the kinds share it as far as they spoke for the candidate, the reasons of one
/// kind share that as they would in the sum set by hand. Mixtures stand for all kinds, as those are shared by hand.
/// Reasons of kinds that spoke against it bring nothing.
pub(super) fn shared_out(
    reasons: Vec<(Kind, Reason)>,
    contributions: &Contributions,
    score: f32,
) -> Vec<Reason> {
    let mut by_hand = [0.0_f32; N_KINDS];
    for (kind, reason) in &reasons {
        by_hand[*kind as usize] += reason.contribution.max(LEAST);
    }
    let all_by_hand: f32 = by_hand.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let mixture = contributions[Kind::Mixture as usize].max(0.0);
    let mut brought = [0.0_f32; N_KINDS];
    for kind in Kind::ALL {
        let at = kind as usize;
        if kind != Kind::Mixture && by_hand[at] > 0.0 {
            brought[at] = (contributions[at] + mixture * by_hand[at] / all_by_hand).max(0.0);
        }
    }
    let total: f32 = brought.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    reasons
        .into_iter()
        .map(|(kind, reason)| {
            let at = kind as usize;
            let share = reason.contribution.max(LEAST) / by_hand[at].max(f32::MIN_POSITIVE);
            Reason {
                contribution: score * share * brought[at] / total,
                ..reason
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str, contribution: f32) -> Reason {
        Reason {
            feature: "x".to_owned(),
            text: text.to_owned(),
            contribution,
        }
    }

    fn check(contributions: &[(Kind, f32)], expect: &[f32]) {
        let reasons = vec![
            (Kind::Words, reason("words", 1.0)),
            (Kind::Mentions, reason("title", 0.6)),
            (Kind::Mentions, reason("link", 0.2)),
            (Kind::History, reason("commit", 0.0)),
        ];
        let mut by_kind = [0.0; N_KINDS];
        for &(kind, value) in contributions {
            by_kind[kind as usize] = value;
        }
        let found = shared_out(reasons, &by_kind, 0.8);
        for (reason, expect) in found.iter().zip(expect) {
            assert!((reason.contribution - expect).abs() < 1e-3, "{found:?}");
        }
    }

    #[test]
    fn kinds_share_the_score_and_reasons_their_kind() {
        check(
            &[(Kind::Words, 1.0), (Kind::Mentions, 3.0)],
            &[0.2, 0.45, 0.15, 0.0],
        );
        check(
            &[(Kind::Words, 1.0), (Kind::Mentions, -1.0)],
            &[0.8, 0.0, 0.0, 0.0],
        );
        // What no reason speaks of is nobody's.
        check(
            &[(Kind::Words, 1.0), (Kind::Tests, 5.0)],
            &[0.8, 0.0, 0.0, 0.0],
        );
        check(&[(Kind::Mixture, 1.0)], &[0.44, 0.264, 0.088, 0.009]);
        check(&[(Kind::Words, -1.0)], &[0.0, 0.0, 0.0, 0.0]);
    }
}
