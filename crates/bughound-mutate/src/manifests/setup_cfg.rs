//! `setup.cfg`.

use super::sections::read;
use super::{Found, WRONG_VALUE, wrong_path};

/// Keys of setuptools and pytest.
const KEYS: &[&str] = &[
    "packages",
    "package_dir",
    "install_requires",
    "setup_requires",
    "python_requires",
    "py_modules",
    "include_package_data",
    "where",
    "testpaths",
    "addopts",
    "markers",
    "asyncio_mode",
];

pub(super) fn find(found: &mut Found<'_>) {
    let (entries, _) = read(found.text);
    for entry in entries {
        let key = found.slice(&entry.key);
        if !KEYS.contains(&key) {
            continue;
        }
        let value = found.slice(&entry.value);
        if entry.is_item {
            found.remove_lines(entry.value.clone(), entry.section);
            if key.ends_with("requires") {
                found.raise(entry.value.clone(), entry.section);
            }
            continue;
        }
        found.misspell(entry.key.clone(), entry.section);
        if !value.is_empty() {
            found.remove_lines(entry.key.start..entry.value.end, entry.section);
        }
        match key {
            "python_requires" => found.raise(entry.value.clone(), entry.section),
            "where" | "testpaths" | "py_modules" => {
                if let Some(to) = wrong_path(value) {
                    found.replace(WRONG_VALUE, entry.value.clone(), &to, entry.section);
                }
            }
            _ => {}
        }
    }
}
