//! Steps of a build system, run for a policy.

use bughound_sandbox::End;
use bughound_testbed::systems::Step;
use bughound_tools::{Page, ToolError, ToolOutput};

use crate::shell;
use crate::workbench::{Inner, Workbench, sandbox_error};

/// Runs steps until one fails, and says what they printed and which files of the project differ afterwards.
pub(crate) fn run(
    workbench: &Workbench,
    inner: &mut Inner,
    tool: &'static str,
    steps: &[Step],
) -> Result<ToolOutput, ToolError> {
    let mut page = Page::new(workbench.budget());
    let before = changed(inner, tool)?;
    let mut failed = false;
    for step in steps {
        let written = inner.place.sandbox().write(&step.write);
        written.map_err(|error| sandbox_error(tool, error))?;
        if step.argv.is_empty() {
            continue;
        }
        let mut command = inner.place.command(&step.argv);
        command.cwd.clone_from(&step.cwd);
        command.wall = workbench.wall(None, command.wall);
        let finished = inner.place.sandbox().run(&command);
        let finished = finished.map_err(|error| sandbox_error(tool, error))?;
        failed = finished.end != End::Exited(0);
        let end = shell::ending(&finished, command.wall.as_secs());
        page.line(&format!("{}: {end}", step.what));
        let text = shell::outputs(&finished);
        if !text.is_empty() {
            shell::show_ends(&mut page, &text);
        }
        if failed {
            break;
        }
    }
    let after = changed(inner, tool)?;
    let new: Vec<&str> = after
        .iter()
        .filter(|change| !before.contains(change))
        .map(|(path, _)| path.as_str())
        .collect();
    page.line(&match (failed, new.is_empty()) {
        (true, _) => "It failed.".to_owned(),
        (false, true) => "No file of the project has changed.".to_owned(),
        (false, false) => format!("Changed: {}", new.join(", ")),
    });
    Ok(page.finish())
}

type Changed = Vec<(String, bughound_sandbox::What)>;

fn changed(inner: &mut Inner, tool: &'static str) -> Result<Changed, ToolError> {
    let changes = inner.place.changes();
    let changes = changes.map_err(|error| crate::workbench::testbed_error(tool, error))?;
    Ok(changes
        .into_iter()
        .map(|change| (change.path.to_string_lossy().into_owned(), change.what))
        .collect())
}

/// What a policy is told where its project's kind cannot do that.
pub(crate) fn cannot(inner: &Inner, what: &str) -> ToolError {
    let system = inner.place.system().name();
    let problem =
        format!("A project of the kind `{system}` cannot {what}; its files can be edited");
    ToolError::miss(problem, Vec::new())
}
