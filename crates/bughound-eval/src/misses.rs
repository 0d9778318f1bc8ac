//! Why was it not found?

use bughound_core::{Language, RepoPath};
use bughound_metrics::{ScoreLevel, TaskScores};
use bughound_tasks::GroundTruth;

use crate::{ErrorKind, PredictionLine, ScoreDocument, Truths};

/// How far down an answer counts as found, for files and for functions.
pub(crate) const FOUND_WITHIN: usize = 5;

/// A task of which not everything stands among the first five functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Its `instance_id`.
    pub instance_id: String,
    /// Why.
    pub reason: MissReason,
    /// How many functions and classes there were to find.
    pub n_truth: usize,
    /// How many of them stand among the first five.
    pub n_found: usize,
    /// Rank of the first file that must change.
    pub file_rank: Option<usize>,
    /// Rank of the first function or class that must change.
    pub function_rank: Option<usize>,
    /// What was to be found: functions and classes, or files where there are none.
    pub truth: Vec<String>,
}

/// Why a task is a miss: the first reason that holds, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissReason {
    /// The task was not answered.
    NotAnswered(ErrorKind),
    /// The fix edits no existing function and no class: there is nothing to find at function level.
    NothingToFind,
    /// None of the files to find is in a language that Bughound reads: they are no candidates.
    NotACandidate,
    /// None of the files to find is in the ranking of files.
    FileNotRanked,
    /// The first of the files to find stands below the first five.
    FileRankedLow,
    /// A file is found; none of its functions to find is in the ranking of functions.
    FunctionNotRanked,
    /// A file is found; the first function to find stands below the first five.
    FunctionRankedLow,
    /// Some of the functions to find are among the first five, and not all.
    PartlyFound,
}

impl MissReason {
    /// The reason in words.
    pub fn text(self) -> String {
        match self {
            Self::NotAnswered(kind) => format!("not answered ({})", kind.name()),
            Self::NothingToFind => "the fix edits no existing function or class".to_owned(),
            Self::NotACandidate => {
                "gold is no candidate (no source file of a known language)".to_owned()
            }
            Self::FileNotRanked => "gold file is not in the ranking".to_owned(),
            Self::FileRankedLow => format!("gold file is not in the first {FOUND_WITHIN}"),
            Self::FunctionNotRanked => {
                "gold file is found, gold function is not in the ranking".to_owned()
            }
            Self::FunctionRankedLow => {
                format!("gold file is found, gold function is not in the first {FOUND_WITHIN}")
            }
            Self::PartlyFound => {
                format!("some gold functions are in the first {FOUND_WITHIN}, others are not")
            }
        }
    }
}

/// The misses of a run, in the order of `lines`. `document` must hold the scores of the `path` scorer over
/// these lines. Tasks with a fault are no misses: nothing is known of them.
pub fn misses(lines: &[PredictionLine], truths: &Truths, document: &ScoreDocument) -> Vec<Miss> {
    lines
        .iter()
        .filter_map(|line| {
            let truth = truths.by_task.get(&line.instance_id)?;
            let scores = |level| scores_of(document, level, &line.instance_id);
            let (files, functions) = (scores(ScoreLevel::File)?, scores(ScoreLevel::Function)?);
            let n_found = found(functions, FOUND_WITHIN);
            let reason = reason(line, truth, files, functions)?;
            Some(Miss {
                instance_id: line.instance_id.clone(),
                reason,
                n_truth: functions.n_truth,
                n_found,
                file_rank: files.ranks.first().copied(),
                function_rank: functions.ranks.first().copied(),
                truth: match functions.n_truth {
                    0 => truth.files.clone(),
                    _ => truth
                        .functions
                        .iter()
                        .chain(&truth.classes)
                        .cloned()
                        .collect(),
                },
            })
        })
        .collect()
}

/// The scores of one task.
fn scores_of<'a>(
    document: &'a ScoreDocument,
    level: ScoreLevel,
    instance_id: &str,
) -> Option<&'a TaskScores> {
    let scores = document.scores.level(level)?;
    scores.tasks.iter().find(|task| task.id == instance_id)
}

/// How many right answers are among the first `k`.
fn found(scores: &TaskScores, k: usize) -> usize {
    scores.ranks.iter().filter(|rank| **rank <= k).count()
}

fn reason(
    line: &PredictionLine,
    truth: &GroundTruth,
    files: &TaskScores,
    functions: &TaskScores,
) -> Option<MissReason> {
    if let Some(error) = &line.error {
        return Some(MissReason::NotAnswered(error.kind));
    }
    let known = |path: &String| {
        Language::from_extension(RepoPath::from(path.as_str()).extension()).is_some()
    };
    if !truth.files.is_empty() && !truth.files.iter().any(known) {
        return Some(MissReason::NotACandidate);
    }
    if functions.n_truth == 0 {
        return Some(MissReason::NothingToFind);
    }
    match found(functions, FOUND_WITHIN) {
        0 => {}
        n if n == functions.n_truth || n == FOUND_WITHIN => return None,
        _ => return Some(MissReason::PartlyFound),
    }
    Some(match (files.ranks.first(), functions.ranks.first()) {
        (None, _) => MissReason::FileNotRanked,
        (Some(&rank), _) if rank > FOUND_WITHIN => MissReason::FileRankedLow,
        (Some(_), None) => MissReason::FunctionNotRanked,
        (Some(_), Some(_)) => MissReason::FunctionRankedLow,
    })
}
