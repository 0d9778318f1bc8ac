//! `find_callees`: what a function, method or class calls.

use bughound_index::{CallEdge, SymbolIdx};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Lists the calls inside a definition that mean definitions of this repository, line by line, and why they
/// are taken to. Of a class these are the calls of its methods as well.
pub(crate) struct FindCallees;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for FindCallees {
    type Arguments = Arguments;

    const NAME: &'static str = "find_callees";

    const DESCRIPTION: &'static str =
        "Lists what a function, method or class calls, as far as it is defined in this repository.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let mut units = found.clone();
        for &symbol in found
            .iter()
            .filter(|&&symbol| lookup::is_container(index.symbol(symbol).kind()))
        {
            units.extend(
                index
                    .symbols_of(index.file_of(symbol))
                    .filter(|&idx| is_inside(context, idx, symbol)),
            );
        }
        units.sort_unstable();
        units.dedup();
        let mut calls: Vec<CallEdge> = units
            .iter()
            .flat_map(|&unit| index.callees(unit))
            .copied()
            .collect();
        calls.sort_by(|a, b| {
            (a.file, a.line)
                .cmp(&(b.file, b.line))
                .then_with(|| b.confidence().total_cmp(&a.confidence()))
                .then_with(|| a.to.cmp(&b.to))
        });
        calls.dedup_by_key(|call| (call.file, call.line, call.to));
        let id = index.symbol(found[0]).id();
        let mut source = show::SourceLines::new(context, Self::NAME);
        let mut page = Page::new(context.budget());
        match calls.len() {
            0 => page.line(&format!(
                "{id} calls nothing that is defined in this repository."
            )),
            _ => page.line(&format!("{id} calls:")),
        }
        let mut last = None;
        for call in &calls {
            if last != Some((call.file, call.line)) {
                let code = source.line(call.file, call.line)?;
                page.line(&format!("{}: {code}", call.line));
                last = Some((call.file, call.line));
            }
            page.line(&format!(
                "  -> {} ({})",
                index.symbol(call.to).id(),
                call.evidence
            ));
        }
        let mut output = page.finish();
        output.shown = show::ids(index, &found);
        Ok(output)
    }
}

fn is_inside(context: &ToolContext, inner: SymbolIdx, outer: SymbolIdx) -> bool {
    let mut at = inner;
    while let Some(parent) = context.index().parent(at) {
        if parent == outer {
            return true;
        }
        at = parent;
    }
    false
}
