//! The tools: `locate`, and those of the set `hound`.

use std::sync::Arc;

use bughound_tools::{Tool as RepoTool, ToolContext, ToolError, ToolSet, tool_set};
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use super::locate::Locate;
use crate::harmless::harmless;
use crate::workspace::Workspace;

/// Ends an episode; here nobody is in one.
const EXIT: &str = "exit";

/// A call that can be routed.
pub(super) enum Call {
    Locate(Value),
    Tool(&'static dyn RepoTool, Value),
}

impl Call {
    /// # Errors
    /// Where there is no such tool.
    pub(super) fn new(name: &str, arguments: Option<JsonObject>) -> Result<Self, ErrorData> {
        let arguments = Value::Object(arguments.unwrap_or_default());
        if name == Locate::NAME {
            return Ok(Self::Locate(arguments));
        }
        match tools().find(|tool| tool.name() == name) {
            Some(tool) => Ok(Self::Tool(tool, arguments)),
            None => {
                let names: Vec<&str> = std::iter::once(Locate::NAME)
                    .chain(tools().map(RepoTool::name))
                    .collect();
                let message = format!(
                    "there is no tool `{}`; the tools are {}",
                    harmless(name),
                    names.join(", ")
                );
                Err(ErrorData::invalid_params(message, None))
            }
        }
    }

    /// # Errors
    /// Where the system failed: no other call would help.
    pub(super) fn run(&self, workspace: &Workspace) -> Result<CallToolResult, ErrorData> {
        match self {
            Self::Locate(arguments) => super::locate::run(workspace, arguments),
            Self::Tool(tool, arguments) => run(workspace, *tool, arguments),
        }
    }
}

fn run(
    workspace: &Workspace,
    tool: &'static dyn RepoTool,
    arguments: &Value,
) -> Result<CallToolResult, ErrorData> {
    let mut is_second = false;
    loop {
        let view = workspace.view().map_err(fault)?;
        let mut context = ToolContext::new(Arc::clone(&view.index));
        if tool.needs_history()
            && let Some(history) = workspace.history(&view)
        {
            context = context.with_history(history);
        }
        match tool.call(&context, arguments) {
            Ok(output) => return Ok(CallToolResult::success(vec![text(&output.text)])),
            Err(ToolError::Told(told)) => return Ok(told_result(&told.to_string())),
            // A file may have changed in the middle of the call.
            Err(ToolError::Fault { .. }) if !is_second => workspace.distrust(&view),
            Err(error @ ToolError::Fault { .. }) => return Err(fault(error)),
        }
        is_second = true;
    }
}

/// What a model is told about its own call.
pub(super) fn told_result(message: &str) -> CallToolResult {
    CallToolResult::error(vec![text(message)])
}

/// What is nobody's fault on the other side.
pub(super) fn fault(error: impl std::fmt::Display) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}

/// Text of the repository, as content.
pub(super) fn text(text: &str) -> ContentBlock {
    ContentBlock::text(harmless(text))
}

/// All tools, as clients are told of them.
pub(super) fn declarations() -> Vec<Tool> {
    let locate = declaration(
        Locate::NAME,
        Locate::DESCRIPTION,
        Locate::arguments_schema(),
    )
    .with_title("Locate what an issue is about")
    .with_raw_output_schema(Arc::new(Locate::output_schema()));
    let others =
        tools().map(|tool| declaration(tool.name(), tool.description(), tool.arguments_schema()));
    std::iter::once(locate).chain(others).collect()
}

fn declaration(name: &'static str, description: &'static str, schema: Value) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(name, description, object(schema)).with_annotations(annotations)
}

pub(super) fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

fn tools() -> impl Iterator<Item = &'static dyn RepoTool> {
    let set: Option<&'static ToolSet> = tool_set("hound");
    set.into_iter()
        .flat_map(|set| set.tools)
        .copied()
        .filter(|tool| tool.name() != EXIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tools_but_exit_are_offered_for_reading() {
        let tools = declarations();
        let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names.len(), 13);
        assert_eq!(names[0], "locate");
        assert!(names.contains(&"find_similar_fixes") && !names.contains(&EXIT));
        for tool in &tools {
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
            let annotations = tool.annotations.as_ref().unwrap();
            assert_eq!(annotations.read_only_hint, Some(true));
            assert!(annotations.is_idempotent() && !annotations.is_destructive());
        }
    }

    #[test]
    fn an_unknown_tool_is_an_error_that_names_the_others() {
        let Err(error) = Call::new("exit", None) else {
            panic!("exit ends an episode, and there is none");
        };
        assert!(
            error.message.contains("locate, get_repo_structure"),
            "{error:?}"
        );
    }
}
