//! A proposal, applied to a tree in memory: every hunk where it belongs, or nothing at all.

use std::collections::BTreeMap;

use bughound_sandbox::Change;
use bughound_tasks::FilePatch;
use bughound_testbed::{Tree, TreeFile};

use super::hunks::{self, Text};
use super::{Block, Edit, Proposal, Refusal};

/// A proposal that fits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patched {
    /// What it changes, in the order of paths.
    pub changes: Vec<Change>,
    /// What was found elsewhere than the patch says.
    pub notes: Vec<String>,
}

/// Applies a proposal.
///
/// # Errors
/// Every hunk and file that does not fit, and why. Then nothing is applied.
pub fn apply(tree: &Tree, proposal: &Proposal) -> Result<Patched, Vec<Refusal>> {
    let mut work = Work {
        tree,
        after: BTreeMap::new(),
        notes: Vec::new(),
    };
    let mut refused = Vec::new();
    for (number, edit) in (1..).zip(&proposal.edits) {
        let result = match edit {
            Edit::Diff(file) => work.diff(file),
            Edit::Block(block) => work.block(block, number).map_err(|refusal| vec![refusal]),
        };
        refused.extend(result.err().into_iter().flatten());
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let mut after = tree.clone();
    for (path, file) in work.after {
        match file {
            Some(file) => after.files.insert(path, file),
            None => after.files.remove(&path),
        };
    }
    let changes = tree.changes_to(&after);
    if changes.is_empty() {
        return Err(vec![Refusal::of_file("the patch", "it changes nothing")]);
    }
    Ok(Patched {
        changes,
        notes: work.notes,
    })
}

struct Work<'a> {
    tree: &'a Tree,
    /// Files that were changed so far; `None` for those that are gone.
    after: BTreeMap<String, Option<TreeFile>>,
    notes: Vec<String>,
}

impl Work<'_> {
    fn file(&self, path: &str) -> Option<&TreeFile> {
        match self.after.get(path) {
            Some(file) => file.as_ref(),
            None => self.tree.files.get(path),
        }
    }

    /// The file of the tree that a path means: itself, or without what patches write before it.
    fn path(&self, written: &str) -> String {
        let mut path = written.trim().trim_start_matches("./");
        for before in ["/w/repo/", "/testbed/", "a/", "b/"] {
            match path.strip_prefix(before) {
                Some(rest) if self.file(path).is_none() && self.file(rest).is_some() => path = rest,
                _ => {}
            }
        }
        path.to_owned()
    }

    fn text(&self, path: &str) -> Result<Text, Refusal> {
        let Some(file) = self.file(path) else {
            return Err(Refusal::of_file(path, self.no_file(path)));
        };
        let text = std::str::from_utf8(&file.bytes)
            .map_err(|_| Refusal::of_file(path, "the file is no UTF-8 text"))?;
        Ok(Text::of(text))
    }

    fn no_file(&self, path: &str) -> String {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let wanted = name(path);
        let alike = self
            .tree
            .files
            .keys()
            .map(|known| {
                (
                    known,
                    strsim::normalized_levenshtein(known, path),
                    name(known),
                )
            })
            .filter(|(_, likeness, known)| *likeness > 0.6 || *known == wanted)
            .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(one.0)));
        match alike {
            Some((known, ..)) => format!("there is no such file; {known} is most like it"),
            None => "there is no such file".to_owned(),
        }
    }

    fn put(&mut self, path: &str, text: Text, executable: bool) {
        let file = TreeFile {
            bytes: text.into_string().into_bytes(),
            executable,
        };
        self.after.insert(path.to_owned(), Some(file));
    }

    fn block(&mut self, block: &Block, number: usize) -> Result<(), Refusal> {
        let mut block = block.clone();
        block.path = self.path(&block.path);
        let misplaced = |why: &str| Refusal {
            hunk: Some(number),
            line: Some(block.line),
            ..Refusal::of_file(&block.path, why)
        };
        if block.path.is_empty() {
            return Err(misplaced("no file is named before the block"));
        }
        if !is_inside(&block.path) {
            return Err(misplaced("the path leaves the project"));
        }
        let makes = block.search.iter().all(|line| line.trim().is_empty());
        let mut text = match self.file(&block.path) {
            None if makes => Text::of(""),
            _ => self.text(&block.path).map_err(|refusal| Refusal {
                hunk: Some(number),
                line: Some(block.line),
                ..refusal
            })?,
        };
        let executable = self.file(&block.path).is_some_and(|file| file.executable);
        hunks::block(&mut text, &block, number)?;
        self.put(&block.path, text, executable);
        Ok(())
    }

    fn diff(&mut self, file: &FilePatch) -> Result<(), Vec<Refusal>> {
        let old = file.old_path.as_deref().map(|path| self.path(path));
        let new = file.new_path.as_deref().map(|path| match &old {
            // Both sides are spelt alike.
            Some(old) if file.old_path.as_deref() == Some(path) => old.clone(),
            _ => self.path(path),
        });
        let one = |path: &str, why: &str| Err(vec![Refusal::of_file(path, why)]);
        let shown = new
            .as_deref()
            .or(old.as_deref())
            .unwrap_or_default()
            .to_owned();
        if let Some(path) = old.iter().chain(&new).find(|path| !is_inside(path)) {
            return one(path, "the path leaves the project");
        }
        if file.binary {
            return one(&shown, "a binary change: only text can be applied");
        }
        let (mut text, executable) = match &old {
            Some(old) => {
                let text = self.text(old).map_err(|refusal| vec![refusal])?;
                (text, self.file(old).is_some_and(|file| file.executable))
            }
            None => {
                if self.file(&shown).is_some_and(|file| !file.bytes.is_empty()) {
                    return one(&shown, "it is to be made, and is there already");
                }
                (Text::of(""), false)
            }
        };
        hunks::diff(&shown, &mut text, &file.hunks, &mut self.notes)?;
        match (&old, &new) {
            (Some(old), None) => {
                if !file.hunks.is_empty() && !text.is_empty() {
                    return one(
                        old,
                        "it is to be removed, and has lines that the patch does not know",
                    );
                }
                self.after.insert(old.clone(), None);
            }
            (old, Some(new)) => {
                if let Some(old) = old
                    && old != new
                {
                    if self.file(new).is_some() {
                        return one(new, "a file is to get this name, which another has");
                    }
                    if !file.copied {
                        self.after.insert(old.clone(), None);
                    }
                }
                self.put(new, text, executable);
            }
            (None, None) => return one("", "neither side of the patch is a file"),
        }
        Ok(())
    }
}

/// Whether a relative path stays in the project, and out of git's own folder.
fn is_inside(path: &str) -> bool {
    !path.starts_with('/')
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && part != ".git")
}

#[cfg(test)]
mod tests {
    use super::super::{diff_of, read};
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for (path, text) in [
            ("pkg/a.py", "one\ntwo\nthree\nfour\ntwo\nfive\n"),
            ("pkg/b.txt", "x\r\ny\r\n"),
            ("pkg/c.txt", "last line has no end"),
            ("empty.txt", ""),
        ] {
            tree.put(path.to_owned(), text.as_bytes().to_vec(), false);
        }
        tree.put("data.bin".to_owned(), vec![0xff, 0xfe], false);
        tree
    }

    /// The files after a patch, or why not.
    fn check(patch: &str, expected: &str) {
        let tree = tree();
        let said = match apply(&tree, &read(patch).unwrap()) {
            Ok(patched) => {
                let mut lines: Vec<String> = patched
                    .changes
                    .iter()
                    .map(|change| match &change.what {
                        bughound_sandbox::What::File { bytes, .. } => format!(
                            "{} = {:?}",
                            change.path.display(),
                            String::from_utf8_lossy(bytes)
                        ),
                        _ => format!("{} is gone", change.path.display()),
                    })
                    .collect();
                lines.extend(patched.notes);
                lines
            }
            Err(refused) => refused.iter().map(|it| format!("NOT {it}")).collect(),
        };
        assert_eq!(said.join("\n"), expected, "{patch}");
    }

    fn block(path: &str, search: &str, replace: &str) -> String {
        format!("{path}\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n")
    }

    #[test]
    fn blocks_fit_once_or_not_at_all() {
        check(
            &block("pkg/a.py", "three\n", "3\n"),
            "pkg/a.py = \"one\\ntwo\\n3\\nfour\\ntwo\\nfive\\n\"",
        );
        check(
            &block("a/pkg/a.py", "three\nfour\n", ""),
            "pkg/a.py = \"one\\ntwo\\ntwo\\nfive\\n\"",
        );
        check(
            &block("pkg/a.py", "two\n", "2\n"),
            "NOT pkg/a.py, hunk 1 (line 2 of the patch): its lines stand at 2 places (lines 2, 5): more lines around it would tell which is meant",
        );
        check(
            &block("pkg/a.py", "one\n tow\n", "1\n"),
            "NOT pkg/a.py, hunk 1 (line 2 of the patch): its lines are not in the file; nearest: line 1 has 1 of its 2 lines; ` tow` is wanted where `two` stands",
        );
        check(
            &block("pkg/b.txt", "y\n", "z\n"),
            "pkg/b.txt = \"x\\r\\nz\\r\\n\"",
        );
        check(
            &block("pkg/c.txt", "last line has no end\n", "neither has this\n"),
            "pkg/c.txt = \"neither has this\"",
        );
        check(&block("new/d.py", "", "made\n"), "new/d.py = \"made\\n\"");
        check(
            &block("empty.txt", "", "filled\n"),
            "empty.txt = \"filled\\n\"",
        );
        check(
            &block("pkg/a.py", "", "made\n"),
            "NOT pkg/a.py, hunk 1 (line 2 of the patch): it looks for nothing, and the file is not empty",
        );
        check(
            &block("pkg/aa.py", "one\n", "1\n"),
            "NOT pkg/aa.py, hunk 1 (line 2 of the patch): there is no such file; pkg/a.py is most like it",
        );
        check(
            &block("../x.py", "", "1\n"),
            "NOT ../x.py, hunk 1 (line 2 of the patch): the path leaves the project",
        );
        check(
            &block(".git/config", "", "1\n"),
            "NOT .git/config, hunk 1 (line 2 of the patch): the path leaves the project",
        );
        check(
            &block("data.bin", "x\n", "1\n"),
            "NOT data.bin, hunk 1 (line 2 of the patch): the file is no UTF-8 text",
        );
        check(
            &block("pkg/a.py", "one\n", "one\n"),
            "NOT the patch: it changes nothing",
        );
        let two = block("pkg/a.py", "one\n", "1\n") + &block("", "1\n", "0\n");
        check(
            &two,
            "pkg/a.py = \"0\\ntwo\\nthree\\nfour\\ntwo\\nfive\\n\"",
        );
    }

    fn diff(path: &str, rest: &str) -> String {
        format!("--- a/{path}\n+++ b/{path}\n{rest}")
    }

    #[test]
    fn hunks_fit_where_they_say_or_where_only_they_fit() {
        check(
            &diff("pkg/a.py", "@@ -4,3 +4,2 @@\n four\n-two\n five\n"),
            "pkg/a.py = \"one\\ntwo\\nthree\\nfour\\nfive\\n\"",
        );
        check(
            &diff("pkg/a.py", "@@ -1,2 +1,2 @@\n-four\n+4\n two\n"),
            "pkg/a.py = \"one\\ntwo\\nthree\\n4\\ntwo\\nfive\\n\"\npkg/a.py, hunk 1: found at line 4, its header says 1",
        );
        check(
            &diff("pkg/a.py", "@@ -2,1 +2,1 @@\n-two\n+2\n"),
            "pkg/a.py = \"one\\n2\\nthree\\nfour\\ntwo\\nfive\\n\"",
        );
        check(
            &diff("pkg/a.py", "@@ -3,1 +3,1 @@\n-two\n+2\n"),
            "NOT pkg/a.py, hunk 1 (line 3 of the patch): its lines stand at 2 places (lines 2, 5), and its header names none of them",
        );
        check(
            &diff("pkg/a.py", "@@ ... @@\n-three\n+3\n@@ -1 +1 @@\n-on\n+1\n"),
            "NOT pkg/a.py, hunk 2 (line 6 of the patch): its lines are not in the file; nearest: line 1 has 0 of its 1 lines; `on` is wanted where `one` stands",
        );
        check(
            &diff(
                "pkg/a.py",
                "@@ -1,1 +1,2 @@\n one\n+1.5\n@@ -5,2 +6,2 @@\n two\n-five\n+5\n",
            ),
            "pkg/a.py = \"one\\n1.5\\ntwo\\nthree\\nfour\\ntwo\\n5\\n\"",
        );
        check(
            &diff(
                "pkg/c.txt",
                "@@ -1 +1 @@\n-last line has no end\n\\ No newline at end of file\n+now it has\n",
            ),
            "pkg/c.txt = \"now it has\\n\"",
        );
        check(
            &diff(
                "pkg/c.txt",
                "@@ -1 +1,2 @@\n-last line has no end\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n",
            ),
            "pkg/c.txt = \"a\\nb\"",
        );
        check(
            "--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+n\n",
            "n.py = \"n\\n\"",
        );
        check(
            "--- /dev/null\n+++ b/pkg/a.py\n@@ -0,0 +1 @@\n+n\n",
            "NOT pkg/a.py: it is to be made, and is there already",
        );
        check(
            "--- a/pkg/c.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-last line has no end\n",
            "pkg/c.txt is gone",
        );
        check(
            "--- a/pkg/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
            "NOT pkg/a.py: it is to be removed, and has lines that the patch does not know",
        );
        check(
            "diff --git a/empty.txt b/full.txt\nsimilarity index 100%\nrename from empty.txt\nrename to full.txt\n",
            "empty.txt is gone\nfull.txt = \"\"",
        );
        check(
            "diff --git a/data.bin b/data.bin\nBinary files a/data.bin and b/data.bin differ\n",
            "NOT data.bin: a binary change: only text can be applied",
        );
    }

    #[test]
    fn a_diff_of_any_change_applies_again() {
        let before = tree();
        for (path, text) in [
            ("pkg/a.py", Some("one\n2\nthree\nfour\ntwo\nfive\nsix")),
            ("pkg/c.txt", Some("last line has no end\n")),
            ("pkg/c.txt", Some("first\nlast line has no end")),
            ("pkg/c.txt", Some("last line has no end\nmore")),
            ("pkg/b.txt", Some("x\r\ny\r\nz\r\n")),
            ("pkg/b.txt", None),
            ("empty.txt", None),
            ("new.txt", Some("")),
            ("new.txt", Some("no end")),
        ] {
            let mut after = before.clone();
            match text {
                Some(text) => after.put(path.to_owned(), text.as_bytes().to_vec(), false),
                None => {
                    after.files.remove(path);
                }
            }
            let changes = before.changes_to(&after);
            let diff = diff_of(&before, &changes);
            let patched = apply(&before, &read(&diff).unwrap());
            assert_eq!(patched.unwrap().changes, changes, "{diff}");
        }
    }
}
