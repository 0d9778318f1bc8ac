//! `bughound rollout`: run many searches and keep their traces.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use bughound_rollout::{RolloutRequest, RolloutSummary, Watch, rollout};
use bughound_tools::Budget;
use bughound_trace::Trace;

use crate::args::RolloutArgs;
use crate::exit::{Failure, Outcome};
use crate::interrupt::Flag;
use crate::output;
use crate::progress::{Bar, Progress};
use crate::settings::{Settings, agent, needed_repo_map};

/// Searches at the same time where a server does the work.
const CONCURRENCY_OF_SERVERS: usize = 16;

/// Runs the searches, and prints how they ended.
pub(crate) fn run(args: &RolloutArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let repos = needed_repo_map(&args.repos)?;
    let (file, selection) = super::tasks_of(&args.tasks, settings)?;
    let tasks = file.select(&selection)?;
    let threads = NonZeroUsize::new(rayon::current_num_threads()).unwrap_or(NonZeroUsize::MIN);
    let concurrency = match args.concurrency {
        Some(n) => NonZeroUsize::new(n.into()),
        None if args.agent.policy == "http" => NonZeroUsize::new(CONCURRENCY_OF_SERVERS),
        None => Some(threads),
    }
    .unwrap_or(NonZeroUsize::MIN);
    let policy = agent::policy(&args.agent, concurrency.get())?;
    let watch = Watcher {
        progress: settings.progress,
        bar: Mutex::new(None),
        flag: Flag::take(),
    };
    let summary = rollout(&RolloutRequest {
        tasks: &tasks,
        repos: &repos,
        policy: policy.as_ref(),
        protocol: agent::protocol(&args.agent),
        budgets: agent::budgets(&args.agent),
        tool_budget: Budget::default(),
        n: args.n,
        seed: args.agent.seed,
        store: &settings.store,
        out: &args.out,
        force: args.force,
        concurrency,
        threads,
        retries: args.episode_retries,
        timed: !args.no_times,
        watch: &watch,
    });
    watch.set(None);
    let summary = summary?;
    if !settings.quiet {
        output::print(&text(&summary))?;
    }
    let n_faults: usize = summary
        .ends
        .iter()
        .filter(|(end, _)| end.is_fault())
        .map(|(_, n)| n)
        .sum();
    if let Some((id, reason)) = &summary.first_fault {
        return Err(Failure::infrastructure(format!(
            "{n_faults} of {} searches ended by a fault, {id} for one: {reason}",
            summary.n_episodes
        ))
        .hint("their traces say so; the same command tries them again")
        .into());
    }
    Ok(Outcome::Found)
}

fn text(summary: &RolloutSummary) -> String {
    let mut text = format!(
        "{} searches, {} of them before\n",
        summary.n_episodes, summary.n_resumed
    );
    for (end, n) in &summary.ends {
        let _ = writeln!(text, "  {end:<16} {n}");
    }
    let (n, sum) = summary.rewards;
    if n > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a number of searches")]
        let mean = sum / n as f64;
        let _ = writeln!(
            text,
            "mean reward (nDCG@5) {mean:.3} of {n} searches of this run"
        );
    }
    let _ = writeln!(text, "the traces are in {}", summary.traces.display());
    text
}

/// A bar while episodes run. While this lives, the first Ctrl-C ends the run in order.
struct Watcher {
    progress: Progress,
    bar: Mutex<Option<Bar>>,
    flag: Flag,
}

impl Watcher {
    fn set(&self, bar: Option<Bar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

impl Watch for Watcher {
    fn begin(&self, done: usize, total: usize) {
        let bar = self.progress.bar(total as u64, "Searching");
        bar.reach(done as u64, total as u64);
        self.set(Some(bar));
    }

    fn ended(&self, _: &Trace) {
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.step();
        }
    }

    fn should_stop(&self) -> bool {
        self.flag.is_set()
    }
}
