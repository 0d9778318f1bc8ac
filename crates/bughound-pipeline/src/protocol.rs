//! The conversations of a repair.

use bughound_agent::{Material, Next, Progress, Protocol, Stage};
use bughound_core::Message;
use bughound_repair::{REPAIR_SETS, repair_set};
use bughound_tools::Toolbox;
use bughound_trace::Expects;

use crate::Pipeline;
use crate::prompt::system;

/// A pipeline as a protocol: before each attempt it is looked what is broken, and an attempt is a conversation that begins
/// anew. Nothing to say ends the episode.
#[derive(Clone, Copy, Debug)]
pub struct RepairProtocol(pub &'static Pipeline);

impl Protocol for RepairProtocol {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn about(&self) -> &'static str {
        self.0.about
    }

    fn tools(&self) -> &'static dyn Toolbox {
        repair_set(self.0.tools).unwrap_or(&REPAIR_SETS[0])
    }

    fn next(&self, progress: &Progress<'_>) -> Next {
        let n = progress.outcomes.len();
        let most = self.0.outer.map_or(1, |outer| outer.attempts as usize);
        if n >= most {
            return Next::Done;
        }
        let Some(material) = progress.materials.get(n) else {
            return Next::Consult(Material::Failure);
        };
        if material.is_empty() {
            return Next::Done;
        }
        Next::Stage(Stage {
            name: format!("attempt-{}", n + 1),
            messages: vec![
                Message::system(system(self.0.about_what)),
                Message::user(material.clone()),
            ],
            tools: true,
            expects: Expects::Nothing,
            max_turns: Some(self.0.max_turns),
            max_calls_per_turn: self.0.calls_per_turn,
            closing: None,
        })
    }

    /// Building again after a change is what repairing is.
    fn may_repeat(&self) -> bool {
        true
    }
}
