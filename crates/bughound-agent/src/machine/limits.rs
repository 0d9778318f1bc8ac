//! Budgets.

use bughound_trace::EndReason;

use super::Episode;
use crate::event::Purpose;

impl Episode {
    /// The budget that has ended, if one has.
    pub(super) fn spent_budget(&self) -> Option<EndReason> {
        let (budgets, spent) = (&self.brief.budgets, &self.spent);
        let current = self.current.as_ref()?;
        let max_turns = current
            .stage
            .max_turns
            .map_or(budgets.max_turns, |turns| turns.min(budgets.max_turns));
        if spent.milliseconds >= budgets.max_milliseconds {
            Some(EndReason::TimeLimit)
        } else if spent.usage.prompt_tokens >= budgets.max_prompt_tokens
            || spent.usage.completion_tokens >= budgets.max_completion_tokens
            || spent.context_tokens >= budgets.max_context_tokens
            || spent.tool_bytes >= budgets.max_tool_bytes
        {
            Some(EndReason::TokenLimit)
        } else if current.malformed_in_row >= budgets.max_malformed {
            Some(EndReason::MalformedLimit)
        } else if current.turns >= max_turns {
            Some(EndReason::TurnLimit)
        } else {
            None
        }
    }

    /// How many calls of one turn are carried out in the current stage; at least 1.
    pub fn max_calls_per_turn(&self) -> u32 {
        let budget = self.brief.budgets.max_calls_per_turn;
        let stage = self
            .current
            .as_ref()
            .and_then(|current| current.stage.max_calls_per_turn);
        stage.map_or(budget, |calls| calls.min(budget)).max(1)
    }

    /// Until when the policy must have answered. When time is up it gets a quarter of it on top, to give its
    /// answer.
    pub(super) fn deadline(&self, purpose: Purpose) -> u64 {
        let whole = self.brief.budgets.max_milliseconds;
        match purpose {
            Purpose::Act => whole,
            Purpose::Answer => whole.saturating_add(whole / 4),
        }
    }
}
