//! From a text to edits: unified diffs, and the search/replace blocks of Agentless and Aider.
//!
//! Reading is lenient about what stands around an edit (prose, fences, ways to name a file, headers whose numbers are wrong
//! or left out), and never about what is to be found and what comes in its place.

use bughound_tasks::{FilePatch, parse_patch};

/// A text, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// In the order of the text.
    pub edits: Vec<Edit>,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// What a unified diff does to a file.
    Diff(FilePatch),
    /// A search/replace block.
    Block(Block),
}

/// Lines that are looked for, and those that come in their place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The file; empty where none was named.
    pub path: String,
    /// Lines that the file must have; none where the file is to be made.
    pub search: Vec<String>,
    /// Lines that come in their place.
    pub replace: Vec<String>,
    /// Where it begins in the text, from 1.
    pub line: usize,
}

/// A text holds no edit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotUnderstood(pub String);

/// Reads edits.
///
/// # Errors
/// [`NotUnderstood`] where there is none, or a block is cut off.
pub fn read(text: &str) -> Result<Proposal, NotUnderstood> {
    // Numbers of lines are those of the whole text.
    let skipped = text.rfind("</think>").map_or(0, |at| at + "</think>".len());
    let before = text[..skipped].matches('\n').count();
    let text = &text[skipped..];
    if text.trim().is_empty() {
        return Err(NotUnderstood("the answer is empty".to_owned()));
    }
    let mut blocks = blocks(text)?;
    if !blocks.is_empty() {
        for block in &mut blocks {
            block.line += before;
        }
        let edits = blocks.into_iter().map(Edit::Block).collect();
        return Ok(Proposal { edits });
    }
    let mut patch = parse_patch(&with_headers(text));
    for hunk in patch.files.iter_mut().flat_map(|file| &mut file.hunks) {
        hunk.patch_line += before;
    }
    if patch.files.is_empty() {
        let first = text.trim().lines().next().unwrap_or_default();
        let first: String = first.chars().take(60).collect();
        return Err(NotUnderstood(format!(
            "neither a search/replace block nor a unified diff: `{first}`"
        )));
    }
    Ok(Proposal {
        edits: patch.files.into_iter().map(Edit::Diff).collect(),
    })
}

/// A hunk whose header says no numbers (`@@`, `@@ ... @@`) gets some; it is looked for by its lines.
fn with_headers(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        let end = line.trim_end();
        let is_bare = end.starts_with("@@") && !end.starts_with("@@ -");
        lines.push(if is_bare { "@@ -0,0 +0,0 @@" } else { line });
    }
    lines.join("\n")
}

fn blocks(text: &str) -> Result<Vec<Block>, NotUnderstood> {
    enum At {
        Outside,
        Search,
        Replace,
    }
    let mut blocks = Vec::new();
    let mut block = Block::default();
    let mut path = String::new();
    let mut at = At::Outside;
    for (number, raw) in (1..).zip(text.split('\n')) {
        let line = raw.strip_suffix('\r').unwrap_or(raw);
        let mark = line.trim();
        match at {
            At::Outside if mark.starts_with("<<<<<<<") && mark.ends_with("SEARCH") => {
                block = Block {
                    path: path.clone(),
                    line: number,
                    ..Block::default()
                };
                at = At::Search;
            }
            At::Outside => {
                if let Some(named) = named_file(mark) {
                    path = named;
                }
            }
            At::Search if mark == "=======" => at = At::Replace,
            At::Search if mark.starts_with(">>>>>>> REPLACE") => {
                return Err(cut(&block, "has no ======= line"));
            }
            At::Search => block.search.push(line.to_owned()),
            At::Replace if mark.starts_with(">>>>>>>") && mark.ends_with("REPLACE") => {
                blocks.push(std::mem::take(&mut block));
                at = At::Outside;
            }
            At::Replace => block.replace.push(line.to_owned()),
        }
    }
    match at {
        At::Outside => Ok(blocks),
        _ => Err(cut(
            &block,
            "has no >>>>>>> REPLACE line: the answer is cut off",
        )),
    }
}

fn cut(block: &Block, what: &str) -> NotUnderstood {
    NotUnderstood(format!("the block at line {} {what}", block.line))
}

/// A line that names a file: `### a/b.py`, `**a/b.py**`, `File: a/b.py`, "```a/b.py".
fn named_file(line: &str) -> Option<String> {
    let mut rest = line.trim_matches(|c: char| "#*`:".contains(c) || c.is_whitespace());
    for label in ["File", "file", "Path", "path", "FILE"] {
        let behind = rest.strip_prefix(label).map(str::trim_start);
        if let Some(behind) = behind.and_then(|behind| behind.strip_prefix([':', '='])) {
            rest = behind.trim_matches(|c: char| "*`\"'".contains(c) || c.is_whitespace());
        }
    }
    let is_path = !rest.is_empty()
        && !rest.contains(|c: char| c.is_whitespace() || "()<>=\"'{}|,;".contains(c))
        && rest.contains(['.', '/'])
        && !rest.ends_with(['.', '/'])
        && !rest.contains("://");
    is_path.then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use bughound_tasks::HunkLine;

    use super::*;

    fn shown(text: &str) -> String {
        let proposal = match read(text) {
            Ok(proposal) => proposal,
            Err(error) => return format!("error: {error}"),
        };
        let mut said = Vec::new();
        for edit in proposal.edits {
            said.push(match edit {
                Edit::Block(block) => format!(
                    "{}@{}: {:?} -> {:?}",
                    block.path, block.line, block.search, block.replace
                ),
                Edit::Diff(file) => {
                    let hunks: Vec<String> = file
                        .hunks
                        .iter()
                        .map(|hunk| {
                            let lines: Vec<String> = hunk
                                .lines
                                .iter()
                                .map(|line| match line {
                                    HunkLine::Context(text) => format!(" {text}"),
                                    HunkLine::Delete(text) => format!("-{text}"),
                                    HunkLine::Insert(text) => format!("+{text}"),
                                })
                                .collect();
                            format!("@{} {lines:?}", hunk.old_start)
                        })
                        .collect();
                    format!("{:?} {}", file.new_path, hunks.join(" "))
                }
            });
        }
        said.join("\n")
    }

    #[test]
    fn answers_are_read_in_many_spellings() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text), expected, "{text}");
        let block = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n";
        for name in [
            "### a/b.py",
            "a/b.py",
            "**a/b.py**",
            "`a/b.py`:",
            "File: a/b.py",
            "## File: `a/b.py`",
        ] {
            check(
                &format!("So:\n{name}\n```python\n{block}```\n"),
                "a/b.py@4: [\"old\"] -> [\"new\"]",
            );
        }
        check(
            &format!("```python\n### a.py\n{block}\n{block}```"),
            "a.py@3: [\"old\"] -> [\"new\"]\na.py@9: [\"old\"] -> [\"new\"]",
        );
        check(
            "<think>\n### x.py\n<<<<<<< SEARCH\n</think>\na.py\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE",
            "a.py@6: [] -> [\"new\"]",
        );
        check(block, "@1: [\"old\"] -> [\"new\"]");
        let diff = "--- a/x.py\n+++ b/x.py\n@@ -3,1 +3,1 @@\n-old\n+new\n";
        check(diff, "Some(\"x.py\") @3 [\"-old\", \"+new\"]");
        check(
            &format!("Here:\n```diff\n{diff}```\nDone."),
            "Some(\"x.py\") @3 [\"-old\", \"+new\"]",
        );
        check(
            "--- x.py\n+++ x.py\n@@\n same\n-old\n+new\n",
            "Some(\"x.py\") @0 [\" same\", \"-old\", \"+new\"]",
        );
        check(
            "--- a/x.py\n+++ b/x.py\n@@ def f(): @@\n-old\n",
            "Some(\"x.py\") @0 [\"-old\"]",
        );
    }

    #[test]
    fn nonsense_is_said_to_be_such() {
        let check = |text: &str, expected: &str| {
            assert_eq!(shown(text), format!("error: {expected}"), "{text}");
        };
        check("", "the answer is empty");
        check("<think>much</think>\n", "the answer is empty");
        check(
            "I cannot help.",
            "neither a search/replace block nor a unified diff: `I cannot help.`",
        );
        check(
            "a.py\n<<<<<<< SEARCH\nold\n=======\nnew",
            "the block at line 2 has no >>>>>>> REPLACE line: the answer is cut off",
        );
        check(
            "a.py\n<<<<<<< SEARCH\nold\n>>>>>>> REPLACE",
            "the block at line 2 has no ======= line",
        );
    }
}
