//! `build`: the task's own commands end with status 0 in the tree as the policy left it.
//!
//! The binary reward of arXiv 2510.22075 as published. Nothing is put back and nothing is looked at but the status, so
//! whatever makes the commands do nothing is rewarded: it is here to be measured and compared with, not to be trained on.

use crate::{Attempt, Reward, Score};

/// The published reward.
#[derive(Clone, Copy, Debug, Default)]
pub struct Build;

impl Reward for Build {
    fn name(&self) -> String {
        "build".to_owned()
    }

    fn score(&self, attempt: &mut Attempt) -> Score {
        let prepared = attempt.prepared().clone();
        let env = &prepared.task.recipe.commands.env;
        for (stage, argv) in prepared.commands() {
            let workspace = attempt.workspace();
            let mut command = workspace.command(&argv);
            command.env.extend(env.clone());
            match workspace.run(&command) {
                Ok(finished) if finished.succeeded() => {}
                Ok(finished) => {
                    let why = format!(
                        "{stage:?}: `{}` ended with {:?}",
                        argv.join(" "),
                        finished.end
                    );
                    return Score::nothing(vec![why]);
                }
                Err(error) => return Score::masked(error.to_string()),
            }
        }
        Score::full()
    }
}
