//! Texts about the repository, for prompts.

use bughound_core::{Level, Location, SymbolKind};
use bughound_hound::{Context, locate};
use bughound_index::{FileIdx, Index, SymbolIdx};
use bughound_tools::{Budget, Told, ToolContext, ToolError};
use serde_json::json;

use super::Environment;
use crate::event::Material;

/// The text of a material; an error where the repository can no longer be read.
pub(super) fn text(
    environment: &Environment,
    issue: &str,
    material: &Material,
) -> Result<String, String> {
    match material {
        Material::Failure => Err("nothing is built here that could fail".to_owned()),
        Material::Tree { max_bytes } => {
            let context = ToolContext::new(environment.index.clone()).with_budget(Budget {
                max_lines: usize::MAX,
                max_bytes: *max_bytes,
                ..Budget::default()
            });
            tool(&context, "get_repo_structure", &json!({}))
        }
        Material::Imports(files) => {
            let mut text = String::new();
            for file in files {
                text.push_str(&tool(
                    &environment.tools,
                    "get_imports_of_file",
                    &json!({ "file": file }),
                )?);
                text.push('\n');
            }
            Ok(text)
        }
        Material::Skeletons(files) => {
            let index = &environment.index;
            let known = files.iter().filter_map(|path| index.file_at(path));
            Ok(known.map(|file| skeleton(index, file)).collect())
        }
        Material::Candidates { files, functions } => {
            let context = Context {
                history: environment.history(),
                on_stage: None,
                ..Context::default()
            };
            let answer = locate(&environment.index, issue, &context);
            let mut text = String::from("Files:\n");
            for location in answer.locations(&environment.index, Level::File, *files) {
                text.push_str(&candidate(&location));
            }
            text.push_str("Functions, methods and classes:\n");
            for location in answer.locations(&environment.index, Level::Function, *functions) {
                text.push_str(&candidate(&location));
            }
            Ok(text)
        }
    }
}

/// What a tool says; what it tells a policy is a text, too.
fn tool(
    context: &ToolContext,
    name: &'static str,
    arguments: &serde_json::Value,
) -> Result<String, String> {
    let Some(tool) = bughound_tools::tool(name) else {
        return Err(format!("there is no tool `{name}`"));
    };
    match tool.call(context, arguments) {
        Ok(output) => Ok(output.text),
        Err(ToolError::Told(told @ (Told::Miss { .. } | Told::WrongArguments { .. }))) => {
            Ok(told.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// `- a/b.py::C.m (method, lines 3-9): reason; reason`.
fn candidate(location: &Location) -> String {
    let mut line = format!("- {}", location.path);
    if let Some(name) = &location.qualified_name {
        line.push_str(&format!("::{name}"));
    }
    if let (Some(kind), Some(lines)) = (location.kind, location.lines) {
        line.push_str(&format!(" ({kind}, lines {lines})"));
    }
    let reasons: Vec<&str> = location
        .reasons
        .iter()
        .take(2)
        .map(|reason| reason.text.as_str())
        .collect();
    if !reasons.is_empty() {
        line.push_str(&format!(": {}", reasons.join("; ")));
    }
    line.push('\n');
    line
}

/// A file's functions and classes with their methods, by name.
fn skeleton(index: &Index, file: FileIdx) -> String {
    let named = |idx: SymbolIdx| index.symbol(idx).name().to_owned();
    let candidates: Vec<SymbolIdx> = index
        .symbols_of(file)
        .filter(|&idx| index.symbol(idx).is_candidate())
        .collect();
    let functions: Vec<String> = candidates
        .iter()
        .filter(|&&idx| index.symbol(idx).kind() != SymbolKind::Method)
        .filter(|&&idx| index.symbol(idx).kind().is_callable())
        .map(|&idx| named(idx))
        .collect();
    let mut text = format!("{}\n", index.file(file).path());
    if !functions.is_empty() {
        text.push_str(&format!("  functions: {}\n", functions.join(", ")));
    }
    for &class in candidates
        .iter()
        .filter(|&&idx| index.symbol(idx).kind().is_type())
    {
        let mut methods: Vec<String> = candidates
            .iter()
            .filter(|&&idx| index.parent(idx) == Some(class))
            .filter(|&&idx| index.symbol(idx).kind().is_callable())
            .map(|&idx| named(idx))
            .collect();
        methods.dedup();
        let name = index.symbol(class).qualified_name();
        text.push_str(&format!("  class {name}: {}\n", methods.join(", ")));
    }
    text
}
