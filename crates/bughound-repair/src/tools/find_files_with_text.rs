//! `find_files_with_text`: lines of files that hold a text.

use bughound_sandbox::End;
use bughound_tools::{Page, ToolError, ToolOutput, TypedTool, passes};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Workbench, shell};

/// Lists the lines of text files that hold a text or match an expression, in the order of paths.
pub(crate) struct FindFilesWithText;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// What to look for.
    text: String,
    /// Whether `text` is an extended regular expression, as of grep -E.
    #[serde(default)]
    regex: bool,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    ignore_case: bool,
    /// Only these files: a path, the end of one, a folder, or a pattern such as `src/**/*.py`.
    files: Option<String>,
}

impl TypedTool<Workbench> for FindFilesWithText {
    type Arguments = Arguments;

    const NAME: &'static str = "find_files_with_text";

    const DESCRIPTION: &'static str = "Lists the lines of the project's files that contain a text, or match a regular expression.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        if arguments.text.is_empty() {
            let problem = "There is nothing to look for in an empty text";
            return Err(ToolError::miss(problem, Vec::new()));
        }
        // -r follows no links; -Z ends file names with a zero byte.
        let mut argv = vec!["/usr/bin/grep", "-rnIZ", "--exclude-dir=.git"];
        argv.push(if arguments.regex { "-E" } else { "-F" });
        if arguments.ignore_case {
            argv.push("-i");
        }
        argv.extend(["-e", &arguments.text, "--", "."]);
        let finished = shell::own(workbench, &mut workbench.lock(), Self::NAME, &argv)?;
        if finished.end == End::TimedOut {
            let problem = "tooltimeout: looking through all files took too long";
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let stderr = finished.stderr.text();
        if !matches!(finished.end, End::Exited(0 | 1)) && finished.stdout.head.is_empty() {
            let problem = format!("grep does not understand that: {}", stderr.trim());
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let filter = arguments.files.unwrap_or_default();
        let (text, is_whole) = shell::beginning(&finished.stdout, '\n');
        let mut found: Vec<(&str, usize, &str)> = text
            .lines()
            .filter_map(|line| {
                let (path, rest) = line.split_once('\0')?;
                let (number, line) = rest.split_once(':')?;
                let path = path.strip_prefix("./").unwrap_or(path);
                passes(path, &filter).then_some((path, number.parse().ok()?, line))
            })
            .collect();
        found.sort_unstable();
        if found.is_empty() {
            let places = match filter.as_str() {
                "" => "no file".to_owned(),
                filter => format!("no file that fits `{filter}`"),
            };
            let problem = format!("`{}` is in {places}", arguments.text);
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let mut page = Page::new(workbench.budget());
        let mut files: Vec<&str> = found.iter().map(|(path, ..)| *path).collect();
        files.dedup();
        page.line(&format!(
            "{} in {}",
            counted(found.len(), "line"),
            counted(files.len(), "file")
        ));
        if !is_whole {
            page.line("[there is more than could be read; name files or a longer text]");
        }
        let mut last = "";
        for (path, number, line) in found {
            if path != last {
                page.line(path);
                last = path;
            }
            page.line(&format!("  {number}: {}", line.trim()));
        }
        Ok(page.finish())
    }
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}
