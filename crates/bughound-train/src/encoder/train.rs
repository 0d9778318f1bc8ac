//! The training run.

use bughound_net::Rng;
use serde::{Deserialize, Serialize};

use super::adagrad::Adagrad;
use super::batches::batches;
use super::half::{Half, half_of};
use super::model::{EncoderModel, Gradients};
use super::step::{BatchLoss, learn};
use super::validate::{Validation, validate};
use super::vocabulary::Vocabulary;
use crate::pairs::{Pair, PairKind, Pairs};

/// What to train and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncoderSettings {
    /// Terms that get a vector.
    pub n_terms: usize,
    /// Length of the vectors.
    pub dim: usize,
    /// Whether texts have vectors of their own, rather than those of code and a matrix.
    pub own_query_table: bool,
    /// Times that every pair is learnt from.
    pub epochs: usize,
    /// Pairs in a batch.
    pub batch_size: usize,
    /// Functions of the same files that each pair brings into its batch.
    pub n_siblings: usize,
    /// Divides cosines.
    pub temperature: f32,
    /// Weight of the words in common (largest 1), to which the encoder adds while it learns.
    pub lexical: f32,
    /// Adagrad's rate at the beginning; it falls in a straight line to a tenth.
    pub rate: f32,
    /// Whether docstrings are learnt from.
    pub docstrings: bool,
    /// Whether ordinary commits are learnt from.
    pub commits: bool,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

impl Default for EncoderSettings {
    fn default() -> Self {
        Self {
            n_terms: 24_000,
            dim: 64,
            own_query_table: false,
            epochs: 6,
            batch_size: 64,
            n_siblings: 3,
            temperature: 0.07,
            lexical: 0.0,
            rate: 0.1,
            docstrings: true,
            commits: true,
            seed: 1,
        }
    }
}

/// What one epoch gave.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EpochReport {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean cross entropy of a text.
    pub loss: f64,
    /// Share of texts whose function scored highest in its batch.
    pub first: f64,
    /// On the projects that are held out.
    pub validation: Validation,
}

/// A trained encoder and how it came to be.
#[derive(Clone, Debug)]
pub struct TrainedEncoder {
    /// The parameters.
    pub model: EncoderModel,
    /// Pairs learnt from, by [`PairKind`].
    pub n_pairs: [usize; 3],
    /// The projects learnt from.
    pub projects: Vec<String>,
    /// After each epoch.
    pub epochs: Vec<EpochReport>,
}

/// Trains an encoder on the projects of one half, or on all. The projects of the other half are held out.
pub fn train_encoder(
    pairs: &Pairs,
    half: Option<Half>,
    settings: &EncoderSettings,
    on_epoch: &(dyn Fn(&EpochReport) + Sync),
) -> TrainedEncoder {
    let is_ours: Vec<bool> = pairs
        .projects
        .iter()
        .map(|name| half.is_none_or(|half| half_of(name) == half))
        .collect();
    let wanted = |pair: &Pair| {
        (settings.docstrings || pair.kind != PairKind::Docstring as u32)
            && (settings.commits || pair.kind != PairKind::Commit as u32)
    };
    let (ours, held_out): (Vec<&Pair>, Vec<&Pair>) = pairs
        .pairs
        .iter()
        .partition(|pair| is_ours[pair.project as usize]);
    let training: Vec<&Pair> = ours.into_iter().filter(|pair| wanted(pair)).collect();
    let vocabulary = Vocabulary::choose(pairs, &training, settings.n_terms);
    let mut model = EncoderModel::new(
        &vocabulary,
        settings.dim,
        settings.own_query_table,
        settings.seed,
    );
    let mut adagrad = Adagrad::new(&model, settings.rate);
    let mut gradients = Gradients::new(&model);
    let mut epochs = Vec::new();
    for epoch in 0..settings.epochs {
        let mut rng = Rng::derived(settings.seed, &[epoch as u64]);
        let batches = batches(
            pairs,
            &training,
            settings.batch_size,
            settings.n_siblings,
            &mut rng,
        );
        let mut sum = BatchLoss::default();
        for (at, batch) in batches.iter().enumerate() {
            let loss = learn(
                &model,
                pairs,
                &vocabulary.row_of,
                batch,
                settings,
                &mut gradients,
            );
            let done = (epoch as f32 + at as f32 / batches.len() as f32) / settings.epochs as f32;
            adagrad.step(&mut model, &gradients, 1.0 - 0.9 * done);
            gradients.clear();
            sum.loss += loss.loss;
            sum.n_first += loss.n_first;
            sum.n += loss.n;
        }
        let n = sum.n.max(1) as f64;
        let report = EpochReport {
            epoch: epoch + 1,
            loss: sum.loss / n,
            first: sum.n_first as f64 / n,
            validation: validate(&model, pairs, &vocabulary.row_of, &held_out),
        };
        on_epoch(&report);
        epochs.push(report);
    }
    TrainedEncoder {
        model,
        n_pairs: PairKind::ALL.map(|kind| {
            training
                .iter()
                .filter(|pair| pair.kind == kind as u32)
                .count()
        }),
        projects: pairs
            .projects
            .iter()
            .zip(is_ours)
            .filter(|(_, ours)| *ours)
            .map(|(name, _)| name.clone())
            .collect(),
        epochs,
    }
}
