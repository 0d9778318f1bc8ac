//! A small change of one file, exact.

use serde::{Deserialize, Serialize};

/// A small change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Edit {
    /// Relative to the tree's root, `/` between its parts.
    pub path: String,
    /// What is done to it.
    pub what: EditWhat,
}

/// What is done to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditWhat {
    /// A text that occurs in it is replaced.
    Replace {
        /// The text, exactly; it must occur [`of`](Self::Replace::of) times.
        find: String,
        /// What stands there afterwards.
        replace: String,
        /// Which occurrence, counted from 1; 0 for all.
        nth: usize,
        /// How often the text must occur, so that a recipe that no longer fits is noticed.
        of: usize,
    },
    /// It is written anew, or made.
    Write {
        /// Its whole content.
        content: String,
    },
    /// It is removed.
    Remove,
}

/// An edit as `task.toml` has it: `path` with `find` and `replace` (and `nth`, `of`), with `content`, or with
/// `remove = true`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    find: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nth: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    remove: bool,
}

impl TryFrom<Written> for Edit {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let path = written.path;
        if !is_inside(&path) {
            return Err(format!("an edit's path {path:?} leaves the tree"));
        }
        let what = match (
            written.find,
            written.replace,
            written.content,
            written.remove,
        ) {
            (Some(find), Some(replace), None, false) if !find.is_empty() => {
                let of = written.of.unwrap_or(1);
                let nth = written.nth.unwrap_or(1);
                if nth > of {
                    return Err(format!("an edit of {path} wants occurrence {nth} of {of}"));
                }
                EditWhat::Replace {
                    find,
                    replace,
                    nth,
                    of,
                }
            }
            (None, None, Some(content), false) => EditWhat::Write { content },
            (None, None, None, true) => EditWhat::Remove,
            _ => {
                return Err(format!(
                    "an edit of {path} has `find` (not empty) and `replace`, or `content`, or `remove = true`"
                ));
            }
        };
        Ok(Self { path, what })
    }
}

impl From<Edit> for Written {
    fn from(edit: Edit) -> Self {
        let path = edit.path;
        match edit.what {
            EditWhat::Replace {
                find,
                replace,
                nth,
                of,
            } => Self {
                path,
                find: Some(find),
                replace: Some(replace),
                nth: (nth != 1).then_some(nth),
                of: (of != 1).then_some(of),
                ..Self::default()
            },
            EditWhat::Write { content } => Self {
                path,
                content: Some(content),
                ..Self::default()
            },
            EditWhat::Remove => Self {
                path,
                remove: true,
                ..Self::default()
            },
        }
    }
}

/// Whether a relative path with `/` between its parts stays in the tree.
pub(crate) fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with('/')
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
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
}

impl Edit {
    /// The file after the edit, `None` where it is removed; `content` is the file before, `None` where there is none.
    ///
    /// # Errors
    /// [`EditError`] where the edit does not fit.
    pub fn apply(&self, content: Option<&[u8]>) -> Result<Option<Vec<u8>>, EditError> {
        match &self.what {
            EditWhat::Write { content } => Ok(Some(content.clone().into_bytes())),
            EditWhat::Remove => match content {
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
                // Reading made sure that there are so many; an edit made by hand may not have.
                let Some(start) = starts.get(nth - 1) else {
                    return Ok(Some(content.to_vec()));
                };
                let mut edited = text.to_owned();
                edited.replace_range(*start..start + find.len(), replace);
                Ok(Some(edited.into_bytes()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_exact() {
        fn check(toml: &str, before: Option<&str>, after: Result<Option<&str>, &str>) {
            let edit: Result<Edit, _> = toml::from_str(toml);
            let got = edit
                .map_err(|error| error.message().to_owned())
                .and_then(|edit| {
                    edit.apply(before.map(str::as_bytes))
                        .map_err(|error| error.to_string())
                })
                .map(|bytes| bytes.map(|bytes| String::from_utf8(bytes).unwrap()));
            let expected = after
                .map(|text| text.map(str::to_owned))
                .map_err(str::to_owned);
            assert_eq!(got, expected, "{toml}");
        }
        let ab = "path='a'\nfind='x'\nreplace='y'\n";
        check(ab, Some("1x2"), Ok(Some("1y2")));
        check(ab, Some("1x2x"), Err("a: \"x\" occurs 2 times, not 1"));
        check(ab, None, Err("a: there is no such file"));
        check(&format!("{ab}nth=2\nof=2"), Some("1x2x"), Ok(Some("1x2y")));
        check(&format!("{ab}nth=0\nof=2"), Some("1x2x"), Ok(Some("1y2y")));
        check(
            &format!("{ab}nth=3\nof=2"),
            Some("1x2x"),
            Err("an edit of a wants occurrence 3 of 2"),
        );
        check("path='a'\ncontent='z'", None, Ok(Some("z")));
        check("path='a'\nremove=true", Some("z"), Ok(None));
        check(
            "path='a'\nremove=true",
            None,
            Err("a: there is no such file"),
        );
        let either =
            "an edit of a has `find` (not empty) and `replace`, or `content`, or `remove = true`";
        check("path='a'\nremove=true\ncontent=''", None, Err(either));
        check("path='a'\nfind=''\nreplace=''", None, Err(either));
        check(
            "path='../a'\nremove=true",
            None,
            Err("an edit's path \"../a\" leaves the tree"),
        );
        check(
            "path='a'\nfinds='x'\nreplace='y'",
            None,
            Err(
                "unknown field `finds`, expected one of `path`, `find`, `replace`, `nth`, `of`, `content`, `remove`",
            ),
        );
    }
}
