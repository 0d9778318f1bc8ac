//! Settings in which all is decided: no option is left that depends on the environment.

pub(crate) mod agent;
mod cache;
pub(crate) mod issue;
pub(crate) mod judge;
mod repo_map;
mod target;
mod testbed;
mod weights;

pub(crate) use repo_map::{needed_repo_map, repo_map};
pub(crate) use target::Target;
pub(crate) use weights::Weights;

use std::io::{self, Write};
use std::path::PathBuf;

use bughound_store::Store;
use bughound_testbed::systems::Host;

use crate::args::{ColorChoice, GlobalArgs};
use crate::environment::Environment;
use crate::exit::Failure;
use crate::output::Terminal;
use crate::progress::Progress;

/// What every subcommand is told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The cache.
    pub(crate) store: Store,
    /// Threads to use; `None` for as many as there are processors.
    pub(crate) threads: Option<usize>,
    /// Whether notes and warnings are left out.
    pub(crate) quiet: bool,
    /// Progress bars.
    pub(crate) progress: Progress,
    /// Standard output.
    pub(crate) stdout: Terminal,
    /// Standard error.
    pub(crate) stderr: Terminal,
    /// Where the process was started.
    pub(crate) current_dir: Option<PathBuf>,
    /// Where temporary files go.
    pub(crate) temp_dir: PathBuf,
    /// Where programs and registries are, for build tasks.
    pub(crate) host: Host,
}

impl Settings {
    /// Decides.
    pub(crate) fn resolve(global: &GlobalArgs, environment: &Environment) -> anyhow::Result<Self> {
        let color = |is_terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !environment.no_color,
        };
        let width = environment
            .width
            .unwrap_or(if environment.stdout_is_terminal {
                80
            } else {
                100
            })
            .clamp(40, 160);
        let (store, warning) = cache::resolve(global, environment);
        let settings = Self {
            store,
            threads: global.threads.map(usize::from),
            quiet: global.quiet,
            progress: Progress {
                shown: environment.stderr_is_terminal && !global.quiet,
            },
            stdout: Terminal {
                color: color(environment.stdout_is_terminal),
                width,
            },
            stderr: Terminal {
                color: color(environment.stderr_is_terminal),
                width,
            },
            current_dir: environment.current_dir.clone(),
            temp_dir: environment.temp_dir.clone(),
            host: testbed::host(environment),
        };
        if let Some(warning) = warning {
            settings.warn(&warning);
        }
        Ok(settings)
    }

    /// Starts the threads that all work is shared among.
    pub(crate) fn start_threads(&self) -> anyhow::Result<()> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.unwrap_or(0))
            .build_global()
            .map_err(|error| {
                Failure::infrastructure(format!("cannot start threads: {error}")).into()
            })
    }

    /// Something is not as it should be, but the work goes on.
    pub(crate) fn warn(&self, message: &str) {
        let style = self.stderr.warning();
        self.say(&format!("{style}warning{style:#}: {message}"));
    }

    /// Something worth knowing that is no part of the answer.
    pub(crate) fn note(&self, message: &str) {
        let style = self.stderr.dim();
        self.say(&format!("{style}{message}{style:#}"));
    }

    fn say(&self, line: &str) {
        if !self.quiet {
            // There is nobody left to tell where standard error is gone.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }
}
