//! What the encoder brings to a ranking: hand-weighted scores alone against the same with the encoder's cosine
//! added, on tasks whose projects the encoder has not seen.

use bughound_hound::issue::{Issue, Zone};
use bughound_hound::query::Query;
use bughound_hound::{Context, features_of, hand_scores};
use bughound_metrics::{BootstrapSettings, Comparison, compare};
use bughound_rollout::{ErrorKind, Repos, open_world};
use bughound_store::Store;
use bughound_tasks::{Task, ground_truth_at};
use rayon::prelude::*;

use super::unseen::UnseenEncoders;

/// The weights of the encoder that are tried.
pub const WEIGHTS: [f32; 9] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2];

/// Parts of an issue that the encoder reads.
pub const VIEWS: [&str; 3] = ["whole issue", "title", "first 500 characters"];

/// How many candidates of each ranking are kept of a task.
const N_KEPT: usize = 600;

/// One candidate of a task.
#[derive(Clone, Copy, Debug)]
struct Row {
    hand: f32,
    dense: [f32; 3],
    is_gold: bool,
}

/// The scores of one task's functions.
#[derive(Clone, Debug)]
pub struct TaskScores {
    /// The project.
    pub repo: String,
    /// Functions that the fix changes.
    pub n_gold: usize,
    rows: Vec<Row>,
}

/// What is measured.
pub struct MeasureRequest<'a> {
    /// The tasks.
    pub tasks: &'a [&'a Task],
    /// Their repositories.
    pub repos: &'a Repos<'a>,
    /// The encoders.
    pub encoders: &'a UnseenEncoders,
    /// The cache.
    pub store: &'a Store,
    /// Called after each task.
    pub on_task: &'a (dyn Fn() + Sync),
}

/// Scores the functions of each task. Tasks whose fix changes no function that was there are left out, and those
/// that cannot be worked on are given back with the reason.
pub fn score_tasks(request: &MeasureRequest<'_>) -> (Vec<TaskScores>, Vec<String>) {
    let outcomes: Vec<Result<Option<TaskScores>, String>> = request
        .tasks
        .par_iter()
        .map(|task| {
            let outcome = score_task(task, request);
            (request.on_task)();
            outcome
        })
        .collect();
    let (mut scores, mut obstacles) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(found) => scores.extend(found),
            Err(reason) => obstacles.push(reason),
        }
    }
    (scores, obstacles)
}

fn score_task(task: &Task, request: &MeasureRequest<'_>) -> Result<Option<TaskScores>, String> {
    let world = open_world(task, request.repos, request.store, true, &|_| {})
        .map_err(|obstacle| format!("{}: {}", ErrorKind::name(obstacle.kind), obstacle.message))?;
    let (truth, _) = ground_truth_at(task, &world.snapshot);
    if truth.functions.is_empty() {
        return Ok(None);
    }
    let index = world.index.as_ref();
    let context = Context {
        history: world.history.as_deref(),
        ..Context::default()
    };
    let features = features_of(index, &task.problem_statement, &context);
    let hand = normalised(&hand_scores(&features));
    let query = Query::of(&Issue::read(&task.problem_statement));
    let encoder = request.encoders.for_project(&task.repo);
    let vectors = encoder.documents(index, &features.candidates);
    let views = [
        &query.weights,
        &query.by_zone[Zone::Title as usize],
        &query.head,
    ];
    let dense = views.map(|weights| {
        let terms = query.hashes.iter().copied().zip(weights.iter().copied());
        match encoder.query(terms) {
            Some(vector) => normalised(&vectors.cosines(&vector)),
            None => vec![0.0; features.candidates.len()],
        }
    });
    let rows: Vec<Row> = features
        .candidates
        .iter()
        .enumerate()
        .filter(|(_, symbol)| index.symbol(**symbol).kind().is_callable())
        .map(|(at, &symbol)| {
            let id = index.symbol(symbol).id().to_string();
            Row {
                hand: hand[at],
                dense: [dense[0][at], dense[1][at], dense[2][at]],
                is_gold: truth.functions.contains(&id),
            }
        })
        .collect();
    let mut kept = vec![false; rows.len()];
    let rankings: [&dyn Fn(&Row) -> f32; 4] = [
        &|row| row.hand,
        &|row| row.dense[0],
        &|row| row.dense[1],
        &|row| row.dense[2],
    ];
    for score in rankings {
        for at in order(&rows, score).into_iter().take(N_KEPT) {
            kept[at] = true;
        }
    }
    Ok(Some(TaskScores {
        repo: task.repo.clone(),
        n_gold: truth.functions.len(),
        rows: rows
            .into_iter()
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(row, _)| row)
            .collect(),
    }))
}

/// Divided by the largest value.
fn normalised(values: &[f32]) -> Vec<f32> {
    let most = values.iter().copied().fold(0.0, f32::max);
    let most = if most > 0.0 { most } else { 1.0 };
    values.iter().map(|value| value / most).collect()
}

/// Positions of rows, best first.
fn order(rows: &[Row], score: &dyn Fn(&Row) -> f32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| score(&rows[b]).total_cmp(&score(&rows[a])).then(a.cmp(&b)));
    order
}

impl TaskScores {
    /// Recall within the first `k` functions by `hand + weight · cosine` with one view of the issue, both divided by
    /// their largest values.
    pub fn recall(&self, view: usize, weight: f32, k: usize) -> f64 {
        self.recall_by(&|row| row.hand + weight * row.dense[view], k)
    }

    /// Recall by the encoder alone.
    pub fn recall_of_encoder(&self, view: usize, k: usize) -> f64 {
        self.recall_by(&|row| row.dense[view], k)
    }

    fn recall_by(&self, score: &dyn Fn(&Row) -> f32, k: usize) -> f64 {
        let order = order(&self.rows, score);
        let found = order.iter().take(k).filter(|&&at| self.rows[at].is_gold);
        found.count() as f64 / self.n_gold as f64
    }

    /// The share of changed functions among the best `n_hand` by hand together with the best of the encoder that
    /// are not among them, up to `n` in all.
    pub fn ceiling(&self, view: usize, n_hand: usize, n: usize) -> f64 {
        let mut pool: Vec<usize> = order(&self.rows, &|row| row.hand);
        pool.truncate(n_hand);
        for at in order(&self.rows, &|row| row.dense[view]) {
            if pool.len() >= n {
                break;
            }
            if !pool.contains(&at) {
                pool.push(at);
            }
        }
        let found = pool.iter().filter(|&&at| self.rows[at].is_gold);
        found.count() as f64 / self.n_gold as f64
    }
}

/// Recall at `k` with the weight that served the other projects best, against hand alone.
///
/// For each project, the weight is the one with the greatest mean of recall at 5 and at 10 over the tasks of all
/// other projects (earlier ones among equals).
pub fn cross_validated(
    tasks: &[TaskScores],
    view: usize,
    k: usize,
    settings: &BootstrapSettings,
) -> Comparison {
    let hand: Vec<f64> = tasks.iter().map(|task| task.recall(view, 0.0, k)).collect();
    let by_weight: Vec<Vec<[f64; 2]>> = WEIGHTS
        .iter()
        .map(|&weight| {
            let both = |task: &TaskScores| [5, 10].map(|k| task.recall(view, weight, k));
            tasks.par_iter().map(both).collect()
        })
        .collect();
    let with: Vec<f64> = tasks
        .iter()
        .map(|task| {
            let mut best = (0, f64::NEG_INFINITY);
            for (at, recalls) in by_weight.iter().enumerate() {
                let sum: f64 = tasks
                    .iter()
                    .zip(recalls)
                    .filter(|(other, _)| other.repo != task.repo)
                    .map(|(_, both)| both[0] + both[1])
                    .sum();
                if sum > best.1 {
                    best = (at, sum);
                }
            }
            task.recall(view, WEIGHTS[best.0], k)
        })
        .collect();
    compare(&hand, &with, settings)
}
