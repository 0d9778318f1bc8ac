//! `ask_for_help`: what helped before.

use bughound_tools::{Page, ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Workbench;

/// Looks into past fixes and pages, best first. Nobody is asked.
pub(crate) struct AskForHelp;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The error, as it was printed, or a question.
    question: String,
}

/// How many past fixes and pages are shown.
const MOST_FIXES: usize = 5;
const MOST_PAGES: usize = 2;

impl TypedTool<Workbench> for AskForHelp {
    type Arguments = Arguments;

    const NAME: &'static str = "ask_for_help";

    const DESCRIPTION: &'static str = "Looks an error or a question up among past fixes of other projects, ranked by how alike the errors are and how often the fix worked, and in general pages.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        if arguments.question.trim().is_empty() {
            return Err(ToolError::miss("Nothing is asked", Vec::new()));
        }
        let system = workbench.lock().place.system().name();
        let knowledge = workbench.knowledge();
        let fixes = knowledge.fixes_for(&arguments.question, system);
        let pages = knowledge.pages_for(&arguments.question, system);
        if fixes.is_empty() && pages.is_empty() {
            let problem = "Nothing like it is known";
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let mut page = Page::new(workbench.budget());
        for (at, fix) in fixes.iter().take(MOST_FIXES).enumerate() {
            page.line(&format!(
                "{}. {} ({}; worked {} of {} times)",
                at + 1,
                fix.error.trim(),
                fix.system,
                fix.succeeded,
                fix.tried
            ));
            for line in fix.change.trim().lines() {
                page.line(&format!("   {line}"));
            }
        }
        for document in pages.iter().take(MOST_PAGES) {
            page.line(&format!("# {}", document.title));
            page.lines(document.text.trim());
        }
        Ok(page.finish())
    }
}
