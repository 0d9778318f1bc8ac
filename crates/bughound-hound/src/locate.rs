//! From an index and an issue to a ranked answer.

use bughound_index::{FileIdx, Index, SymbolIdx};

use crate::answer::{Answer, N_EXPLAINED, Ranked};
use crate::compute::{Evidence, compute, top};
use crate::features::{Features, FileFeature};
use crate::inputs::Inputs;
use crate::issue::Issue;
use crate::pool::pool;
use crate::query::Query;
use crate::reasons::Decided;
use crate::scorer::{Contributions, Judgement, Scorer};
use crate::{Context, hand, reasons};

/// How many candidates an answer ranks.
const N_SYMBOLS: usize = 1000;

/// How many of the best candidates are asked what decided for them.
const N_DECIDED: usize = 20;

/// How many candidates a learned scorer judges.
const N_POOL: usize = 300;

/// Ranks the files and candidates of an index for an issue.
pub fn locate(index: &Index, issue: &str, context: &Context<'_>) -> Answer {
    locate_with_evidence(index, issue, context).0
}

/// [`locate`], and all that was found out on the way.
pub(crate) fn locate_with_evidence(
    index: &Index,
    issue: &str,
    context: &Context<'_>,
) -> (Answer, Evidence) {
    let issue = Issue::read(issue);
    let evidence = compute(index, &issue, context);
    let order = match context.judge.scorer() {
        Some(scorer) => {
            stage(context, "judge");
            Order::learned(index, &issue, &evidence, scorer)
        }
        None => Order::by_hand(&evidence.features),
    };
    stage(context, "explain");
    let files = order
        .files
        .into_iter()
        .enumerate()
        .map(|(place, (item, score))| Ranked {
            item,
            score,
            reasons: if place < N_EXPLAINED {
                reasons::of_file(&evidence, context.history, item)
            } else {
                Vec::new()
            },
        })
        .collect();
    let symbols = order
        .symbols
        .into_iter()
        .enumerate()
        .map(|(place, (item, score))| Ranked {
            item,
            score,
            reasons: if place < N_EXPLAINED {
                let decided = order.is_calibrated.then(|| Decided {
                    contributions: order.decided.get(place).copied(),
                    score,
                });
                reasons::of_candidate(index, &evidence, context.history, item, decided)
            } else {
                Vec::new()
            },
        })
        .collect();
    let answer = Answer {
        files,
        symbols,
        is_calibrated: order.is_calibrated,
    };
    (answer, evidence)
}

/// The hand-weighted score of every candidate.
pub fn hand_scores(features: &Features) -> Vec<f32> {
    hand::scores(features)
}

/// The features of every candidate and file for an issue.
pub fn features_of(index: &Index, issue: &str, context: &Context<'_>) -> Features {
    compute(index, &Issue::read(issue), context).features
}

/// What a learned scorer reads of an issue.
pub struct Question {
    /// The rows of the pool.
    pub inputs: Inputs,
    /// The issue's terms.
    pub query: Query,
}

/// Works out what a learned scorer reads of an issue, without scoring.
pub fn question(index: &Index, issue: &str, context: &Context<'_>) -> Question {
    let issue = Issue::read(issue);
    let evidence = compute(index, &issue, context);
    Question {
        inputs: inputs(index, &issue, &evidence),
        query: evidence.query,
    }
}

fn inputs(index: &Index, issue: &Issue, evidence: &Evidence) -> Inputs {
    let pool = pool(index, &evidence.features, N_POOL);
    Inputs::of(index, issue, evidence, &pool)
}

fn stage(context: &Context<'_>, name: &'static str) {
    if let Some(on_stage) = context.on_stage {
        on_stage(name);
    }
}

/// Files and candidates with their scores, best first.
struct Order {
    files: Vec<(FileIdx, f32)>,
    symbols: Vec<(SymbolIdx, f32)>,
    is_calibrated: bool,
    /// What brought the first of the candidates there, where a network ordered them.
    decided: Vec<Contributions>,
}

impl Order {
    fn by_hand(features: &Features) -> Self {
        let file_scores = features.file(FileFeature::Fused);
        let scores = hand::scores(features);
        Self {
            files: top(file_scores, usize::MAX)
                .into_iter()
                .map(|at| (file_idx(at), file_scores[at]))
                .collect(),
            symbols: top(&scores, N_SYMBOLS)
                .into_iter()
                .map(|row| (features.candidates[row], scores[row]))
                .collect(),
            is_calibrated: false,
            decided: Vec::new(),
        }
    }

    /// The pool as the network orders it, then everything else by hand.
    fn learned(index: &Index, issue: &Issue, evidence: &Evidence, scorer: &Scorer) -> Self {
        let inputs = inputs(index, issue, evidence);
        let Judgement {
            probabilities,
            file_scores,
            ..
        } = scorer.judge(&inputs);
        let rest = Self::by_hand(&evidence.features);
        let largest = file_scores.iter().copied().fold(f32::MIN, f32::max);
        let shares: Vec<f32> = file_scores
            .iter()
            .map(|score| bughound_net::math::exp(score - largest))
            .collect();
        let head = top(&probabilities, N_DECIDED);
        Self {
            files: ahead(&inputs.files, &shares, rest.files),
            symbols: ahead(&inputs.symbols, &probabilities, rest.symbols),
            is_calibrated: true,
            decided: scorer.decided(&inputs, &head),
        }
    }
}

/// `judged` by falling score, then those of `rest` that are not among them, their scores brought below.
fn ahead<T: Copy + Ord>(judged: &[T], scores: &[f32], rest: Vec<(T, f32)>) -> Vec<(T, f32)> {
    let mut out: Vec<(T, f32)> = judged.iter().copied().zip(scores.iter().copied()).collect();
    // A stable sort: among equals the order by hand stays.
    out.sort_by(|a, b| b.1.total_cmp(&a.1));
    let lowest = out.last().map_or(1.0, |(_, score)| *score);
    let mut known: Vec<T> = judged.to_vec();
    known.sort_unstable();
    let largest = rest
        .first()
        .map_or(1.0, |(_, score)| score.max(f32::MIN_POSITIVE));
    out.extend(
        rest.into_iter()
            .filter(|(item, _)| known.binary_search(item).is_err())
            .map(|(item, score)| (item, lowest * score / largest)),
    );
    out
}

fn file_idx(at: usize) -> FileIdx {
    FileIdx(u32::try_from(at).unwrap_or(u32::MAX))
}
