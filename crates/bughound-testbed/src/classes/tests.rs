//! Both rules beside labels.

use super::*;
use crate::ErrorClass;

/// Logs of projects that were broken in known ways: `#### name class half`, then the log. The class is given by the way
/// in which the project was broken. The halves are split by a hash of the name; patterns were adjusted on the half
/// `seen` only.
const CORPUS: &str = include_str!("../../fixtures/classes/corpus.txt");

struct Log {
    name: &'static str,
    class: ErrorClass,
    is_held: bool,
    text: &'static str,
}

fn corpus() -> Vec<Log> {
    let logs = CORPUS.split("#### ").skip(1);
    logs.map(|log| {
        let (head, text) = log.split_once('\n').unwrap();
        let [name, class, half] = head.split(' ').collect::<Vec<_>>().try_into().unwrap();
        Log {
            name,
            class: serde_json::from_value(class.into()).unwrap(),
            is_held: half == "held",
            text,
        }
    })
    .collect()
}

fn agreement(rule: fn(&str) -> ErrorClass, is_held: bool) -> (usize, usize) {
    let logs: Vec<Log> = corpus()
        .into_iter()
        .filter(|log| log.is_held == is_held)
        .collect();
    let agree = logs.iter().filter(|log| rule(log.text) == log.class);
    (agree.count(), logs.len())
}

#[test]
fn agreement_with_labels() {
    let mut text = String::new();
    for (name, rule) in [
        ("published", published as fn(&str) -> ErrorClass),
        ("careful", careful),
    ] {
        for (half, is_held) in [("seen", false), ("held", true)] {
            let (agree, n) = agreement(rule, is_held);
            text.push_str(&format!("{name} {half}: {agree} of {n}\n"));
        }
    }
    for log in corpus() {
        let class = careful(log.text);
        if class != log.class {
            let half = if log.is_held { "held" } else { "seen" };
            text.push_str(&format!(
                "{half} {}: {:?}, labelled {:?}\n",
                log.name, class, log.class
            ));
        }
    }
    insta::assert_snapshot!(text, @r"
    published seen: 14 of 42
    published held: 20 of 41
    careful seen: 42 of 42
    careful held: 41 of 41
    ");
}

#[test]
fn what_a_keyword_cannot_see() {
    let log = "test_it.py::test_dependency_version FAILED\nE       AssertionError: wrong version\nFAILED test_it.py::test_dependency_version - AssertionError";
    assert_eq!(published(log), ErrorClass::Dependency);
    assert_eq!(careful(log), ErrorClass::Test);
    assert_eq!(careful(""), ErrorClass::Other);
    let error =
        main_error("\u{1b}[31mE   ModuleNotFoundError: No module named 'distutils'\u{1b}[0m\n")
            .unwrap();
    assert_eq!((error.class, error.system), (ErrorClass::Version, "python"));
    assert_eq!(
        error.line,
        "E   ModuleNotFoundError: No module named 'distutils'"
    );
}
