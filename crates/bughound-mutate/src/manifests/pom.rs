//! `pom.xml`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, WRONG_KEY, WRONG_VALUE, WRONG_VERSION, misspelled};

/// An element that holds a text and stands on one line.
static ELEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<([A-Za-z][\w.\-]*)>([^<>\n]+)</([A-Za-z][\w.\-]*)>").ok());

/// A dependency, or a plugin, whole.
static BLOCK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)<dependency>.*?</dependency>").ok());

pub(super) fn find(found: &mut Found<'_>) {
    let (Some(element), Some(block)) = (ELEMENT.as_ref(), BLOCK.as_ref()) else {
        return;
    };
    for whole in block.find_iter(found.text) {
        if whole.len() <= 240 {
            found.remove_lines(whole.range(), "dependencies");
        }
    }
    for captures in element.captures_iter(found.text) {
        let (Some(open), Some(value), Some(close)) =
            (captures.get(1), captures.get(2), captures.get(3))
        else {
            continue;
        };
        let name = open.as_str();
        if name != close.as_str() {
            continue;
        }
        match name {
            "maven.compiler.source"
            | "maven.compiler.target"
            | "maven.compiler.release"
            | "source"
            | "target"
            | "release" => {
                let to = if value.as_str() == "1.3" {
                    "1.4"
                } else {
                    "1.3"
                };
                found.replace(WRONG_VERSION, value.range(), to, name);
                found.replace(WRONG_VERSION, value.range(), "99", name);
                if name.contains('.') {
                    found.remove_lines(open.start() - 1..close.end() + 1, name);
                }
            }
            "version" => found.raise(value.range(), name),
            "artifactId" | "groupId" | "sourceDirectory" | "testSourceDirectory" | "packaging" => {
                if let Some(to) = misspelled(value.as_str()) {
                    found.replace(WRONG_VALUE, value.range(), &to, name);
                }
            }
            "scope" => {
                found.remove_lines(open.start() - 1..close.end() + 1, name);
                if value.as_str() == "test" {
                    found.replace(WRONG_VALUE, value.range(), "provided", name);
                }
            }
            "modelVersion" => {
                if let Some(to) = misspelled(name) {
                    let span = open.start()..open.end();
                    found.replace(WRONG_KEY, span, &to, "project");
                }
            }
            _ => {}
        }
    }
}
