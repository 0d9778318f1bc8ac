//! Tools that are no shell: editors, readers, validators, browsers, by the names that they have among agents.

use serde_json::Value;

use super::arguments::{after_of, before_of, path_of, text_of};
use super::{Effects, Surroundings, diff, validation};
use crate::action::{Effect, How, Write};
use crate::paths::joined;

/// What a call of such a tool does.
pub(crate) fn effects(tool: &str, arguments: &Value, surroundings: &mut Surroundings) -> Effects {
    let mut state = tool.to_owned();
    // One tool with commands: the command says what is done.
    let command = text_of(arguments, &["command"]).filter(|_| tool.contains("edit"));
    if let Some(command) = &command {
        let command: String = command.chars().take(24).collect();
        state = format!("{tool} {command}");
    }
    let does = command.as_deref().unwrap_or(tool).to_ascii_lowercase();
    let path = path_of(arguments).map(|path| joined("", &path));
    let mut effects = Vec::new();
    let may_change = if validation::is_tool(tool) {
        effects.push(Effect::Validates(format!("{tool} {arguments}")));
        false
    } else if let Some(what) = fetched(tool, arguments) {
        effects.push(Effect::Fetches(what));
        false
    } else if let Some(patch) = patch_of(&does, arguments) {
        effects.extend(diff::effects(&patch));
        true
    } else if is_any(&does, &["delete_file", "remove_file", "delete", "rm"]) {
        effects.extend(path.map(Effect::Deletes));
        true
    } else if let Some(how) = writes(&does) {
        let path = path.unwrap_or_else(|| surroundings.open_file.clone());
        if how == How::Create {
            surroundings.open_file.clone_from(&path);
        }
        if !path.is_empty() {
            effects.push(Effect::Writes(Write {
                path,
                how,
                before: before_of(arguments)
                    .or_else(|| does.starts_with("insert").then(String::new)),
                after: after_of(arguments),
            }));
        }
        true
    } else if only_reads(&does) {
        if let Some(path) = path {
            if does == "open" {
                surroundings.open_file.clone_from(&path);
            }
            effects.push(Effect::Reads(path));
        }
        false
    } else {
        true
    };
    Effects {
        state,
        effects,
        may_change,
        ..Effects::default()
    }
}

fn is_any(name: &str, any: &[&str]) -> bool {
    any.contains(&name)
}

fn patch_of(does: &str, arguments: &Value) -> Option<String> {
    is_any(does, &["apply_patch", "apply_diff", "patch"])
        .then(|| text_of(arguments, &["input", "patch", "diff", "content", "text"]))
        .flatten()
}

fn writes(does: &str) -> Option<How> {
    if is_any(does, &["create", "create_file", "new_file"]) {
        Some(How::Create)
    } else if is_any(
        does,
        &[
            "write_file",
            "write",
            "write_to_file",
            "save_file",
            "overwrite",
        ],
    ) {
        Some(How::Replace)
    } else if is_any(
        does,
        &[
            "edit",
            "edit_file",
            "multiedit",
            "multi_edit",
            "str_replace",
            "replace",
            "replace_in_file",
            "search_replace",
            "insert",
            "insert_lines",
            "insert_content",
            "replace_lines",
            "undo_edit",
            "notebookedit",
            "append_file",
            "edit_existing_file",
            "replace_string_in_file",
        ],
    ) {
        Some(How::Edit)
    } else {
        None
    }
}

/// Whether a tool's name promises that nothing changes.
pub(crate) fn only_reads(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = [
        "read",
        "view",
        "search",
        "find",
        "list",
        "get",
        "grep",
        "glob",
        "ls",
        "cat",
        "open",
        "goto",
        "scroll",
        "show",
        "think",
        "ask",
        "help",
        "exit",
        "submit",
        "finish",
        "respond",
        "calculate",
        "look",
        "lookup",
        "locate",
    ];
    name.split(['_', '-', '.', ' '])
        .any(|word| words.contains(&word))
}

/// What a tool asks the network for.
fn fetched(tool: &str, arguments: &Value) -> Option<String> {
    let name = tool.to_ascii_lowercase();
    let is_web = ["web", "browse", "http", "fetch", "url"]
        .iter()
        .any(|word| {
            name.split(['_', '-', '.'])
                .any(|part| part.starts_with(word))
        })
        || name.starts_with("webfetch")
        || name.starts_with("websearch");
    let what = || text_of(arguments, &["url", "query", "q", "uri", "command"]);
    is_web.then(|| what().unwrap_or_else(|| tool.to_owned()))
}
