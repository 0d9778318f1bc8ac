//! Policies that search step by step.

use bughound_agent::{
    Brief, Cancel, Environment, RunOptions, UnknownProtocol, WallClock, protocol, ranking_of,
    run_episode,
};
use bughound_rollout::{Obstacle, seed_of};
use bughound_tools::Budget;
use bughound_trace::Budgets;

use crate::policy::{Answered, Policy, Question};

/// A policy of [`bughound_agent`], one episode for each task.
pub struct AgentPolicy<'a> {
    policy: &'a dyn bughound_agent::Policy,
    protocol: &'static dyn bughound_agent::Protocol,
    /// What an episode may spend.
    pub budgets: Budgets,
    /// What one call of a tool may say.
    pub tool_budget: Budget,
    /// The run's seed.
    pub seed: u64,
    /// Set by whoever wants episodes to stop.
    pub cancel: Cancel,
}

impl<'a> AgentPolicy<'a> {
    /// A policy that searches by a protocol, with default budgets and seed 0.
    ///
    /// # Errors
    /// [`UnknownProtocol`].
    pub fn new(
        policy: &'a dyn bughound_agent::Policy,
        protocol_name: &str,
    ) -> Result<Self, UnknownProtocol> {
        Ok(Self {
            policy,
            protocol: protocol(protocol_name)
                .ok_or_else(|| UnknownProtocol(protocol_name.to_owned()))?,
            budgets: Budgets::default(),
            tool_budget: Budget::default(),
            seed: 0,
            cancel: Cancel::default(),
        })
    }
}

impl Policy for AgentPolicy<'_> {
    fn name(&self) -> &str {
        self.policy.name()
    }

    fn about(&self) -> &str {
        self.protocol.about()
    }

    fn settings(&self) -> toml::Table {
        let mut settings = toml::Table::new();
        settings.insert("protocol".to_owned(), self.protocol.name().into());
        settings.insert(
            "seed".to_owned(),
            i64::try_from(self.seed).unwrap_or(i64::MAX).into(),
        );
        if let Ok(budgets) = toml::Value::try_from(self.budgets) {
            settings.insert("budgets".to_owned(), budgets);
        }
        let record = self.policy.record();
        if let Some(model) = record.model {
            settings.insert("model".to_owned(), model.into());
        }
        for (name, value) in record.settings {
            // TOML has no null: what is not set is not written.
            if let Ok(value) = toml::Value::try_from(&value) {
                settings.insert(name, value);
            }
        }
        settings
    }

    fn wants_history(&self) -> bool {
        self.policy.wants_history() || self.protocol.wants_history()
    }

    fn answer(&self, question: &Question<'_>) -> Result<Answered, Obstacle> {
        let environment = Environment::new(
            question.index.clone(),
            question.history.cloned(),
            self.tool_budget,
        );
        (question.on_stage)("search");
        let trace = run_episode(
            Brief {
                task: question.task.clone(),
                attempt: 0,
                seed: seed_of(self.seed, &question.task.instance_id, 0),
                protocol: self.protocol.name().to_owned(),
                budgets: self.budgets,
            },
            &environment,
            self.policy,
            &RunOptions {
                clock: &WallClock::start(),
                cancel: &self.cancel,
                parallel_calls: 8,
                on_happening: &|_| {},
            },
        );
        Ok(Answered {
            ranking: ranking_of(&trace),
            trace: Some(Box::new(trace)),
        })
    }
}
