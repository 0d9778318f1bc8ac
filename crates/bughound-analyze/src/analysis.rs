//! Episodes put together: from facts to the numbers of a run.

use std::collections::{BTreeMap, BTreeSet};

use bughound_metrics::{RatioSums, Share};

use crate::detect::DETECTORS;
use crate::document::{
    AmountDocument, Detected, EndCount, Evidence, Grouped, Inflation, Length, Lengths, RunAnalysis,
    Tokens, ToolAmounts, ToolUsage, Validation,
};
use crate::{Chain, EpisodeFacts, EpisodeOutcome};

/// The episodes of a run, to be added one by one.
#[derive(Clone, Debug)]
pub struct Analysis {
    success_at: f64,
    episodes: Vec<EpisodeFacts>,
}

/// The chances of a wrong pass that inflation is told for, where none are named.
pub const USUAL_FLAKE_RATES: [f64; 3] = [0.01, 0.05, 0.1];

impl Analysis {
    /// Nothing yet. A reward of `success_at` is a success.
    pub fn new(success_at: f64) -> Self {
        Self {
            success_at,
            episodes: Vec::new(),
        }
    }

    /// Adds an episode.
    pub fn add(&mut self, episode: EpisodeFacts) {
        self.episodes.push(episode);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.episodes.is_empty()
    }

    /// The numbers. `flake_rates` are the chances of a wrong pass that inflation is told for.
    pub fn document(&self, flake_rates: &[f64]) -> RunAnalysis {
        let all: Vec<&EpisodeFacts> = self.episodes.iter().collect();
        let sound = Groups::of(&all);
        let mut outcomes = BTreeMap::new();
        for episode in &all {
            *outcomes.entry(episode.outcome).or_default() += 1;
        }
        let judged: Vec<&EpisodeFacts> = [&sound.success[..], &sound.failure[..]].concat();
        RunAnalysis {
            episodes: all.len(),
            tasks: all
                .iter()
                .map(|episode| &episode.task)
                .collect::<BTreeSet<_>>()
                .len(),
            success_at: self.success_at,
            outcomes,
            success_rate: episodes_with(&judged, |e| e.outcome == EpisodeOutcome::Success),
            lengths: sound.each(lengths),
            ends: ends(&all),
            usage: usage(&sound),
            chain: Chain::of(sound.all.iter().copied()),
            amounts: sound.each(amounts),
            validation: validation(&sound.all, flake_rates),
            detectors: detected(&sound),
        }
    }
}

/// Episodes that are no faults.
struct Groups<'a> {
    all: Vec<&'a EpisodeFacts>,
    success: Vec<&'a EpisodeFacts>,
    failure: Vec<&'a EpisodeFacts>,
}

impl<'a> Groups<'a> {
    fn of(episodes: &[&'a EpisodeFacts]) -> Self {
        let with = |keep: &dyn Fn(EpisodeOutcome) -> bool| {
            episodes
                .iter()
                .copied()
                .filter(|episode| keep(episode.outcome))
                .collect()
        };
        Self {
            all: with(&|outcome| outcome != EpisodeOutcome::Fault),
            success: with(&|outcome| outcome == EpisodeOutcome::Success),
            failure: with(&|outcome| outcome == EpisodeOutcome::Failure),
        }
    }

    fn each<T>(&self, of: impl Fn(&[&EpisodeFacts]) -> T) -> Grouped<T> {
        Grouped {
            all: of(&self.all),
            success: of(&self.success),
            failure: of(&self.failure),
        }
    }
}

/// A ratio with tasks as clusters.
fn ratio(episodes: &[&EpisodeFacts], of: impl Fn(&EpisodeFacts) -> (f64, f64)) -> RatioSums {
    let mut tasks: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for episode in episodes {
        let (part, whole) = of(episode);
        let task = tasks.entry(&episode.task).or_default();
        task.0 += part;
        task.1 += whole;
    }
    let mut sums = RatioSums::default();
    for (part, whole) in tasks.values() {
        sums.add(*part, *whole);
    }
    sums
}

fn episodes_with(episodes: &[&EpisodeFacts], has: impl Fn(&EpisodeFacts) -> bool) -> Option<Share> {
    ratio(episodes, |episode| (f64::from(u8::from(has(episode))), 1.0)).share()
}

fn lengths(episodes: &[&EpisodeFacts]) -> Lengths {
    let length = |of: &dyn Fn(&EpisodeFacts) -> u32| {
        let mean = ratio(episodes, |episode| (f64::from(of(episode)), 1.0)).mean()?;
        let mut values: Vec<u32> = episodes.iter().map(|episode| of(episode)).collect();
        values.sort_unstable();
        let at = |place: usize| f64::from(values[place.min(values.len() - 1)]);
        Some(Length {
            mean,
            median: f64::midpoint(at((values.len() - 1) / 2), at(values.len() / 2)),
            max: at(values.len()),
        })
    };
    Lengths {
        turns: length(&|episode| episode.turns),
        calls: length(&|episode| episode.calls),
    }
}

fn ends(episodes: &[&EpisodeFacts]) -> Vec<EndCount> {
    let reasons: BTreeSet<_> = episodes.iter().map(|episode| episode.end).collect();
    let count = |end| {
        let mut outcomes = BTreeMap::new();
        for episode in episodes.iter().filter(|episode| episode.end == end) {
            *outcomes.entry(episode.outcome).or_default() += 1;
        }
        Some(EndCount {
            end,
            share: episodes_with(episodes, |e| e.end == end)?,
            outcomes,
        })
    };
    reasons.into_iter().filter_map(count).collect()
}

fn usage(groups: &Groups<'_>) -> Vec<ToolUsage> {
    let mut sizes: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for episode in &groups.all {
        for (name, (arguments, output)) in &episode.amounts.by_tool {
            let size = sizes.entry(name).or_default();
            size.0 += arguments;
            size.1 += output;
        }
    }
    let all = calls_by_tool(&groups.all);
    let success = calls_by_tool(&groups.success);
    let failure = calls_by_tool(&groups.failure);
    let mut usage: Vec<ToolUsage> = sizes
        .into_iter()
        .map(|(name, (arguments, output))| ToolUsage {
            name: name.to_owned(),
            all: all.share(name),
            success: success.share(name),
            failure: failure.share(name),
            arguments,
            output,
        })
        .collect();
    let calls = |tool: &ToolUsage| tool.all.map_or(0.0, |share| share.part);
    usage.sort_by(|a, b| calls(b).total_cmp(&calls(a)));
    usage
}

/// Calls by tool, with tasks as clusters; a tool that a task never calls counts with 0 there.
#[derive(Default)]
struct Calls<'a> {
    whole: RatioSums,
    tools: BTreeMap<&'a str, RatioSums>,
}

impl Calls<'_> {
    fn share(&self, tool: &str) -> Option<Share> {
        let own = self.tools.get(tool).copied().unwrap_or_default();
        RatioSums {
            part: own.part,
            part_squared: own.part_squared,
            cross: own.cross,
            ..self.whole
        }
        .share()
    }
}

fn calls_by_tool<'a>(episodes: &[&'a EpisodeFacts]) -> Calls<'a> {
    let mut tasks: BTreeMap<&str, BTreeMap<&'a str, f64>> = BTreeMap::new();
    for episode in episodes {
        let counts = tasks.entry(&episode.task).or_default();
        for state in episode
            .states()
            .filter(|state| *state != crate::action::WORDS)
        {
            *counts.entry(state).or_default() += 1.0;
        }
    }
    let mut calls = Calls::default();
    for counts in tasks.values() {
        let whole = counts.values().sum();
        calls.whole.add(0.0, whole);
        for (tool, n) in counts {
            calls.tools.entry(tool).or_default().add(*n, whole);
        }
    }
    calls
}

/// Tools whose amounts are listed.
const MOST_TOOLS: usize = 12;

fn amounts(episodes: &[&EpisodeFacts]) -> AmountDocument {
    let number = |n: u64| n as f64;
    let written =
        |e: &EpisodeFacts| number(e.amounts.thinking + e.amounts.text + e.amounts.arguments);
    let whole = |e: &EpisodeFacts| written(e) + number(e.amounts.output);
    let share =
        |of: &dyn Fn(&EpisodeFacts) -> u64| ratio(episodes, |e| (number(of(e)), whole(e))).share();
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for episode in episodes {
        for (name, (arguments, output)) in &episode.amounts.by_tool {
            *sizes.entry(name).or_default() += arguments + output;
        }
    }
    let mut names: Vec<(&str, u64)> = sizes.into_iter().collect();
    names.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let tools = names.iter().take(MOST_TOOLS).filter_map(|(name, _)| {
        let of = |part: &dyn Fn(&(u64, u64)) -> u64| {
            ratio(episodes, |e| {
                let own = e.amounts.by_tool.get(*name).map_or(0, part);
                (number(own), whole(e) - number(e.amounts.thinking))
            })
            .share()
        };
        Some(ToolAmounts {
            name: (*name).to_owned(),
            arguments: of(&|own| own.0)?,
            output: of(&|own| own.1)?,
        })
    });
    AmountDocument {
        unit: "characters",
        thinking: share(&|e| e.amounts.thinking),
        text: share(&|e| e.amounts.text),
        arguments: share(&|e| e.amounts.arguments),
        output: share(&|e| e.amounts.output),
        thinking_of_written: ratio(episodes, |e| (number(e.amounts.thinking), written(e))).share(),
        prompt: episodes.iter().map(|e| e.amounts.prompt).sum(),
        tools: tools.collect(),
        tokens: tokens(episodes),
    }
}

fn tokens(episodes: &[&EpisodeFacts]) -> Option<Tokens> {
    let counted: Vec<&EpisodeFacts> = episodes
        .iter()
        .copied()
        .filter(|episode| episode.amounts.tokens.is_some())
        .collect();
    let of = |e: &EpisodeFacts| e.amounts.tokens.unwrap_or_default();
    Some(Tokens {
        episodes: counted.len(),
        written: ratio(&counted, |e| (of(e).0 as f64, 1.0)).mean()?,
        thinking: ratio(&counted, |e| (of(e).1 as f64, of(e).0 as f64)).share()?,
    })
}

fn validation(episodes: &[&EpisodeFacts], flake_rates: &[f64]) -> Validation {
    let mut longest_runs = BTreeMap::new();
    for episode in episodes
        .iter()
        .filter(|episode| episode.longest_validation_run > 0)
    {
        *longest_runs
            .entry(episode.longest_validation_run)
            .or_default() += 1;
    }
    Validation {
        episodes: episodes_with(episodes, |episode| episode.longest_validation_run > 0),
        inflation: flake_rates
            .iter()
            .filter_map(|q| inflation(*q, &longest_runs))
            .collect(),
        longest_runs,
    }
}

fn inflation(q: f64, runs: &BTreeMap<usize, usize>) -> Option<Inflation> {
    let episodes: usize = runs.values().sum();
    let chance = |k: usize| 1.0 - (1.0 - q).powi(i32::try_from(k).unwrap_or(i32::MAX));
    let sum: f64 = runs.iter().map(|(k, n)| chance(*k) * *n as f64).sum();
    (episodes > 0).then(|| Inflation {
        q,
        at_least_once: sum / episodes as f64,
    })
}

fn detected(groups: &Groups<'_>) -> Vec<Detected> {
    let detected = |(at, detector): (usize, &crate::detect::Detector)| {
        let has =
            |episodes: &[&EpisodeFacts]| episodes_with(episodes, |e| !e.findings[at].is_empty());
        let evidence = groups.all.iter().flat_map(|episode| {
            episode.findings[at].iter().map(|found| Evidence {
                episode: episode.id.clone(),
                policy: episode.policy.clone(),
                outcome: episode.outcome,
                turn: found.turn,
                why: found.why.clone(),
                call: found.call.clone(),
            })
        });
        Detected {
            name: detector.name,
            definition: detector.definition,
            all: has(&groups.all),
            success: has(&groups.success),
            failure: has(&groups.failure),
            evidence: evidence.collect(),
        }
    };
    DETECTORS.iter().enumerate().map(detected).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::episode;

    fn run(episodes: &[(&str, &[&str], Option<f64>)]) -> RunAnalysis {
        let mut analysis = Analysis::new(1.0);
        for (task, tools, reward) in episodes {
            analysis.add(episode(task, tools, *reward));
        }
        analysis.document(&[0.1])
    }

    #[test]
    fn usage_is_of_calls() {
        let run = run(&[
            ("t", &["a", "a", "b"], Some(1.0)),
            ("u", &["b"], Some(0.0)),
            ("v", &["c"], None),
        ]);
        let shown: Vec<String> = run
            .usage
            .iter()
            .map(|tool| {
                let show = |share: Option<Share>| {
                    share.map_or("–".to_owned(), |s| format!("{}/{}", s.part, s.whole))
                };
                format!(
                    "{} {} {} {}",
                    tool.name,
                    show(tool.all),
                    show(tool.success),
                    show(tool.failure)
                )
            })
            .collect();
        assert_eq!(shown, ["a 2/5 2/3 0/1", "b 2/5 1/3 1/1", "c 1/5 0/3 0/1"]);
        assert_eq!(
            run.success_rate.map(|s| (s.part, s.whole)),
            Some((1.0, 2.0))
        );
    }

    #[test]
    fn lengths_by_outcome() {
        let run = run(&[
            ("t", &["a", "a", "b"], Some(1.0)),
            ("u", &["b"], Some(0.0)),
            ("v", &["c", "d"], Some(0.5)),
        ]);
        let calls = |lengths: &Lengths| {
            lengths
                .calls
                .as_ref()
                .map(|l| (l.mean.mean, l.median, l.max))
        };
        assert_eq!(calls(&run.lengths.all), Some((2.0, 2.0, 3.0)));
        assert_eq!(calls(&run.lengths.success), Some((3.0, 3.0, 3.0)));
        assert_eq!(calls(&run.lengths.failure), Some((1.5, 1.5, 2.0)));
    }

    /// An episode that validates thrice in one state: 1 − 0.9³ = 0.271; one that validates once: 0.1.
    #[test]
    fn trying_again() {
        let run = run(&[
            (
                "t",
                &[
                    "validate_and_build",
                    "validate_and_build",
                    "read_file",
                    "validate_and_build",
                ],
                None,
            ),
            (
                "u",
                &["validate_and_build", "write_file", "read_file"],
                None,
            ),
            ("v", &["read_file"], None),
        ]);
        assert_eq!(run.validation.longest_runs, [(1, 1), (3, 1)].into());
        assert!((run.validation.inflation[0].at_least_once - (0.271 + 0.1) / 2.0).abs() < 1e-12);
        assert_eq!(
            run.validation.episodes.map(|s| (s.part, s.whole)),
            Some((2.0, 3.0))
        );
        let repeated = run
            .detectors
            .iter()
            .find(|d| d.name == "repeated_validation")
            .unwrap();
        assert_eq!(repeated.evidence.len(), 2);
        assert_eq!(repeated.all.map(|s| s.part), Some(1.0));
    }

    #[test]
    fn nothing_is_something() {
        let run = run(&[]);
        assert_eq!(run.episodes, 0);
        assert!(run.chain.states.is_empty() && run.usage.is_empty() && run.success_rate.is_none());
    }
}
