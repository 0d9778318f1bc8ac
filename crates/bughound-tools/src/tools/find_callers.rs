//! `find_callers`: where a function, method or class is called.

use bughound_index::{CallEdge, FileRole, SymbolIdx};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Lists the calls of a definition, product code first, in each the surest first, with the line and why the
/// call is taken to mean this definition. For a method it also names what it overrides and what overrides
/// it: a call of those may reach it too.
pub(crate) struct FindCallers;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for FindCallers {
    type Arguments = Arguments;

    const NAME: &'static str = "find_callers";

    const DESCRIPTION: &'static str =
        "Lists the places where a function, method or class is called.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let mut calls: Vec<CallEdge> = found
            .iter()
            .flat_map(|&symbol| index.callers(symbol))
            .collect();
        calls.sort_by(|a, b| {
            let is_test = |call: &CallEdge| index.file(call.file).role() == FileRole::Test;
            is_test(a)
                .cmp(&is_test(b))
                .then_with(|| b.confidence().total_cmp(&a.confidence()))
                .then_with(|| (a.file, a.line, a.from).cmp(&(b.file, b.line, b.from)))
        });
        calls.dedup_by_key(|call| (call.file, call.line, call.from));
        let id = index.symbol(found[0]).id();
        let mut source = show::SourceLines::new(context, Self::NAME);
        let mut page = Page::new(context.budget());
        match calls.len() {
            0 => page.line(&format!(
                "No call of {id} was found; search_text finds mentions of its name."
            )),
            n => page.line(&format!("{} of {id}:", show::count(n, "call"))),
        }
        for call in &calls {
            let code = source.line(call.file, call.line)?;
            let caller = show::place(index, call.file, call.from);
            page.line(&format!(
                "{caller} (line {}, {}): {code}",
                call.line, call.evidence
            ));
        }
        relatives(&mut page, context, &found);
        let mut output = page.finish();
        output.shown = show::ids(index, &found);
        Ok(output)
    }
}

/// What a method overrides, and what overrides it.
fn relatives(page: &mut Page, context: &ToolContext, found: &[SymbolIdx]) {
    let index = context.index();
    let mut list = |what: &str, methods: Vec<SymbolIdx>| {
        for id in show::ids(index, &methods) {
            page.line(&format!("{what} {id}"));
        }
    };
    list(
        "It overrides",
        found
            .iter()
            .flat_map(|&symbol| index.overrides(symbol))
            .collect(),
    );
    list(
        "It is overridden by",
        found
            .iter()
            .flat_map(|&symbol| index.overridden_by(symbol))
            .collect(),
    );
}
