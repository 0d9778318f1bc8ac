//! A set of tools as those see it who do not call them.

use serde_json::Value;

use crate::ToolSet;

/// Names and declarations of some tools, whatever their context is.
pub trait Toolbox: Sync {
    /// The name by which settings choose it.
    fn name(&self) -> &'static str;

    /// The tools' names, in the order in which they are declared.
    fn names(&self) -> Vec<&'static str>;

    /// The tools as OpenAI-compatible servers want them declared.
    fn declarations(&self) -> Vec<Value>;

    /// Whether one of them needs history, which takes a while to read.
    fn needs_history(&self) -> bool;

    /// Whether there is a tool of this name.
    fn has(&self, name: &str) -> bool {
        self.names().contains(&name)
    }
}

impl<C: ?Sized> Toolbox for ToolSet<C> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn names(&self) -> Vec<&'static str> {
        self.tools.iter().map(|tool| tool.name()).collect()
    }

    fn declarations(&self) -> Vec<Value> {
        self.tools.iter().map(|tool| tool.declaration()).collect()
    }

    fn needs_history(&self) -> bool {
        self.tools.iter().any(|tool| tool.needs_history())
    }
}
