//! Held-out judgement: the validation set is ranked by scorers that have not seen the projects that they rank.

use std::collections::BTreeMap;

use bughound_hound::scorer::{Calibration, Scorer};

use rayon::prelude::*;

use super::quality::{Quality, Ranked, quality, rank_by_hand, rank_learned, ranked_by};
use super::{LearnSettings, calibrate, learn};
use crate::example::Example;

/// Weights of the candidates' mass in the order of files that are tried.
const MASSES: [f32; 8] = [0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5];

/// Weights of hand-made scores that are tried.
const PRIORS: [f32; 7] = [0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 20.0];

/// What networks say of candidates and of files.
type RawScores = (Vec<f32>, Vec<f32>);

/// What cross-validation found.
pub struct CrossValidation {
    /// By hand-made weights, validation examples project by project.
    pub hand: Quality,
    /// By scorers that had not seen the project.
    pub learned: Quality,
    /// The calibration that fits the held-out scores.
    pub calibration: Calibration,
    /// Values of each project: hand, learned.
    pub by_project: BTreeMap<String, (Quality, Quality)>,
    /// How often probabilities were right: for each bin of width 0.1 the number of candidates, the mean probability and
    /// the share that was right.
    pub reliability: Vec<(usize, f64, f64)>,
}

/// How the validation set is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folds {
    /// One scorer, which learns from the training set alone.
    Apart,
    /// One scorer per project, which learns from the training set and from the other projects of the validation set,
    /// each of whose examples is seen this often per epoch.
    ByProject(usize),
}

/// Trains on `training`, and on parts of `validation` as `folds` says, and judges `validation`.
pub fn cross_validate(
    training: &[&Example],
    validation: &[&Example],
    folds: Folds,
    settings: &LearnSettings,
    tell: &dyn Fn(&str),
) -> CrossValidation {
    let mut projects: BTreeMap<&str, Vec<&Example>> = BTreeMap::new();
    for example in validation {
        projects.entry(&example.repo).or_default().push(example);
    }
    let learn_without = |project: &str, examples: &[&Example], repeats: &[usize]| {
        learn(examples, repeats, settings, &|member, epoch, loss| {
            tell(&format!(
                "without {project}: member {member}, epoch {epoch}, loss {loss:.4}"
            ));
        })
    };
    let mut judged: Vec<(&str, &[&Example], Scorer)> = Vec::new();
    match folds {
        Folds::Apart => {
            let scorer = learn_without("validation", training, &vec![1; training.len()]);
            for (&project, held_out) in &projects {
                judged.push((project, held_out, scorer.clone()));
            }
        }
        Folds::ByProject(repeat) => {
            for (&project, held_out) in &projects {
                let others = validation.iter().filter(|example| example.repo != project);
                let mut examples = training.to_vec();
                examples.extend(others);
                let mut repeats = vec![1; training.len()];
                repeats.resize(examples.len(), repeat);
                let scorer = learn_without(project, &examples, &repeats);
                judged.push((project, held_out, scorer));
            }
        }
    }
    let raw: Vec<(&[&Example], &Scorer, Vec<RawScores>)> = judged
        .iter()
        .map(|(_, held_out, scorer)| {
            let raw = held_out
                .par_iter()
                .map(|example| scorer.raw(&example.question()));
            (*held_out, scorer, raw.collect())
        })
        .collect();
    let constants = best_constants(&raw, tell);
    let (mut hand, mut learned) = (Quality::default(), Quality::default());
    let mut by_project = BTreeMap::new();
    let (mut examples, mut ranked): (Vec<&Example>, Vec<Ranked>) = (Vec::new(), Vec::new());
    for (project, held_out, scorer) in &judged {
        let rankings = rank_learned(held_out, &scorer.clone().with_calibration(constants));
        let of_hand = quality(held_out, &rank_by_hand(held_out));
        let of_learned = quality(held_out, &rankings);
        hand.append(of_hand.clone());
        learned.append(of_learned.clone());
        by_project.insert((*project).to_owned(), (of_hand, of_learned));
        examples.extend(held_out.iter());
        ranked.extend(rankings);
    }
    let calibration = calibrate(&examples, &ranked, constants);
    CrossValidation {
        hand,
        learned,
        calibration,
        by_project,
        reliability: reliability(&examples, &ranked, calibration),
    }
}

/// The constants with the best nDCG@5 and Recall@5 of functions, then the best Recall@1 and @5 of files.
fn best_constants(
    folds: &[(&[&Example], &Scorer, Vec<RawScores>)],
    tell: &dyn Fn(&str),
) -> Calibration {
    let with = |constants: Calibration| {
        let mut all = Quality::default();
        for (held_out, scorer, raw) in folds {
            let scorer = (*scorer).clone().with_calibration(constants);
            let ranked: Vec<Ranked> = held_out
                .iter()
                .zip(raw)
                .map(|(example, raw)| ranked_by(scorer.with_constants(&example.question(), raw)))
                .collect();
            all.append(quality(held_out, &ranked));
        }
        all
    };
    let mut constants = Calibration::default();
    let mut best = f64::NEG_INFINITY;
    for prior in PRIORS {
        let tried = Calibration { prior, ..constants };
        let function = with(tried).function;
        let value = function.ndcg5_percent() + function.recall_percent(1);
        tell(&format!(
            "prior {prior}: function R@1 {:.1} R@5 {:.1} nDCG@5 {:.1}",
            function.recall_percent(0),
            function.recall_percent(1),
            function.ndcg5_percent()
        ));
        if value > best {
            (best, constants) = (value, tried);
        }
    }
    let with_prior = constants;
    let mut best = f64::NEG_INFINITY;
    for mass in MASSES {
        for file_prior in PRIORS {
            let tried = Calibration {
                mass,
                file_prior,
                ..with_prior
            };
            let file = with(tried).file;
            let value = file.recall_percent(0) + file.recall_percent(1);
            if value > best {
                (best, constants) = (value, tried);
            }
        }
    }
    constants
}

/// Of the candidates in ten bins of probability: their number, mean probability, and share that is right.
pub fn reliability(
    examples: &[&Example],
    ranked: &[Ranked],
    calibration: Calibration,
) -> Vec<(usize, f64, f64)> {
    let mut bins = vec![(0_usize, 0.0, 0.0); 10];
    for (example, ranked) in examples.iter().zip(ranked) {
        for (&gold, &share) in example.is_gold.iter().zip(&ranked.shares) {
            let probability = f64::from(calibration.probability(share));
            let bin = (1..10)
                .filter(|&bin| probability >= f64::from(bin) / 10.0)
                .count();
            bins[bin].0 += 1;
            bins[bin].1 += probability;
            bins[bin].2 += if gold { 1.0 } else { 0.0 };
        }
    }
    for (n, sum, right) in &mut bins {
        let count = (*n).max(1) as f64;
        *sum /= count;
        *right /= count;
    }
    bins
}
