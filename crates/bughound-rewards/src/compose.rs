//! Rewards by name, and several at once: `hardened`, `all(hardened, judge)`.

use crate::{Attempt, Build, Hardened, Reward, Score};

/// Names of the simple rewards.
pub const REWARDS: [&str; 3] = ["build", "hardened", "judge"];

/// The least of several rewards: each must be content.
pub struct All(Vec<Box<dyn Reward>>);

/// A name is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is no such reward.
    #[error("there is no reward {0:?}; there are build, hardened, judge, and all(a, b) of them")]
    Unknown(String),
    /// It asks a model, and none was named.
    #[error("the reward `judge` asks a model, and none is named")]
    NoModel,
}

/// The reward of this name; `judge` makes the one that asks a model, where there is a model.
///
/// # Errors
/// [`NameError`].
pub fn by_name(
    name: &str,
    judge: &dyn Fn() -> Option<Box<dyn Reward>>,
) -> Result<Box<dyn Reward>, NameError> {
    let name = name.trim();
    if let Some(inner) = name
        .strip_prefix("all(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let parts = parts(inner).ok_or_else(|| NameError::Unknown(name.to_owned()))?;
        let all: Result<Vec<_>, _> = parts.into_iter().map(|part| by_name(part, judge)).collect();
        return Ok(Box::new(All(all?)));
    }
    match name {
        "build" => Ok(Box::new(Build)),
        "hardened" => Ok(Box::new(Hardened::default())),
        "judge" => judge().ok_or(NameError::NoModel),
        _ => Err(NameError::Unknown(name.to_owned())),
    }
}

/// What stands between the commas that are in no bracket.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut all, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    all.push(&text[start..]);
    (depth == 0).then_some(all)
}

impl Reward for All {
    fn name(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|reward| reward.name()).collect();
        format!("all({})", names.join(", "))
    }

    /// What is certainly nothing is nothing, whatever the others would say; they are not asked.
    fn score(&self, attempt: &mut Attempt) -> Score {
        let mut least = Score::full();
        let mut masked = None;
        for reward in &self.0 {
            let score = reward.score(attempt);
            match &score {
                Score::Masked { .. } => masked = masked.or(Some(score)),
                Score::Value { value, .. } if *value <= 0.0 => return score,
                Score::Value { value, .. } if least.value().is_some_and(|least| *value < least) => {
                    least = score;
                }
                Score::Value { .. } => {}
            }
        }
        masked.unwrap_or(least)
    }

    fn states_residual(&self) -> bool {
        self.0.iter().all(|reward| reward.states_residual())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        let check = |name: &str, expected: Result<&str, NameError>| {
            let found = by_name(name, &|| None).map(|reward| reward.name());
            assert_eq!(found.as_deref().map_err(Clone::clone), expected, "{name}");
        };
        let unknown = |name: &str| Err(NameError::Unknown(name.to_owned()));
        check("build", Ok("build"));
        check(" hardened ", Ok("hardened"));
        check("all(hardened,build)", Ok("all(hardened, build)"));
        check(
            "all(hardened, all(build, hardened))",
            Ok("all(hardened, all(build, hardened))"),
        );
        check("all()", unknown(""));
        check("all(hardened))", unknown("all(hardened))"));
        check("best", unknown("best"));
        check("all(hardened, judge)", Err(NameError::NoModel));
    }
}
