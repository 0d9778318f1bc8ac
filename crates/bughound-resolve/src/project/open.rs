//! A task of the testbed whose fix nobody knows: the project as it is, and how it is built and tested.

use std::path::PathBuf;

use bughound_core::RepoPath;
use bughound_index::FileRole;
use bughound_testbed::{
    Broken, Budget, Commands, Dependencies, ErrorClass, Fix, Kind, Paths, Recipe, Source, Stage,
    Symptom, Task, TaskCommand, Tree,
};

use super::Detected;

/// What a user says of how the project is built and tested, and of what may be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// How it is built.
    pub build: Vec<TaskCommand>,
    /// How it is tested.
    pub test: Vec<TaskCommand>,
    /// How results are read.
    pub results: Option<String>,
    /// What it depends on, as its build system writes it.
    pub pins: Vec<String>,
    /// Seconds that each command may take.
    pub seconds: Option<u64>,
    /// Globs of what a patch may change; everything where there are none.
    pub allowed: Vec<String>,
    /// Globs of what no patch may change; the tests that are there where there are none.
    pub protected: Vec<String>,
}

/// A task without a fix.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTask {
    /// The task.
    pub task: Task,
    /// Whether there is anything to run.
    pub runs: bool,
    /// How its commands were found, for the reader of a review.
    pub how: String,
}

/// The recipe that says how a project of this kind is run; `None` where neither files nor the user say it.
pub fn environment_of(detected: Option<&Detected>, own: &Own) -> Option<(Recipe, String)> {
    let says = !own.build.is_empty() || !own.test.is_empty();
    match (detected, says) {
        (Some(found), false) => Some((recipe(found, own), format!("detected by {}", found.by))),
        (Some(found), true) => Some((
            recipe(found, own),
            format!(
                "{} detected by {}, commands as given",
                found.system, found.by
            ),
        )),
        (None, true) => Some((
            recipe(&programs_alone(), own),
            "commands as given".to_owned(),
        )),
        (None, false) => None,
    }
}

/// Nothing but the programs of this machine; nothing is built or tested unless it is said how.
fn programs_alone() -> Detected {
    let nothing = vec![vec!["true".to_owned()]];
    Detected {
        system: "make".to_owned(),
        language: "c".to_owned(),
        build: nothing.clone(),
        test: nothing,
        ..Detected::default()
    }
}

fn recipe(found: &Detected, own: &Own) -> Recipe {
    let pick = |given: &[TaskCommand], found: &[TaskCommand]| {
        if given.is_empty() {
            found.to_vec()
        } else {
            given.to_vec()
        }
    };
    let test = pick(&own.test, &found.test);
    let results = match &own.results {
        Some(results) => results.clone(),
        None if own.test.is_empty() && !found.results.is_empty() => found.results.clone(),
        None => super::results_of(&test).to_owned(),
    };
    let mut pins = found.pins.clone();
    pins.extend(own.pins.iter().cloned());
    Recipe {
        format: "bughound-build-task/1".to_owned(),
        id: String::new(),
        about: String::new(),
        kind: Kind::Mutation,
        language: found.language.clone(),
        system: found.system.clone(),
        date: "1970-01-01".to_owned(),
        base: String::new(),
        source: Source::Files,
        broken: Broken::default(),
        dependencies: Dependencies {
            pins,
            ..Dependencies::default()
        },
        commands: Commands {
            build: pick(&own.build, &found.build),
            test,
            results,
            env: std::collections::BTreeMap::new(),
        },
        paths: Paths::default(),
        symptom: unknown(),
        budget: Budget {
            seconds: 600,
            ..Budget::default()
        },
        fix: Fix::default(),
        oracle: None,
        candidate: Vec::new(),
    }
}

/// Makes the task. `environment` is the recipe of a task in whose environment this project is run; its source, what broke it and its
/// fix do not count. Without one nothing can be run, and the task only says what may be changed.
pub fn open_task(
    id: &str,
    tree: &Tree,
    issue: &str,
    environment: Option<(Recipe, String)>,
    lock: Option<(String, Vec<u8>)>,
    own: &Own,
) -> OpenTask {
    let runs = environment.is_some();
    let (mut recipe, how) = match environment {
        Some((recipe, how)) => (recipe, how),
        None => (recipe(&programs_alone(), &Own::default()), String::new()),
    };
    recipe.id = id.to_owned();
    recipe.source = Source::Files;
    recipe.base = String::new();
    recipe.broken = Broken::default();
    recipe.fix = Fix::default();
    recipe.oracle = None;
    recipe.symptom = unknown();
    recipe.paths.held_out.clear();
    if !own.allowed.is_empty() {
        recipe.paths.allowed.clone_from(&own.allowed);
    }
    if !own.protected.is_empty() {
        recipe.paths.protected.clone_from(&own.protected);
    } else if recipe.paths.protected.is_empty() {
        recipe.paths.protected = tests_of(tree);
    }
    if let Some(seconds) = own.seconds {
        recipe.budget.seconds = seconds;
    }
    let mut files: Vec<(String, Vec<u8>)> = tree
        .files
        .iter()
        .map(|(path, file)| (path.clone(), file.bytes.clone()))
        .collect();
    if recipe.system == "python"
        && let Some(metadata) = metadata(tree)
    {
        files.push(("PKG-INFO".to_owned(), metadata));
    }
    let task = Task {
        recipe,
        folder: PathBuf::from(id),
        tree: files,
        held_out: Vec::new(),
        issue: Some(issue.to_owned()),
        lock,
    };
    OpenTask { task, runs, how }
}

fn unknown() -> Symptom {
    Symptom {
        stage: Stage::Test,
        message: String::new(),
        class: ErrorClass::Other,
        fail_to_pass: Vec::new(),
    }
}

/// The tests that are there, each by its own path.
fn tests_of(tree: &Tree) -> Vec<String> {
    tree.files
        .keys()
        .filter(|path| FileRole::of(&RepoPath::from(path.as_str())) == FileRole::Test)
        .map(|path| literal(path))
        .collect()
}

/// A glob that fits this path alone.
fn literal(path: &str) -> String {
    path.chars()
        .map(|c| match c {
            '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' => format!("[{c}]"),
            _ => c.to_string(),
        })
        .collect()
}

/// What a release would say of itself: projects that look their own version up need it. A checkout has none.
fn metadata(tree: &Tree) -> Option<Vec<u8>> {
    if tree.files.contains_key("PKG-INFO") {
        return None;
    }
    let text = std::str::from_utf8(&tree.files.get("pyproject.toml")?.bytes).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let project = table.get("project")?;
    let name = project.get("name")?.as_str()?;
    let version = project
        .get("version")
        .and_then(toml::Value::as_str)
        .unwrap_or("0");
    Some(format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_are_there_are_protected_and_new_ones_are_not() {
        let mut tree = Tree::default();
        for path in ["pkg/a.py", "tests/test_a.py", "tests/data[1].json"] {
            tree.put(path.to_owned(), Vec::new(), false);
        }
        let open = open_task("x", &tree, "", None, None, &Own::default());
        assert_eq!(
            open.task.recipe.paths.protected,
            ["tests/data[[]1[]].json", "tests/test_a.py"]
        );
        assert!(!open.runs);
        let own = Own {
            protected: vec!["pkg/**".to_owned()],
            allowed: vec!["tests/**".to_owned()],
            ..Own::default()
        };
        let open = open_task("x", &tree, "", None, None, &own);
        assert_eq!(open.task.recipe.paths.protected, ["pkg/**"]);
        assert_eq!(open.task.recipe.paths.allowed, ["tests/**"]);
    }

    #[test]
    fn what_a_user_says_goes_before_what_is_found() {
        let found = Detected {
            system: "python".to_owned(),
            language: "python".to_owned(),
            by: "setup.py".to_owned(),
            results: "pytest".to_owned(),
            pins: vec!["pytest".to_owned()],
            ..Detected::default()
        };
        let check = |detected: Option<&Detected>, test: &str, expected: &str| {
            let own = Own {
                test: (!test.is_empty())
                    .then(|| super::super::argv_of(test))
                    .into_iter()
                    .collect(),
                ..Own::default()
            };
            let said = environment_of(detected, &own).map_or("none".to_owned(), |(recipe, how)| {
                format!(
                    "{} {} {:?} ({how})",
                    recipe.system, recipe.commands.results, recipe.commands.test
                )
            });
            assert_eq!(said, expected);
        };
        check(None, "", "none");
        check(
            None,
            "./run-tests",
            "make none [[\"./run-tests\"]] (commands as given)",
        );
        check(Some(&found), "", "python pytest [] (detected by setup.py)");
        check(
            Some(&found),
            "python -m unittest",
            "python unittest [[\"python\", \"-m\", \"unittest\"]] (python detected by setup.py, commands as given)",
        );
    }
}
