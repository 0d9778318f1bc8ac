//! Does a version satisfy a requirement? `>=2, <3`, `==2.10.4`, `4.0`, for registries of every kind.

use std::cmp::Ordering;

/// Whether `version` satisfies every part of `requirement` (parts are separated by commas; a part without an operator is
/// `==` with what follows left open: `4.0` is satisfied by `4.0.3`).
pub fn satisfies(version: &str, requirement: &str) -> bool {
    requirement
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .all(|part| {
            let split = part
                .find(|c: char| !"<>=!~^".contains(c))
                .unwrap_or(part.len());
            let (operator, wanted) = part.split_at(split);
            let wanted = wanted.trim();
            match operator {
                ">=" => compare(version, wanted) != Ordering::Less,
                ">" => compare(version, wanted) == Ordering::Greater,
                "<=" => compare(version, wanted) != Ordering::Greater,
                "<" => compare(version, wanted) == Ordering::Less,
                "!=" => compare(version, wanted) != Ordering::Equal,
                "==" | "=" | "===" => compare(version, wanted) == Ordering::Equal,
                "~=" | "^" | "~" => {
                    compare(version, wanted) != Ordering::Less && starts(version, wanted, operator)
                }
                _ => numbers(version).starts_with(&numbers(wanted)),
            }
        })
}

/// Versions by their numbers, missing ones being 0; of equal numbers the one with a pre-release mark comes first.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (numbers(one), numbers(other));
    let n = left.len().max(right.len());
    left.resize(n, 0);
    right.resize(n, 0);
    left.cmp(&right)
        .then_with(|| is_early(other).cmp(&is_early(one)))
}

/// The numbers before any mark: `2.10.4rc1` has 2, 10, 4.
fn numbers(version: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for part in version.trim_start_matches(['v', '=']).split('.') {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        match digits.parse() {
            Ok(number) => numbers.push(number),
            Err(_) => break,
        }
        if digits.len() != part.len() {
            break;
        }
    }
    numbers
}

fn is_early(version: &str) -> bool {
    let release = version.split('+').next().unwrap_or(version);
    release.contains('-')
        || ["a", "b", "rc", "dev"]
            .iter()
            .any(|mark| release.contains(mark))
}

/// The part that a compatible version keeps: all but the last number for `~=` (PEP 440), the first that is not 0 for `^`,
/// the first two for `~`.
fn starts(version: &str, wanted: &str, operator: &str) -> bool {
    let wanted = numbers(wanted);
    let n = match operator {
        "~=" => wanted.len().saturating_sub(1),
        "~" => wanted.len().min(2),
        _ => wanted
            .iter()
            .position(|number| *number != 0)
            .map_or(wanted.len(), |at| at + 1),
    };
    numbers(version).starts_with(&wanted[..n])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_of_several_registries() {
        let check = |requirement: &str, yes: &[&str], no: &[&str]| {
            for version in yes {
                assert!(satisfies(version, requirement), "{version} {requirement}");
            }
            for version in no {
                assert!(!satisfies(version, requirement), "{version} {requirement}");
            }
        };
        check(
            ">=2, <3",
            &["2", "2.10.4", "2.0.0"],
            &["1.9", "3.0", "2.0rc1"],
        );
        check(">=3.9,<3.13", &["3.9.0", "3.12.1"], &["3.13.0", "3.8.18"]);
        check("==2.10.4", &["2.10.4", "2.10.4.0"], &["2.10.40", "2.10"]);
        check("4.0", &["4.0.3", "4.0"], &["4.1", "40"]);
        check("~=1.4.2", &["1.4.2", "1.4.9"], &["1.5", "1.4.1"]);
        check("^0.8", &["0.8.5"], &["0.9.0", "1.0.0"]);
        check("^1.2", &["1.9.0"], &["2.0.0", "1.1.0"]);
        check("~5.3", &["5.3.9"], &["5.4.0"]);
        check("!=1.0", &["1.1"], &["1.0.0"]);
        check("", &["anything"], &[]);
        check(">=0.9.0", &["0.9.0", "v0.10"], &["0.9.0-beta.1"]);
    }
}
