//! What may a policy do that repairs a build? The ten tools of arXiv 2510.22075 (appendix A.2) by their published names,
//! and one more, one per file.
//!
//! They are [`Tool`](bughound_tools::Tool)s like those that search an index; their context is a [`Workbench`]: the
//! policy's own workspace in a sandbox, which they may change in any way, and a way to have what was changed judged
//! elsewhere. Nothing outside `/w/repo` is named by an argument, and no link is followed. What a command does is data,
//! a timeout included; a sandbox that is gone is a fault, and stops the episode.
//!
//! `ask_for_help` looks into a [`Knowledge`] of past fixes and pages. No tool knows which policy calls it, and nothing
//! here knows episodes or rewards.

mod knowledge;
mod page;
mod paths;
mod place;
mod sets;
mod shell;
mod tools;
mod workbench;

pub use knowledge::{Document, Knowledge, KnowledgeError, PastFix};
pub use page::reference_page;
pub use place::{Place, TaskPlace};
pub use sets::{REPAIR_SETS, REPAIR_TOOLS, repair_set};
pub use workbench::{Workbench, WorkbenchSettings};
