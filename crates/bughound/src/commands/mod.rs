//! One file per subcommand, with one `run` each.

pub(crate) mod completions;
pub(crate) mod index;
