//! `hound`: our own protocol. The built-in policy's candidates and their reasons open the conversation, so that a
//! policy begins where retrieval ends; the tool set is the extended one.

use bughound_core::Message;
use bughound_tools::Toolbox;
use bughound_trace::Expects;

use super::tools;
use crate::event::Material;
use crate::protocol::{Next, Progress, Protocol, Stage};

pub(super) struct Hound;

/// How many files and functions open the conversation.
const N_FILES: usize = 10;
const N_FUNCTIONS: usize = 20;

const SYSTEM: &str = "\
You find the functions, methods and classes of a repository that must change to fix an issue. You search with tools \
and change nothing.

A fast retrieval has ranked candidates for you already; it is often right and never certain. Confirm or reject its \
best candidates by reading them, then look where they lead: who calls them, what they call, what a message in the \
issue is raised by, code that does the same elsewhere, similar fixes in the past. Several calls may be made in one \
turn. Prefer few, telling calls: every one costs time.

The fix is often in the function that is the cause, not in the one that shows the symptom; and often in more than \
one place. When you know the places, call exit. You are then asked for a ranked list.";

const CLOSING: &str = "\
List the functions, methods and classes that must change to fix the issue, the most certain first, at most ten; \
leave out what you do not believe in. Write each on a line of its own as path::Qualified.name, in one fenced block, \
and nothing behind it:
```
path/to/file.py::Class.method
path/to/other.py::function
```";

impl Protocol for Hound {
    fn name(&self) -> &'static str {
        "hound"
    }

    fn about(&self) -> &'static str {
        "our own: the built-in policy's candidates first, then the extended tools, then a ranked list"
    }

    fn tools(&self) -> &'static dyn Toolbox {
        tools("hound")
    }

    fn next(&self, progress: &Progress<'_>) -> Next {
        if !progress.outcomes.is_empty() {
            return Next::Done;
        }
        let Some(candidates) = progress.materials.first() else {
            return Next::Consult(Material::Candidates {
                files: N_FILES,
                functions: N_FUNCTIONS,
            });
        };
        let issue = progress.brief.task.issue.trim();
        Next::Stage(Stage {
            name: "search".to_owned(),
            messages: vec![
                Message::system(SYSTEM),
                Message::user(format!(
                    "The issue:\n\n<issue>\n{issue}\n</issue>\n\nCandidates of the retrieval, best first, with its \
                     reasons:\n\n<candidates>\n{candidates}</candidates>"
                )),
            ],
            tools: true,
            expects: Expects::Functions,
            max_turns: None,
            max_calls_per_turn: None,
            closing: Some(CLOSING.to_owned()),
        })
    }
}
