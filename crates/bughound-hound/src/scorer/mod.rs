//! The learned judge of candidates and files: an ensemble of small networks, and what turns their scores into
//! probabilities.
//!
//! The forward pass is the same code that training differentiates ([`Network::judge`]), on a tape that keeps
//! nothing.

mod decided;
mod network;
mod standard;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bughound_net::math::{exp, ln, sigmoid};
use bughound_net::weights::{Storage, WeightsFile, WeightsWriter};
use bughound_net::{Matrix, Params, Tape};
use rayon::prelude::*;

pub(crate) use decided::Contributions;
pub use network::{Dropout, Network, Rows, Scores};
pub use standard::Standard;

use crate::inputs::{self, Inputs};

/// Version of the weights' layout; other versions are refused.
const FORMAT: &str = "bughound-scorer/1";

/// The scorer inside the binary.
static EMBEDDED: LazyLock<Result<Scorer, BadWeights>> =
    LazyLock::new(|| Scorer::parse(include_bytes!("../../weights/scorer.safetensors")));

/// Why weights cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these weights do not fit this version of bughound: {0}; train them again")]
pub struct BadWeights(String);

/// A learned scorer.
#[derive(Clone, Debug)]
pub struct Scorer {
    candidate_standard: Standard,
    file_standard: Standard,
    members: Vec<(Params, Network)>,
    calibration: Calibration,
    /// Of the bytes that it was read from; 0 for one that was not.
    digest: u64,
}

/// From scores to probabilities and to the order of files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// `P(the fix changes it) = sigmoid(offset + slope · logit(share))`, the share being the softmax of the scores
    /// over the pool (Platt scaling).
    pub offset: f32,
    /// See [`Calibration::offset`].
    pub slope: f32,
    /// How much the logarithm of the shares of a file's candidates adds to the file's score.
    pub mass: f32,
    /// How much the hand-made score of a candidate, over the largest, adds to its score.
    pub prior: f32,
    /// The same for files.
    pub file_prior: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            offset: 0.0,
            slope: 1.0,
            mass: 0.3,
            prior: 0.0,
            file_prior: 0.0,
        }
    }
}

/// The judgement of one question; lists run along those of [`Inputs`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Of each candidate; higher is better.
    pub scores: Vec<f32>,
    /// The softmax of the scores.
    pub shares: Vec<f32>,
    /// The probability that the fix changes the candidate.
    pub probabilities: Vec<f32>,
    /// Of each file.
    pub file_scores: Vec<f32>,
}

impl Scorer {
    /// The scorer inside the binary.
    ///
    /// # Errors
    /// Where its weights were made for other features: a mistake of whoever built the binary.
    pub fn embedded() -> Result<&'static Self, BadWeights> {
        EMBEDDED.as_ref().map_err(Clone::clone)
    }

    /// Puts a scorer together.
    pub fn new(
        candidate_standard: Standard,
        file_standard: Standard,
        members: Vec<(Params, Network)>,
        calibration: Calibration,
    ) -> Self {
        Self {
            candidate_standard,
            file_standard,
            members,
            calibration,
            digest: 0,
        }
    }

    /// A number that tells weights apart: FNV-1a of the bytes that they were read from.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Reads what [`Scorer::to_bytes`] wrote.
    ///
    /// # Errors
    /// Where the bytes are something else, or were trained on other features than this version computes.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadWeights> {
        let bad = |reason: &dyn std::fmt::Display| BadWeights(reason.to_string());
        let file = WeightsFile::parse(bytes).map_err(|error| bad(&error))?;
        let said = |key: &str| file.metadata().get(key).map_or("", String::as_str);
        if said("format") != FORMAT {
            return Err(bad(&format!("their format is {:?}", said("format"))));
        }
        let n_members: usize = said("members")
            .parse()
            .map_err(|_| bad(&"no number of members"))?;
        let (candidate, files) = (inputs::candidate_input_names(), inputs::file_input_names());
        if said("candidate") != candidate.join(",") || said("file") != files.join(",") {
            return Err(bad(&"they were trained on other features"));
        }
        let shared = file.params("shared.").map_err(|error| bad(&error))?;
        let find = |name, width| Standard::find(&shared, name, width).map_err(|error| bad(&error));
        let calibration = shared
            .expect("calibration", (1, 5))
            .map_err(|error| bad(&error))?;
        let calibration = &shared.get(calibration).data;
        let mut members = Vec::new();
        for member in 0..n_members {
            let params = file
                .params(&format!("member.{member}."))
                .map_err(|error| bad(&error))?;
            let network = Network::find(&params, candidate.len(), files.len())
                .map_err(|error| bad(&error))?;
            members.push((params, network));
        }
        Ok(Self {
            candidate_standard: find("candidate", candidate.len())?,
            file_standard: find("file", files.len())?,
            members,
            calibration: Calibration {
                offset: calibration[0],
                slope: calibration[1],
                mass: calibration[2],
                prior: calibration[3],
                file_prior: calibration[4],
            },
            digest: fnv(bytes),
        })
    }

    /// The weights as a file, with strings that say how they came about.
    pub fn to_bytes(&self, record: &BTreeMap<String, String>) -> Vec<u8> {
        let mut shared = Params::new();
        self.candidate_standard.to_params(&mut shared, "candidate");
        self.file_standard.to_params(&mut shared, "file");
        let Calibration {
            offset,
            slope,
            mass,
            prior,
            file_prior,
        } = self.calibration;
        let constants = vec![offset, slope, mass, prior, file_prior];
        shared.add("calibration", Matrix::row_of(constants));
        let mut writer = WeightsWriter::new();
        writer.add("shared.", &shared, Storage::F32);
        for (member, (params, _)) in self.members.iter().enumerate() {
            writer.add(&format!("member.{member}."), params, Storage::F16);
        }
        let mut metadata = record.clone();
        metadata.insert("format".to_owned(), FORMAT.to_owned());
        metadata.insert("members".to_owned(), self.members.len().to_string());
        let names = |names: Vec<String>| names.join(",");
        metadata.insert(
            "candidate".to_owned(),
            names(inputs::candidate_input_names()),
        );
        metadata.insert("file".to_owned(), names(inputs::file_input_names()));
        writer.finish(&metadata)
    }

    /// How scores become probabilities.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// The same scorer with other constants.
    #[must_use]
    pub fn with_calibration(self, calibration: Calibration) -> Self {
        Self {
            calibration,
            ..self
        }
    }

    /// Judges the candidates and files of a question.
    pub fn judge(&self, inputs: &Inputs) -> Judgement {
        self.judge_rows(&QuestionRows {
            candidate_rows: &inputs.candidate_rows,
            hand: &inputs.hand,
            file_of: &inputs.file_of,
            file_rows: &inputs.file_rows,
            file_hand: &inputs.file_hand,
        })
    }

    /// As [`Scorer::judge`], of rows that were kept.
    pub fn judge_rows(&self, question: &QuestionRows<'_>) -> Judgement {
        self.with_constants(question, &self.raw(question))
    }

    /// The scores of the networks alone, candidates' and files': what [`Scorer::with_constants`] goes on from.
    pub fn raw(&self, question: &QuestionRows<'_>) -> (Vec<f32>, Vec<f32>) {
        let (n, n_files) = (question.file_of.len(), question.file_hand.len());
        let mut scores = vec![0.0; n];
        let mut file_scores = vec![0.0; n_files];
        if n == 0 {
            return (scores, file_scores);
        }
        let rows = Rows {
            files: self.file_standard.rows(question.file_rows, 0..n_files),
            candidates: self.candidate_standard.rows(question.candidate_rows, 0..n),
            file_of: question.file_of.iter().map(|&file| file as usize).collect(),
        };
        let judged: Vec<(Vec<f32>, Vec<f32>)> = self
            .members
            .par_iter()
            .map(|(params, network)| {
                let mut tape = Tape::inference(params);
                let judged = network.judge(&mut tape, &rows, None);
                let of = |var| tape.value(var).data.clone();
                (of(judged.candidates), of(judged.files))
            })
            .collect();
        let share = 1.0 / self.members.len().max(1) as f32;
        for (candidates, files) in judged {
            // Members may differ by a constant, which ranking does not see: only differences are averaged.
            add_centred(&mut scores, &candidates, share);
            add_centred(&mut file_scores, &files, share);
        }
        (scores, file_scores)
    }

    /// From the networks' scores to a judgement.
    pub fn with_constants(
        &self,
        question: &QuestionRows<'_>,
        raw: &(Vec<f32>, Vec<f32>),
    ) -> Judgement {
        let (mut scores, mut file_scores) = raw.clone();
        if scores.is_empty() {
            return Judgement {
                file_scores,
                ..Judgement::default()
            };
        }
        add_share(&mut scores, question.hand, self.calibration.prior);
        add_share(
            &mut file_scores,
            question.file_hand,
            self.calibration.file_prior,
        );
        let shares = softmax(&scores);
        let mut mass = vec![0.0_f32; file_scores.len()];
        for (&file, share) in question.file_of.iter().zip(&shares) {
            mass[file as usize] += share;
        }
        for (score, mass) in file_scores.iter_mut().zip(mass) {
            *score += self.calibration.mass * ln(mass.max(1e-4));
        }
        let probabilities = shares
            .iter()
            .map(|&share| self.calibration.probability(share))
            .collect();
        Judgement {
            scores,
            shares,
            probabilities,
            file_scores,
        }
    }
}

/// What a scorer reads of one question.
#[derive(Clone, Copy, Debug)]
pub struct QuestionRows<'q> {
    /// As [`Inputs::candidate_rows`].
    pub candidate_rows: &'q [f32],
    /// As [`Inputs::hand`].
    pub hand: &'q [f32],
    /// As [`Inputs::file_of`].
    pub file_of: &'q [u32],
    /// As [`Inputs::file_rows`].
    pub file_rows: &'q [f32],
    /// As [`Inputs::file_hand`].
    pub file_hand: &'q [f32],
}

impl Calibration {
    /// The probability for a share of the softmax.
    pub fn probability(&self, share: f32) -> f32 {
        sigmoid(self.offset + self.slope * logit(share))
    }
}

/// `ln(p / (1 − p))`, within ±14.
pub fn logit(p: f32) -> f32 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    ln(p / (1.0 - p))
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn add_centred(sums: &mut [f32], values: &[f32], share: f32) {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += share * (value - largest);
    }
}

/// Adds a weighted list, over its largest value.
fn add_share(sums: &mut [f32], values: &[f32], weight: f32) {
    let largest = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * value / largest;
    }
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| exp(score - largest)).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}
