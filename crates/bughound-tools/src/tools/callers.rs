//! `callers`: which definitions call one.

use bughound_index::FileRole;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, short};

/// Lists the definitions that call one, the surest first; tests are left out.
pub(crate) struct Callers;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for Callers {
    type Arguments = Arguments;

    const NAME: &'static str = "callers";

    const DESCRIPTION: &'static str = "Lists what calls a function, method or class.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let mut calls: Vec<_> = found
            .iter()
            .flat_map(|&symbol| index.callers(symbol))
            .filter_map(|call| Some((call.confidence(), short::candidate(index, call.from?)?)))
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
