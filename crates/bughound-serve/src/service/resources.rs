//! Files and definitions as resources, with line numbers.

use std::fmt::Write;

use bughound_core::{RepoPath, SymbolId};
use bughound_index::{Index, lines_of};
use bughound_repo::{Entry, EntryKind};
use rmcp::ErrorData;
use rmcp::model::{
    ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate,
};
use serde_json::json;

use super::mime::mime_type;
use super::tools::fault;
use super::uri;
use crate::harmless::harmless;
use crate::workspace::{View, Workspace};

/// Files of one page of the list.
const PAGE: usize = 500;
/// Larger files are read in parts.
const MAX_BYTES: usize = 1 << 20;
/// What git looks at to tell text from data.
const HEAD: usize = 8000;
/// Near names that are offered.
const N_SUGGESTIONS: usize = 5;

/// The shapes of addresses.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(uri::FILE_TEMPLATE, "file")
            .with_title("File")
            .with_description("A text file of the repository, with line numbers."),
        ResourceTemplate::new(uri::SYMBOL_TEMPLATE, "symbol")
            .with_title("Definition")
            .with_description(
                "The source of a function, method or class, with line numbers. The name is dotted: Class.method.",
            ),
    ]
}

/// A page of the files, by path. A page's cursor is the last path before it, so that it survives changes of
/// the files.
pub(super) fn list(
    workspace: &Workspace,
    cursor: Option<&str>,
) -> Result<ListResourcesResult, ErrorData> {
    let view = workspace.view().map_err(fault)?;
    let entries = view.index.snapshot().entries();
    let start = match cursor {
        None => 0,
        Some(cursor) => {
            let after = cursor.strip_prefix("after:").ok_or_else(|| {
                ErrorData::invalid_params("the cursor is none that this server gave", None)
            })?;
            entries.partition_point(|entry| entry.path.as_str() <= after)
        }
    };
    let mut files = entries[start..]
        .iter()
        .filter(|entry| entry.kind == EntryKind::File);
    let page: Vec<&Entry> = files.by_ref().take(PAGE).collect();
    let has_more = files.next().is_some();
    let mut result = ListResourcesResult::with_all_items(
        page.iter().map(|entry| resource(&entry.path)).collect(),
    );
    result.next_cursor = page
        .last()
        .filter(|_| has_more)
        .map(|last| format!("after:{}", last.path));
    Ok(result)
}

fn resource(path: &RepoPath) -> Resource {
    Resource::new(uri::of_file(path), path.as_str()).with_mime_type(mime_type(path))
}

/// The lines of a file or definition, each with its number.
pub(super) fn read(workspace: &Workspace, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let Some(id) = uri::parse(uri) else {
        let shapes = format!("{} and {}", uri::FILE_TEMPLATE, uri::SYMBOL_TEMPLATE);
        return Err(absent(uri, &format!("addresses have the shapes {shapes}")));
    };
    let view = workspace.view().map_err(fault)?;
    let text = match &id.qualified_name {
        None => file(&view, uri, &id.path)?,
        Some(name) => symbol(&view.index, uri, &id, name)?,
    };
    let contents = ResourceContents::text(harmless(&text), uri).with_mime_type(mime_type(&id.path));
    Ok(ReadResourceResult::new(vec![contents]))
}

fn file(view: &View, uri: &str, path: &RepoPath) -> Result<String, ErrorData> {
    let snapshot = view.index.snapshot();
    let Some(entry) = snapshot.entry(path.as_str()) else {
        return Err(absent(uri, &format!("there is no file `{path}`")));
    };
    let mut bytes = Vec::new();
    let mut reader = snapshot.reader();
    let size = reader
        .size(entry)
        .map_err(|error| absent(uri, &error.to_string()))?;
    if size > MAX_BYTES as u64 {
        let message = format!("`{path}` has {size} bytes; read it in parts with read_lines");
        return Err(absent(uri, &message));
    }
    reader
        .read(entry, &mut bytes)
        .map_err(|error| absent(uri, &error.to_string()))?;
    if bytes[..bytes.len().min(HEAD)].contains(&0) {
        let message = format!("`{path}` is binary ({} bytes)", bytes.len());
        return Err(absent(uri, &message));
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut out = String::new();
    number(&mut out, 1, text.strip_suffix('\n').unwrap_or(&text));
    Ok(out)
}

fn symbol(index: &Index, uri: &str, id: &SymbolId, name: &str) -> Result<String, ErrorData> {
    let Some(file) = index.file_at(id.path.as_str()) else {
        let message = format!("there is no source file `{}`", id.path);
        return Err(absent(uri, &message));
    };
    let found = index.find(file, name);
    if found.is_empty() {
        let near = index
            .names()
            .nearest(index, name, Some(file), N_SUGGESTIONS);
        let hint = match near.as_slice() {
            [] => String::new(),
            near => format!("; did you mean {}?", near.join(", ")),
        };
        let message = format!("`{}` defines no `{name}`{hint}", id.path);
        return Err(absent(uri, &message));
    }
    let Some(text) = index.text(file) else {
        return Err(fault(format!("{} can no longer be read", id.path)));
    };
    let mut out = String::new();
    // Several definitions may share a name: overloads, property accessors.
    for (at, symbol) in found.into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let lines = index.symbol(symbol).lines();
        number(&mut out, lines.start, lines_of(&text, lines));
    }
    Ok(out)
}

/// Adds lines with their numbers, as `read_lines` shows them.
fn number(out: &mut String, first: u32, text: &str) {
    let n = u32::try_from(text.split('\n').count()).unwrap_or(u32::MAX);
    let width = first.saturating_add(n - 1).to_string().len();
    for (number, line) in (first..).zip(text.split('\n')) {
        let _ = writeln!(out, "{number:>width$}  {line}");
    }
}

fn absent(uri: &str, message: &str) -> ErrorData {
    let uri = harmless(uri);
    ErrorData::resource_not_found(
        format!("{uri}: {}", harmless(message)),
        Some(json!({ "uri": uri })),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_in_one_width() {
        let check = |first: u32, text: &str, expect: &str| {
            let mut out = String::new();
            number(&mut out, first, text);
            assert_eq!(out, expect);
        };
        check(1, "a\n\nb", "1  a\n2  \n3  b\n");
        check(9, "x\ny", " 9  x\n10  y\n");
        check(1, "", "1  \n");
    }
}
