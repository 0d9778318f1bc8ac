//! Searching repositories: the reward is nDCG@5.

use bughound_agent::{
    Brief, Cancel, Environment, Episode, NoClock, Policy, Protocol, RunOptions, run_episode,
};
use bughound_rollout::{Repos, SearchReward, open_repos, open_world, reward_of};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};
use bughound_tools::Budget;
use bughound_trace::{Budgets, EndReason, TaskRecord, Trace};

use super::{Arena, Opened};

/// How searches go.
#[derive(Clone, Debug)]
pub struct SearchArenaSettings {
    /// The protocol's name.
    pub protocol: String,
    /// What an episode may spend.
    pub budgets: Budgets,
    /// What one call of a tool may say.
    pub tool_budget: Budget,
}

/// Tasks whose repositories are searched.
pub struct SearchArena<'a> {
    tasks: &'a [Task],
    repos: Repos<'a>,
    store: &'a Store,
    settings: SearchArenaSettings,
    wants_history: bool,
}

impl<'a> SearchArena<'a> {
    /// An arena of tasks; their repositories are found by `map`, and `store` is the cache.
    pub fn new(
        tasks: &'a [Task],
        map: &RepoMap,
        store: &'a Store,
        settings: SearchArenaSettings,
    ) -> Self {
        let wants_history =
            bughound_agent::protocol(&settings.protocol).is_some_and(Protocol::wants_history);
        Self {
            tasks,
            repos: open_repos(tasks, map),
            store,
            settings,
            wants_history,
        }
    }

    fn brief(&self, task: &Task, attempt: u32, seed: u64) -> Brief {
        Brief {
            task: TaskRecord {
                instance_id: task.instance_id.clone(),
                repo: task.repo.clone(),
                base_commit: task.base_commit.clone(),
                issue: task.problem_statement.clone(),
            },
            attempt,
            seed,
            protocol: self.settings.protocol.clone(),
            budgets: self.settings.budgets,
        }
    }
}

impl Arena for SearchArena<'_> {
    fn n_tasks(&self) -> usize {
        self.tasks.len()
    }

    fn id(&self, task: usize) -> &str {
        &self.tasks[task].instance_id
    }

    fn open<'a>(&'a self, task: usize) -> Box<dyn Opened + 'a> {
        let record = &self.tasks[task];
        let world = open_world(record, &self.repos, self.store, self.wants_history, &|_| {})
            .map(|world| {
                let reward = SearchReward::of(record, &world.snapshot);
                let budget = self.settings.tool_budget;
                let environment = Environment::new(world.index, world.history, budget);
                (environment, reward)
            })
            .map_err(|obstacle| obstacle.message);
        Box::new(OpenedSearch {
            arena: self,
            task: record,
            world,
        })
    }
}

struct OpenedSearch<'a> {
    arena: &'a SearchArena<'a>,
    task: &'a Task,
    world: Result<(Environment, Option<SearchReward>), String>,
}

impl Opened for OpenedSearch<'_> {
    fn run(&self, policy: &dyn Policy, attempt: u32, seed: u64, cancel: &Cancel) -> Trace {
        let brief = self.arena.brief(self.task, attempt, seed);
        let (environment, reward) = match &self.world {
            Ok((environment, reward)) => (environment, reward),
            Err(obstacle) => {
                return Episode::new(brief)
                    .failed(EndReason::ToolFault, obstacle.clone())
                    .into_trace(policy.record(), 0, None);
            }
        };
        let options = RunOptions {
            clock: &NoClock,
            cancel,
            parallel_calls: 1,
            on_happening: &|_| {},
        };
        let mut trace = run_episode(brief, environment, policy, &options);
        trace.reward = reward.as_ref().and_then(|truth| reward_of(&trace, truth));
        trace
    }
}
