//! The network that decides.

use std::collections::BTreeMap;

use bughound_net::weights::{Storage, WeightsError, WeightsFile, WeightsWriter};
use bughound_net::{Matrix, ParamId, Params, Rng, Tape, Var, WrongParam};

use super::state::{N_INPUTS, State};
use super::world::World;

/// Width of the first and the second layer.
const N_FIRST: usize = 48;
const N_SECOND: usize = 32;

/// Prefix of its tensors in a file of weights.
const PREFIX: &str = "navigator.";

/// The parameters of the network, by name and shape.
const SHAPES: [(&str, (usize, usize)); 13] = [
    ("first.weights", (N_INPUTS, N_FIRST)),
    ("first.bias", (1, N_FIRST)),
    ("second.weights", (N_FIRST, N_SECOND)),
    ("second.of_list", (2 * N_FIRST, N_SECOND)),
    ("second.bias", (1, N_SECOND)),
    ("open.weights", (N_SECOND, 1)),
    ("open.prior", (1, 1)),
    ("exit.first", (2 * N_FIRST, N_SECOND)),
    ("exit.first_bias", (1, N_SECOND)),
    ("exit.weights", (N_SECOND, 1)),
    ("exit.bias", (1, 1)),
    ("rank.weights", (N_SECOND, 1)),
    ("rank.prior", (1, 1)),
];

/// Why weights cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WrongWeights {
    /// The bytes are no weights.
    #[error(transparent)]
    File(#[from] WeightsError),
    /// They are of another network.
    #[error("the weights do not fit this version of navigation: {0}")]
    Param(#[from] WrongParam),
}

/// Weights before training. The ranking is the prior's, candidates are read in the prior's order, and the search
/// stops now and then.
pub fn init_params(seed: u64) -> Params {
    let mut rng = Rng::new(seed);
    let mut params = Params::new();
    for (name, (rows, cols)) in SHAPES {
        let value = match name {
            "open.prior" => Matrix::filled(1, 1, 1.5),
            "rank.prior" => Matrix::filled(1, 1, 2.0),
            "exit.bias" => Matrix::filled(1, 1, 3.0),
            "rank.weights" | "exit.weights" => Matrix::zeros(rows, cols),
            _ if rows == 1 => Matrix::zeros(rows, cols),
            _ => Matrix::glorot(rows, cols, &mut rng),
        };
        params.add(name, value);
    }
    params
}

/// A policy over a pool of candidates, ~11,000 weights.
///
/// Each candidate's row passes through a layer of its own; the mean and the maximum over all candidates, which is
/// what the list as a whole looks like, join it in the second layer; three heads read the result: a score for
/// reading it next, one for the ranking, and from the list alone one for stopping. Reading and ranking begin at a
/// multiple of the prior.
#[derive(Clone, Debug)]
pub struct Navigator {
    params: Params,
    ids: Vec<ParamId>,
}

/// What the network says in one state, on a tape.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    /// A column: reading each candidate.
    pub open: Var,
    /// One number: stopping.
    pub exit: Var,
    /// A column: each candidate's place in the ranking.
    pub rank: Var,
}

impl Navigator {
    /// A navigator with these weights.
    ///
    /// # Errors
    /// Where they are not those of this network.
    pub fn new(params: Params) -> Result<Self, WrongParam> {
        let ids = SHAPES
            .iter()
            .map(|(name, shape)| params.expect(name, *shape))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { params, ids })
    }

    /// Reads the weights out of a file.
    ///
    /// # Errors
    /// Where the bytes are no weights, or those of another network.
    pub fn read(bytes: &[u8]) -> Result<Self, WrongWeights> {
        Ok(Self::new(WeightsFile::parse(bytes)?.params(PREFIX)?)?)
    }

    /// The weights as a file, with a map of strings beside them.
    pub fn to_bytes(&self, metadata: &BTreeMap<String, String>) -> Vec<u8> {
        let mut writer = WeightsWriter::new();
        writer.add(PREFIX, &self.params, Storage::F32);
        writer.finish(metadata)
    }

    /// The weights.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The weights, to be changed by training.
    pub fn params_mut(&mut self) -> &mut Params {
        &mut self.params
    }

    /// What the network says in a state.
    pub fn score(&self, tape: &mut Tape<'_>, world: &World, state: &State) -> Scored {
        let n = world.len();
        let [
            first,
            first_bias,
            second,
            of_list,
            second_bias,
            open,
            open_prior,
            exit_first,
            exit_first_bias,
            exit,
            exit_bias,
            rank,
            rank_prior,
        ] = std::array::from_fn(|at| tape.param(self.ids[at]));
        let rows = tape.input(state.rows(world));
        let hidden = tape.linear(rows, first, first_bias);
        let hidden = tape.relu(hidden);
        let one = vec![0; n];
        let mean = tape.segment_mean(hidden, &one, 1);
        let max = tape.segment_max(hidden, &one, 1);
        let list = tape.concat_cols(&[mean, max]);

        let from_list = tape.matmul(list, of_list);
        let shift = tape.add(from_list, second_bias);
        let joined = tape.linear(hidden, second, shift);
        let joined = tape.relu(joined);
        let prior = tape.input(Matrix::column_of(world.prior.clone()));
        let head = |tape: &mut Tape<'_>, weights: Var, of_prior: Var| {
            let scores = tape.matmul(joined, weights);
            let scaled = tape.matmul(prior, of_prior);
            tape.add(scores, scaled)
        };
        let open = head(tape, open, open_prior);
        let rank = head(tape, rank, rank_prior);
        let exit_hidden = tape.linear(list, exit_first, exit_first_bias);
        let exit_hidden = tape.relu(exit_hidden);
        let exit = tape.linear(exit_hidden, exit, exit_bias);
        Scored { open, exit, rank }
    }
}
