//! How source is shown.

use bughound_core::SymbolId;
use bughound_index::{FileIdx, Index, SymbolIdx, lines_of};

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, lookup};

/// `path::Class.method (method, lines 3-9)`.
pub(crate) fn heading(index: &Index, idx: SymbolIdx) -> String {
    let symbol = index.symbol(idx);
    let lines = symbol.lines();
    let word = if lines.start == lines.end {
        "line"
    } else {
        "lines"
    };
    format!("{} ({}, {word} {lines})", symbol.id(), symbol.kind())
}

/// The source of some definitions, one below the other, each under its heading. A type that does not fit
/// is shown without the bodies of its members.
pub(crate) fn definitions(
    context: &ToolContext,
    tool: &'static str,
    found: &[SymbolIdx],
) -> Result<ToolOutput, ToolError> {
    let index = context.index();
    let mut page = Page::new(context.budget());
    for (n, &idx) in found.iter().enumerate() {
        let symbol = index.symbol(idx);
        let text = context.text(tool, index.file_of(idx))?;
        if n > 0 {
            page.line("");
        }
        page.line(&heading(index, idx));
        let source = lines_of(&text, symbol.lines());
        let fits = symbol.lines().n_lines() as usize <= page.lines_left()
            && source.len() <= context.budget().max_bytes;
        if fits || !lookup::is_container(symbol.kind()) {
            page.lines(source);
        } else {
            skeleton(&mut page, index, &text, idx);
        }
    }
    let mut output = page.finish();
    output.shown = ids(index, found);
    Ok(output)
}

/// `path::Class.method`, or the path alone for code outside of any definition.
pub(crate) fn place(index: &Index, file: FileIdx, symbol: Option<SymbolIdx>) -> String {
    match symbol {
        Some(symbol) => index.symbol(symbol).id().to_string(),
        None => index.file(file).path().to_string(),
    }
}

/// `1 call`, `2 calls`.
pub(crate) fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

/// The ids of some definitions, each once, in order.
pub(crate) fn ids(index: &Index, found: &[SymbolIdx]) -> Vec<SymbolId> {
    let mut ids: Vec<SymbolId> = found.iter().map(|&idx| index.symbol(idx).id()).collect();
    ids.dedup();
    ids
}

/// A type's own lines, and for each member its first line and how many lines it has.
fn skeleton(page: &mut Page, index: &Index, text: &str, class: SymbolIdx) {
    let lines = index.symbol(class).lines();
    let members: Vec<SymbolIdx> = index
        .symbols_of(index.file_of(class))
        .filter(|&idx| index.parent(idx) == Some(class))
        .collect();
    let n_lines = lines.n_lines();
    page.line(&format!(
        "[{n_lines} lines are too many to show: the bodies of {} members are left out]",
        members.len()
    ));
    let mut at = lines.start;
    for member in members {
        let symbol = index.symbol(member);
        let (first, last) = (symbol.lines().start, symbol.lines().end);
        if first > at {
            page.lines(lines_of(text, bughound_core::LineSpan::new(at, first - 1)));
        }
        let head = symbol.def.name_line.clamp(first, last);
        page.lines(lines_of(text, bughound_core::LineSpan::new(first, head)));
        if last > head {
            page.line(&format!("    … lines {}-{last}", head + 1));
        }
        at = at.max(last + 1);
    }
    if at <= lines.end {
        page.lines(lines_of(text, bughound_core::LineSpan::new(at, lines.end)));
    }
}
