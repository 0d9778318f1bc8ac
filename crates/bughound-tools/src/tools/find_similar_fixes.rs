//! `find_similar_fixes`: what was changed before for reasons like this one.

use bughound_index::tokens;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool};

/// Commits that are listed where no number is given, and at most.
const DEFAULT_COMMITS: usize = 10;
const MAX_COMMITS: usize = 60;

/// Lists past commits whose messages resemble a text, nearest first, with the source files that they
/// changed and that still exist. Only ancestors of the revision are known.
pub(crate) struct FindSimilarFixes;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// What the fix is about: the title, an error message, a few words.
    text: String,
    /// How many commits, at most 60; 10 where it is left out.
    commits: Option<u32>,
}

impl TypedTool for FindSimilarFixes {
    type Arguments = Arguments;

    const NAME: &'static str = "find_similar_fixes";

    const DESCRIPTION: &'static str =
        "Lists past commits whose messages resemble a text, with the files that they changed.";

    const NEEDS_HISTORY: bool = true;

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let Some(history) = context.history().filter(|history| history.n_commits() > 0) else {
            let problem =
                "There is no history here: the files do not come from a repository with commits";
            return Err(ToolError::miss(problem, Vec::new()));
        };
        let terms = terms(&arguments.text);
        if terms.is_empty() {
            let problem = format!("`{}` holds no word to look for", arguments.text);
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let n = arguments
            .commits
            .map_or(DEFAULT_COMMITS, |n| n as usize)
            .clamp(1, MAX_COMMITS);
        let mut similar = history.similar(&terms);
        similar.truncate(n);
        if similar.is_empty() {
            let text = format!("None of {} commits resembles this.", history.n_commits());
            return Ok(ToolOutput {
                text,
                ..ToolOutput::default()
            });
        }
        let mut page = Page::new(context.budget());
        page.line(&format!("The nearest of {} commits:", history.n_commits()));
        for commit in similar {
            let id = history.id(commit.at).to_string();
            let short = id.get(..10).unwrap_or(&id);
            let days = history.age_days(commit.at);
            page.line(&format!(
                "{short} ({days:.0} days before): {}",
                history.subject(commit.at)
            ));
            for &file in history.files_of(commit.at) {
                page.line(&format!("  {}", index.file(file).path()));
            }
        }
        Ok(page.finish())
    }
}

/// The terms of a text by hash, each once, with how often it occurs (dampened, as in the query:
/// `9 n / (8 + n)`), in the order of the text.
fn terms(text: &str) -> Vec<(u64, f32)> {
    let mut counts: Vec<(u64, u16)> = Vec::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        for term in text.get(range).map(tokens::terms_of).unwrap_or_default() {
            let hash = tokens::term_hash(&term);
            match counts.iter().position(|(other, _)| *other == hash) {
                Some(at) => counts[at].1 = counts[at].1.saturating_add(1),
                None if counts.len() < 260 => counts.push((hash, 1)),
                None => {}
            }
        }
    });
    counts
        .into_iter()
        .map(|(hash, count)| (hash, 9.0 * f32::from(count) / (8.0 + f32::from(count))))
        .collect()
}
