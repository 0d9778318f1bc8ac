//! Does a version meet a requirement? Numbers between dots and nothing more, because compilers, JDKs and build tools
//! agree on nothing more: `12`, `17.0.15`, `1.19`, `4.0.3`. Registries' versions, which know pre-releases and compatible
//! ranges, are compared by `crate::version`.

use crate::{Fault, FaultKind, Task};

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

/// Whether `version` meets all of `requirement`: `>=9, <13`, `4.0.3` (`==` is meant; missing numbers are not compared).
pub(crate) fn meets(version: &str, requirement: &str) -> bool {
    requirement
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "*")
        .all(|part| meets_one(&numbers(version), part))
}

fn meets_one(version: &[u64], part: &str) -> bool {
    let end = part
        .find(|c: char| !"<>=!^~".contains(c))
        .unwrap_or(part.len());
    let (sign, wanted) = (&part[..end], numbers(&part[end..]));
    let padded = |numbers: &[u64]| {
        let mut numbers = numbers.to_vec();
        numbers.resize(8, 0);
        numbers
    };
    let starts = version.len() >= wanted.len() && version.starts_with(&wanted);
    let (here, there) = (padded(version), padded(&wanted));
    match sign {
        ">=" => here >= there,
        ">" => here > there && !starts,
        "<=" => here <= there || starts,
        "<" => here < there,
        "!=" => !starts,
        "" | "=" | "==" => starts,
        _ => false,
    }
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
        check("12", ">=12", true);
        check("12", ">=12, <13", true);
        check("12.2.0", ">=12, <13", true);
        check("13", ">=12, <13", false);
        check("9", ">=12", false);
        check("17.0.15", "17", true);
        check("17.0.15", "<=17", true);
        check("17.0.15", ">17", false);
        check("18", ">17", true);
        check("1.8.0_402", "1.8", true);
        check("go1.19.8", ">=1.19, <1.21", true);
        check("go1.21", ">=1.21.0", true);
        check("4.0.3", "==4.0.3", true);
        check("4.0.30", "==4.0.3", false);
        check("3.25.1", ">=4", false);
        check("3.25.1", "!=3.25", false);
        check("3.25.1", "", true);
        check("3.25.1", "*", true);
        check("3.25.1", "^3", false);
        check("", ">=1", false);
        check("nonsense", ">=1", false);
        check("17-ea", ">=17", true);
    }
}
