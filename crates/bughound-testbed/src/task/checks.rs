//! What must hold of a recipe that its types do not say.

use crate::paths::build;
use regex::Regex;

use super::edit::is_inside;
use super::{Driver, Oracle, Recipe, Source};
use crate::{results, systems};

/// The format that this version reads.
pub(crate) const FORMAT: &str = "bughound-build-task/1";

/// What is wrong with the recipe in a folder of this name.
pub(crate) fn findings(recipe: &Recipe, folder: Option<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    if recipe.format != FORMAT {
        wrong.push(format!(
            "format = {:?}, this program reads {FORMAT:?}",
            recipe.format
        ));
    }
    if folder.is_some_and(|folder| folder != recipe.id) {
        wrong.push(format!("id = {:?} is not the folder's name", recipe.id));
    }
    if systems::system(&recipe.system).is_none() {
        let known: Vec<&str> = systems::SYSTEMS
            .iter()
            .map(|system| system.name())
            .collect();
        wrong.push(format!(
            "system = {:?}; there are: {}",
            recipe.system,
            known.join(", ")
        ));
    }
    if results::format(&recipe.commands.results).is_none() {
        wrong.push(format!(
            "commands.results = {:?} is no format of results",
            recipe.commands.results
        ));
    }
    if !is_day(&recipe.date) {
        wrong.push(format!(
            "date = {:?} is no day such as \"2024-06-01\"",
            recipe.date
        ));
    }
    if let Some(day) = &recipe.dependencies.exclude_newer
        && !is_day(day)
    {
        wrong.push(format!(
            "dependencies.exclude_newer = {day:?} is no day such as \"2024-06-01\""
        ));
    }
    if let Err(error) = Regex::new(&recipe.symptom.message) {
        wrong.push(format!("symptom.message is no regular expression: {error}"));
    }
    for glob in recipe
        .paths
        .allowed
        .iter()
        .chain(&recipe.paths.protected)
        .chain(&recipe.paths.held_out)
    {
        if let Err(error) = build(glob) {
            wrong.push(format!("paths: {error}"));
        }
    }
    if let Source::Pypi(release) | Source::Crates(release) | Source::Npm(release) = &recipe.source {
        let digest = &release.sha256;
        if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            wrong.push(format!(
                "source.sha256 = {digest:?} has not 64 hexadecimal digits"
            ));
        }
        if !release.folder.is_empty() && !is_inside(&release.folder) {
            wrong.push(format!(
                "source.folder = {:?} leaves the archive",
                release.folder
            ));
        }
    }
    if !recipe.base.is_empty() && !is_inside(&recipe.base) {
        wrong.push(format!("base = {:?} leaves the suite", recipe.base));
    }
    if !recipe.fix.revert && recipe.fix.edit.is_empty() {
        wrong.push(
            "[fix] has neither `revert = true` nor edits: the known fix is what proves a task"
                .to_owned(),
        );
    }
    for command in recipe.commands.build.iter().chain(&recipe.commands.test) {
        if command.is_empty() {
            wrong.push("a command has no program".to_owned());
        }
    }
    wrong.extend(recipe.oracle.iter().flat_map(oracle));
    for (at, candidate) in recipe.candidate.iter().enumerate() {
        let named = recipe.candidate.iter().take(at);
        if candidate.edit.is_empty() {
            wrong.push(format!("[[candidate]] {:?} has no edits", candidate.name));
        }
        if candidate.name.is_empty() || named.into_iter().any(|it| it.name == candidate.name) {
            wrong.push(format!(
                "[[candidate]] name = {:?}: each needs a name of its own",
                candidate.name
            ));
        }
    }
    wrong
}

/// What is wrong with the questions from outside: one that cannot be asked would be answered alike by everybody.
fn oracle(oracle: &Oracle) -> Vec<String> {
    let mut wrong = Vec::new();
    if oracle.case.is_empty() {
        wrong.push("[oracle] has no cases: everybody would be right".to_owned());
    }
    let is_program = oracle.driver == Driver::Program;
    if is_program && oracle.run.is_empty() {
        wrong.push("[oracle] driver = \"program\" needs `run`".to_owned());
    }
    for (at, case) in oracle.case.iter().enumerate() {
        let nth = at + 1;
        if is_program {
            if !case.call.is_empty() || !case.args.is_empty() {
                wrong.push(format!(
                    "[[oracle.case]] {nth}: a program has `stdin`, no call"
                ));
            }
        } else if !case.call.contains(':') {
            wrong.push(format!(
                "[[oracle.case]] {nth}: call = {:?} is not of the form `module:function`",
                case.call
            ));
        } else if serde_json::from_str::<Vec<serde_json::Value>>(&case.args).is_err() {
            wrong.push(format!(
                "[[oracle.case]] {nth}: args = {:?} is no JSON array",
                case.args
            ));
        }
    }
    for file in &oracle.file {
        if !is_inside(&file.path) {
            wrong.push(format!(
                "[[oracle.file]] path = {:?} leaves the tree",
                file.path
            ));
        }
    }
    wrong
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3
        && digits(parts[0], 4)
        && digits(parts[1], 2)
        && digits(parts[2], 2)
        && (1..=12).contains(&parts[1].parse().unwrap_or(0))
        && (1..=31).contains(&parts[2].parse().unwrap_or(0))
}
