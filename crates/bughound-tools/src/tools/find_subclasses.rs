//! `find_subclasses`: the types above and below a type.

use bughound_index::{FileRole, SymbolIdx, TypeEdge};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Shows what a class derives from and, as a tree, what derives from it, with the reason for each step.
pub(crate) struct FindSubclasses;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The class: `path/to/file.py::Class`, or its name if only one class has it.
    class: String,
}

impl TypedTool for FindSubclasses {
    type Arguments = Arguments;

    const NAME: &'static str = "find_subclasses";

    const DESCRIPTION: &'static str =
        "Shows what a class derives from, and all classes that derive from it.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.class)?;
        let types: Vec<SymbolIdx> = found
            .into_iter()
            .filter(|&idx| lookup::is_container(index.symbol(idx).kind()))
            .collect();
        let Some(&class) = types.first() else {
            return Err(ToolError::miss(
                format!("`{}` is no class", arguments.class),
                Vec::new(),
            ));
        };
        let id = index.symbol(class).id();
        let mut page = Page::new(context.budget());
        for edge in types.iter().flat_map(|&class| index.superclasses(class)) {
            page.line(&format!(
                "{id} derives from {} ({})",
                index.symbol(edge.to).id(),
                edge.evidence
            ));
        }
        let mut seen = types.clone();
        let mut below = Vec::new();
        types
            .iter()
            .for_each(|&class| collect(context, class, 1, &mut seen, &mut below));
        match below.len() {
            0 => page.line(&format!("Nothing in this repository derives from {id}.")),
            n => page.line(&format!(
                "{} from {id}:",
                if n == 1 {
                    "1 class derives".to_owned()
                } else {
                    format!("{n} classes derive")
                }
            )),
        }
        for (depth, edge) in below {
            page.line(&format!(
                "{}{} ({})",
                "  ".repeat(depth),
                index.symbol(edge.to).id(),
                edge.evidence
            ));
        }
        let mut output = page.finish();
        output.shown = show::ids(index, &types);
        Ok(output)
    }
}

/// The types below one, depth first, product code before tests, each once.
fn collect(
    context: &ToolContext,
    class: SymbolIdx,
    depth: usize,
    seen: &mut Vec<SymbolIdx>,
    below: &mut Vec<(usize, TypeEdge)>,
) {
    let index = context.index();
    let mut edges = index.subclasses(class).to_vec();
    edges.sort_by_key(|edge| (index.symbol(edge.to).file.role() == FileRole::Test, edge.to));
    for edge in edges {
        if seen.contains(&edge.to) {
            continue;
        }
        seen.push(edge.to);
        below.push((depth, edge));
        // Chains of classes are short; a deeper one is a mistake of a name's resolution.
        if depth < 64 {
            collect(context, edge.to, depth + 1, seen, below);
        }
    }
}
