//! The first-match keyword rule.
//!
//! arXiv 2510.22075 says that its classes were given by such a rule and does not say which keywords it looks for, nor
//! in which order. The classes are those of the paper, in the order in which it lists them with their counts; **the
//! keywords are ours**. Counts made with this rule are comparable to the paper's in kind, not in value.

use crate::ErrorClass;

const KEYWORDS: [(ErrorClass, &[&str]); 8] = [
    (
        ErrorClass::Dependency,
        &[
            "dependency",
            "dependencies",
            "could not resolve",
            "unresolved import",
            "no module named",
            "cannot find module",
            "cannot find package",
            "no matching distribution",
            "no matching version",
            "artifact",
            "importerror",
        ],
    ),
    (
        ErrorClass::BuildTool,
        &[
            "gradle", "maven", "cmake", "make:", "ninja:", "plugin", "webpack",
        ],
    ),
    (
        ErrorClass::Test,
        &[
            "test failed",
            "tests failed",
            "assertionerror",
            "assertion failed",
            "failing test",
            "--- fail",
        ],
    ),
    (
        ErrorClass::Configuration,
        &[
            "configuration",
            "config",
            "settings",
            "yaml",
            "toml",
            "properties",
        ],
    ),
    (
        ErrorClass::Environment,
        &[
            "environment",
            "not found",
            "no such file",
            "network",
            "memory",
            "no space",
        ],
    ),
    (
        ErrorClass::Version,
        &["version", "incompatible", "unsupported", "not supported"],
    ),
    (ErrorClass::Installation, &["install", "setup.py"]),
    (
        ErrorClass::Permission,
        &["permission", "eacces", "access denied", "not permitted"],
    ),
];

/// The first class of which a keyword occurs anywhere in the log, whatever else does.
pub fn published(log: &str) -> ErrorClass {
    let log = log.to_lowercase();
    KEYWORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| log.contains(word)))
        .map_or(ErrorClass::Other, |(class, _)| *class)
}
