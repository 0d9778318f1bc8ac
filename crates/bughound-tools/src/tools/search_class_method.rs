//! `search_class_method`: the source of a method.

use bughound_core::SymbolKind;
use bughound_index::{Index, SymbolIdx};
use schemars::JsonSchema;
use serde::Deserialize;

use super::search_class;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Shows a method; a property's getter and setter and overloads are all shown. A method that the class
/// does not define itself is looked for in its base classes.
pub(crate) struct SearchClassMethod;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Path of the file from the root of the repository.
    file: String,
    /// Name of the class.
    class: String,
    /// Name of the method.
    method: String,
}

impl TypedTool for SearchClassMethod {
    type Arguments = Arguments;

    const NAME: &'static str = "search_class_method";

    const DESCRIPTION: &'static str = "Shows the source of a method of a class of a file.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let file = lookup::file(context, &arguments.file)?;
        let class = arguments.class.trim();
        let method = arguments.method.trim();
        // `Class.method` in the last argument is meant well.
        let method = method
            .strip_prefix(class)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(method);
        let classes = search_class::find(context, file, class)?;
        let found = members(index, &classes, method);
        if !found.is_empty() {
            return show::definitions(context, Self::NAME, &found);
        }
        Err(miss(index, file, &classes, class, method))
    }
}

/// The members of some classes with a name.
pub(crate) fn members(index: &Index, classes: &[SymbolIdx], name: &str) -> Vec<SymbolIdx> {
    let mut found = Vec::new();
    for &class in classes {
        let file = index.file_of(class);
        let wanted = format!("{}.{name}", index.symbol(class).qualified_name());
        found.extend(
            index
                .find(file, &wanted)
                .into_iter()
                .filter(|&idx| index.symbol(idx).kind().is_callable()),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn miss(
    index: &Index,
    file: bughound_index::FileIdx,
    classes: &[SymbolIdx],
    class: &str,
    method: &str,
) -> ToolError {
    let path = index.file(file).path();
    let inherited = inherited(index, classes, method);
    if !inherited.is_empty() {
        let problem =
            format!("`{class}` in {path} does not define `{method}` itself but may inherit it");
        return ToolError::miss(problem, inherited);
    }
    let is_function = |idx: &SymbolIdx| index.symbol(*idx).kind() == SymbolKind::Function;
    if index.find(file, method).iter().any(is_function) {
        let problem =
            format!("`{method}` in {path} is no method of `{class}`; search_function shows it");
        return ToolError::miss(problem, Vec::new());
    }
    let is_wanted = |idx: SymbolIdx| {
        index.symbol(idx).kind().is_callable()
            && index
                .parent(idx)
                .is_some_and(|parent| classes.contains(&parent))
    };
    let own = |idx: SymbolIdx| index.symbol(idx).name().to_owned();
    let mut near = lookup::near_names(index, file, method, is_wanted, own);
    if near.is_empty() {
        near = lookup::elsewhere(index, method, |kind| kind == SymbolKind::Method);
    }
    ToolError::miss(
        format!("`{class}` in {path} has no method `{method}`"),
        near,
    )
}

/// Ids of the methods of that name that the classes inherit, nearest class first.
fn inherited(index: &Index, classes: &[SymbolIdx], method: &str) -> Vec<String> {
    let hierarchy = index.graph().hierarchy();
    let mut ids = Vec::new();
    for &class in classes {
        for above in hierarchy.ancestors(class) {
            let methods = hierarchy
                .members(above)
                .into_iter()
                .filter(|&idx| index.symbol(idx).name() == method);
            ids.extend(methods.map(|idx| index.symbol(idx).id().to_string()));
        }
    }
    ids.dedup();
    ids.truncate(5);
    ids
}
