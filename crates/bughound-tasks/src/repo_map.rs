//! From `owner/name` to a local repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::TasksError;

/// Knows where the repositories of tasks lie.
///
/// Entries of map files come first, then folders, each in the order they were added. In a folder DIR the
/// project `owner/name` may lie, bare or with a working directory, at any of
///
/// ```text
/// DIR/owner+name   DIR/owner+name/repo   DIR/owner__name   DIR/owner__name/repo
/// DIR/owner/name   DIR/owner/name/repo   DIR/name
/// ```
///
/// each with or without `.git` at its end; the first that is a repository counts.
#[derive(Clone, Debug, Default)]
pub struct RepoMap {
    entries: BTreeMap<String, PathBuf>,
    folders: Vec<PathBuf>,
}

/// Why the repository of a project was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RepoNotFound {
    /// The project, as `owner/name`.
    pub repo: String,
    /// What was looked for and where, and what to do.
    pub message: String,
}

impl RepoMap {
    /// A map that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a folder of repositories.
    ///
    /// # Errors
    /// [`TasksError::Read`] where there is no such folder.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), TasksError> {
        std::fs::read_dir(folder).map_err(|error| TasksError::read(folder, error))?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// Adds one repository.
    pub fn add(&mut self, repo: &str, path: &Path) {
        self.entries.insert(repo.to_owned(), path.to_owned());
    }

    /// Adds the entries of a TOML file of lines `"owner/name" = "path"`. Relative paths start at the
    /// folder of the file.
    ///
    /// # Errors
    /// [`TasksError::Read`]; [`TasksError::Format`] where it is no TOML of that form.
    pub fn add_file(&mut self, file: &Path) -> Result<(), TasksError> {
        let text = std::fs::read_to_string(file).map_err(|error| TasksError::read(file, error))?;
        let entries: BTreeMap<String, toml::Value> = toml::from_str(&text).map_err(|error| {
            let form = "a repository map has lines \"owner/name\" = \"path\"";
            TasksError::format(file, format!("{}; {form}", error.to_string().trim()))
        })?;
        let base = file.parent().unwrap_or(Path::new(""));
        for (repo, value) in entries {
            let toml::Value::String(path) = value else {
                let message = format!("the entry `{repo}` must be a path in quotes, not {value}");
                return Err(TasksError::format(file, message));
            };
            self.entries.insert(repo, base.join(path));
        }
        Ok(())
    }

    /// The repository of a project: its working directory, or its git directory where it is bare.
    ///
    /// # Errors
    /// [`RepoNotFound`], which says what was looked for, where, and what looks alike.
    pub fn find(&self, repo: &str) -> Result<PathBuf, RepoNotFound> {
        let fail = |message: String| {
            Err(RepoNotFound {
                repo: repo.to_owned(),
                message,
            })
        };
        if let Some(path) = self.entries.get(repo) {
            if let Some(found) = repository_at(path) {
                return Ok(found);
            }
            let path = path.display();
            return fail(format!(
                "the repository map says that `{repo}` lies at {path}, but there is no git repository"
            ));
        }
        let names = folder_names(repo);
        for folder in &self.folders {
            if let Some(found) = names
                .iter()
                .find_map(|name| repository_at(&folder.join(name)))
            {
                return Ok(found);
            }
        }
        let entry = format!("\"{repo}\" = \"path\"");
        if self.folders.is_empty() {
            return fail(format!(
                "no repository for `{repo}`: the repository map has no line {entry}"
            ));
        }
        let folders: Vec<String> = self
            .folders
            .iter()
            .map(|f| f.display().to_string())
            .collect();
        let mut message = format!(
            "no repository for `{repo}` in {}: looked for {}, each also with /repo or /repo.git below it",
            folders.join(", "),
            names.join(", ")
        );
        let exists = |path: &PathBuf| path.is_dir();
        let folders = self.folders.iter();
        let empty = folders
            .flat_map(|folder| names.iter().map(|name| folder.join(name)))
            .find(exists);
        if let Some(path) = empty {
            message += &format!("; {} is there, but it is no git repository", path.display());
        }
        match self.alike(repo).as_slice() {
            [] => {
                let advice = "clone it there, or give a --repo-map file with the line";
                message += &format!("; {advice} {entry}");
            }
            alike => {
                let alike = alike.join(", ");
                message += &format!(
                    "; {alike} looks alike: if it is a fork, give a --repo-map file with the line {entry}"
                );
            }
        }
        fail(message)
    }

    /// Folders of other owners with the same project name.
    fn alike(&self, repo: &str) -> Vec<String> {
        let (owner, name) = repo.split_once('/').unwrap_or(("", repo));
        let mut alike = Vec::new();
        for folder in &self.folders {
            let Ok(entries) = std::fs::read_dir(folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let file_name = entry.file_name().to_string_lossy().into_owned();
                let stem = file_name.strip_suffix(".git").unwrap_or(&file_name);
                let cut = stem.rsplit_once("__").or_else(|| stem.rsplit_once('+'));
                if cut.is_some_and(|(of, project)| project == name && of != owner) {
                    alike.push(entry.path().display().to_string());
                }
            }
        }
        alike.sort();
        alike
    }
}

/// Where `owner/name` may lie below a folder, likeliest first.
fn folder_names(repo: &str) -> Vec<String> {
    let (owner, name) = repo.split_once('/').unwrap_or(("", repo));
    let mut stems = Vec::new();
    if !owner.is_empty() {
        stems.extend([
            format!("{owner}+{name}"),
            format!("{owner}__{name}"),
            format!("{owner}/{name}"),
        ]);
    }
    stems.push(name.to_owned());
    stems
        .into_iter()
        .flat_map(|stem| [stem.clone(), format!("{stem}.git")])
        .collect()
}

/// The repository at a path or in its `repo` folder, where there is one.
fn repository_at(path: &Path) -> Option<PathBuf> {
    [path.to_owned(), path.join("repo"), path.join("repo.git")]
        .into_iter()
        .find(|candidate| is_repository(candidate))
}

/// A working directory with `.git` (a folder, or a file that points to it), or a bare repository.
fn is_repository(path: &Path) -> bool {
    let dot_git = path.join(".git");
    dot_git.is_file() || is_git_dir(&dot_git) || is_git_dir(path)
}

fn is_git_dir(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir()
}
