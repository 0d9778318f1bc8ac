//! Arguments by the names that they have among agents.

use serde_json::Value;

/// Tools whose calls are commands of a shell, by their names among agents.
const SHELLS: [&str; 18] = [
    "bash",
    "sh",
    "shell",
    "run_sh",
    "run_shell",
    "run_shell_command",
    "execute_bash",
    "execute_command",
    "exec_command",
    "exec",
    "run_command",
    "run_terminal_cmd",
    "terminal",
    "run_in_terminal",
    "mswea_bash_command",
    "local_shell",
    "run_bash",
    "Bash",
];

/// The command of a shell; `None` where the tool is none.
pub(crate) fn command_of(tool: &str, text: &str, arguments: &Value) -> Option<String> {
    if !SHELLS.contains(&tool) {
        return None;
    }
    for name in ["command", "cmd", "script", "code", "input", "keystrokes"] {
        match arguments.get(name) {
            Some(Value::String(command)) => return Some(command.clone()),
            Some(Value::Array(words)) => {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                // `["bash", "-lc", TEXT]`.
                return Some(match words.as_slice() {
                    [_, flag, text] if flag.starts_with('-') && flag.ends_with('c') => {
                        (*text).to_owned()
                    }
                    words => words.join(" "),
                });
            }
            _ => {}
        }
    }
    Some(match arguments {
        Value::String(command) => command.clone(),
        _ => text.to_owned(),
    })
}

/// The first of these fields that is a text.
pub(crate) fn text_of(arguments: &Value, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| arguments.get(name)?.as_str());
    found.map(str::to_owned)
}

/// The file that a call is about.
pub(crate) fn path_of(arguments: &Value) -> Option<String> {
    let names = [
        "path",
        "file_path",
        "file",
        "filename",
        "file_name",
        "filepath",
        "target_file",
        "relative_path",
        "absolute_path",
        "notebook_path",
    ];
    text_of(arguments, &names).filter(|path| !path.is_empty())
}

/// The text that is replaced.
pub(crate) fn before_of(arguments: &Value) -> Option<String> {
    text_of(
        arguments,
        &[
            "old_str",
            "old_string",
            "old_text",
            "search",
            "old",
            "to_replace",
        ],
    )
}

/// The text that takes its place, or is all that is written.
pub(crate) fn after_of(arguments: &Value) -> Option<String> {
    let names = [
        "new_str",
        "new_string",
        "new_text",
        "replace",
        "new",
        "file_text",
        "content",
        "contents",
        "insert_text",
        "code_edit",
        "text",
    ];
    text_of(arguments, &names)
}
