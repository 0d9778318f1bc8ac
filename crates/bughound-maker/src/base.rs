//! A project that is well.

use std::path::{Path, PathBuf};

use bughound_testbed::{
    Broken, Edit, EditWhat, ErrorClass, Fix, Paths, Recipe, Stage, Symptom, Task, files_below,
};

/// What a base lacks of a task, for its reader.
const STUB: &str =
    "\n[symptom]\nstage = \"test\"\nmessage = \"\"\nclass = \"other\"\n\n[fix]\nrevert = true\n";

/// A file that makes the tree of a base differ from itself mended, which is asked of every task. Nothing reads it.
const MARK: &str = ".bughound-base";

/// Longer than this a command of a base may not take while changes of it are tried: what takes longer hangs.
const MOST_SECONDS: u64 = 40;

/// A project that is well: `base.toml`, and beside it what a task's folder may have (`tree/`, `held_out/`, a lock).
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Its recipe; symptom and fix say nothing.
    pub recipe: Recipe,
    /// Its folder.
    pub folder: PathBuf,
    /// Files beside `base.toml`: relative path and content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why a folder is no base.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}", path = path.display())]
pub struct BaseError {
    /// The file that is wrong.
    pub path: PathBuf,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Base {
    /// Reads the folder `folder`.
    ///
    /// # Errors
    /// [`BaseError`] names the file that is wrong.
    pub fn read(folder: &Path) -> Result<Self, BaseError> {
        let path = folder.join("base.toml");
        let wrong = |path: &Path, what: String| BaseError {
            path: path.to_owned(),
            what,
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(&path, format!("a base's folder has a base.toml: {error}")))?;
        let recipe: Recipe = toml::from_str(&(text + STUB)).map_err(|error| {
            let said = error.to_string();
            let hint = if said.contains("duplicate") {
                "\na base is a task.toml without [break], [symptom] and [fix]"
            } else {
                ""
            };
            wrong(&path, format!("{said}{hint}"))
        })?;
        if recipe.broken != Broken::default() {
            return Err(wrong(&path, "a base has no [break]: it is well".to_owned()));
        }
        let mut files =
            files_below(folder).map_err(|error| wrong(&error.path, error.what.clone()))?;
        files.retain(|(name, _)| name != "base.toml");
        Ok(Self {
            recipe,
            folder: folder.to_owned(),
            files,
        })
    }

    /// All bases in `folder`: its subfolders with a `base.toml`, or itself where it has one.
    ///
    /// # Errors
    /// The folder cannot be read, has none, or one is wrong.
    pub fn all(folder: &Path) -> Result<Vec<Self>, BaseError> {
        if folder.join("base.toml").is_file() {
            return Ok(vec![Self::read(folder)?]);
        }
        let wrong = |what: String| BaseError {
            path: folder.to_owned(),
            what,
        };
        let entries =
            std::fs::read_dir(folder).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let mut folders: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.join("base.toml").is_file())
            .collect();
        folders.sort();
        if folders.is_empty() {
            return Err(wrong(
                "has no base: a base is a folder with a base.toml".to_owned(),
            ));
        }
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    /// As a task in which everything may be changed, to try changes of it.
    pub fn on_trial(&self) -> Task {
        let mut recipe = self.recipe.clone();
        recipe.paths = Paths {
            held_out: recipe.paths.held_out,
            ..Paths::default()
        };
        recipe.budget.seconds = recipe.budget.seconds.min(MOST_SECONDS);
        recipe.broken = Broken {
            edit: vec![Edit {
                path: MARK.to_owned(),
                what: EditWhat::Write {
                    content: String::new(),
                },
            }],
        };
        self.task(recipe)
    }

    /// A task of this base with another recipe.
    pub(crate) fn task(&self, recipe: Recipe) -> Task {
        let files = self.files.iter().filter(|(name, _)| name != "issue.md");
        Task::with_files(recipe, &self.folder, files.cloned())
    }

    /// What a task begins with: the base's recipe with nothing said of what is broken.
    pub(crate) fn blank(&self) -> Recipe {
        let mut recipe = self.recipe.clone();
        recipe.symptom = Symptom {
            stage: Stage::Test,
            message: String::new(),
            class: ErrorClass::Other,
            fail_to_pass: Vec::new(),
        };
        recipe.fix = Fix {
            revert: true,
            edit: Vec::new(),
        };
        recipe
    }
}
