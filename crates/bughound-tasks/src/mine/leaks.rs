//! What a statement gives away.

use serde::{Deserialize, Serialize};

use crate::GroundTruth;

/// Which of the places to find a statement names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaks {
    /// Functions and classes whose last name stands in it as a word, as `path::Qualified.name`.
    pub functions: Vec<String>,
    /// Files whose path, or whose name with extension, stands in it.
    pub paths: Vec<String>,
}

/// What becomes of statements that give the answer away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeakPolicy {
    /// They stay; the task records what they name.
    Keep,
    /// Those that name a file stay out. Real issues often name functions, rarely files.
    #[default]
    Paths,
    /// Those that name a file, a function or a class stay out.
    Names,
}

impl LeakPolicy {
    pub(super) fn refuses(self, leaks: &Leaks) -> bool {
        match self {
            Self::Keep => false,
            Self::Paths => !leaks.paths.is_empty(),
            Self::Names => !leaks.paths.is_empty() || !leaks.functions.is_empty(),
        }
    }
}

impl Leaks {
    /// What a statement names of a ground truth.
    pub fn of(statement: &str, truth: &GroundTruth) -> Self {
        let is_named = |id: &&String| {
            let name = id.rsplit(['.', ':']).next().unwrap_or(id);
            // Short and common words are no names: `get`, `run`.
            name.len() > 3 && has_word(statement, name)
        };
        let is_path_named = |path: &&String| {
            let file = path.rsplit('/').next().unwrap_or(path);
            statement.contains(path.as_str())
                || (file != "__init__.py" && has_word(statement, file))
        };
        Self {
            functions: truth
                .functions
                .iter()
                .chain(&truth.classes)
                .filter(is_named)
                .cloned()
                .collect(),
            paths: truth.files.iter().filter(is_path_named).cloned().collect(),
        }
    }
}

/// Whether a name stands in a text, with nothing of a name around it.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen() {
        let truth = GroundTruth {
            files: vec!["a/shop.py".to_owned(), "a/__init__.py".to_owned()],
            functions: vec![
                "a/shop.py::Cart.append".to_owned(),
                "a/shop.py::get".to_owned(),
            ],
            ..GroundTruth::default()
        };
        let check = |text: &str, functions: usize, paths: usize| {
            let leaks = Leaks::of(text, &truth);
            assert_eq!(
                (leaks.functions.len(), leaks.paths.len()),
                (functions, paths),
                "{text}"
            );
        };
        check("It fails", 0, 0);
        check("append() fails", 1, 0);
        check("append_all fails, get too", 0, 0);
        check("in shop.py", 0, 1);
        check("in a/shop.py the get of Cart.append", 1, 1);
        check("in __init__.py", 0, 0);
        check("in a/__init__.py", 0, 1);
    }
}
