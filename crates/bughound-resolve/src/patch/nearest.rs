//! What in a file is most like the lines that were looked for?

use serde::{Deserialize, Serialize};

/// Lines of a file that are most like those that it does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// The first of them, from 1.
    pub line: usize,
    /// How many of the wanted lines stand there, white space aside.
    pub equal: usize,
    /// Of how many.
    pub of: usize,
    /// The first line that differs: the one that is wanted, and the one that is there.
    pub wanted: String,
    /// The line that is there; empty behind the file's end.
    pub found: String,
}

impl std::fmt::Display for Nearest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "line {} has {} of its {} lines; `{}` is wanted where `{}` stands",
            self.line,
            self.equal,
            self.of,
            cut(&self.wanted),
            cut(&self.found)
        )?;
        if self.wanted.trim() == self.found.trim() {
            f.write_str(" (only white space differs)")?;
        }
        Ok(())
    }
}

fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The place in `lines` that is most like `wanted`; the first of several. `None` where nothing is.
pub(super) fn nearest(lines: &[&str], wanted: &[&str]) -> Option<Nearest> {
    if wanted.is_empty() || lines.is_empty() {
        return None;
    }
    let alike = |start: usize| {
        let pairs = wanted.iter().zip(lines.iter().skip(start));
        pairs
            .filter(|(one, other)| !one.trim().is_empty() && one.trim() == other.trim())
            .count()
    };
    let (mut at, mut equal) = (0, 0);
    for start in 0..lines.len() {
        let n = alike(start);
        if n > equal {
            (at, equal) = (start, n);
        }
    }
    if equal == 0 {
        // Nothing is the same: the line most like the longest one that is wanted.
        let (offset, longest) = wanted
            .iter()
            .enumerate()
            .max_by_key(|(n, line)| (line.trim().len(), usize::MAX - n))?;
        let likeness = |line: &str| strsim::normalized_levenshtein(line.trim(), longest.trim());
        let (line, best) = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.len() < 500)
            .map(|(n, line)| (n, likeness(line)))
            .fold(
                (0, 0.0),
                |kept, new| if new.1 > kept.1 { new } else { kept },
            );
        if best < 0.5 {
            return None;
        }
        at = line.saturating_sub(offset);
    }
    let differs = (0..wanted.len())
        .find(|&n| lines.get(at + n).is_none_or(|line| *line != wanted[n]))
        .unwrap_or(0);
    Some(Nearest {
        line: at + 1,
        equal,
        of: wanted.len(),
        wanted: wanted[differs].to_owned(),
        found: lines
            .get(at + differs)
            .copied()
            .unwrap_or_default()
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_place_is_named() {
        let file = [
            "def f(a):",
            "    return a",
            "",
            "def g(b):",
            "    x = b",
            "    return x",
        ];
        let check = |wanted: &[&str], expected: &str| {
            let said = nearest(&file, wanted).map_or("none".to_owned(), |it| it.to_string());
            assert_eq!(said, expected, "{wanted:?}");
        };
        check(
            &["def g(b):", "    y = b", "    return x"],
            "line 4 has 2 of its 3 lines; `    y = b` is wanted where `    x = b` stands",
        );
        check(
            &["def f(a):", "\treturn a"],
            "line 1 has 2 of its 2 lines; `\treturn a` is wanted where `    return a` stands (only white space differs)",
        );
        check(
            &["    retrn x"],
            "line 6 has 0 of its 1 lines; `    retrn x` is wanted where `    return x` stands",
        );
        check(&["class Entirely(Different):"], "none");
        check(&[], "none");
    }
}
