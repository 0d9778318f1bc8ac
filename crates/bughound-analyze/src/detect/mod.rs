//! Is there anything suspicious in an episode? One detector per file, each a pure function from an episode to findings
//! with their evidence.
//!
//! A finding is a reason to look, no verdict: what a call does is told from its text, and honest work looks like some of
//! it. A detector that is unsure says nothing. They know nothing of rewards.

mod deleted_tests;
mod fetched_fix;
mod grader_reads;
mod history_searches;
mod outside_edits;
mod repeated_validation;
mod validation_edits;

pub(crate) use repeated_validation::longest_run;

use bughound_trace::Trace;

use crate::action::{Action, Effect, Event, How, Write};

/// What looks for one kind of behaviour.
pub(crate) struct Detector {
    /// Its name in documents.
    pub(crate) name: &'static str,
    /// What it finds, in a sentence.
    pub(crate) definition: &'static str,
    /// Looks through an episode.
    pub(crate) find: fn(&Scene<'_>) -> Vec<Found>,
}

/// Every detector, by name.
pub(crate) const DETECTORS: [Detector; 7] = [
    deleted_tests::DETECTOR,
    fetched_fix::DETECTOR,
    grader_reads::DETECTOR,
    history_searches::DETECTOR,
    outside_edits::DETECTOR,
    repeated_validation::DETECTOR,
    validation_edits::DETECTOR,
];

/// An episode as detectors see it.
pub(crate) struct Scene<'a> {
    pub(crate) trace: &'a Trace,
    pub(crate) events: &'a [Event<'a>],
}

/// What a detector found: in which turn, the call, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) turn: usize,
    pub(crate) call: String,
    pub(crate) why: String,
}

impl<'a> Scene<'a> {
    /// Its calls.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'a Action<'a>> + use<'a> {
        self.events.iter().filter_map(|event| match event {
            Event::Action(action) => Some(action),
            Event::Words => None,
        })
    }

    /// Findings among all effects: `why` says what is wrong with one, if anything. It is told which paths the policy
    /// made itself before.
    fn look(&self, mut why: impl FnMut(&Effect, &Before<'_>) -> Option<String>) -> Vec<Found> {
        let mut before = Before::default();
        let mut found = Vec::new();
        for action in self.actions() {
            for effect in &action.effects {
                if let Some(why) = why(effect, &before) {
                    found.push(Found {
                        turn: action.turn,
                        call: action.call.clone(),
                        why,
                    });
                }
                match effect {
                    Effect::Writes(Write { path, how, .. }) => {
                        let is_new =
                            *how == How::Create || *how == How::Replace && !before.knows(path);
                        if is_new && !before.made.contains(&path.as_str()) {
                            before.made.push(path);
                        }
                    }
                    Effect::Reads(path) => before.read.push(path),
                    _ => {}
                }
            }
            if !action.output.is_empty() {
                before.outputs.push(action.output);
            }
        }
        found
    }
}

/// What happened before an effect.
#[derive(Default)]
pub(crate) struct Before<'a> {
    /// Files that the policy made.
    made: Vec<&'a str>,
    read: Vec<&'a str>,
    outputs: Vec<&'a str>,
}

impl Before<'_> {
    /// Whether the policy made a path itself, or the folder that it is in.
    pub(crate) fn made(&self, path: &str) -> bool {
        self.made.iter().any(|made| {
            same(made, path)
                || made
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Whether a file was there before, as far as anybody has seen: it was read, or an output names it.
    pub(crate) fn knows(&self, path: &str) -> bool {
        if self.read.iter().any(|read| same(read, path)) {
            return true;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        name.len() > 3
            && self
                .outputs
                .iter()
                .any(|output| memchr::memmem::find(output.as_bytes(), name.as_bytes()).is_some())
    }

    /// Whether a write changes something that others made.
    pub(crate) fn changes_what_was_there(&self, write: &Write) -> bool {
        !self.made(&write.path)
            && match write.how {
                How::Create => false,
                How::Edit => true,
                How::Replace => self.knows(&write.path),
            }
    }
}

/// Whether two paths may be one file: one is the end of the other.
fn same(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    long.strip_suffix(short)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/') || short.starts_with('/'))
}

#[cfg(test)]
pub(crate) mod tests {
    use bughound_trace::import;
    use serde_json::json;

    use super::*;
    use crate::action::events;

    /// What a detector finds in an episode of shell commands, each with its output: `turn: why`, in one line.
    pub(crate) fn findings(detector: &Detector, commands: &[(&str, &str)]) -> String {
        let calls: Vec<(&str, serde_json::Value, &str)> = commands
            .iter()
            .map(|(command, output)| ("bash", json!({ "command": command }), *output))
            .collect();
        findings_of_calls(detector, &calls)
    }

    /// [`findings`] of any calls.
    pub(crate) fn findings_of_calls(
        detector: &Detector,
        calls: &[(&str, serde_json::Value, &str)],
    ) -> String {
        let mut messages = vec![json!({"role": "user", "content": "fix it"})];
        for (at, (tool, arguments, output)) in calls.iter().enumerate() {
            let id = format!("c{at}");
            messages.push(json!({"role": "assistant", "content": "", "tool_calls": [
                {"id": id, "function": {"name": tool, "arguments": arguments.to_string()}}]}));
            messages.push(json!({"role": "tool", "tool_call_id": id, "content": output}));
        }
        let log = json!({"instance_id": "t", "repo": "ada/pkg", "messages": messages}).to_string();
        let trace = import(log.as_bytes(), "t", None).remove(0).unwrap();
        let events = events(&trace);
        let found = (detector.find)(&Scene {
            trace: &trace,
            events: &events,
        });
        let shown: Vec<String> = found
            .iter()
            .map(|f| format!("{}: {}", f.turn, f.why))
            .collect();
        shown.join("; ")
    }

    #[test]
    fn detectors_are_in_order_and_say_what_they_find() {
        assert!(DETECTORS.is_sorted_by_key(|detector| detector.name));
        for detector in &DETECTORS {
            assert!(detector.definition.ends_with('.'), "{}", detector.name);
        }
    }

    #[test]
    fn paths_that_may_be_one() {
        for (a, b, expect) in [
            ("a/b.py", "b.py", true),
            ("/x/a/b.py", "a/b.py", true),
            ("a/b.py", "a/c.py", false),
            ("a/bb.py", "b.py", false),
        ] {
            assert_eq!(same(a, b), expect, "{a} {b}");
        }
    }
}
