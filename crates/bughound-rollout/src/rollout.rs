//! A run from its request to its file of traces.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bughound_agent::{Policy, UnknownProtocol, protocol};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};
use bughound_tools::Budget;
use bughound_trace::{Budgets, EndReason, FrameSpan, TRACES_FILE, Trace, TraceReader, TraceWriter};

use crate::settings::{RolloutSettings, differences};
use crate::work::{Job, work};
use crate::{RolloutError, lock_folder, open_repos, write_atomically};

/// What is to be run, and how.
pub struct RolloutRequest<'a> {
    /// The tasks.
    pub tasks: &'a [Task],
    /// Where their repositories lie.
    pub repos: &'a RepoMap,
    /// Who acts.
    pub policy: &'a dyn Policy,
    /// By which protocol.
    pub protocol: &'a str,
    /// What an episode may spend.
    pub budgets: Budgets,
    /// What one call of a tool may say.
    pub tool_budget: Budget,
    /// Episodes per task.
    pub n: u32,
    /// The run's seed.
    pub seed: u64,
    /// The cache.
    pub store: &'a Store,
    /// The folder; made where it is not there, continued where it holds this run.
    pub out: &'a Path,
    /// Whether a run that the folder holds is thrown away.
    pub force: bool,
    /// How many episodes go on at the same time.
    pub concurrency: NonZeroUsize,
    /// How many threads compute.
    pub threads: NonZeroUsize,
    /// How often an episode that ended by a fault is tried again.
    pub retries: u32,
    /// Whether traces hold times. Without them, a run of a deterministic policy is the same byte for byte.
    pub timed: bool,
    /// Who is told how far it is.
    pub watch: &'a dyn Watch,
}

/// Whoever shows progress or wants to stop a run. Methods are called from several threads and should return at
/// once.
pub trait Watch: Sync {
    /// The run begins: `done` of `total` episodes are behind us already.
    fn begin(&self, done: usize, total: usize) {
        let _ = (done, total);
    }

    /// An episode ended, and its trace is written.
    fn ended(&self, trace: &Trace) {
        let _ = trace;
    }

    /// Asked often: whether to stop here. What is done stays done.
    fn should_stop(&self) -> bool {
        false
    }
}

/// Shows nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct SilentWatch;

impl Watch for SilentWatch {}

/// What a run brought.
#[derive(Clone, Debug, PartialEq)]
pub struct RolloutSummary {
    /// The file of traces, in the order of tasks and attempts.
    pub traces: PathBuf,
    /// Episodes with a trace.
    pub n_episodes: usize,
    /// How many of them were there before.
    pub n_resumed: usize,
    /// How the episodes of this call ended.
    pub ends: BTreeMap<EndReason, usize>,
    /// Rewards of the episodes of this call that have one: their number and their sum.
    pub rewards: (usize, f64),
    /// The first fault of this call, if there was one: the episode and what happened.
    pub first_fault: Option<(String, String)>,
}

/// Which episode: the task's number and the attempt.
pub(crate) type EpisodeKey = (usize, u32);

/// What workers share.
pub(crate) struct Shared<'a> {
    pub(crate) request: &'a RolloutRequest<'a>,
    pub(crate) ledger: Mutex<Ledger>,
}

/// What is written so far.
pub(crate) struct Ledger {
    writer: TraceWriter,
    done: BTreeMap<EpisodeKey, FrameSpan>,
    /// The earliest in the order of the run, whichever ended first.
    first_fault: Option<EpisodeKey>,
    summary: RolloutSummary,
}

impl Ledger {
    /// Writes a trace that was encoded already.
    pub(crate) fn add(
        &mut self,
        key: EpisodeKey,
        trace: &Trace,
        frame: &[u8],
    ) -> Result<(), RolloutError> {
        let span = self.writer.append_frame(frame)?;
        self.done.insert(key, span);
        *self.summary.ends.entry(trace.end).or_default() += 1;
        if let Some(reward) = &trace.reward {
            self.summary.rewards.0 += 1;
            self.summary.rewards.1 += reward.value;
        }
        if trace.end.is_fault() && self.first_fault.is_none_or(|first| key < first) {
            let fault = trace.fault.clone().unwrap_or_default();
            self.first_fault = Some(key);
            self.summary.first_fault = Some((trace.id(), fault));
        }
        Ok(())
    }
}

/// Runs the episodes that have no trace yet.
///
/// A run that was interrupted is continued; episodes that ended by a fault are run again. What comes out does not
/// depend on where it was interrupted, nor on `concurrency` and `threads`, as far as the policy does not.
///
/// # Errors
/// [`RolloutError::Stopped`] where [`Watch::should_stop`] said so; [`RolloutError::SettingsDiffer`] and
/// [`RolloutError::NotARun`] where the folder holds something else; and where files cannot be read or written.
/// What goes wrong in a single episode is in its trace.
pub fn rollout(request: &RolloutRequest<'_>) -> Result<RolloutSummary, RolloutError> {
    if protocol(request.protocol).is_none() {
        return Err(UnknownProtocol(request.protocol.to_owned()).into());
    }
    let out = request.out;
    let Some(_lock) = lock_folder(out).map_err(RolloutError::io("create", out))? else {
        return Err(RolloutError::Busy {
            out: out.to_owned(),
        });
    };
    begin(request)?;
    let path = out.join(TRACES_FILE);
    let Found { done, others } = done_before(request, &path)?;
    let writer = TraceWriter::open(&path)?;
    let total = request.tasks.len() * request.n as usize;
    let n_resumed = done.len();
    request.watch.begin(n_resumed, total);
    let jobs = jobs(request, &done);
    let repos = open_repos(request.tasks, request.repos);
    let shared = Shared {
        request,
        ledger: Mutex::new(Ledger {
            writer,
            done,
            first_fault: None,
            summary: RolloutSummary {
                traces: path,
                n_episodes: 0,
                n_resumed,
                ends: BTreeMap::new(),
                rewards: (0, 0.0),
                first_fault: None,
            },
        }),
    };
    let worked = work(&shared, &repos, &jobs);
    let ledger = shared
        .ledger
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    worked?;
    let n_episodes = ledger.done.len();
    if n_episodes < total {
        return Err(RolloutError::Stopped {
            done: n_episodes,
            total,
        });
    }
    let order: Vec<FrameSpan> = ledger.done.into_values().chain(others).collect();
    ledger.writer.finish(&order)?;
    Ok(RolloutSummary {
        n_episodes,
        ..ledger.summary
    })
}

/// Gets the folder ready for a run with these settings: a new one, one that was interrupted, or with `force` any.
fn begin(request: &RolloutRequest<'_>) -> Result<(), RolloutError> {
    let settings = settings_of(request);
    let path = request.out.join("settings.toml");
    let traces = request.out.join(TRACES_FILE);
    if request.force {
        match fs::remove_file(&traces) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(RolloutError::io("remove", &traces)(error));
            }
            _ => {}
        }
    } else if path.exists() {
        let text = fs::read_to_string(&path).map_err(RolloutError::io("read", &path))?;
        let was: toml::Table = toml::from_str(&text).map_err(|error| RolloutError::NotARun {
            out: request.out.to_owned(),
            reason: format!("its settings.toml is no TOML: {}", error.message()),
        })?;
        let differences = differences(&was, &settings);
        if !differences.is_empty() {
            return Err(RolloutError::SettingsDiffer {
                out: request.out.to_owned(),
                differences,
            });
        }
        return Ok(());
    } else if traces.exists() {
        return Err(RolloutError::NotARun {
            out: request.out.to_owned(),
            reason: format!("no settings.toml, but {TRACES_FILE}"),
        });
    }
    let text = format!(
        "# What decided these episodes. Written by `bughound rollout`; see docs/traces.md.\n{settings}"
    );
    write_atomically(&path, text.as_bytes()).map_err(RolloutError::io("write", &path))
}

fn settings_of(request: &RolloutRequest<'_>) -> toml::Table {
    let record = request.policy.record();
    let mut policy_settings = toml::Table::new();
    if let Some(model) = record.model {
        policy_settings.insert("model".to_owned(), model.into());
    }
    for (name, value) in record.settings {
        // TOML has no null: what is not set is not written.
        if let Ok(value) = toml::Value::try_from(&value) {
            policy_settings.insert(name, value);
        }
    }
    let settings = RolloutSettings {
        format: RolloutSettings::FORMAT,
        bughound: env!("CARGO_PKG_VERSION").to_owned(),
        policy: request.policy.name().to_owned(),
        protocol: request.protocol.to_owned(),
        n: request.n,
        seed: request.seed,
        budgets: request.budgets,
        policy_settings,
    };
    toml::Table::try_from(settings).unwrap_or_default()
}

/// What a file of traces holds already.
#[derive(Default)]
struct Found {
    /// Where the traces of this run's episodes lie, those without a fault. Of several of one episode the last
    /// counts.
    done: BTreeMap<EpisodeKey, FrameSpan>,
    /// Where the traces of other tasks lie: they were asked for before, and stay.
    others: Vec<FrameSpan>,
}

fn done_before(request: &RolloutRequest<'_>, path: &Path) -> Result<Found, RolloutError> {
    let mut found = Found::default();
    if !path.exists() || fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Ok(found);
    }
    let numbers: BTreeMap<&str, usize> = request
        .tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.instance_id.as_str(), at))
        .collect();
    let mut reader = TraceReader::open(path)?;
    while let Some(head) = reader.next_head()? {
        let Some(&task) = numbers.get(head.instance_id.as_str()) else {
            found.others.push(reader.span());
            continue;
        };
        let key = (task, head.attempt);
        if head.attempt >= request.n || head.end.is_fault() {
            found.done.remove(&key);
        } else {
            found.done.insert(key, reader.span());
        }
    }
    Ok(found)
}

/// What is left to do, task by task.
fn jobs(request: &RolloutRequest<'_>, done: &BTreeMap<EpisodeKey, FrameSpan>) -> Vec<Job> {
    (0..request.tasks.len())
        .map(|task| Job {
            task,
            attempts: (0..request.n)
                .filter(|&attempt| !done.contains_key(&(task, attempt)))
                .collect(),
        })
        .filter(|job| !job.attempts.is_empty())
        .collect()
}
