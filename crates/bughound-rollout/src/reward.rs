//! How good a search was.

use bughound_agent::ranking_of;
use bughound_core::{Location, SymbolId};
use bughound_metrics::{Judged, Metric};
use bughound_repo::Snapshot;
use bughound_tasks::{Task, ground_truth_at};
use bughound_trace::{Reward, RewardPart, Trace};

/// What is right for one task, for [`reward_of`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchReward {
    files: Vec<String>,
    functions: Vec<String>,
}

impl SearchReward {
    /// Works out what the task's patch changes. `None` where there is no patch.
    pub fn of(task: &Task, snapshot: &Snapshot) -> Option<Self> {
        if task.patch.trim().is_empty() {
            return None;
        }
        let (truth, _) = ground_truth_at(task, snapshot);
        let truth = truth.truth();
        Some(Self {
            files: truth.files,
            functions: truth.locations,
        })
    }
}

/// The reward of a finished search: nDCG@5 of the ranked functions, as in ToolTrain (arXiv 2508.03012, section
/// 3.3), names with their paths. Where the fix changes no function, nDCG@5 of the ranked files.
///
/// `None` for episodes that ended by a fault: they say nothing about the policy.
pub fn reward_of(trace: &Trace, truth: &SearchReward) -> Option<Reward> {
    if trace.end.is_fault() {
        return None;
    }
    let ranking = ranking_of(trace);
    let ndcg = |ranked: &[Location], right: &[String]| {
        let ids: Vec<String> = ranked.iter().map(id).collect();
        let judged = Judged::new(
            ids.iter().map(String::as_str),
            right.iter().map(String::as_str),
            None,
        );
        Metric::Ndcg(5).value(&judged)
    };
    let by_function = !truth.functions.is_empty();
    let part = if by_function {
        RewardPart {
            name: "function_ndcg@5".to_owned(),
            definition: "nDCG@5 of the ranked functions, methods and classes against those that the fix changes, as \
                         path::Qualified.name"
                .to_owned(),
            weight: 1.0,
            value: ndcg(&ranking.functions, &truth.functions),
        }
    } else {
        RewardPart {
            name: "file_ndcg@5".to_owned(),
            definition: "nDCG@5 of the ranked files against those that the fix changes; it changes no function"
                .to_owned(),
            weight: 1.0,
            value: ndcg(&ranking.files, &truth.files),
        }
    };
    Some(Reward {
        value: part.value,
        parts: vec![part],
        truth: truth
            .functions
            .iter()
            .chain(&truth.files)
            .cloned()
            .collect(),
    })
}

fn id(location: &Location) -> String {
    match &location.qualified_name {
        Some(name) => SymbolId::symbol(location.path.clone(), name).to_string(),
        None => location.path.to_string(),
    }
}
