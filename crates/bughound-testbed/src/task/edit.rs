//! A small change of one file, exact.

use serde::{Deserialize, Serialize};

/// A small change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Relative to the tree's root, `/` between its parts.
    pub path: String,
    /// What is done to it.
    #[serde(flatten)]
    pub what: EditWhat,
}

/// What is done to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EditWhat {
    /// A text that occurs in it is replaced.
    Replace {
        /// The text, exactly; it must occur [`of`](Self::Replace::of) times.
        find: String,
        /// What stands there afterwards.
        replace: String,
        /// Which occurrence, counted from 1; 0 for all.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        nth: usize,
        /// How often the text must occur, so that a recipe that no longer fits is noticed.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        of: usize,
    },
    /// It is written anew, or made.
    Write {
        /// Its whole content.
        content: String,
    },
    /// It is removed.
    Remove {
        /// Always true.
        remove: bool,
    },
}

fn one() -> usize {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_one(n: &usize) -> bool {
    *n == 1
}

/// Why an edit does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such file.
    #[error("{0}: there is no such file")]
    NoFile(String),
    /// The file is not text.
    #[error("{0}: not UTF-8 text")]
    NotText(String),
    /// The text occurs more or less often than said.
    #[error("{path}: {find:?} occurs {found} times, not {expected}")]
    Occurs {
        /// The file.
        path: String,
        /// The text.
        find: String,
        /// How often it must occur.
        expected: usize,
        /// How often it does.
        found: usize,
    },
    /// The occurrence that is meant is not among them.
    #[error("{path}: occurrence {nth} of {of} makes no sense")]
    Nth {
        /// The file.
        path: String,
        /// Which.
        nth: usize,
        /// Of how many.
        of: usize,
    },
}

impl Edit {
    /// The file after the edit, `None` where it is removed; `content` is the file before, `None` where there is none.
    ///
    /// # Errors
    /// [`EditError`] where the edit does not fit.
    pub fn apply(&self, content: Option<&[u8]>) -> Result<Option<Vec<u8>>, EditError> {
        match &self.what {
            EditWhat::Write { content } => Ok(Some(content.clone().into_bytes())),
            EditWhat::Remove { .. } => match content {
                Some(_) => Ok(None),
                None => Err(EditError::NoFile(self.path.clone())),
            },
            EditWhat::Replace {
                find,
                replace,
                nth,
                of,
            } => {
                let content = content.ok_or_else(|| EditError::NoFile(self.path.clone()))?;
                let text = std::str::from_utf8(content)
                    .map_err(|_| EditError::NotText(self.path.clone()))?;
                let starts: Vec<usize> = text
                    .match_indices(find.as_str())
                    .map(|(at, _)| at)
                    .collect();
                if starts.len() != *of || find.is_empty() {
                    return Err(EditError::Occurs {
                        path: self.path.clone(),
                        find: find.clone(),
                        expected: *of,
                        found: starts.len(),
                    });
                }
                if *nth == 0 {
                    return Ok(Some(text.replace(find.as_str(), replace).into_bytes()));
                }
                let start = starts.get(nth - 1).ok_or_else(|| EditError::Nth {
                    path: self.path.clone(),
                    nth: *nth,
                    of: *of,
                })?;
                let mut edited = text.to_owned();
                edited.replace_range(*start..start + find.len(), replace);
                Ok(Some(edited.into_bytes()))
            }
        }
    }
}
