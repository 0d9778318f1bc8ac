//! Numbers by hand, finite differences, and what must hold whatever the numbers.

use proptest::prelude::*;

use super::*;

fn decision(sampled: f64, current: f64) -> Decision {
    Decision {
        sampled,
        current,
        reference: None,
        entropy: None,
        own: true,
    }
}

fn sequence(advantage: f64, decisions: Vec<Decision>) -> Sequence {
    Sequence {
        decisions,
        advantage,
        end: End::Complete,
    }
}

/// A decision whose ratio is `ratio`.
fn of_ratio(ratio: f64) -> Decision {
    decision(-1.0, -1.0 + ratio.ln())
}

fn close(found: f64, expect: f64) {
    assert!((found - expect).abs() < 1e-12, "{found} against {expect}");
}

#[test]
fn one_decision_by_hand() {
    let settings = ObjectiveSettings {
        clip_low: 0.2,
        clip_high: 0.3,
        ..ObjectiveSettings::default()
    };
    let check = |advantage: f64, ratio: f64, loss: f64, slope: f64| {
        let found = objective(&[sequence(advantage, vec![of_ratio(ratio)])], &settings);
        close(found.loss, loss);
        close(found.slopes[0][0], slope);
    };
    // Good: pushed up until the upper clip.
    check(2.0, 1.0, -2.0, -2.0);
    check(2.0, 1.25, -2.5, -2.5);
    check(2.0, 1.5, -2.6, 0.0);
    check(2.0, 0.5, -1.0, -1.0);
    // Bad: pushed down until the lower clip; whatever became likelier is always pushed back, up to the dual clip.
    check(-2.0, 1.0, 2.0, 2.0);
    check(-2.0, 0.5, 1.6, 0.0);
    check(-2.0, 1.5, 3.0, 3.0);
    check(-2.0, 4.0, 6.0, 0.0);
}

#[test]
fn divergence_by_hand() {
    let settings = ObjectiveSettings {
        kl: Some(KlToReference { coefficient: 0.1 }),
        ..ObjectiveSettings::default()
    };
    let mut near = of_ratio(1.0);
    near.reference = Some(near.current + 2.0_f64.ln());
    let found = objective(&[sequence(0.0, vec![near])], &settings);
    // k3 = 2 − ln 2 − 1; its slope is 1 − 2.
    close(found.stats.kl_to_reference, 1.0 - 2.0_f64.ln());
    close(found.loss, 0.1 * (1.0 - 2.0_f64.ln()));
    close(found.slopes[0][0], -0.1);
}

#[test]
fn aggregations_by_hand() {
    let sequences = [
        sequence(-1.0, vec![of_ratio(1.0); 3]),
        sequence(-5.0, vec![of_ratio(1.0)]),
    ];
    let check = |aggregation: Aggregation, expect: f64, slope: f64| {
        let settings = ObjectiveSettings {
            aggregation,
            ..ObjectiveSettings::default()
        };
        let found = objective(&sequences, &settings);
        close(found.loss, expect);
        close(found.slopes[0][0], slope);
    };
    check(Aggregation::DecisionMean, 2.0, 0.25);
    check(Aggregation::SequenceMean, 3.0, 1.0 / 6.0);
    check(Aggregation::ConstantLength(4.0), 1.0, 0.125);
}

#[test]
fn what_is_masked_counts_for_nothing() {
    let mut tool = of_ratio(1.1);
    tool.own = false;
    let broken = decision(f64::NEG_INFINITY, -1.0);
    let mut fault = sequence(-9.0, vec![of_ratio(1.0)]);
    fault.end = End::Fault;
    let mut truncated = sequence(-7.0, vec![of_ratio(1.0)]);
    truncated.end = End::Truncated;
    let plain = sequence(2.0, vec![of_ratio(1.0)]);
    let mixed = sequence(2.0, vec![tool, of_ratio(1.0), broken]);

    let settings = ObjectiveSettings {
        mask_truncated: true,
        aggregation: Aggregation::SequenceMean,
        ..ObjectiveSettings::default()
    };
    let alone = objective(std::slice::from_ref(&plain), &settings);
    let masked = objective(&[mixed, fault, truncated.clone()], &settings);
    close(masked.loss, alone.loss);
    assert_eq!(
        masked.slopes,
        [vec![0.0, alone.slopes[0][0], 0.0], vec![0.0], vec![0.0]]
    );
    let stats = masked.stats;
    assert_eq!(
        (
            stats.n_decisions,
            stats.n_not_own,
            stats.n_not_finite,
            stats.n_faults,
            stats.n_truncated
        ),
        (1, 1, 1, 1, 1)
    );
    let kept = objective(&[truncated], &ObjectiveSettings::default());
    close(kept.loss, 7.0);
    let nothing = objective(&[], &settings);
    close(nothing.loss, 0.0);
}

#[test]
fn statistics_by_hand() {
    let settings = ObjectiveSettings::default();
    let mut known = of_ratio(1.0);
    known.entropy = Some(0.5);
    let found = objective(
        &[
            sequence(1.0, vec![of_ratio(2.0), known]),
            sequence(-1.0, vec![of_ratio(0.5), of_ratio(4.0)]),
        ],
        &settings,
    );
    let stats = found.stats;
    close(stats.clipped_high, 0.25);
    close(stats.clipped_low, 0.25);
    close(stats.clipped_dual, 0.25);
    close(stats.ratio_mean, 7.5 / 4.0);
    close(stats.ratio_max, 4.0);
    close(stats.kl_to_sampler, (7.5 - 4.0 - 4.0_f64.ln()) / 4.0);
    close(stats.entropy, 0.5);
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let log = -4.0..-0.01_f64;
    (
        log.clone(),
        log.clone(),
        proptest::option::of(log),
        any::<bool>(),
    )
        .prop_map(|(sampled, current, reference, own)| Decision {
            sampled,
            current,
            reference,
            entropy: None,
            own,
        })
}

fn any_sequences() -> impl Strategy<Value = Vec<Sequence>> {
    let sequence = (
        proptest::collection::vec(any_decision(), 0..6),
        -3.0..3.0_f64,
        prop_oneof![Just(End::Complete), Just(End::Truncated), Just(End::Fault)],
    )
        .prop_map(|(decisions, advantage, end)| Sequence {
            decisions,
            advantage,
            end,
        });
    proptest::collection::vec(sequence, 0..5)
}

proptest! {
    /// The slopes are those of the loss, wherever it has no kink.
    #[test]
    fn slopes_are_differences(mut sequences in any_sequences(), kl in 0.0..0.5_f64, kind in 0..3_u8) {
        let settings = ObjectiveSettings {
            clip_low: 0.2,
            clip_high: 0.28,
            kl: Some(KlToReference { coefficient: kl }),
            aggregation: match kind {
                0 => Aggregation::DecisionMean,
                1 => Aggregation::SequenceMean,
                _ => Aggregation::ConstantLength(5.0),
            },
            mask_truncated: true,
            ..ObjectiveSettings::default()
        };
        let found = objective(&sequences, &settings);
        let step = 1e-6;
        for at in 0..sequences.len() {
            for of in 0..sequences[at].decisions.len() {
                let decision = sequences[at].decisions[of];
                let ratio = (decision.current - decision.sampled).exp();
                if [0.8, 1.28, 3.0].iter().any(|kink| (ratio - kink).abs() < 1e-4) {
                    continue;
                }
                let mut shifted = |by: f64| {
                    sequences[at].decisions[of].current = decision.current + by;
                    let loss = objective(&sequences, &settings).loss;
                    sequences[at].decisions[of].current = decision.current;
                    loss
                };
                let expect = (shifted(step) - shifted(-step)) / (2.0 * step);
                let slope = found.slopes[at][of];
                prop_assert!((slope - expect).abs() < 1e-6 * (1.0 + expect.abs()), "{slope} against {expect}");
            }
        }
    }

    /// A policy that has not moved yet: the slope of each decision is its advantage, and nothing is clipped.
    #[test]
    fn the_first_step_is_the_plain_policy_gradient(advantage in -3.0..3.0_f64, logs in proptest::collection::vec(-5.0..-0.1_f64, 1..8)) {
        let decisions: Vec<Decision> = logs.iter().map(|&log| decision(log, log)).collect();
        let n = decisions.len() as f64;
        let found = objective(&[sequence(advantage, decisions)], &ObjectiveSettings::default());
        for slope in &found.slopes[0] {
            prop_assert!((slope + advantage / n).abs() < 1e-12);
        }
        prop_assert!(found.stats.clipped_low + found.stats.clipped_high + found.stats.clipped_dual == 0.0);
    }
}
