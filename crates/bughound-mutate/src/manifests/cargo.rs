//! `Cargo.toml`.

use super::sections::{Entry, list_item, read, strings};
use super::{Found, MISSING_ENTRY, WRONG_KEY, WRONG_VALUE, WRONG_VERSION, wrong_path};

pub(super) fn find(found: &mut Found<'_>) {
    let (entries, sections) = read(found.text);
    for name in sections {
        let section = found.slice(&name);
        if matches!(section, "dependencies" | "features" | "dev-dependencies") {
            found.misspell(name, section);
        }
    }
    for entry in entries {
        let key = found.slice(&entry.key);
        match entry.section {
            "package" | "workspace.package" => package(found, &entry, key),
            "lib" | "bin" | "test" => target(found, &entry, key),
            "features" => features(found, &entry),
            section
                if section
                    .split('.')
                    .next()
                    .is_some_and(|it| it.ends_with("dependencies")) =>
            {
                dependency(found, &entry, key);
            }
            section if section.starts_with("target.") && section.contains("dependencies") => {
                dependency(found, &entry, key);
            }
            _ => {}
        }
    }
}

fn package(found: &mut Found<'_>, entry: &Entry<'_>, key: &str) {
    for string in strings(found.text, &entry.value) {
        match (key, found.slice(&string)) {
            // What the code needs came with a later edition.
            ("edition", "2018" | "2021" | "2024") => {
                found.replace(WRONG_VERSION, string, "2015", entry.section);
                found.remove_lines(entry.key.start..entry.value.end, entry.section);
                found.push(
                    WRONG_KEY,
                    entry.key.clone(),
                    "editon",
                    "`edition` becomes `editon`",
                    entry.section,
                );
            }
            ("rust-version", _) => {
                found.replace(WRONG_VERSION, string, "2.0", entry.section);
            }
            ("build", path) => {
                if let Some(to) = wrong_path(path) {
                    found.replace(WRONG_VALUE, string, &to, entry.section);
                }
            }
            _ => {}
        }
    }
}

fn target(found: &mut Found<'_>, entry: &Entry<'_>, key: &str) {
    let is_flag = matches!(key, "proc-macro" | "crate-type" | "harness");
    if is_flag || key == "path" {
        found.remove_lines(entry.key.start..entry.value.end, entry.section);
    }
    for string in strings(found.text, &entry.value) {
        let value = found.slice(&string);
        let to = match key {
            "path" => wrong_path(value),
            "name" => Some(format!("{value}_lib")),
            _ => None,
        };
        if let Some(to) = to {
            found.replace(WRONG_VALUE, string, &to, entry.section);
        }
    }
}

fn features(found: &mut Found<'_>, entry: &Entry<'_>) {
    let value = found.slice(&entry.value);
    if !entry.is_item && value.ends_with(']') {
        found.remove_lines(entry.key.start..entry.value.end, entry.section);
        found.misspell(entry.key.clone(), entry.section);
    }
    for string in strings(found.text, &entry.value) {
        let name = found.slice(&string);
        let item = list_item(found.text, &string);
        found.push(
            MISSING_ENTRY,
            item,
            "",
            format!("`{name}` is removed"),
            entry.section,
        );
    }
}

/// In `[dependencies]` a line is a dependency; in `[dependencies.name]` it is one of its options.
fn dependency(found: &mut Found<'_>, entry: &Entry<'_>, key: &str) {
    let is_own_table = !entry.section.ends_with("dependencies");
    let value = found.slice(&entry.value);
    let is_whole = !value.ends_with(['[', '{']);
    if !entry.is_item && is_whole {
        found.remove_lines(entry.key.start..entry.value.end, entry.section);
        if !is_own_table {
            found.misspell(entry.key.clone(), entry.section);
        }
    }
    let is_versioned = value.starts_with(['"', '\'']) && (!is_own_table || key == "version");
    let strings = strings(found.text, &entry.value);
    if is_versioned && let Some(version) = strings.first() {
        found.raise(version.clone(), entry.section);
        return;
    }
    for string in strings {
        let before = found.text[entry.value.start..string.start - 1].trim_end();
        let name = found.slice(&string);
        if before.ends_with("version =") || before.ends_with("version=") {
            found.raise(string, entry.section);
        } else if before.contains("features") || key == "features" {
            let item = list_item(found.text, &string);
            found.push(
                MISSING_ENTRY,
                item,
                "",
                format!("the feature `{name}` is removed"),
                entry.section,
            );
        }
    }
    if let Some(at) = value.find("default-features = false") {
        let start = entry.value.start + at + "default-features = ".len();
        found.replace(
            WRONG_VALUE,
            start..start + "false".len(),
            "true",
            entry.section,
        );
    } else if value == "false" && key == "default-features" {
        found.replace(WRONG_VALUE, entry.value.clone(), "true", entry.section);
    }
}
