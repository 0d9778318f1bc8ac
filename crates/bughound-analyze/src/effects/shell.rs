//! Commands of a shell, SWE-agent's own commands among them.

use super::{Effects, Surroundings, program};
use crate::action::{Effect, How, Write};
use crate::paths::joined;
use crate::shell::{Program, program_state, programs};

/// What a command does.
pub(crate) fn effects(tool: &str, command: &str, surroundings: &mut Surroundings) -> Effects {
    let programs = programs(command);
    let mut effects = Vec::new();
    let mut may_change = false;
    for program in &programs {
        match editor(program, surroundings) {
            Some((found, changes)) => {
                effects.extend(found);
                may_change |= changes;
            }
            None => {
                let (found, changes) = program::effects(program);
                effects.extend(found);
                may_change |= changes;
            }
        }
    }
    Effects {
        state: program_state(&programs).unwrap_or_else(|| tool.to_owned()),
        effects,
        may_change,
        ..Effects::default()
    }
}

/// SWE-agent's editor: one file is open, `edit` changes its lines.
fn editor(program: &Program, surroundings: &mut Surroundings) -> Option<(Vec<Effect>, bool)> {
    let path = || {
        program
            .operands()
            .next()
            .map(|path| joined(&program.folder, path))
    };
    match program.name.as_str() {
        "open" => {
            let path = path()?;
            surroundings.open_file.clone_from(&path);
            Some((vec![Effect::Reads(path)], false))
        }
        "create" => {
            let path = path()?;
            surroundings.open_file.clone_from(&path);
            let write = Write {
                path,
                how: How::Create,
                before: None,
                after: None,
            };
            Some((vec![Effect::Writes(write)], true))
        }
        "edit" => {
            let range = program.operands().next().unwrap_or_default();
            let write = Write {
                path: surroundings.open_file.clone(),
                how: How::Edit,
                before: surroundings.lines(range),
                after: program.document.clone(),
            };
            Some((vec![Effect::Writes(write)], true))
        }
        "goto" | "scroll_up" | "scroll_down" | "search_dir" | "search_file" | "find_file"
        | "submit" => Some((Vec::new(), false)),
        _ => None,
    }
}
