//! `hound`: the built-in policy.

use bughound_core::Level;
use bughound_hound::{Context, Judge, locate};

use bughound_agent::Ranking;
use bughound_rollout::Obstacle;

use crate::policy::{Answered, Policy, Question};

/// The built-in policy ([`bughound_hound::locate`]): no language model, no network.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoundPolicy<'a> {
    /// What it ranks by.
    pub judge: Judge<'a>,
}

impl Policy for HoundPolicy<'_> {
    fn name(&self) -> &str {
        "hound"
    }

    fn about(&self) -> &str {
        "the built-in policy: documented features, ordered by a small trained network; no language model"
    }

    fn settings(&self) -> toml::Table {
        toml::Table::from_iter([("weights".to_owned(), self.judge.name().into())])
    }

    fn answer(&self, question: &Question<'_>) -> Result<Answered, Obstacle> {
        let context = Context {
            history: question.history.map(AsRef::as_ref),
            on_stage: Some(question.on_stage),
            judge: self.judge,
        };
        let answer = locate(question.index, &question.task.issue, &context);
        (question.on_stage)("list");
        let best = |level, k| answer.locations(question.index, level, k);
        Ok(Ranking {
            files: best(Level::File, question.depth.files),
            functions: best(Level::Function, question.depth.functions),
            classes: best(Level::Class, question.depth.classes),
        }
        .into())
    }
}
