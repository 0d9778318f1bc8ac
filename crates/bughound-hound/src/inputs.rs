//! What a learned scorer reads: the features of a pool of candidates and of their files, as rows of numbers.
//!
//! Every feature that is more than a yes or no gives three numbers, so that a small network need not learn to rank or to take logarithms: its
//! share of the largest value in the pool, `1 / (1 + rank)^0.5` with the rank within the pool (0 where the feature
//! is 0), and `ln(1 + value)`. Hand-made scores give their rank and gap inside the file and the class, too; and
//! what is true of the whole question (its length, what it holds, how clear the best candidate is) stands in
//! every row.

use bughound_index::{FileIdx, Index, SymbolIdx};
use bughound_net::math::ln;

use crate::compute::{Evidence, top};
use crate::features::{CandidateFeature as C, FeatureInfo, Features, FileFeature as F};
use crate::hand;
use crate::issue::{Issue, Zone};

/// Files beside those of the pool's candidates: the best ones by the hand-made score.
const N_FILES: usize = 100;

/// The rows for one question.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The pool, best by hand first.
    pub symbols: Vec<SymbolIdx>,
    /// [`n_candidate_inputs`] numbers for each of [`Inputs::symbols`].
    pub candidate_rows: Vec<f32>,
    /// The file of each candidate, as a position in [`Inputs::files`].
    pub file_of: Vec<u32>,
    /// The hand-made score of each candidate.
    pub hand: Vec<f32>,
    /// Files, best by hand first.
    pub files: Vec<FileIdx>,
    /// [`n_file_inputs`] numbers for each of [`Inputs::files`].
    pub file_rows: Vec<f32>,
    /// The hand-made score of each file.
    pub file_hand: Vec<f32>,
}

/// Numbers of a candidate's row.
pub fn n_candidate_inputs() -> usize {
    width(C::ALL.iter().map(|f| f.info())) + 3 + N_PLACE + N_QUESTION
}

/// Numbers of a file's row.
pub fn n_file_inputs() -> usize {
    width(F::ALL.iter().map(|f| f.info())) + N_QUESTION
}

/// What a candidate's row holds, number by number: for reports, and so that weights fit what they were trained
/// on.
pub fn candidate_input_names() -> Vec<String> {
    let mut names: Vec<String> = C::ALL.iter().flat_map(|f| names_of(f.info())).collect();
    names.extend(three("hand"));
    names.extend(PLACE.map(str::to_owned));
    names.extend(QUESTION.map(str::to_owned));
    names
}

/// What a file's row holds, number by number.
pub fn file_input_names() -> Vec<String> {
    let mut names: Vec<String> = F::ALL.iter().flat_map(|f| names_of(f.info())).collect();
    names.extend(QUESTION.map(str::to_owned));
    names
}

fn names_of(info: FeatureInfo) -> Vec<String> {
    if is_flag(info) {
        vec![info.name.to_owned()]
    } else {
        three(info.name).to_vec()
    }
}

fn width(features: impl Iterator<Item = FeatureInfo>) -> usize {
    features.map(|info| if is_flag(info) { 1 } else { 3 }).sum()
}

fn three(name: &str) -> [String; 3] {
    ["max", "rank", "log"].map(|what| format!("{name}/{what}"))
}

fn is_flag(info: FeatureInfo) -> bool {
    info.range == "0 or 1"
}

const N_PLACE: usize = 8;
pub(crate) const PLACE: [&str; N_PLACE] = [
    "rank in file",
    "gap to the file's best",
    "share of the file's sum",
    "rank in class",
    "gap to the class's best",
    "candidates of the file in the pool",
    "candidates of the class in the pool",
    "rank of the file",
];

const N_QUESTION: usize = 10;
const QUESTION: [&str; N_QUESTION] = [
    "ln terms",
    "ln characters",
    "has inline code",
    "has code",
    "has a stack trace",
    "ln candidates",
    "ln files",
    "largest bm25f / 10",
    "largest exact, ln",
    "gap of the best to the second",
];

impl Inputs {
    /// The rows of the candidates in `pool` (rows of the features' table).
    pub(crate) fn of(index: &Index, issue: &Issue, evidence: &Evidence, pool: &[usize]) -> Self {
        let features = &evidence.features;
        let scores = hand::scores(features);
        let mut pool = pool.to_vec();
        pool.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        pool.dedup();
        let hand: Vec<f32> = pool.iter().map(|&row| scores[row]).collect();
        let symbols: Vec<SymbolIdx> = pool.iter().map(|&row| features.candidates[row]).collect();
        let (files, file_of) = files_of(index, features, &symbols);
        let question = question(index, issue, evidence, &hand);

        let mut table = Table::new(pool.len(), n_candidate_inputs());
        for &feature in C::ALL {
            let values = features.candidate(feature);
            let values: Vec<f32> = pool.iter().map(|&row| values[row]).collect();
            table.feature_or_flag(feature.info(), &values);
        }
        table.feature(&hand);
        let class_of: Vec<u32> = symbols
            .iter()
            .map(|&symbol| {
                let own = index.symbol(symbol).kind().is_type();
                let class = if own {
                    Some(symbol)
                } else {
                    index.class_of(symbol)
                };
                class.map_or(u32::MAX, |class| class.0)
            })
            .collect();
        for column in place(&hand, &file_of, &class_of) {
            table.column(&column);
        }
        table.same(&question);

        let mut file_table = Table::new(files.len(), n_file_inputs());
        for &feature in F::ALL {
            let values = features.file(feature);
            let values: Vec<f32> = files.iter().map(|file| values[file.index()]).collect();
            file_table.feature_or_flag(feature.info(), &values);
        }
        file_table.same(&question);
        let fused = features.file(F::Fused);
        Self {
            symbols,
            candidate_rows: table.rows,
            file_of,
            hand,
            file_hand: files.iter().map(|file| fused[file.index()]).collect(),
            files,
            file_rows: file_table.rows,
        }
    }
}

/// The files of the pool and the best ones beside them, best first; and the place of each candidate's.
fn files_of(index: &Index, features: &Features, symbols: &[SymbolIdx]) -> (Vec<FileIdx>, Vec<u32>) {
    let fused = features.file(F::Fused);
    let mut wanted = vec![false; fused.len()];
    for at in top(fused, N_FILES) {
        wanted[at] = true;
    }
    for &symbol in symbols {
        wanted[index.file_of(symbol).index()] = true;
    }
    let mut files: Vec<FileIdx> = index
        .file_idxs()
        .filter(|file| wanted[file.index()])
        .collect();
    files.sort_by(|a, b| fused[b.index()].total_cmp(&fused[a.index()]).then(a.cmp(b)));
    let mut position = vec![0u32; fused.len()];
    for (at, file) in (0..).zip(&files) {
        position[file.index()] = at;
    }
    let file_of = symbols
        .iter()
        .map(|&symbol| position[index.file_of(symbol).index()])
        .collect();
    (files, file_of)
}

fn question(index: &Index, issue: &Issue, evidence: &Evidence, hand: &[f32]) -> [f32; N_QUESTION] {
    let features = &evidence.features;
    let largest = |feature: C| {
        features
            .candidate(feature)
            .iter()
            .copied()
            .fold(0.0, f32::max)
    };
    let has = |zone: Zone| {
        let found = issue.zones.iter().any(|span| span.zone == zone);
        if found { 1.0 } else { 0.0 }
    };
    let gap = match hand {
        [first, second, ..] if *first > 0.0 => (first - second) / first,
        _ => 0.0,
    };
    [
        ln1(evidence.query.terms.len() as f32),
        ln1(issue.text.len() as f32),
        has(Zone::Inline),
        has(Zone::Code),
        has(Zone::Traceback),
        ln1(features.candidates.len() as f32),
        ln1(index.files().len() as f32),
        largest(C::Bm25f) / 10.0,
        ln1(largest(C::Exact)),
        gap,
    ]
}

/// Where each candidate stands among those of its file and of its class. `hand` falls.
fn place(hand: &[f32], file_of: &[u32], class_of: &[u32]) -> [Vec<f32>; N_PLACE] {
    let n = hand.len();
    let mut columns: [Vec<f32>; N_PLACE] = std::array::from_fn(|_| vec![0.0; n]);
    let n_files = file_of.iter().max().map_or(0, |&file| file as usize + 1);
    let mut files: Vec<Group> = vec![Group::default(); n_files];
    let mut classes: std::collections::BTreeMap<u32, Group> = std::collections::BTreeMap::new();
    for at in 0..n {
        let group = &mut files[file_of[at] as usize];
        columns[0][at] = rank_value(group.n);
        columns[1][at] = group.gap(hand[at]);
        group.add(hand[at]);
        if class_of[at] == u32::MAX {
            continue;
        }
        let group = classes.entry(class_of[at]).or_default();
        columns[3][at] = rank_value(group.n);
        columns[4][at] = group.gap(hand[at]);
        group.add(hand[at]);
    }
    for at in 0..n {
        let group = &files[file_of[at] as usize];
        columns[2][at] = if group.sum > 0.0 {
            hand[at] / group.sum
        } else {
            0.0
        };
        columns[5][at] = ln1(group.n as f32);
        columns[6][at] = classes
            .get(&class_of[at])
            .map_or(0.0, |group| ln1(group.n as f32));
        columns[7][at] = rank_value(file_of[at] as usize);
    }
    columns
}

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    n: usize,
    best: f32,
    sum: f32,
}

impl Group {
    fn gap(&self, value: f32) -> f32 {
        (self.best - value).max(0.0)
    }

    fn add(&mut self, value: f32) {
        self.best = self.best.max(value);
        self.sum += value;
        self.n += 1;
    }
}

/// Rows of numbers, filled column by column.
struct Table {
    rows: Vec<f32>,
    width: usize,
    next: usize,
}

impl Table {
    fn new(n: usize, width: usize) -> Self {
        Self {
            rows: vec![0.0; n * width],
            width,
            next: 0,
        }
    }

    fn column(&mut self, values: &[f32]) {
        for (row, value) in self.rows.chunks_exact_mut(self.width).zip(values) {
            row[self.next] = *value;
        }
        self.next += 1;
    }

    fn same(&mut self, values: &[f32]) {
        for row in self.rows.chunks_exact_mut(self.width) {
            row[self.next..self.next + values.len()].copy_from_slice(values);
        }
        self.next += values.len();
    }

    fn feature_or_flag(&mut self, info: FeatureInfo, values: &[f32]) {
        if is_flag(info) {
            self.column(values);
        } else {
            self.feature(values);
        }
    }

    /// The three numbers of a feature.
    fn feature(&mut self, values: &[f32]) {
        let max = values.iter().copied().fold(0.0, f32::max);
        let share: Vec<f32> = values
            .iter()
            .map(|value| if max > 0.0 { value / max } else { 0.0 })
            .collect();
        self.column(&share);
        let mut ranks = vec![0.0; values.len()];
        let mut rank = 0;
        let order = top(values, usize::MAX);
        for (place, &at) in order.iter().enumerate() {
            // Equal values have equal ranks.
            if place > 0 && values[at] < values[order[place - 1]] {
                rank = place;
            }
            ranks[at] = rank_value(rank);
        }
        self.column(&ranks);
        let logs: Vec<f32> = values.iter().map(|&value| ln1(value)).collect();
        self.column(&logs);
    }
}

fn rank_value(rank: usize) -> f32 {
    1.0 / (1.0 + rank as f32).sqrt()
}

/// `ln(1 + x)`, the same bits on every platform.
fn ln1(x: f32) -> f32 {
    ln(1.0 + x.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_gives_share_rank_and_logarithm() {
        let mut table = Table::new(4, 3);
        table.feature(&[2.0, 0.0, 4.0, 2.0]);
        let second = 1.0 / 2f32.sqrt();
        assert_eq!(
            table.rows,
            [
                0.5,
                second,
                ln1(2.0),
                0.0,
                0.0,
                0.0,
                1.0,
                1.0,
                ln1(4.0),
                0.5,
                second,
                ln1(2.0)
            ]
        );
    }

    #[test]
    fn places_inside_file_and_class() {
        let columns = place(&[1.0, 0.5, 0.25], &[0, 1, 0], &[7, u32::MAX, 7]);
        let second = 1.0 / 2f32.sqrt();
        assert_eq!(columns[0], [1.0, 1.0, second]);
        assert_eq!(columns[1], [0.0, 0.0, 0.75]);
        assert_eq!(columns[2], [0.8, 1.0, 0.2]);
        assert_eq!(columns[3], [1.0, 0.0, second]);
        assert_eq!(columns[4], [0.0, 0.0, 0.75]);
        assert_eq!(columns[6], [ln1(2.0), 0.0, ln1(2.0)]);
    }

    #[test]
    fn names_fit_numbers() {
        assert_eq!(candidate_input_names().len(), n_candidate_inputs());
        assert_eq!(file_input_names().len(), n_file_inputs());
    }

    #[test]
    fn a_flag_gives_itself() {
        let mut table = Table::new(2, 1);
        table.feature_or_flag(C::IsType.info(), &[1.0, 0.0]);
        assert_eq!((table.rows, table.next), (vec![1.0, 0.0], 1));
    }
}
