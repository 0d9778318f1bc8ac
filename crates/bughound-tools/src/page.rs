//! The reference page of the tools.

use serde_json::Value;

use crate::{ALL_TOOLS, Budget, TOOL_SETS, Tool};

/// `docs/tools.md`: the sets, and every tool with its arguments, in Markdown.
pub fn reference_page() -> String {
    let budget = Budget::default();
    let mut page = format!(
        "# Tools\n\n\
         Printed by `cargo run -p bughound-tools --example tools_page`; a test compares.\n\n\
         A tool reads the index of one snapshot and nothing else: the same call gives the same text. From a \
         shell: `bughound tool NAME --repo PATH --rev REV argument=value`. A call gives at most {} lines and \
         {} KiB by default, and says how many lines it left out. A call that misses says why, and what may \
         have been meant.\n\n\
         ## Sets\n\n| set | for | tools |\n|---|---|---|\n",
        budget.max_lines,
        budget.max_bytes >> 10
    );
    for set in TOOL_SETS {
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
    for tool in ALL_TOOLS {
        tool_section(&mut page, *tool);
    }
    page
}

/// Adds a tool with its arguments to a page, in Markdown.
pub fn tool_section<C: ?Sized>(page: &mut String, tool: &dyn Tool<C>) {
    page.push_str(&format!(
        "\n## `{}`\n\n{}\n",
        tool.name(),
        tool.description()
    ));
    if tool.needs_history() {
        page.push_str("\nNeeds the history of the repository.\n");
    }
    let schema = tool.arguments_schema();
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut rows = String::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let kind = match &property["type"] {
            Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or("any"),
            kind => kind.as_str().unwrap_or("any"),
        };
        let need = if required.contains(&name.as_str()) {
            "required"
        } else {
            "optional"
        };
        let description = property["description"]
            .as_str()
            .unwrap_or("")
            .replace('|', "\\|");
        rows.push_str(&format!("| `{name}` | {kind}, {need} | {description} |\n"));
    }
    if rows.is_empty() {
        page.push_str("\nNo arguments.\n");
    } else {
        page.push_str(&format!("\n| argument | kind | |\n|---|---|---|\n{rows}"));
    }
}
