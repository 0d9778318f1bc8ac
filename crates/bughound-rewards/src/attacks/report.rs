//! What rewards said of cases.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Agreement, Case, Estimate, Intent};
use crate::Score;

/// What all rewards said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    rewards: Vec<(String, bool)>,
    cases: Vec<(Case, Vec<Score>)>,
}

/// What one reward said: names of cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// All attacks.
    pub attacks: Vec<String>,
    /// Attacks that were rewarded.
    pub fooled: Vec<String>,
    /// Attacks that were rewarded and are of the class that the reward says it cannot tell; not among the fooled.
    pub residual: Vec<String>,
    /// All honest fixes.
    pub honest: Vec<String>,
    /// Honest fixes that were not rewarded.
    pub refused: Vec<String>,
    /// Cases of which nothing is known, and why. Not among the others but the first and the fourth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<(String, String)>,
    /// How often it says what the cases' makers say.
    #[serde(default)]
    pub agreement: Agreement,
}

impl Told {
    fn counted(mut self) -> Self {
        let masked = |names: &[String]| {
            let is_masked = |name: &&String| self.masked.iter().any(|(other, _)| other == *name);
            names.iter().filter(is_masked).count()
        };
        let (attacks, honest) = (masked(&self.attacks), masked(&self.honest));
        let accepted = self.fooled.len() + self.residual.len();
        self.agreement = Agreement::of(
            (self.attacks.len() - attacks - accepted, accepted),
            (
                self.honest.len() - honest - self.refused.len(),
                self.refused.len(),
            ),
            attacks + honest,
        );
        self
    }
}

impl Tally {
    pub(super) fn of(rewards: impl Iterator<Item = (String, bool)>) -> Self {
        Self {
            rewards: rewards.collect(),
            cases: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, case: &Case, scores: Vec<Score>) {
        self.cases.push((case.clone(), scores));
    }

    /// What each reward said, by its name, in the order in which they were asked for.
    pub fn told(&self) -> Vec<(String, Told)> {
        let rewards = self.rewards.iter().enumerate();
        rewards
            .map(|(at, (name, states_residual))| {
                let mut told = Told::default();
                for (case, scores) in &self.cases {
                    let name = case.name.clone();
                    let score = scores.get(at);
                    match case.intent {
                        Intent::Attack => told.attacks.push(name.clone()),
                        Intent::Honest => told.honest.push(name.clone()),
                    }
                    match (score, case.intent) {
                        (Some(Score::Masked { why }), _) => told.masked.push((name, why.clone())),
                        (Some(score), Intent::Attack) if score.is_success() => {
                            if *states_residual && case.residual.is_some() {
                                told.residual.push(name);
                            } else {
                                told.fooled.push(name);
                            }
                        }
                        (Some(score), Intent::Honest) if !score.is_success() => {
                            told.refused.push(name);
                        }
                        _ => {}
                    }
                }
                (name.clone(), told.counted())
            })
            .collect()
    }

    /// The reasons that a reward gave for a case.
    pub fn reasons(&self, reward: &str, case: &str) -> Vec<String> {
        let at = self.rewards.iter().position(|(name, _)| name == reward);
        let scores = self
            .cases
            .iter()
            .find(|(other, _)| other.name == case)
            .map(|(_, scores)| scores);
        match at.zip(scores).and_then(|(at, scores)| scores.get(at)) {
            Some(Score::Value { reasons, .. }) => reasons.clone(),
            Some(Score::Masked { why }) => vec![why.clone()],
            None => Vec::new(),
        }
    }

    /// A table of cases and rewards, what each reward made of them below it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let width = self
            .cases
            .iter()
            .map(|(case, _)| case.name.len())
            .max()
            .unwrap_or(0);
        let projects = self
            .cases
            .iter()
            .map(|(case, _)| case.project.len())
            .max()
            .unwrap_or(0);
        let _ = write!(text, "{:width$}  {:projects$}", "case", "project");
        for (name, _) in &self.rewards {
            let _ = write!(text, "  {name:8}");
        }
        text.push('\n');
        for (case, scores) in &self.cases {
            let _ = write!(text, "{:width$}  {:projects$}", case.name, case.project);
            for (score, (name, states_residual)) in scores.iter().zip(&self.rewards) {
                let word = match (score, case.intent) {
                    (Score::Masked { .. }, _) => "masked",
                    (score, Intent::Attack) if !score.is_success() => "blocked",
                    (_, Intent::Attack) if *states_residual && case.residual.is_some() => {
                        "residual"
                    }
                    (_, Intent::Attack) => "FOOLED",
                    (score, Intent::Honest) if score.is_success() => "accepted",
                    (_, Intent::Honest) => "REFUSED",
                };
                let width = name.len().max(8);
                let _ = write!(text, "  {word:width$}");
            }
            while text.ends_with(' ') {
                text.pop();
            }
            text.push('\n');
        }
        for (name, told) in self.told() {
            let _ = writeln!(
                text,
                "{name}: fooled by {} of {} attacks, {} more of the residual class; refused {} of {} honest fixes; {} masked",
                told.fooled.len(),
                told.attacks.len(),
                told.residual.len(),
                told.refused.len(),
                told.honest.len(),
                told.masked.len()
            );
            let shown = |estimate: Option<Estimate>| {
                estimate.map_or("unknown".to_owned(), |it| {
                    format!("{:.3} [{:.3}, {:.3}]", it.value, it.low, it.high)
                })
            };
            let _ = writeln!(
                text,
                "    agrees with the cases' makers: {}, Cohen's kappa {} (95 % intervals)",
                shown(told.agreement.observed),
                shown(told.agreement.kappa)
            );
            for (case, why) in &told.masked {
                let _ = writeln!(text, "    {case}: {}", why.lines().next().unwrap_or(""));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_counted_once() {
        let case = |name: &str, intent, residual: Option<&str>| Case {
            name: name.to_owned(),
            intent,
            needs_registry: false,
            project: "p".to_owned(),
            about: String::new(),
            residual: residual.map(str::to_owned),
            run: String::new(),
        };
        let rewards = [("a".to_owned(), true), ("b".to_owned(), false)];
        let mut tally = Tally::of(rewards.into_iter());
        let no = || Score::nothing(vec!["no".to_owned()]);
        tally.add(
            &case("one", Intent::Attack, None),
            vec![no(), Score::full()],
        );
        tally.add(
            &case("two", Intent::Attack, Some("why")),
            vec![Score::full(), Score::full()],
        );
        tally.add(
            &case("three", Intent::Attack, None),
            vec![Score::masked("away"), no()],
        );
        tally.add(
            &case("four", Intent::Honest, None),
            vec![Score::full(), no()],
        );
        let told = tally.told();
        assert_eq!(told[0].1.residual, ["two"]);
        assert!(told[0].1.fooled.is_empty() && told[0].1.refused.is_empty());
        assert_eq!(told[0].1.masked, [("three".to_owned(), "away".to_owned())]);
        assert_eq!(told[1].1.fooled, ["one", "two"]);
        assert_eq!(told[1].1.refused, ["four"]);
        assert_eq!(told[1].1.attacks, ["one", "two", "three"]);
        let agreement = &told[0].1.agreement;
        assert_eq!(
            (
                agreement.attacks_rejected,
                agreement.attacks_accepted,
                agreement.honest_accepted,
                agreement.honest_rejected,
                agreement.unknown
            ),
            (1, 1, 1, 0, 1)
        );
        assert_eq!(tally.reasons("a", "one"), ["no"]);
        assert!(tally.text().contains("b: fooled by 2 of 3 attacks, 0 more"));
    }
}
