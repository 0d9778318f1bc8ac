//! The main error, by build system.
//!
//! A log is that of the system whose marks most of its lines bear. Each system has an ordered list of the shapes in
//! which it and its tools write errors (`rules`): causes before what follows from them, so that a missing library is
//! found behind the test that fails for want of it. What no system explains is looked up in a list for all of them.

use std::sync::OnceLock;

use regex::Regex;

use super::rules::{GENERAL, Rule, SYSTEMS};
use crate::ErrorClass;
use crate::results::plain;

/// The line that says why a build fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MainError {
    /// The class that it shows.
    pub class: ErrorClass,
    /// The line, without colours and indentation.
    pub line: String,
    /// Whose log it is: `python`, `rust`, `javascript`, `go`, `java`, `native`; `any` where that does not matter.
    pub system: &'static str,
}

/// The class of the main error; [`ErrorClass::Other`] where there is none that is known.
pub fn careful(log: &str) -> ErrorClass {
    main_error(log).map_or(ErrorClass::Other, |error| error.class)
}

/// The main error of a log.
pub fn main_error(log: &str) -> Option<MainError> {
    let log = plain(log);
    let systems = systems();
    let mut by_marks: Vec<(usize, &System)> = systems
        .iter()
        .map(|system| {
            let marked = log.lines().filter(|line| system.mark.is_match(line));
            (marked.count(), system)
        })
        .filter(|(n, _)| *n > 0)
        .collect();
    // The sort is stable: of two with as many marks, the one listed first.
    by_marks.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let found = by_marks
        .iter()
        .find_map(|(_, system)| find(system.name, &system.rules, &log));
    found.or_else(|| find("any", general(), &log))
}

fn find(system: &'static str, rules: &[Compiled], log: &str) -> Option<MainError> {
    rules.iter().find_map(|rule| {
        let line = log.lines().find(|line| rule.line.is_match(line))?;
        rule.also
            .as_ref()
            .is_none_or(|also| also.is_match(log))
            .then(|| MainError {
                class: rule.class,
                line: line.trim().to_owned(),
                system,
            })
    })
}

struct System {
    name: &'static str,
    mark: Regex,
    rules: Vec<Compiled>,
}

struct Compiled {
    class: ErrorClass,
    line: Regex,
    also: Option<Regex>,
}

fn compile(rules: &[Rule]) -> Vec<Compiled> {
    // A pattern that cannot be compiled is noticed by a test, not by a log.
    rules
        .iter()
        .filter_map(|rule| {
            let also = match rule.also {
                "" => None,
                also => Some(Regex::new(also).ok()?),
            };
            Some(Compiled {
                class: rule.class,
                line: Regex::new(rule.line).ok()?,
                also,
            })
        })
        .collect()
}

fn systems() -> &'static [System] {
    static COMPILED: OnceLock<Vec<System>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        SYSTEMS
            .iter()
            .filter_map(|system| {
                Some(System {
                    name: system.name,
                    mark: Regex::new(system.mark).ok()?,
                    rules: compile(system.rules),
                })
            })
            .collect()
    })
}

fn general() -> &'static [Compiled] {
    static COMPILED: OnceLock<Vec<Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| compile(GENERAL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(systems().len(), SYSTEMS.len());
        for (compiled, system) in systems().iter().zip(SYSTEMS) {
            assert_eq!(compiled.rules.len(), system.rules.len(), "{}", system.name);
        }
        assert_eq!(general().len(), GENERAL.len());
    }
}
