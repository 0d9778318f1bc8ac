//! What each part of the training brings, on projects that it has not seen.

use bughound_hound::navigate::Navigator;
use bughound_metrics::{BootstrapSettings, Interval, bootstrap_mean};
use serde::Serialize;

use super::collect::by_project;
use super::grpo::{GrpoSettings, grpo};
use super::quality::{Quality, TaskQuality, measure};
use super::record::{GrpoRecord, Log, SftRecord};
use super::sft::{SftSettings, Start, new_navigator, sft};
use super::stored::StoredWorld;
use crate::TrainError;

/// How the ablation goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AblationSettings {
    /// Folds by project; each project is held out once.
    pub folds: usize,
    /// Seeds of each trained arm; a task's numbers are means over them.
    pub seeds: u64,
    /// The first stage.
    pub sft: SftSettings,
    /// The second stage.
    pub grpo: GrpoSettings,
}

/// What is left in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arm {
    /// The ranking that the search begins with.
    Prior,
    /// A ranking network that reads nothing.
    RankingOnly,
    /// A ranking network after the best candidates have been read, without choice.
    ReadBest,
    /// Imitation.
    Sft,
    /// Reinforcement from untrained weights.
    Rl,
    /// Imitation, then reinforcement.
    Both,
}

impl Arm {
    /// All, the simplest first.
    pub const ALL: [Self; 6] = [
        Self::Prior,
        Self::RankingOnly,
        Self::ReadBest,
        Self::Sft,
        Self::Rl,
        Self::Both,
    ];

    /// For tables.
    pub fn title(self) -> &'static str {
        match self {
            Self::Prior => "prior alone",
            Self::RankingOnly => "ranking only, nothing read",
            Self::ReadBest => "the best 8 read without choice, then ranking",
            Self::Sft => "navigation: imitation only",
            Self::Rl => "navigation: reinforcement only",
            Self::Both => "navigation: imitation, then reinforcement",
        }
    }
}

/// How one arm came out.
#[derive(Clone, Debug, Serialize)]
pub struct ArmResult {
    /// Which.
    pub arm: Arm,
    /// Its numbers on held-out projects.
    pub quality: Quality,
    /// Mean difference of nDCG@5 to ranking only, task by task.
    pub against_ranking_only: f64,
    /// Its interval.
    pub against_interval: Option<Interval>,
}

/// The whole comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Ablation {
    /// By arm.
    pub arms: Vec<ArmResult>,
    /// Curves of reinforcement, from untrained weights and after imitation; first fold, first seed.
    pub curves: Vec<Curve>,
}

/// How the searches drawn in training changed.
#[derive(Clone, Debug, Serialize)]
pub struct Curve {
    /// Whose.
    pub arm: Arm,
    /// Step by step.
    pub points: Vec<CurvePoint>,
}

/// The searches of one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// From 0.
    pub step: u64,
    /// Mean nDCG@5.
    pub ndcg: f64,
    /// Mean number of candidates read.
    pub calls: f64,
}

/// Trains and measures every arm.
///
/// # Errors
/// [`TrainError::Stopped`] where the log says so.
pub fn ablation(
    worlds: &[StoredWorld],
    settings: &AblationSettings,
    log: &mut dyn Log,
) -> Result<Ablation, TrainError> {
    let folds = settings.folds.max(2);
    let projects: Vec<Vec<&StoredWorld>> = by_project(worlds).into_values().collect();
    let mut results: Vec<Vec<TaskQuality>> = vec![Vec::new(); Arm::ALL.len()];
    let mut curves = Vec::new();
    for fold in 0..folds {
        let part = |held_out: bool| -> Vec<&StoredWorld> {
            let chosen = projects.iter().enumerate();
            chosen
                .filter(|(at, _)| (at % folds == fold) == held_out)
                .flat_map(|(_, worlds)| worlds.iter().copied())
                .collect()
        };
        let (train, test) = (part(false), part(true));
        for (arm, result) in Arm::ALL.into_iter().zip(&mut results) {
            let mut sums = vec![TaskQuality::default(); test.len()];
            let n_seeds = if arm == Arm::Prior {
                1
            } else {
                settings.seeds.max(1)
            };
            for seed in 0..n_seeds {
                let mut kept = Kept {
                    log,
                    curve: Vec::new(),
                };
                let (navigator, what) = train_arm(arm, &train, settings, seed, &mut kept)?;
                if fold == 0 && seed == 0 && !kept.curve.is_empty() {
                    curves.push(Curve {
                        arm,
                        points: kept.curve,
                    });
                }
                let budget = settings.grpo.budget;
                for (sum, task) in
                    sums.iter_mut()
                        .zip(measure(navigator.as_ref(), &test, budget, what))
                {
                    let share = 1.0 / n_seeds as f64;
                    sum.ndcg += share * task.ndcg;
                    sum.recall_1 += share * task.recall_1;
                    sum.recall_5 += share * task.recall_5;
                    sum.calls += share * task.calls;
                }
            }
            log.held_out(arm.title(), fold as u64, Quality::of(&sums).ndcg);
            result.extend(sums);
        }
    }
    let ranking_only = results[1].clone();
    let arms = Arm::ALL
        .into_iter()
        .zip(&results)
        .map(|(arm, tasks)| {
            let differences: Vec<f64> = tasks
                .iter()
                .zip(&ranking_only)
                .map(|(task, other)| task.ndcg - other.ndcg)
                .collect();
            ArmResult {
                arm,
                quality: Quality::of(tasks),
                against_ranking_only: differences.iter().sum::<f64>()
                    / differences.len().max(1) as f64,
                against_interval: bootstrap_mean(&differences, &BootstrapSettings::default()),
            }
        })
        .collect();
    Ok(Ablation { arms, curves })
}

fn train_arm(
    arm: Arm,
    train: &[&StoredWorld],
    settings: &AblationSettings,
    seed: u64,
    log: &mut dyn Log,
) -> Result<(Option<Navigator>, Start), TrainError> {
    let imitation = |what: Start| SftSettings {
        what,
        seed: settings.sft.seed + seed,
        ..settings.sft
    };
    let reinforcement = GrpoSettings {
        seed: settings.grpo.seed + seed,
        ..settings.grpo
    };
    let chosen = Start::Demonstrations;
    Ok(match arm {
        Arm::Prior => (None, chosen),
        Arm::RankingOnly | Arm::ReadBest => {
            let what = if arm == Arm::ReadBest {
                Start::ReadBest
            } else {
                Start::RankingOnly
            };
            (Some(sft(train, &imitation(what), log)?), what)
        }
        Arm::Sft => (Some(sft(train, &imitation(chosen), log)?), chosen),
        Arm::Rl => {
            let start = new_navigator(reinforcement.seed)?;
            (Some(grpo(&start, train, &reinforcement, log)?), chosen)
        }
        Arm::Both => {
            let start = sft(train, &imitation(chosen), log)?;
            (Some(grpo(&start, train, &reinforcement, log)?), chosen)
        }
    })
}

/// Passes everything on and keeps the curve.
struct Kept<'l> {
    log: &'l mut dyn Log,
    curve: Vec<CurvePoint>,
}

impl Log for Kept<'_> {
    fn sft(&mut self, record: &SftRecord) {
        self.log.sft(record);
    }

    fn grpo(&mut self, record: &GrpoRecord) {
        self.curve.push(CurvePoint {
            step: record.step,
            ndcg: record.ndcg,
            calls: record.calls,
        });
        self.log.grpo(record);
    }

    fn should_stop(&self) -> bool {
        self.log.should_stop()
    }
}
