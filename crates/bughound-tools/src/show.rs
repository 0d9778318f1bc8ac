//! How source is shown.

use std::sync::Arc;

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
            skeleton(&mut page, index, text, idx);
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

/// The lines of a text, found once, for readers that take many of them.
pub(crate) struct Lines {
    text: Arc<str>,
    /// Where each line starts, and where a line behind the last one would.
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn of(text: Arc<str>) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        if starts.last() != Some(&text.len()) || text.is_empty() {
            starts.push(text.len() + 1);
        }
        Self { text, starts }
    }

    /// The lines from `first` to `last`, both from 1, without the last one's end; `""` behind the text.
    pub(crate) fn span(&self, first: u32, last: u32) -> &str {
        let at = |line: u32| self.starts.get(line as usize).copied();
        let Some(start) = at(first.saturating_sub(1)) else {
            return "";
        };
        let end = at(last).unwrap_or(self.text.len() + 1);
        self.text.get(start..end - 1).unwrap_or("")
    }
}

/// Single lines of source files, each file split once while its lines are asked for in a row.
pub(crate) struct SourceLines<'a> {
    context: &'a ToolContext,
    tool: &'static str,
    current: Option<(FileIdx, Lines)>,
}

impl<'a> SourceLines<'a> {
    pub(crate) fn new(context: &'a ToolContext, tool: &'static str) -> Self {
        Self {
            context,
            tool,
            current: None,
        }
    }

    /// One line, without space around.
    pub(crate) fn line(&mut self, file: FileIdx, line: u32) -> Result<&str, ToolError> {
        if self
            .current
            .as_ref()
            .is_none_or(|(current, _)| *current != file)
        {
            self.current = Some((file, Lines::of(self.context.text(self.tool, file)?)));
        }
        Ok(self
            .current
            .as_ref()
            .map_or("", |(_, lines)| lines.span(line, line).trim()))
    }
}

/// A type's own lines, and for each member its first line and how many lines it has.
fn skeleton(page: &mut Page, index: &Index, text: Arc<str>, class: SymbolIdx) {
    let source = Lines::of(text);
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
            page.lines(source.span(at, first - 1));
        }
        let head = symbol.def.name_line.clamp(first, last);
        page.lines(source.span(first, head));
        if last > head {
            page.line(&format!("    … lines {}-{last}", head + 1));
        }
        at = at.max(last + 1);
    }
    if at <= lines.end {
        page.lines(source.span(at, lines.end));
    }
}

#[cfg(test)]
mod tests {
    use bughound_core::LineSpan;

    use super::*;

    #[test]
    fn lines_are_those_of_the_index() {
        for text in ["", "a", "a\n", "a\nb", "\n", "\n\nb\n", "a\r\nb\r\n"] {
            let lines = Lines::of(text.into());
            for first in 1..5 {
                for last in first..5 {
                    let expect = lines_of(text, LineSpan::new(first, last));
                    assert_eq!(lines.span(first, last), expect, "{text:?} {first}-{last}");
                }
            }
        }
    }
}
