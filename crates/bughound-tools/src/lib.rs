//! What may a policy do? The tools with which a repository is searched, one per file, and the named sets
//! in which policies get them.
//!
//! A [`Tool`] is a name, a description, a JSON schema of its arguments and a call. A call reads the index
//! in its [`ToolContext`] and nothing else: the same arguments on the same snapshot give the same text. A
//! call that fails says whether the policy shall be told ([`ToolError::Told`]) or whether the episode must
//! stop ([`ToolError::Fault`]). No tool knows which policy calls it.
//!
//! Every output stays within a [`Budget`] and says how much was left out.

mod arguments;
mod budget;
mod context;
mod error;
mod glob;
mod lookup;
mod page;
mod sets;
mod short;
mod show;
mod tool;
mod toolbox;
mod tools;

pub use arguments::{arguments_schema, read_arguments};
pub use budget::{Budget, Page};
pub use context::ToolContext;
pub use error::{Told, ToolError};
pub use glob::passes;
pub use page::{reference_page, tool_section};
pub use sets::{ALL_TOOLS, TOOL_SETS, ToolSet, tool, tool_set};
pub use short::{MOST_PLACES, PLACE};
pub use tool::{Tool, ToolOutput, TypedTool};
pub use toolbox::Toolbox;
