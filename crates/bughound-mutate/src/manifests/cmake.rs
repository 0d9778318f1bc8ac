//! `CMakeLists.txt`.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Found, MISSING_ENTRY, WRONG_KEY, WRONG_VALUE, WRONG_VERSION, misspelled, words, wrong_path,
};

/// A command on one line: its name and what stands in its brackets.
static COMMAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*([A-Za-z_]\w*)[ \t]*\(([^()\n]*)\)[ \t]*$").ok());

pub(super) fn find(found: &mut Found<'_>) {
    let Some(command) = COMMAND.as_ref() else {
        return;
    };
    for captures in command.captures_iter(found.text) {
        let (Some(name), Some(body)) = (captures.get(1), captures.get(2)) else {
            continue;
        };
        let lower = name.as_str().to_ascii_lowercase();
        let words: Vec<std::ops::Range<usize>> = words(body.as_str(), body.start());
        let span = name.start()..body.end() + 1;
        match lower.as_str() {
            "cmake_minimum_required" => {
                if let Some(version) = words.get(1) {
                    found.replace(WRONG_VERSION, version.clone(), "99.0", &lower);
                }
            }
            "add_library" | "add_executable" | "target_sources" => {
                let is_source =
                    |word: &&std::ops::Range<usize>| found.text[(*word).clone()].contains(".c");
                let sources: Vec<_> = words.iter().filter(is_source).cloned().collect();
                for source in sources {
                    if let Some(to) = wrong_path(found.slice(&source)) {
                        found.replace(WRONG_VALUE, source.clone(), &to, &lower);
                    }
                    let own = found.slice(&source);
                    let start = found.text[..source.start]
                        .trim_end_matches([' ', '\t'])
                        .len();
                    found.push(
                        MISSING_ENTRY,
                        start..source.end,
                        "",
                        format!("`{own}` is removed"),
                        &lower,
                    );
                }
            }
            "target_link_libraries"
            | "target_include_directories"
            | "include_directories"
            | "add_subdirectory"
            | "target_compile_definitions"
            | "add_definitions"
            | "target_compile_features"
            | "enable_testing"
            | "set_target_properties"
            | "find_package"
            | "include" => {
                found.remove_lines(span, &lower);
                if let Some(word) = words.last()
                    && matches!(
                        lower.as_str(),
                        "find_package" | "target_link_libraries" | "include"
                    )
                    && let Some(to) = misspelled(found.slice(word))
                {
                    found.replace(WRONG_VALUE, word.clone(), &to, &lower);
                }
            }
            "set" => {
                let variable = words.first().map_or("", |word| found.slice(word));
                if variable.ends_with("_STANDARD")
                    && let Some(value) = words.get(1)
                {
                    let to = if variable.contains("CXX") { "98" } else { "90" };
                    found.replace(WRONG_VERSION, value.clone(), to, &lower);
                }
                if let Some(variable) = words.first()
                    && let Some(to) = misspelled(found.slice(variable))
                {
                    found.replace(WRONG_KEY, variable.clone(), &to, &lower);
                }
            }
            "project" if words.len() == 2 && found.slice(&words[1]) == "C" => {
                found.replace(WRONG_VALUE, words[1].clone(), "NONE", &lower);
            }
            _ => {}
        }
    }
}
