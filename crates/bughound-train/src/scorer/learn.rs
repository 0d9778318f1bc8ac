//! From examples to an ensemble.

use bughound_hound::inputs::{n_candidate_inputs, n_file_inputs};
use bughound_hound::scorer::{Calibration, Dropout, Network, Scorer, Standard};
use bughound_net::{Adam, AdamSettings, Grads, Params, Rng, Schedule, Tape};
use rayon::prelude::*;

use super::rows::{Cut, Prepared, prepare};
use crate::example::Example;

/// How the network learns.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnSettings {
    /// The source of all chance.
    pub seed: u64,
    /// Members of the ensemble.
    pub n_members: usize,
    /// How often each example is seen.
    pub n_epochs: usize,
    /// Examples per step.
    pub batch: usize,
    /// The rate at its top; it warms up over the first twentieth and falls as a cosine.
    pub rate: f32,
    /// Share of a weight taken away per step, times the rate.
    pub weight_decay: f32,
    /// Share of hidden numbers left out at random.
    pub dropout: f32,
    /// How much the files' loss counts beside the candidates'.
    pub file_loss: f32,
    /// The best candidates by hand that are learnt from.
    pub n_best: usize,
    /// Others, drawn by chance.
    pub n_others: usize,
    /// The best files by hand.
    pub n_files: usize,
}

impl Default for LearnSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            n_members: 3,
            n_epochs: 5,
            batch: 16,
            rate: 2e-3,
            weight_decay: 0.01,
            dropout: 0.2,
            file_loss: 0.5,
            n_best: 48,
            n_others: 16,
            n_files: 24,
        }
    }
}

/// Trains an ensemble. `weights` says how often each example is seen per epoch (whole numbers); `tell` hears of
/// member, epoch and mean loss as they come.
pub fn learn(
    examples: &[&Example],
    repeats: &[usize],
    settings: &LearnSettings,
    tell: &dyn Fn(usize, usize, f64),
) -> Scorer {
    let (n_candidate, n_file) = (n_candidate_inputs(), n_file_inputs());
    let candidate = Standard::of(
        examples
            .iter()
            .flat_map(|example| example.candidate_rows.chunks_exact(n_candidate)),
        n_candidate,
    );
    let file = Standard::of(
        examples
            .iter()
            .flat_map(|example| example.file_rows.chunks_exact(n_file)),
        n_file,
    );
    let cut = Cut {
        n_best: settings.n_best,
        n_others: settings.n_others,
        n_files: settings.n_files,
    };
    let prepared: Vec<Option<Prepared>> = examples
        .par_iter()
        .enumerate()
        .map(|(at, example)| {
            let mut rng = Rng::derived(settings.seed, &[1, at as u64]);
            prepare(example, &candidate, &file, cut, &mut rng)
        })
        .collect();
    let seen: Vec<usize> = (0..examples.len())
        .filter(|&at| prepared[at].is_some())
        .flat_map(|at| std::iter::repeat_n(at, repeats[at]))
        .collect();
    let questions: Vec<&Prepared> = seen
        .iter()
        .filter_map(|&at| prepared[at].as_ref())
        .collect();
    let members = (0..settings.n_members)
        .map(|member| train_member(&questions, settings, member, tell))
        .collect();
    Scorer::new(candidate, file, members, Calibration::default())
}

fn train_member(
    questions: &[&Prepared],
    settings: &LearnSettings,
    member: usize,
    tell: &dyn Fn(usize, usize, f64),
) -> (Params, Network) {
    let mut rng = Rng::derived(settings.seed, &[2, member as u64]);
    let mut params = Params::new();
    let network = Network::create(&mut params, n_candidate_inputs(), n_file_inputs(), &mut rng);
    let mut adam = Adam::new(
        &params,
        AdamSettings {
            weight_decay: settings.weight_decay,
            ..AdamSettings::default()
        },
    );
    let steps_per_epoch = questions.len().div_ceil(settings.batch.max(1)) as u64;
    let n_steps = steps_per_epoch * settings.n_epochs as u64;
    let schedule = Schedule {
        peak: settings.rate,
        n_warmup: n_steps / 20,
        n_steps,
        floor: 0.02,
    };
    let mut order: Vec<usize> = (0..questions.len()).collect();
    let mut step = 0;
    for epoch in 0..settings.n_epochs {
        rng.shuffle(&mut order);
        let mut total = 0.0;
        for batch in order.chunks(settings.batch.max(1)) {
            let seed = rng.next_u64();
            let parts: Vec<(f64, Grads)> = batch
                .par_iter()
                .enumerate()
                .map(|(place, &at)| {
                    let mut rng = Rng::derived(seed, &[place as u64]);
                    slopes(&params, &network, questions[at], settings, &mut rng)
                })
                .collect();
            let mut grads = Grads::new();
            for (loss, part) in parts {
                total += loss;
                grads.add(part);
            }
            grads.scale(1.0 / batch.len() as f32);
            grads.clip(1.0);
            adam.step(&mut params, &grads, schedule.rate(step));
            step += 1;
        }
        tell(member, epoch, total / questions.len().max(1) as f64);
    }
    (params, network)
}

/// Loss and slopes of one question.
fn slopes(
    params: &Params,
    network: &Network,
    question: &Prepared,
    settings: &LearnSettings,
    rng: &mut Rng,
) -> (f64, Grads) {
    let mut tape = Tape::new(params);
    let dropout = Dropout {
        share: settings.dropout,
        rng,
    };
    let scores = network.judge(&mut tape, &question.rows, Some(dropout));
    let mut loss = None;
    if !question.candidate_targets.is_empty() {
        loss = Some(tape.cross_entropy(scores.candidates, &question.candidate_targets));
    }
    if !question.file_targets.is_empty() {
        let of_files = tape.cross_entropy(scores.files, &question.file_targets);
        let of_files = tape.scale(of_files, settings.file_loss);
        loss = Some(match loss {
            Some(loss) => tape.add(loss, of_files),
            None => of_files,
        });
    }
    match loss {
        Some(loss) => (f64::from(tape.scalar(loss)), tape.backward(loss)),
        None => (0.0, Grads::new()),
    }
}
