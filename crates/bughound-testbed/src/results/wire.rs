//! What a format changes of a command before it runs.

use std::collections::BTreeMap;

use crate::systems::BUILD;

/// A test command that is about to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Its whole environment.
    pub env: BTreeMap<String, String>,
    /// Files to make outside the tree first: absolute path in the sandbox and content. Read-only is best.
    pub files: Vec<(String, Vec<u8>)>,
    /// Which files to read afterwards: globs of absolute paths in the sandbox (`**` crosses folders). What fits them
    /// before the command runs must be removed, so that an older report is not taken for its own.
    pub collect: Vec<String>,
    /// Whether file descriptor 3 must be a pipe whose bytes are kept.
    pub report: bool,
}

/// Where a format may put its own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judge<'a> {
    /// A folder of the sandbox that lies outside the tree: absolute.
    pub folder: &'a str,
    /// Letters and digits that are new for every run and that the tree cannot know.
    pub nonce: &'a str,
}

impl Judge<'_> {
    /// A file that the runner itself writes; nothing else in the sandbox knows its name beforehand.
    pub(super) fn output(&self, extension: &str) -> String {
        format!("{BUILD}/bughound-{}.{extension}", self.nonce)
    }
}

impl Run {
    /// Where in the arguments a program is, whatever path it is called by.
    pub(super) fn position(&self, program: &str) -> Option<usize> {
        self.argv.iter().position(|word| {
            let name = word.rsplit('/').next().unwrap_or(word);
            name.split('.').next() == Some(program)
        })
    }

    /// Inserts arguments at a place.
    pub(super) fn insert<S: Into<String>>(
        &mut self,
        at: usize,
        words: impl IntoIterator<Item = S>,
    ) {
        self.argv.splice(at..at, words.into_iter().map(Into::into));
    }

    /// Adds arguments for a runner: before a `--` of its own, or after the `--` that `npm`, `yarn` and `pnpm` want.
    pub(super) fn append<S: Into<String>>(&mut self, words: impl IntoIterator<Item = S>) {
        let dashes = self.argv.iter().position(|word| word == "--");
        let first = self.argv.first().map_or("", String::as_str);
        let runs_script = ["npm", "pnpm"]
            .into_iter()
            .any(|program| first.rsplit('/').next() == Some(program));
        match dashes {
            Some(_) if runs_script => self.insert(self.argv.len(), words),
            Some(at) => self.insert(at, words),
            None => {
                if runs_script {
                    self.argv.push("--".to_owned());
                }
                self.insert(self.argv.len(), words);
            }
        }
    }

    /// Puts a word before what a variable holds.
    pub(super) fn prepend_env(&mut self, name: &str, value: &str, separator: &str) {
        let kept = self.env.get(name).filter(|kept| !kept.is_empty());
        let joined = match kept {
            Some(kept) => format!("{value}{separator}{kept}"),
            None => value.to_owned(),
        };
        self.env.insert(name.to_owned(), joined);
    }
}
