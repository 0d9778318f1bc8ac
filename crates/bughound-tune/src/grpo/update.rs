//! The second half of a step: the objective's gradient over the tokens of episodes.

use std::path::Path;

use bughound_objective::{Decision, End, Sequence, objective};
use bughound_tokens::Sample;

use crate::TuneError;
use crate::learner::{Learner, Said};
use crate::recipe::GrpoSettings;
use crate::sft::{not_finite, scored};

use super::record::{GrpoStep, add};

/// A sequence of an episode with what the episode is worth.
pub(super) struct Weighed {
    pub(super) sample: Sample,
    /// What the sampler said of its own tokens.
    pub(super) sampled: Vec<f32>,
    /// What the reference says of them, where there is one.
    pub(super) reference: Option<Vec<f32>>,
    pub(super) advantage: f64,
    pub(super) end: End,
}

/// Changes the weights by the episodes of a step: `settings.updates` times, each by its share of them.
pub(super) fn update(
    learner: &mut Learner,
    weighed: &[Weighed],
    settings: &GrpoSettings,
    step: u64,
    record: &mut GrpoStep,
    out: &Path,
) -> Result<(), TuneError> {
    let share = weighed.len().div_ceil(settings.updates.max(1)).max(1);
    for (nth, part) in weighed.chunks(share).enumerate() {
        let samples: Vec<&Sample> = part.iter().map(|it| &it.sample).collect();
        let counted = |it: &&Weighed| {
            it.end != End::Fault && !(settings.mask_truncated && it.end == End::Truncated)
        };
        let n_counted: usize = part
            .iter()
            .filter(counted)
            .map(|it| scored(&it.sample))
            .sum();
        if n_counted == 0 {
            continue;
        }
        record.rate = learner.rate();
        let mut loss = 0.0;
        let gathered = learner.gather(&samples, &mut |said| {
            let sequences: Vec<Sequence> = said
                .iter()
                .map(|(at, said)| sequence(&part[*at], *said))
                .collect();
            if nth == 0 && record.staleness == 0 {
                record.disagreement = record.disagreement.max(disagreement(part, said));
            }
            let result = objective(&sequences, &settings.objective());
            add(&mut record.objective, &result.stats);
            // Each pass gives the mean over its own decisions; the update's is over all of its.
            let weight = result.stats.n_decisions as f64 / n_counted as f64;
            loss += weight * result.loss;
            #[expect(clippy::cast_possible_truncation, reason = "gradients are of 32 bits")]
            let slopes = |of: Vec<f64>| {
                of.into_iter()
                    .map(|slope| (weight * slope) as f32)
                    .collect()
            };
            result.slopes.into_iter().map(slopes).collect()
        });
        let report = gathered.and_then(|()| learner.step());
        let report = report.map_err(|source| {
            learner.forget();
            not_finite("grpo", step, source, &samples, out)
        })?;
        let n = record.n_updates as f64;
        record.loss = (record.loss * n + loss) / (n + 1.0);
        record.gradient = (record.gradient * n + report.norm) / (n + 1.0);
        record.n_updates += 1;
        record.n_own += n_counted;
        record.n_tokens += samples.iter().map(|sample| sample.ids.len()).sum::<usize>();
    }
    Ok(())
}

fn sequence(weighed: &Weighed, said: Said<'_>) -> Sequence {
    let decisions = said.logprobs.iter().zip(said.entropies).enumerate();
    Sequence {
        decisions: decisions
            .map(|(at, (current, entropy))| Decision {
                sampled: f64::from(weighed.sampled[at]),
                current: f64::from(*current),
                reference: (weighed.reference.as_ref()).map(|reference| f64::from(reference[at])),
                entropy: Some(f64::from(*entropy)),
                own: true,
            })
            .collect(),
        advantage: weighed.advantage,
        end: weighed.end,
    }
}

/// The largest difference between sampler and trainer.
fn disagreement(part: &[Weighed], said: &[(usize, Said<'_>)]) -> f64 {
    said.iter()
        .flat_map(|(at, said)| said.logprobs.iter().zip(&part[*at].sampled))
        .map(|(current, sampled)| f64::from((current - sampled).abs()))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sft::tests::{model, samples, settings};

    fn grpo() -> GrpoSettings {
        let (_, text) = crate::recipe::RECIPES[0];
        crate::recipe::Recipe::parse("tiny", text)
            .unwrap()
            .grpo
            .unwrap()
    }

    #[test]
    fn what_was_good_becomes_likelier_and_what_was_bad_less_likely() {
        let samples: Vec<Sample> = samples().into_iter().take(4).collect();
        let refs: Vec<&Sample> = samples.iter().collect();
        let mut learner = Learner::new(model(), None, &settings().optimizer, 4, 40, false);
        let before = learner.score(&refs).unwrap();
        let weighed: Vec<Weighed> = samples
            .iter()
            .zip(&before)
            .enumerate()
            .map(|(at, (sample, said))| Weighed {
                sample: sample.clone(),
                sampled: said.clone(),
                reference: None,
                advantage: if at % 2 == 0 { 1.0 } else { -1.0 },
                end: End::Complete,
            })
            .collect();
        let mut record = GrpoStep::default();
        let folder = tempfile::tempdir().unwrap();
        update(
            &mut learner,
            &weighed,
            &grpo(),
            0,
            &mut record,
            folder.path(),
        )
        .unwrap();
        // The same weights say the same of the same tokens.
        assert!(record.disagreement.abs() < f64::EPSILON);
        assert!((record.objective.ratio_max - 1.0).abs() < f64::EPSILON);
        let after = learner.score(&refs).unwrap();
        for (at, (before, after)) in before.iter().zip(&after).enumerate() {
            let change = after.iter().sum::<f32>() - before.iter().sum::<f32>();
            assert!(
                if at % 2 == 0 {
                    change > 0.0
                } else {
                    change < 0.0
                },
                "{at}: {change}"
            );
        }
    }
}
