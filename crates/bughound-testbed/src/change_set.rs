//! What of a policy's change is judged: plain files in allowed places, and deletions.

use std::collections::BTreeMap;

use bughound_sandbox::{Change, What};

use crate::paths::{globs, is_left_behind};
use crate::{Blocked, Paths, tree::Tree};

/// A change as it is applied, and the parts of it that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// What is applied, in the order of paths.
    pub applied: Vec<Change>,
    /// What is not, in the order of paths.
    pub blocked: Vec<Blocked>,
}

impl ChangeSet {
    /// Sorts out what a change of `tree` (the one that the policy got) may consist of.
    ///
    /// A folder's deletion is that of its files, each judged by itself. What running leaves behind (`__pycache__`, object
    /// files) is neither applied nor named, unless the tree has it.
    ///
    /// `runs_by_name` knows files that a build runs because of their name alone; one that the tree does not have is not
    /// made.
    pub(crate) fn of(
        changes: &[Change],
        paths: &Paths,
        tree: &Tree,
        runs_by_name: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut wanted: BTreeMap<String, What> = BTreeMap::new();
        let mut set = Self::default();
        for change in changes {
            let Some(path) = change.path.to_str() else {
                set.block(&change.path.to_string_lossy(), "its name is not UTF-8");
                continue;
            };
            match &change.what {
                What::Folder => {}
                What::Removed => {
                    let inside = format!("{path}/");
                    // What is there now is told after that which was removed.
                    for file in tree
                        .files
                        .keys()
                        .filter(|file| *file == path || file.starts_with(&inside))
                    {
                        wanted.insert(file.clone(), What::Removed);
                    }
                }
                what => {
                    wanted.insert(path.to_owned(), what.clone());
                }
            }
        }
        let allowed = globs(&paths.allowed);
        let protected = globs(&paths.protected);
        let held_out = globs(&paths.held_out);
        for (path, what) in wanted {
            let is_known = tree.files.contains_key(&path);
            if is_same(tree, &path, &what) || (!is_known && is_left_behind(&path)) {
                continue;
            }
            let why = match &what {
                What::Link { .. } => Some("a link"),
                What::Special => Some("no plain file"),
                What::TooLarge { .. } => Some("too large"),
                _ if protected.is_match(&path) => Some("protected"),
                _ if held_out.is_match(&path) => Some("protected"),
                _ if !allowed.is_match(&path) => Some("not allowed"),
                What::File { .. } if !is_known && runs_by_name(&path) => {
                    Some("runs because of its name")
                }
                What::File { bytes, .. } if !is_known && is_built(bytes) => {
                    Some("built, not written")
                }
                _ => None,
            };
            match why {
                Some(why) => set.block(&path, why),
                None => set.applied.push(Change {
                    path: path.into(),
                    what,
                }),
            }
        }
        set
    }

    fn block(&mut self, path: &str, why: &str) {
        self.blocked.push(Blocked {
            path: path.to_owned(),
            why: why.to_owned(),
        });
    }
}

/// Whether it is what a compiler makes. One that lies there with a newer time than its sources would be taken for what
/// they make, whatever they say now.
fn is_built(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 5] = [
        b"\x7fELF",
        b"!<arch>\n",
        b"\xca\xfe\xba\xbe",
        b"\xcf\xfa\xed\xfe",
        b"\0asm",
    ];
    STARTS.iter().any(|start| bytes.starts_with(start))
}

/// Whether the tree has just this.
fn is_same(tree: &Tree, path: &str, what: &What) -> bool {
    match (tree.files.get(path), what) {
        (Some(file), What::File { bytes, executable }) => {
            file.bytes == *bytes && file.executable == *executable
        }
        (None, What::Removed) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_in_allowed_places_count() {
        let mut tree = Tree::default();
        for path in ["src/a.py", "src/b.py", "tests/t.py", "docs/x.md"] {
            tree.put(path.to_owned(), path.as_bytes().to_vec(), false);
        }
        let paths = Paths {
            allowed: vec!["src/**".to_owned(), "tests/**".to_owned()],
            protected: vec!["tests/**".to_owned(), "src/conftest.py".to_owned()],
            held_out: vec!["src/hidden.py".to_owned()],
        };
        let implicit = globs(&["**/sitecustomize.py".to_owned(), "src/a.py".to_owned()]);
        let file = |text: &str| What::File {
            bytes: text.as_bytes().to_vec(),
            executable: false,
        };
        let check = |path: &str, what: What, applied: &[&str], blocked: &[(&str, &str)]| {
            let change = Change {
                path: path.into(),
                what,
            };
            let set = ChangeSet::of(std::slice::from_ref(&change), &paths, &tree, &|path| {
                implicit.is_match(path)
            });
            let got: Vec<&str> = set
                .applied
                .iter()
                .map(|change| change.path.to_str().unwrap())
                .collect();
            let not: Vec<(&str, &str)> = set
                .blocked
                .iter()
                .map(|blocked| (blocked.path.as_str(), blocked.why.as_str()))
                .collect();
            assert_eq!(
                (got.as_slice(), not.as_slice()),
                (applied, blocked),
                "{change:?}"
            );
        };
        check("src/a.py", file("new"), &["src/a.py"], &[]);
        check("src/a.py", file("src/a.py"), &[], &[]);
        check("src/new/c.py", file(""), &["src/new/c.py"], &[]);
        check("src", What::Removed, &["src/a.py", "src/b.py"], &[]);
        check("tests", What::Removed, &[], &[("tests/t.py", "protected")]);
        check("gone", What::Removed, &[], &[]);
        check("docs/x.md", file("y"), &[], &[("docs/x.md", "not allowed")]);
        check(
            "src/conftest.py",
            file("y"),
            &[],
            &[("src/conftest.py", "protected")],
        );
        check(
            "src/hidden.py",
            file("y"),
            &[],
            &[("src/hidden.py", "protected")],
        );
        check(
            "src/l",
            What::Link {
                target: "/etc".into(),
            },
            &[],
            &[("src/l", "a link")],
        );
        check("src/p", What::Special, &[], &[("src/p", "no plain file")]);
        check(
            "src/big",
            What::TooLarge { n_bytes: 9 },
            &[],
            &[("src/big", "too large")],
        );
        check("src/__pycache__/a.pyc", file("x"), &[], &[]);
        check("src/n", What::Folder, &[], &[]);
        check(
            "src/program",
            file("\x7fELF\x02"),
            &[],
            &[("src/program", "built, not written")],
        );
        check(
            "src/sitecustomize.py",
            file(""),
            &[],
            &[("src/sitecustomize.py", "runs because of its name")],
        );
    }

    #[test]
    fn a_file_in_place_of_a_removed_folder_counts_after_it() {
        let mut tree = Tree::default();
        tree.put("a/b.py".to_owned(), Vec::new(), false);
        let changes = [
            Change {
                path: "a".into(),
                what: What::Removed,
            },
            Change {
                path: "a/b.py".into(),
                what: What::File {
                    bytes: b"x".to_vec(),
                    executable: false,
                },
            },
        ];
        let set = ChangeSet::of(&changes, &Paths::default(), &tree, &|_| false);
        assert_eq!(set.applied, changes[1..]);
    }
}
