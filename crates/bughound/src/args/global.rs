//! Options that every subcommand takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options that every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Keep computed values in this folder [default: $BUGHOUND_CACHE_DIR, else $XDG_CACHE_HOME/bughound
    /// or ~/.cache/bughound]
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Neither read nor write a cache
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
    /// Print nothing but the answer and errors: no progress, notes or warnings
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Use this many threads [default: as many as there are processors]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
    /// When to use colours; NO_COLOR turns them off where this says `auto`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
