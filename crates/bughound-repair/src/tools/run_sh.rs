//! `run_sh`: a command line.

use bughound_tools::{Page, ToolError, ToolOutput, TypedTool};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::workbench::sandbox_error;
use crate::{Workbench, shell};

/// Runs a command line in the project's folder, with the task's environment and no network.
pub(crate) struct RunSh;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The command line, for sh.
    command: String,
    /// Seconds after which it is stopped; the task's own limit where it is left out.
    seconds: Option<u64>,
}

impl TypedTool<Workbench> for RunSh {
    type Arguments = Arguments;

    const NAME: &'static str = "run_sh";

    const DESCRIPTION: &'static str = "Runs a shell command in the project's folder and shows what it printed. There is no network, and nothing keeps running afterwards.";

    fn run(&self, workbench: &Workbench, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        if arguments.command.contains('\0') {
            return Err(ToolError::miss(
                "A command line has no zero byte",
                Vec::new(),
            ));
        }
        let inner = &mut workbench.lock();
        let argv = vec!["/bin/sh".to_owned(), "-c".to_owned(), arguments.command];
        let mut command = inner.place.command(&argv);
        command.wall = workbench.wall(arguments.seconds, command.wall);
        command.output_bytes = 1 << 20;
        let finished = inner.place.sandbox().run(&command);
        let finished = finished.map_err(|error| sandbox_error(Self::NAME, error))?;
        let mut page = Page::new(workbench.budget());
        page.line(&shell::ending(&finished, command.wall.as_secs()));
        let text = shell::outputs(&finished);
        if text.is_empty() {
            page.line("It printed nothing.");
        } else {
            shell::show_ends(&mut page, &text);
        }
        if finished.n_left > 0 {
            page.line(&format!(
                "[{} processes still ran and were stopped]",
                finished.n_left
            ));
        }
        Ok(page.finish())
    }
}
