//! `reposearcher-released`: what the published code of ToolTrain/RepoSearcher does, so that a model trained by
//! its recipe runs unchanged.
//!
//! Files first: five from the tree alone; a search of at most ten turns over the tree, the candidates and their
//! imports; five ranked; five again after a look at the imports of those. Then functions: a search of at most ten
//! turns over the skeletons of the five files, and a summary that is asked for in any case. Four tools, one call
//! a turn, in the dialect of the released code.
//!
//! Deviations: prompts are in our own words; the tree is cut to [`TREE_BYTES`] (the published code cuts nothing
//! and fails where the context ends); names that are nearly right are resolved at the end and said to be so.

use bughound_core::Message;
use bughound_tools::Toolbox;
use bughound_trace::Expects;

use super::tools;
use crate::event::Material;
use crate::protocol::{Next, Progress, Protocol, Stage};

pub(super) struct RepoSearcherReleased;

/// Turns of a search.
const MAX_TURNS: u32 = 10;

/// How many files are carried from one stage to the next.
const N_FILES: usize = 5;

/// The most bytes of the tree: some 15,000 tokens, half of the published context.
const TREE_BYTES: usize = 60_000;

const SYSTEM: &str = "\
You locate the code that must change to resolve a GitHub issue. You can call functions to read the source of classes \
and functions; file and names must be exact. Make one call at a time. When you have seen enough, call exit.";

const FILES_FORMAT: &str = "\
Give the five files that most likely must change, the most important first, as full paths, one a line, in a fenced \
block:
```
path/to/file1.py
path/to/file2.py
```";

const FUNCTIONS_FORMAT: &str = "\
From what you have read, give the places that must change, at most five, the most important first. Name the file \
with its full path on one line, and below it each place in it as `function: name`, `function: Class.name` or \
`class: Name`, in a fenced block:
```
path/to/file1.py
function: ClassA.method
function: helper

path/to/file2.py
class: ClassB
```";

impl Protocol for RepoSearcherReleased {
    fn name(&self) -> &'static str {
        "reposearcher-released"
    }

    fn about(&self) -> &'static str {
        "the published code's two phases: files from the tree, then functions from skeletons with four tools"
    }

    fn tools(&self) -> &'static dyn Toolbox {
        tools("reposearcher-released")
    }

    fn next(&self, progress: &Progress<'_>) -> Next {
        let issue = progress.brief.task.issue.trim();
        let opening = format!("The issue:\n\n<issue>\n{issue}\n</issue>\n\n");
        let (materials, outcomes) = (progress.materials, progress.outcomes);
        // The files of the last stage that named any.
        let files: Vec<String> = outcomes
            .iter()
            .rev()
            .map(crate::protocol::Outcome::files)
            .find(|files| !files.is_empty())
            .map(|mut files| {
                files.truncate(N_FILES);
                files
            })
            .unwrap_or_default();
        let Some(tree) = materials.first() else {
            return Next::Consult(Material::Tree {
                max_bytes: TREE_BYTES,
            });
        };
        // Materials and stages alternate: tree, files from it, imports, search, imports, files, skeletons, functions.
        match (outcomes.len(), materials.len()) {
            (0, _) => Next::Stage(one_reply(
                "files from the tree",
                format!(
                    "{opening}The repository's files:\n\n<files>\n{tree}\n</files>\n\n{FILES_FORMAT}"
                ),
            )),
            // Nothing can be read in an answer that names no file of this repository.
            (_, _) if files.is_empty() => Next::Done,
            (1, 1) | (2, 2) => Next::Consult(Material::Imports(files)),
            (1, _) => Next::Stage(Stage {
                name: "files by search".to_owned(),
                messages: vec![
                    Message::system(SYSTEM),
                    Message::user(format!(
                        "{opening}The repository's files:\n\n<files>\n{tree}\n</files>\n\nCandidates so far:\n{}\n\n\
                         What they import:\n{}\nRead what you need to tell which files must change.",
                        files.join("\n"),
                        text(materials, 1),
                    )),
                ],
                tools: true,
                expects: Expects::Files,
                max_turns: Some(MAX_TURNS),
                max_calls_per_turn: Some(1),
                closing: Some(FILES_FORMAT.to_owned()),
            }),
            (2, _) => Next::Stage(one_reply(
                "files by imports",
                format!(
                    "{opening}Ranked so far:\n{}\n\nWhat they import:\n{}\nConsider whether a file that they import \
                     is the better place.\n\n{FILES_FORMAT}",
                    files.join("\n"),
                    text(materials, 2),
                ),
            )),
            (3, 3) => Next::Consult(Material::Skeletons(files)),
            (3, _) => Next::Stage(Stage {
                name: "functions".to_owned(),
                messages: vec![
                    Message::system(SYSTEM),
                    Message::user(format!(
                        "{opening}The files that may have to change, with their functions and classes:\n\n{}\nRead \
                         what you need to tell which functions must change.",
                        text(materials, 3),
                    )),
                ],
                tools: true,
                expects: Expects::Functions,
                max_turns: Some(MAX_TURNS),
                max_calls_per_turn: Some(1),
                closing: Some(FUNCTIONS_FORMAT.to_owned()),
            }),
            _ => Next::Done,
        }
    }

    fn correction(&self, _: Expects) -> String {
        "That was not a call that can be read. Call one function, for example \
         get_code_of_file_function with {\"file_name\": \"path/to/file.py\", \"func_name\": \"name\"}, or exit."
            .to_owned()
    }
}

fn text(materials: &[String], at: usize) -> &str {
    materials.get(at).map_or("", String::as_str)
}

/// A stage that is one request for files and one reply.
fn one_reply(name: &str, request: String) -> Stage {
    Stage {
        name: name.to_owned(),
        messages: vec![Message::user(request)],
        tools: false,
        expects: Expects::Files,
        max_turns: Some(1),
        max_calls_per_turn: None,
        closing: Some(FILES_FORMAT.to_owned()),
    }
}
