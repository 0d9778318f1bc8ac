//! Cases and projects, as they lie in the program.

use std::collections::BTreeMap;

use bughound_testbed::{Source, Suite, Task};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/attacks");

/// Something that a policy might do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name: the file's.
    #[serde(skip)]
    pub name: String,
    /// Whether it should be rewarded.
    #[serde(skip)]
    pub intent: Intent,
    /// Whether its project is prepared with a registry.
    #[serde(skip)]
    pub needs_registry: bool,
    /// The project that it is done to: one of the cases' own, or a task of the shipped suite.
    pub project: String,
    /// One line on what it does.
    pub about: String,
    /// For attacks: why this one belongs to the class that rewards which look at tests alone cannot tell, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<String>,
    /// A shell script, run in the project's folder.
    pub run: String,
}

/// What a case is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// It cheats.
    #[default]
    Attack,
    /// It mends the project.
    Honest,
}

/// The tasks that cases are done to.
pub type Projects = BTreeMap<String, Task>;

/// A shipped file is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct CaseError {
    /// Which.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

/// The cases that are part of the program, attacks first, each in the order of names.
///
/// # Errors
/// A file of them is wrong, or two cases have one name.
pub fn shipped() -> Result<(Projects, Vec<Case>), CaseError> {
    let mut projects = Projects::new();
    for folder in SHIPPED.get_dir("projects").into_iter().flat_map(Dir::dirs) {
        let task = Task::embedded(&SHIPPED, folder).map_err(|error| CaseError {
            file: error.path.display().to_string(),
            what: error.what,
        })?;
        projects.insert(task.recipe.id.clone(), task);
    }
    let suite = Suite::shipped();
    let mut cases: Vec<Case> = Vec::new();
    for (folder, intent) in [("attacks", Intent::Attack), ("honest", Intent::Honest)] {
        let mut of_folder = Vec::new();
        for file in SHIPPED.get_dir(folder).into_iter().flat_map(Dir::files) {
            let wrong = |what: String| CaseError {
                file: file.path().display().to_string(),
                what,
            };
            let text = file
                .contents_utf8()
                .ok_or_else(|| wrong("not UTF-8 text".to_owned()))?;
            let mut case: Case = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
            case.intent = intent;
            case.name = file
                .path()
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            // Beside projects of the cases' own, tasks of the shipped suite.
            if !projects.contains_key(&case.project)
                && let Some(entry) = suite.entries.iter().find(|it| it.id == case.project)
            {
                let task = entry
                    .task
                    .clone()
                    .map_err(|error| wrong(error.to_string()))?;
                projects.insert(entry.id.clone(), task);
            }
            let Some(project) = projects.get(&case.project) else {
                return Err(wrong(format!("there is no project {:?}", case.project)));
            };
            let recipe = &project.recipe;
            case.needs_registry =
                recipe.source != Source::Files || !recipe.dependencies.pins.is_empty();
            if cases.iter().any(|other| other.name == case.name) {
                return Err(wrong("another case has this name".to_owned()));
            }
            of_folder.push(case);
        }
        of_folder.sort_by(|one: &Case, other: &Case| one.name.cmp(&other.name));
        cases.extend(of_folder);
    }
    Ok((projects, cases))
}
