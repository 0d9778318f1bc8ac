//! What decided? How much of each candidate's score each kind of evidence brought.
//!
//! A kind's inputs are set to their mean over the pool, for all candidates at once, so that they tell none from
//! another; by how much a candidate's share of the softmax falls is what the kind brought to it. Asked of the head of
//! the list alone, taken for a list of its own: nine passes over a few dozen rows. What the score set by hand adds beside the
//! networks is a mixture.

use bughound_net::Tape;
use bughound_net::math::{exp, ln};
use rayon::prelude::*;

use super::{Rows, Scorer, add_centred, add_share};
use crate::features::CandidateFeature as C;
use crate::inputs::{Inputs, PLACE, candidate_input_names};
use crate::kinds::{Kind, N_KINDS};

/// What each kind brought, by [`Kind`], as a difference of the logarithm of the share.
pub(crate) type Contributions = [f32; N_KINDS];

/// How many of the networks are asked: they agree in what matters.
const N_MEMBERS: usize = 2;

impl Scorer {
    /// What each kind brought to the candidates of `head` (positions in [`Inputs::symbols`]), in their order.
    pub(crate) fn decided(&self, inputs: &Inputs, head: &[usize]) -> Vec<Contributions> {
        let n = inputs.symbols.len();
        if head.is_empty() {
            return Vec::new();
        }
        let all = self.candidate_standard.rows(&inputs.candidate_rows, 0..n);
        let means = means(&all.data, all.cols);
        let rows = Rows {
            files: self
                .file_standard
                .rows(&inputs.file_rows, 0..inputs.files.len()),
            candidates: self
                .candidate_standard
                .rows(&inputs.candidate_rows, head.iter().copied()),
            file_of: head.iter().map(|&at| inputs.file_of[at] as usize).collect(),
        };
        // As `with_constants` does it, relative to the largest of the whole pool.
        let mut prior = vec![0.0; n];
        add_share(&mut prior, &inputs.hand, self.calibration.prior);
        let prior: Vec<f32> = head.iter().map(|&at| prior[at]).collect();
        let whole = self.log_shares(&rows, Some(&prior));
        let kinds = input_kinds();
        let without: Vec<Vec<f32>> = Kind::ALL
            .par_iter()
            .map(|&kind| {
                let mut without = rows.clone();
                for row in without.candidates.data.chunks_exact_mut(means.len()) {
                    for ((value, mean), of) in row.iter_mut().zip(&means).zip(&kinds) {
                        if *of == Some(kind) {
                            *value = *mean;
                        }
                    }
                }
                if kind == Kind::File {
                    let mean = self::means(&without.files.data, without.files.cols);
                    for row in without.files.data.chunks_exact_mut(mean.len()) {
                        row.copy_from_slice(&mean);
                    }
                }
                let prior = (kind != Kind::Mixture).then_some(prior.as_slice());
                self.log_shares(&without, prior)
            })
            .collect();
        let mut out = vec![[0.0; N_KINDS]; head.len()];
        for (kind, without) in Kind::ALL.into_iter().zip(without) {
            for ((out, whole), without) in out.iter_mut().zip(&whole).zip(without) {
                out[kind as usize] = whole - without;
            }
        }
        out
    }

    /// `prior` is what the score set by hand adds.
    fn log_shares(&self, rows: &Rows, prior: Option<&[f32]>) -> Vec<f32> {
        let members = &self.members[..self.members.len().min(N_MEMBERS)];
        let mut scores = prior.map_or_else(|| vec![0.0; rows.file_of.len()], <[f32]>::to_vec);
        let share = 1.0 / members.len().max(1) as f32;
        for (params, network) in members {
            let mut tape = Tape::inference(params);
            let judged = network.judge(&mut tape, rows, None);
            add_centred(&mut scores, &tape.value(judged.candidates).data, share);
        }
        let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores.iter().map(|score| exp(score - largest)).sum();
        let total = largest + ln(sum);
        scores.iter().map(|score| score - total).collect()
    }
}

fn means(data: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; width];
    let mut n = 0.0_f32;
    for row in data.chunks_exact(width.max(1)) {
        n += 1.0;
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums.iter().map(|sum| sum / n.max(1.0)).collect()
}

/// The kind of each number of a candidate's row; none for what is true of the whole question.
fn input_kinds() -> Vec<Option<Kind>> {
    candidate_input_names()
        .iter()
        .map(|name| {
            let feature = name.split_once('/').map_or(name.as_str(), |(name, _)| name);
            match C::ALL.iter().find(|of| of.info().name == feature) {
                Some(feature) => Some(feature.kind()),
                None if name == "rank of the file" => Some(Kind::File),
                None if feature == "hand" || PLACE.contains(&name.as_str()) => Some(Kind::Mixture),
                None => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use bughound_index::{FileIdx, SymbolIdx};
    use bughound_net::{Params, Rng};

    use super::*;
    use crate::inputs::{n_candidate_inputs, n_file_inputs};
    use crate::scorer::{Calibration, Network, Standard};

    #[test]
    fn every_input_has_the_kind_of_its_feature() {
        let kinds = input_kinds();
        let kind = |name: &str| {
            let names = candidate_input_names();
            kinds[names.iter().position(|other| other == name).unwrap()]
        };
        assert_eq!(kind("bm25f/rank"), Some(Kind::Words));
        assert_eq!(kind("traceback/max"), Some(Kind::Mentions));
        assert_eq!(kind("callee/log"), Some(Kind::Structure));
        assert_eq!(kind("is_type"), Some(Kind::Shape));
        assert_eq!(kind("rank of the file"), Some(Kind::File));
        assert_eq!(kind("rank in file"), Some(Kind::Mixture));
        assert_eq!(kind("hand/max"), Some(Kind::Mixture));
        assert_eq!(kind("ln terms"), None);
    }

    /// A network that adds up some inputs and nothing else.
    fn adding(inputs: &[(&str, f32)]) -> Scorer {
        let mut params = Params::new();
        let (candidate, file) = (n_candidate_inputs(), n_file_inputs());
        let network = Network::create(&mut params, candidate, file, &mut Rng::new(1));
        let ids: Vec<_> = params.ids().collect();
        for id in ids {
            params.get_mut(id).data.fill(0.0);
        }
        let names = candidate_input_names();
        let plain = params.find("plain").unwrap();
        for (name, weight) in inputs {
            let at = names.iter().position(|other| other == name).unwrap();
            params.get_mut(plain).data[at] = *weight;
        }
        let rows: Vec<f32> = [0.0, 1.0]
            .iter()
            .flat_map(|&x| vec![x; candidate])
            .collect();
        let file_rows = [vec![0.0; file], vec![1.0; file]].concat();
        Scorer::new(
            Standard::of(rows.chunks_exact(candidate), candidate),
            Standard::of(file_rows.chunks_exact(file), file),
            vec![(params, network)],
            Calibration::default(),
        )
    }

    fn inputs(values: &[(&str, [f32; 3])]) -> Inputs {
        let names = candidate_input_names();
        let mut rows = vec![0.0; 3 * names.len()];
        for (name, of) in values {
            let at = names.iter().position(|other| other == name).unwrap();
            for (row, value) in of.iter().enumerate() {
                rows[row * names.len() + at] = *value;
            }
        }
        Inputs {
            symbols: (0..3).map(SymbolIdx).collect(),
            candidate_rows: rows,
            file_of: vec![0; 3],
            hand: vec![1.0, 0.5, 0.1],
            files: vec![FileIdx(0)],
            file_rows: vec![0.0; n_file_inputs()],
            file_hand: vec![0.0],
        }
    }

    #[test]
    fn what_is_read_is_what_decided() {
        let scorer = adding(&[("bm25f/max", 1.0), ("traceback/max", 2.0)]);
        let inputs = inputs(&[
            ("bm25f/max", [1.0, 0.2, 0.0]),
            ("traceback/max", [0.0, 1.0, 0.0]),
            ("callee/max", [1.0, 0.0, 1.0]),
        ]);
        let decided = scorer.decided(&inputs, &[1, 0]);
        let (traced, worded) = (decided[0], decided[1]);
        assert!(traced[Kind::Mentions as usize] > 0.5, "{traced:?}");
        assert!(traced[Kind::Words as usize] < 0.0, "{traced:?}");
        assert!(worded[Kind::Words as usize] > 0.5, "{worded:?}");
        for kind in [Kind::Structure, Kind::File, Kind::Shape, Kind::Mixture] {
            assert!(worded[kind as usize].abs() < 1e-6, "{kind:?}");
        }
        assert_eq!(decided, scorer.decided(&inputs, &[1, 0]));
        let by_hand = scorer.clone().with_calibration(Calibration {
            prior: 12.0,
            ..Calibration::default()
        });
        let by_hand = by_hand.decided(&inputs, &[0, 1]);
        assert!(by_hand[0][Kind::Mixture as usize] > 1.0, "{by_hand:?}");
        assert!(by_hand[1][Kind::Mixture as usize] < 0.0, "{by_hand:?}");
        assert!(scorer.decided(&inputs, &[]).is_empty());
    }
}
