//! One file per subcommand, with one `run` each.

pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod index;
pub(crate) mod locate;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod tool;
