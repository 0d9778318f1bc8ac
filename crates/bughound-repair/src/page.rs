//! The reference page of the tools.

use bughound_tools::{Budget, tool_section};

use crate::{REPAIR_SETS, REPAIR_TOOLS};

/// `docs/repair-tools.md`: the sets, and every tool with its arguments, in Markdown.
pub fn reference_page() -> String {
    let budget = Budget::default();
    let mut page = format!(
        "# Repair tools\n\n\
         Printed by `cargo run -p bughound-repair --example repair_tools_page`; a test compares.\n\n\
         The ten tools of arXiv 2510.22075 (appendix A.2) by their published names, and one more. The paper says what each is \
         for and not what its arguments are: those are ours. They work on the policy's own copy of the project in a \
         sandbox without a network. Paths are relative to the project's folder, none leaves it, and no link is \
         followed. A call gives at most {} lines and {} KiB by default, and says how many lines it left out; of the output of \
         commands, start and end are shown. A command that takes too long is stopped, and the result says \
         `tooltimeout`. A call that misses says why; a sandbox that is gone ends the episode and counts against nobody.\n\n\
         They are called natively, or as JSON in XML tags, `<tool name=\"read_file\">{{\"file\": \"setup.py\"}}</tool>` \
         (the dialect `xml`; `hermes` works, too).\n\n\
         What `ask_for_help` finds is what it was given: a folder with `fixes.jsonl` (one past fix a line: `id`, `system`, \
         `class`, `error`, `log`, `change`, `tried`, `succeeded`, and where it is known `task`, `project`, `date`) and \
         Markdown pages in `pages/`; without one, a few general pages. A task never sees fixes of itself, of its project, of \
         later days, or fixes that hold a line of its known fix; a test holds the built-in pages against the tasks that \
         are shipped.\n\n\
         ## Sets\n\n| set | for | tools |\n|---|---|---|\n",
        budget.max_lines,
        budget.max_bytes >> 10
    );
    for set in REPAIR_SETS {
        let names: Vec<String> = set
            .tools
            .iter()
            .map(|tool| format!("`{}`", tool.name()))
            .collect();
        page.push_str(&format!(
            "| `{}` | {} | {} |\n",
            set.name,
            set.purpose,
            names.join(", ")
        ));
    }
    for tool in REPAIR_TOOLS {
        tool_section(&mut page, *tool);
    }
    page
}
