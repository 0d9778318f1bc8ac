//! `pyproject.toml`.

use super::sections::{list_item, read, strings};
use super::{Found, MISSING_ENTRY, WRONG_VALUE, WRONG_VERSION, wrong_path};

/// Keys that build back ends and tools read.
const KEYS: &[&str] = &[
    "requires",
    "build-backend",
    "dependencies",
    "requires-python",
    "packages",
    "package-dir",
    "package-data",
    "dynamic",
    "where",
    "include",
    "version",
    "readme",
    "testpaths",
    "pythonpath",
    "addopts",
    "markers",
    "filterwarnings",
    "asyncio_mode",
];

/// Lists whose items are needed.
const LISTS: &[&str] = &[
    "requires",
    "dependencies",
    "packages",
    "include",
    "dynamic",
    "markers",
    "pythonpath",
];

/// Values that name a place of the project or an object of a package.
const PLACES: &[&str] = &[
    "where",
    "package-dir",
    "readme",
    "version-file",
    "testpaths",
    "pythonpath",
    "path",
    "attr",
];

pub(super) fn find(found: &mut Found<'_>) {
    let (entries, _) = read(found.text);
    for entry in entries {
        let key = found.slice(&entry.key);
        let section = entry.section;
        if KEYS.contains(&key) && !entry.is_item {
            found.misspell(entry.key.clone(), section);
            let is_one_line = !found.slice(&entry.value).ends_with(['[', '{']);
            if is_one_line && section != "project" {
                found.remove_lines(entry.key.start..entry.value.end, section);
            }
        }
        let strings = strings(found.text, &entry.value);
        for string in strings {
            let value = found.slice(&string);
            if LISTS.contains(&key) {
                let item = list_item(found.text, &string);
                found.push(
                    MISSING_ENTRY,
                    item,
                    "",
                    format!("`{value}` is removed"),
                    section,
                );
            }
            match key {
                "build-backend" => {
                    if let Some((module, _)) = value.rsplit_once(['.', ':']) {
                        found.replace(WRONG_VALUE, string, module, section);
                    }
                }
                "requires-python" => found.replace(WRONG_VERSION, string, ">=4.0", section),
                "requires" | "dependencies" => found.raise(string, section),
                "asyncio_mode" if value == "auto" => {
                    found.replace(WRONG_VALUE, string, "strict", section);
                }
                _ if PLACES.contains(&key) => {
                    if let Some(to) = wrong_path(value) {
                        found.replace(WRONG_VALUE, string, &to, section);
                    }
                }
                _ => {}
            }
        }
    }
}
