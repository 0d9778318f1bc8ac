//! What does a call do, as far as its text tells? One file per kind of tool. Reading is all that happens here:
//! nothing is run, no file is looked at.

mod arguments;
mod diff;
mod files;
mod program;
mod python;
mod shell;
mod validation;

use serde_json::Value;

use crate::action::Effect;

/// What a call does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Its name in chains.
    pub(crate) state: String,
    /// It as one line.
    pub(crate) call: String,
    /// What it does.
    pub(crate) effects: Vec<Effect>,
    /// Whether something may be different afterwards.
    pub(crate) may_change: bool,
}

/// What earlier calls left behind that later ones build on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The file that is open in an editor like SWE-agent's.
    pub(crate) open_file: String,
    /// The last lines of a file that such an editor showed, as it showed them: `12:text`.
    window: String,
}

impl Surroundings {
    /// Takes note of what a call gave.
    pub(crate) fn saw(&mut self, output: &str) {
        if output.contains("[File: ") {
            output.clone_into(&mut self.window);
        }
    }

    /// What stands in lines `12:14` of the open file, as far as it was shown.
    pub(crate) fn lines(&self, range: &str) -> Option<String> {
        let (first, last) = range.split_once(':')?;
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        let numbered = self.window.lines().filter_map(|line| {
            let (number, text) = line.split_once(':')?;
            Some((number.parse::<usize>().ok()?, text))
        });
        let lines: Vec<&str> = numbered
            .filter(|(number, _)| (first..=last).contains(number))
            .map(|(_, text)| text)
            .collect();
        (first <= last && lines.len() == last - first + 1).then(|| lines.join("\n"))
    }
}

/// The longest call that is shown whole.
const MOST_SHOWN: usize = 240;

/// What a call does. `text` is its arguments as the policy wrote them, `arguments` the same understood.
pub(crate) fn effects_of(
    tool: &str,
    text: &str,
    arguments: &Value,
    surroundings: &mut Surroundings,
) -> Effects {
    let command = arguments::command_of(tool, text, arguments);
    let mut found = match &command {
        Some(command) => shell::effects(tool, command, surroundings),
        None => files::effects(tool, arguments, surroundings),
    };
    let shown = match &command {
        Some(command) => command.as_str(),
        None => text,
    };
    let mut call: String = shown.trim().chars().take(MOST_SHOWN).collect();
    if call.len() < shown.trim().len() {
        call.push('…');
    }
    found.call = match command {
        Some(_) => call,
        None => format!("{tool} {call}"),
    };
    found
}
