//! `callees`: what a definition calls.

use bughound_index::FileRole;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, short};

/// Lists the definitions that one calls, the surest first, as far as they are in this repository and no tests.
pub(crate) struct Callees;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for Callees {
    type Arguments = Arguments;

    const NAME: &'static str = "callees";

    const DESCRIPTION: &'static str = "Lists what a function, method or class calls.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let mut calls: Vec<_> = found
            .iter()
            .flat_map(|&symbol| index.callees(symbol))
            .filter_map(|call| Some((call.confidence(), short::candidate(index, call.to)?)))
            .collect();
        calls.retain(|(_, symbol)| {
            let file = index.file_of(*symbol);
            index.file(file).role() != FileRole::Test && !found.contains(symbol)
        });
        calls.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let places = calls.into_iter().map(|(_, symbol)| symbol);
        Ok(short::places(context, places, "Nothing.", true))
    }
}
