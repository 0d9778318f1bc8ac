//! What helped before: past fixes and pages.
//!
//! A folder holds `fixes.jsonl`, one [`PastFix`] a line, and `pages/*.md`. What is built in are pages that say how builds
//! of a kind fail and what to look at, and nothing of any library.
//!
//! **Ground truth does not leak**: [`Knowledge::for_task`] takes out what stems from the task itself, from its project or
//! from later days, and whatever holds a line of its known fix; a [`Workbench`](crate::Workbench) never holds anything
//! else. That the built-in pages name none of the shipped tasks' projects and dependencies is tested.

mod rank;

use std::path::{Path, PathBuf};

use bughound_testbed::{EditWhat, ErrorClass, Source, Task};
use serde::{Deserialize, Serialize};

/// A change that was made because of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastFix {
    /// A name of its own.
    pub id: String,
    /// The build system: `python`, `cargo`, `npm`, ...
    pub system: String,
    /// The class of the error.
    pub class: ErrorClass,
    /// The main error, as it was printed.
    pub error: String,
    /// More of the log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub log: String,
    /// What was changed, in words or as a diff.
    pub change: String,
    /// How often it was tried.
    pub tried: u32,
    /// How often the build was well afterwards.
    pub succeeded: u32,
    /// The task that it stems from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The project that it stems from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// When it was made: a day, `2024-06-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A page of documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its heading.
    pub title: String,
    /// Build systems that it is about; any where empty.
    pub systems: Vec<String>,
    /// What it says, in Markdown, without the heading.
    pub text: String,
}

/// Past fixes and pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knowledge {
    fixes: Vec<PastFix>,
    pages: Vec<Document>,
}

/// Why a folder is no knowledge.
#[derive(Debug, thiserror::Error)]
#[error("{path}{}: {what}", line.map_or_else(String::new, |line| format!(":{line}")), path = path.display())]
pub struct KnowledgeError {
    /// The file.
    pub path: PathBuf,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

const BUILT_IN: [&str; 7] = [
    include_str!("../../knowledge/any.md"),
    include_str!("../../knowledge/python.md"),
    include_str!("../../knowledge/rust.md"),
    include_str!("../../knowledge/javascript.md"),
    include_str!("../../knowledge/native.md"),
    include_str!("../../knowledge/java.md"),
    include_str!("../../knowledge/go.md"),
];

impl Knowledge {
    /// These fixes and pages.
    pub fn new(fixes: Vec<PastFix>, pages: Vec<Document>) -> Self {
        Self { fixes, pages }
    }

    /// What is built in: pages, and no fixes.
    pub fn built_in() -> Self {
        Self::new(
            Vec::new(),
            BUILT_IN.iter().map(|text| Document::read(text)).collect(),
        )
    }

    /// Reads a folder. Either part may be missing.
    ///
    /// # Errors
    /// [`KnowledgeError`] names the file, and in `fixes.jsonl` the line, that is wrong.
    pub fn read(folder: &Path) -> Result<Self, KnowledgeError> {
        let mut knowledge = Self::default();
        let path = folder.join("fixes.jsonl");
        if let Some(text) = read_text(&path)? {
            for (at, line) in text.lines().enumerate() {
                if line.trim().is_empty() {
                    continue;
                }
                let fix: PastFix = serde_json::from_str(line)
                    .map_err(|error| wrong(&path, Some(at + 1), error.to_string()))?;
                if fix.succeeded > fix.tried {
                    let what = format!("it worked {} of {} times", fix.succeeded, fix.tried);
                    return Err(wrong(&path, Some(at + 1), what));
                }
                knowledge.fixes.push(fix);
            }
        }
        let pages = folder.join("pages");
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(&pages) {
            Ok(entries) => entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(wrong(&pages, None, error.to_string())),
        };
        paths.sort();
        for path in paths {
            if path.extension().is_some_and(|extension| extension == "md")
                && let Some(text) = read_text(&path)?
            {
                knowledge.pages.push(Document::read(&text));
            }
        }
        if knowledge == Self::default() {
            let what = "there is neither fixes.jsonl nor a page in pages/".to_owned();
            return Err(wrong(folder, None, what));
        }
        Ok(knowledge)
    }

    /// Without what could give the answer of a task away: what stems from it, from its project or from later days, and
    /// what holds a line of its known fix.
    #[must_use]
    pub fn for_task(mut self, task: &Task) -> Self {
        let project = project(task);
        let lines = fix_lines(task);
        let gives_away = |text: &str| lines.iter().any(|line| text.contains(line.as_str()));
        self.fixes.retain(|fix| {
            let is_own = fix.task.as_deref() == Some(&task.recipe.id)
                || (project.is_some() && fix.project.as_deref() == project);
            let is_later = fix
                .date
                .as_ref()
                .is_some_and(|date| *date > task.recipe.date);
            !is_own && !is_later && !gives_away(&fix.change) && !gives_away(&fix.log)
        });
        self.pages.retain(|page| !gives_away(&page.text));
        self
    }

    /// Past fixes for an error, best first.
    pub fn fixes_for(&self, question: &str, system: &str) -> Vec<&PastFix> {
        rank::fixes(&self.fixes, question, system)
    }

    /// Pages for a question, best first; those about other systems are left out.
    pub fn pages_for(&self, question: &str, system: &str) -> Vec<&Document> {
        rank::pages(&self.pages, question, system)
    }

    /// All fixes.
    pub fn fixes(&self) -> &[PastFix] {
        &self.fixes
    }

    /// All pages.
    pub fn pages(&self) -> &[Document] {
        &self.pages
    }
}

impl Document {
    /// A page as it stands in a file: `# Title`, perhaps `systems: python, cargo`, then the text.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines().peekable();
        let title = lines
            .next_if(|line| line.starts_with("# "))
            .map_or("", |line| &line[2..]);
        let systems = lines
            .next_if(|line| line.starts_with("systems: "))
            .map_or("", |line| &line["systems: ".len()..]);
        Self {
            title: title.trim().to_owned(),
            systems: systems
                .split(',')
                .map(|system| system.trim().to_owned())
                .filter(|system| !system.is_empty())
                .collect(),
            text: lines.collect::<Vec<_>>().join("\n").trim().to_owned(),
        }
    }
}

fn project(task: &Task) -> Option<&str> {
    match &task.recipe.source {
        Source::Pypi(release) | Source::Crates(release) | Source::Npm(release) => {
            Some(&release.name)
        }
        Source::Git { url, .. } => Some(url),
        Source::Files => None,
    }
}

/// Lines that the known fix writes and that say something.
fn fix_lines(task: &Task) -> Vec<String> {
    let fix = &task.recipe.fix;
    let written = fix.edit.iter().filter_map(|edit| match &edit.what {
        EditWhat::Replace { replace, .. } => Some(replace),
        EditWhat::Write { content } => Some(content),
        EditWhat::Remove => None,
    });
    // Undoing what was broken puts back what was there.
    let undone = task
        .recipe
        .broken
        .edit
        .iter()
        .filter_map(|edit| match &edit.what {
            EditWhat::Replace { find, .. } if fix.revert => Some(find),
            _ => None,
        });
    written
        .chain(undone)
        .flat_map(|text| text.lines())
        .map(str::trim)
        .filter(|line| line.len() >= 10)
        .map(str::to_owned)
        .collect()
}

fn read_text(path: &Path) -> Result<Option<String>, KnowledgeError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(wrong(path, None, error.to_string())),
    }
}

fn wrong(path: &Path, line: Option<usize>, what: String) -> KnowledgeError {
    KnowledgeError {
        path: path.to_owned(),
        line,
        what,
    }
}
