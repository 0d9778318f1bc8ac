//! `edit_file`: one text of a file replaced by another.

use bughound_tools::{Page, ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::files;
use crate::Workbench;
use crate::paths::file_in_project;

/// Replaces a text that occurs once. Not one of the paper's tools, which write whole files.
pub(crate) struct EditFile;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the project's folder.
    file: String,
    /// The text to replace, exactly as it stands in the file; it must occur once.
    find: String,
    /// What stands there afterwards.
    replace: String,
    /// Replace it wherever it occurs.
    #[serde(default)]
    all: bool,
}

impl TypedTool<Workbench> for EditFile {
    type Arguments = Arguments;

    const NAME: &'static str = "edit_file";

    const DESCRIPTION: &'static str =
        "Replaces a text of a file, which must occur in it exactly once, by another.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let path = file_in_project(&arguments.file)?;
        let Arguments { find, replace, .. } = &arguments;
        if find.is_empty() {
            return Err(ToolError::miss(
                "An empty text cannot be replaced",
                Vec::new(),
            ));
        }
        if find == replace {
            return Err(ToolError::miss("Both texts are the same", Vec::new()));
        }
        let inner = &mut workbench.lock();
        let text = files::text(workbench, inner, Self::NAME, &path)?;
        let starts: Vec<usize> = text
            .match_indices(find.as_str())
            .map(|(at, _)| at)
            .collect();
        if starts.is_empty() {
            return Err(not_found(&path, &text, find));
        }
        if starts.len() > 1 && !arguments.all {
            let lines: Vec<String> = starts
                .iter()
                .take(10)
                .map(|&at| line_of(&text, at).to_string())
                .collect();
            let problem = format!(
                "That text occurs {} times in {path}, in lines {}; write more of what stands around it, or `all`",
                starts.len(),
                lines.join(", ")
            );
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let edited = text.replace(find.as_str(), replace);
        files::write(workbench, inner, Self::NAME, &path, &edited)?;
        let mut page = Page::new(workbench.budget());
        let times = if starts.len() == 1 {
            "once"
        } else {
            "everywhere"
        };
        page.line(&format!("{path}: replaced {times}. It reads now:"));
        let first = line_of(&text, starts[0]);
        let shown = replace.lines().count().max(1) + 4;
        let from = first.saturating_sub(3);
        for (at, line) in edited.lines().enumerate().skip(from).take(shown) {
            page.line(&format!("{:>5}  {line}", at + 1));
        }
        Ok(page.finish())
    }
}

/// The number of the line at a place, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Says where the file has something like it.
fn not_found(path: &str, text: &str, find: &str) -> ToolError {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<&str> = text.lines().collect();
    let n = find.lines().count().clamp(1, 50);
    let wanted = squeezed(find);
    // Windows of as many lines; a file of many lines is looked through by its first line only.
    let first = squeezed(
        find.lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or(""),
    );
    let similarity = |at: usize| {
        if lines.len() > 2000 {
            strsim::normalized_levenshtein(&squeezed(lines[at]), &first)
        } else {
            let window = lines[at..(at + n).min(lines.len())].join("\n");
            let window: String = squeezed(&window).chars().take(2000).collect();
            strsim::sorensen_dice(&window, &wanted)
        }
    };
    let best = (0..lines.len())
        .map(|at| (similarity(at), at))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let Some((_, at)) = best.filter(|(similarity, _)| *similarity > 0.4) else {
        let problem = format!("That text is not in {path}, nor anything like it");
        return ToolError::miss(problem, Vec::new());
    };
    let end = (at + n).min(lines.len());
    let near: Vec<&str> = lines[at..end].iter().take(10).copied().collect();
    let window = lines[at..end].join("\n");
    let why = match squeezed(&window) == wanted {
        true => "only spaces or ends of lines differ",
        false => "it must be there exactly",
    };
    let problem = format!(
        "That text is not in {path}: {why}. Lines {}-{end} are the nearest:\n{}\n(the end of them)",
        at + 1,
        near.join("\n")
    );
    ToolError::miss(problem, Vec::new())
}
