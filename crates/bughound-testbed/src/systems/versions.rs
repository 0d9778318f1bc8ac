//! The versions of tools: their numbers, and whether they are what a task asks for.

use crate::{Fault, FaultKind, Task, satisfies};

/// The numbers of a version, up to the first part that is none; a leading `go` or `v` is left out.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    let version = version.trim();
    let digits = version
        .trim_start_matches(|c: char| c.is_ascii_alphabetic())
        .split(['-', '+', '_', '~', ' '])
        .next()
        .unwrap_or_default();
    digits
        .split('.')
        .map_while(|part| {
            let end = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            part[..end].parse().ok()
        })
        .collect()
}

/// Whether a tool's `version` (`go1.19.8`, `17.0.15`) meets `requirement`, as [`satisfies`] reads both.
pub(crate) fn meets(version: &str, requirement: &str) -> bool {
    satisfies(
        version
            .trim()
            .trim_start_matches(|c: char| c.is_ascii_alphabetic()),
        requirement,
    )
}

/// A fault where the task asks for another version of `tool` than the one that is here.
pub(crate) fn require(task: &Task, tool: &str, version: &str) -> Result<(), Fault> {
    match task.recipe.dependencies.toolchain.get(tool) {
        Some(wanted) if !meets(version, wanted) => Err(wrong_tool(tool, wanted, version)),
        _ => Ok(()),
    }
}

/// A program that is not here. `package` is what brings it.
pub(crate) fn no_tool(tool: &str, package: &str) -> Fault {
    Fault {
        kind: FaultKind::Toolchain,
        what: format!(
            "{tool} is not on this machine; install it with `scripts/testbed_toolchains.sh {package}`"
        ),
    }
}

/// A program that is here in another version only.
pub(crate) fn wrong_tool(tool: &str, wanted: &str, found: &str) -> Fault {
    Fault {
        kind: FaultKind::Toolchain,
        what: format!(
            "the task asks for {tool} {wanted}, and this machine has {found}; install a version that will do, \
             `scripts/testbed_toolchains.sh --list` says what brings it"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let check = |version: &str, requirement: &str, expected: bool| {
            assert_eq!(
                meets(version, requirement),
                expected,
                "{version} {requirement}"
            );
        };
        check("12", ">=12, <13", true);
        check("13", ">=12, <13", false);
        check("9", ">=12", false);
        check("17.0.15", "17", true);
        check("17.0.15", ">=17, <22", true);
        check("1.8.0_402", "1.8", true);
        check("1.8.0_402", ">=17", false);
        check("go1.19.8", ">=1.19, <1.21", true);
        check("go1.23.9", ">=1.19, <1.21", false);
        check("3.25.1", ">=4", false);
        check("3.25.1", "*", true);
        check("", ">=1", false);
        check("nonsense", ">=1", false);
    }
}
