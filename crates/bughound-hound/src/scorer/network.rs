//! The ranking network: files are judged first, then candidates with their file's judgement, and the list as a
//! list.
//!
//! ```text
//! file      f = v · relu(B · relu(A · x_file))
//! candidate h = relu(C · [x, f of its file, softmax(f) of its file])
//!           h ← h + attention(layer_norm(h))            four heads over all candidates of the pool
//!           h ← h + E · relu(D · layer_norm(h))
//!           s = w · h + u · x                            u · x: a plain weighted sum beside it
//! ```
//!
//! Rows are standardised beforehand ([`super::Standard`]). Listwise ranking: Cao et al., *Learning to rank: from
//! pairwise approach to listwise approach* (ICML 2007); attention over the list: Pang et al., *SetRank* (SIGIR
//! 2020).

use bughound_net::{Matrix, ParamId, Params, Rng, Tape, Var, WrongParam};

/// Width of the hidden rows.
const WIDTH: usize = 64;
/// Width of the files' first hidden rows.
const FILE_WIDTH: usize = 48;
/// Width of the files' second hidden rows.
const FILE_WIDTH_2: usize = 16;
const HEADS: usize = 4;
/// What is added to a candidate's row: its file's score and share.
const FROM_FILE: usize = 2;

/// The parameters of one network, by number.
#[derive(Clone, Debug)]
pub struct Network {
    file_1: Layer,
    file_2: Layer,
    file_out: Layer,
    input: Layer,
    norm_1: Layer,
    query: ParamId,
    key: ParamId,
    value: Layer,
    norm_2: Layer,
    inner: Layer,
    outer: Layer,
    out: Layer,
    plain: ParamId,
}

#[derive(Clone, Copy, Debug)]
struct Layer {
    weights: ParamId,
    bias: ParamId,
}

/// The scores that a network gives, as columns on a tape.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// Of each file.
    pub files: Var,
    /// Of each candidate.
    pub candidates: Var,
}

/// The rows of one question, standardised.
#[derive(Clone, Debug)]
pub struct Rows {
    /// One row per file.
    pub files: Matrix,
    /// One row per candidate.
    pub candidates: Matrix,
    /// The file of each candidate.
    pub file_of: Vec<usize>,
}

/// Noise while training: which share of the hidden numbers is left out.
pub struct Dropout<'r> {
    /// The share.
    pub share: f32,
    /// The source of chance.
    pub rng: &'r mut Rng,
}

impl Network {
    /// Fresh parameters for rows of these widths.
    pub fn create(params: &mut Params, candidate: usize, file: usize, rng: &mut Rng) -> Self {
        let mut layer = |name: &str, from: usize, to: usize| Layer {
            weights: params.add(format!("{name}.weights"), Matrix::glorot(from, to, rng)),
            bias: params.add(format!("{name}.bias"), Matrix::zeros(1, to)),
        };
        let file_1 = layer("file_1", file, FILE_WIDTH);
        let file_2 = layer("file_2", FILE_WIDTH, FILE_WIDTH_2);
        let file_out = layer("file_out", FILE_WIDTH_2, 1);
        let input = layer("input", candidate + FROM_FILE, WIDTH);
        let value = layer("value", WIDTH, WIDTH);
        let inner = layer("inner", WIDTH, WIDTH);
        let outer = layer("outer", WIDTH, WIDTH);
        let out = layer("out", WIDTH, 1);
        let mut square = |name: &str| params.add(name, Matrix::glorot(WIDTH, WIDTH, rng));
        let (query, key) = (square("query"), square("key"));
        let mut norm = |name: &str| Layer {
            weights: params.add(format!("{name}.gain"), Matrix::filled(1, WIDTH, 1.0)),
            bias: params.add(format!("{name}.bias"), Matrix::zeros(1, WIDTH)),
        };
        let (norm_1, norm_2) = (norm("norm_1"), norm("norm_2"));
        let plain = params.add("plain", Matrix::zeros(candidate, 1));
        Self {
            file_1,
            file_2,
            file_out,
            input,
            norm_1,
            query,
            key,
            value,
            norm_2,
            inner,
            outer,
            out,
            plain,
        }
    }

    /// Parameters that were read from a file.
    ///
    /// # Errors
    /// Where one is missing or has another shape.
    pub fn find(params: &Params, candidate: usize, file: usize) -> Result<Self, WrongParam> {
        let layer = |name: &str, from: usize, to: usize| {
            Ok(Layer {
                weights: params.expect(&format!("{name}.weights"), (from, to))?,
                bias: params.expect(&format!("{name}.bias"), (1, to))?,
            })
        };
        let norm = |name: &str| {
            Ok(Layer {
                weights: params.expect(&format!("{name}.gain"), (1, WIDTH))?,
                bias: params.expect(&format!("{name}.bias"), (1, WIDTH))?,
            })
        };
        Ok(Self {
            file_1: layer("file_1", file, FILE_WIDTH)?,
            file_2: layer("file_2", FILE_WIDTH, FILE_WIDTH_2)?,
            file_out: layer("file_out", FILE_WIDTH_2, 1)?,
            input: layer("input", candidate + FROM_FILE, WIDTH)?,
            norm_1: norm("norm_1")?,
            query: params.expect("query", (WIDTH, WIDTH))?,
            key: params.expect("key", (WIDTH, WIDTH))?,
            value: layer("value", WIDTH, WIDTH)?,
            norm_2: norm("norm_2")?,
            inner: layer("inner", WIDTH, WIDTH)?,
            outer: layer("outer", WIDTH, WIDTH)?,
            out: layer("out", WIDTH, 1)?,
            plain: params.expect("plain", (candidate, 1))?,
        })
    }

    /// Judges the files and candidates of one question.
    pub fn judge<'a>(
        &self,
        tape: &mut Tape<'a>,
        rows: &'a Rows,
        mut dropout: Option<Dropout<'_>>,
    ) -> Scores {
        let mut drop = |tape: &mut Tape<'a>, var: Var| match &mut dropout {
            Some(dropout) => tape.dropout(var, dropout.share, dropout.rng),
            None => var,
        };
        let x = tape.borrowed(&rows.files);
        let h = linear(tape, x, self.file_1);
        let h = tape.relu(h);
        let h = drop(tape, h);
        let h = linear(tape, h, self.file_2);
        let h = tape.relu(h);
        let files = linear(tape, h, self.file_out);

        // What a candidate hears of its file is not bent by how well it does itself.
        let (scores, shares) = {
            let scores = tape.value(files).clone();
            let logs = tape.log_softmax(files);
            let shares = tape.value(logs).clone();
            (scores, shares)
        };
        let heard: Vec<f32> = rows
            .file_of
            .iter()
            .flat_map(|&file| [scores.data[file], shares.data[file]].map(|value| value / 4.0))
            .collect();
        let heard = tape.input(Matrix::new(rows.file_of.len(), FROM_FILE, heard));
        let x = tape.borrowed(&rows.candidates);
        let wide = tape.concat_cols(&[x, heard]);
        let h = linear(tape, wide, self.input);
        let h = tape.relu(h);
        let h = drop(tape, h);
        let attended = self.attend(tape, h);
        let attended = drop(tape, attended);
        let h = tape.add(h, attended);
        let inner = normal(tape, h, self.norm_2);
        let inner = linear(tape, inner, self.inner);
        let inner = tape.relu(inner);
        let inner = drop(tape, inner);
        let inner = linear(tape, inner, self.outer);
        let h = tape.add(h, inner);
        let deep = linear(tape, h, self.out);
        let plain = tape.param(self.plain);
        let plain = tape.matmul(x, plain);
        let candidates = tape.add(deep, plain);
        Scores { files, candidates }
    }

    fn attend(&self, tape: &mut Tape<'_>, h: Var) -> Var {
        const EACH: usize = WIDTH / HEADS;
        let h = normal(tape, h, self.norm_1);
        let (query, key) = (tape.param(self.query), tape.param(self.key));
        let query = tape.matmul(h, query);
        let key = tape.matmul(h, key);
        let value = linear(tape, h, self.value);
        let heads: Vec<Var> = (0..HEADS)
            .map(|head| {
                let [q, k, v] =
                    [query, key, value].map(|of| tape.slice_cols(of, head * EACH, EACH));
                let weights = tape.matmul_transposed(q, k);
                let weights = tape.scale(weights, 1.0 / (EACH as f32).sqrt());
                let weights = tape.softmax_rows(weights);
                tape.matmul(weights, v)
            })
            .collect();
        tape.concat_cols(&heads)
    }
}

fn linear(tape: &mut Tape<'_>, x: Var, layer: Layer) -> Var {
    let (weights, bias) = (tape.param(layer.weights), tape.param(layer.bias));
    tape.linear(x, weights, bias)
}

fn normal(tape: &mut Tape<'_>, x: Var, layer: Layer) -> Var {
    let (gain, bias) = (tape.param(layer.weights), tape.param(layer.bias));
    tape.layer_norm(x, gain, bias)
}
