//! `reposearcher`: the loop of the RepoSearcher paper (arXiv 2508.03012, section 3.1 and table 1): one
//! conversation, six tools, and a ranked list of functions at the end.
//!
//! Deviation: the paper says nothing of what happens when the policy does not exit by itself; here a budget ends
//! the search and the list is asked for.

use bughound_core::Message;
use bughound_tools::Toolbox;
use bughound_trace::Expects;

use super::tools;
use crate::protocol::{Next, Progress, Protocol, Stage};

pub(super) struct RepoSearcher;

const SYSTEM: &str = "\
You find the places in a repository where an issue must be fixed. You search with tools, a few calls at a time, and \
you change nothing.

Work from what the issue says: names, messages, files and behaviour that it mentions. Look at the structure of the \
repository first if you do not know where to begin, then open the classes and functions that may be to blame, and \
follow their imports. Names in calls must be exact; when a call finds nothing, its answer suggests near names.

When you know which functions must change, call exit. You are then asked for a ranked list.";

const CLOSING: &str = "\
List the functions, methods and classes that must change to fix the issue, at most five, the most certain first. \
Write each on a line of its own as path::Qualified.name, in one fenced block, and nothing behind it:
```
path/to/file.py::Class.method
path/to/other.py::function
```";

impl Protocol for RepoSearcher {
    fn name(&self) -> &'static str {
        "reposearcher"
    }

    fn about(&self) -> &'static str {
        "the RepoSearcher paper's single loop: six tools, then a ranked list of functions"
    }

    fn tools(&self) -> &'static dyn Toolbox {
        tools("reposearcher")
    }

    fn next(&self, progress: &Progress<'_>) -> Next {
        if !progress.outcomes.is_empty() {
            return Next::Done;
        }
        let issue = progress.brief.task.issue.trim();
        Next::Stage(Stage {
            name: "search".to_owned(),
            messages: vec![
                Message::system(SYSTEM),
                Message::user(format!("The issue:\n\n<issue>\n{issue}\n</issue>")),
            ],
            tools: true,
            expects: Expects::Functions,
            max_turns: None,
            max_calls_per_turn: None,
            closing: Some(CLOSING.to_owned()),
        })
    }
}
