//! What a fix changed, in the names of the code before it.

use bughound_core::{Language, RepoPath};
use bughound_metrics::Truth;
use serde::{Deserialize, Serialize};

use crate::edits::{FileEdits, edits_of};
use crate::patch::{FilePatch, Patch, parse_patch};
use crate::{Finding, FindingKind, Task, apply};

/// What the patch of a task changes. Paths and names are those before the patch, names are
/// `path::Qualified.name`; every list holds each entry once, files in the order of the patch and
/// definitions in the order of their file. The rules stand in `docs/ground-truth.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroundTruth {
    /// What is to be found: [`functions`](Self::functions), then [`classes`](Self::classes), then the
    /// path of each of [`files`](Self::files) in which no function and no class is edited.
    pub locations: Vec<String>,
    /// Existing files that are edited, renamed or deleted, documents and binary files left out.
    pub files: Vec<String>,
    /// Functions and methods whose lines are edited or inserted into: the innermost around each line.
    pub functions: Vec<String>,
    /// Classes and other types in which lines outside of their methods are edited or inserted.
    pub classes: Vec<String>,
    /// Files in which lines outside of all functions and classes are edited.
    pub module_level: Vec<String>,
    /// Functions and methods that were not there before under this or another name; functions inside
    /// functions left out.
    pub new_functions: Vec<String>,
    /// Files that were not there before, documents and binary files left out.
    pub new_files: Vec<String>,
    /// Classes and other types that were not there before under this or another name.
    pub new_classes: Vec<String>,
    /// The innermost class around each edited function.
    pub enclosing_classes: Vec<String>,
    /// Documents and binary files that the patch touches, new ones included. Nobody is asked to find them.
    pub other_files: Vec<String>,
}

impl GroundTruth {
    /// The same as the scorers want it: locations without bare paths.
    pub fn truth(&self) -> Truth {
        Truth {
            files: self.files.clone(),
            locations: self
                .functions
                .iter()
                .chain(&self.classes)
                .cloned()
                .collect(),
            functions: self.functions.clone(),
            classes: self.classes.clone(),
            enclosing_classes: self.enclosing_classes.clone(),
        }
    }
}

/// What a file held before the patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreImage {
    /// Its text; bytes that are no UTF-8 may be replaced.
    Text(String),
    /// There is no such file.
    Absent,
    /// It is there and cannot be read, for this reason.
    Unreadable(String),
}

/// The ground truth of a task, worked out from its patch and the files before it.
///
/// `read` gives the content of a path at the base commit. Never fails: what cannot be read, parsed or
/// applied is a finding, and the ground truth holds what is known without it (at least the file).
pub fn ground_truth(
    task: &Task,
    read: &mut dyn FnMut(&str) -> PreImage,
) -> (GroundTruth, Vec<Finding>) {
    let (truth, findings) = ground_truth_of_patch(&task.patch, read);
    (
        truth,
        findings
            .into_iter()
            .map(|finding| finding.of_task(&task.instance_id))
            .collect(),
    )
}

/// [`ground_truth`] of a patch alone.
pub fn ground_truth_of_patch(
    patch: &str,
    read: &mut dyn FnMut(&str) -> PreImage,
) -> (GroundTruth, Vec<Finding>) {
    let Patch {
        files,
        mut findings,
    } = parse_patch(patch);
    let mut truth = GroundTruth::default();
    for file in &files {
        add_file(&mut truth, file, read, &mut findings);
    }
    let bare: Vec<String> = truth
        .files
        .iter()
        .filter(|path| {
            !truth
                .functions
                .iter()
                .chain(&truth.classes)
                .any(|id| is_in(id, path))
        })
        .cloned()
        .collect();
    truth.locations = [&truth.functions, &truth.classes, &bare]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if truth.files.is_empty() {
        let message = if truth.new_files.is_empty() {
            "the patch edits no source file: there is nothing to find"
        } else {
            "the patch only adds files: there is nothing to find in the code before it"
        };
        findings.push(Finding::new(FindingKind::NoGroundTruth, message));
    }
    (truth, findings)
}

fn is_in(id: &str, path: &str) -> bool {
    id.strip_prefix(path)
        .is_some_and(|rest| rest.starts_with("::"))
}

fn add_file(
    truth: &mut GroundTruth,
    file: &FilePatch,
    read: &mut dyn FnMut(&str) -> PreImage,
    findings: &mut Vec<Finding>,
) {
    let Some(any_path) = file.old_path.as_deref().or(file.new_path.as_deref()) else {
        return;
    };
    let Some(path) = file.edited_path() else {
        let new = file.new_path.as_deref().unwrap_or(any_path);
        let list = if is_other(file, new) {
            &mut truth.other_files
        } else {
            &mut truth.new_files
        };
        push_new(list, new.to_owned());
        return;
    };
    if is_other(file, path) {
        push_new(&mut truth.other_files, path.to_owned());
        return;
    }
    push_new(&mut truth.files, path.to_owned());
    // A deleted file is one location: nobody is asked to find each of its definitions.
    if file.new_path.is_none() || file.hunks.is_empty() {
        return;
    }
    let pre = match read(path) {
        PreImage::Text(text) => text,
        PreImage::Absent => {
            let message =
                format!("{path}: the patch edits this file, which is not there before it");
            findings.push(Finding::new(FindingKind::FileUnreadable, message));
            return;
        }
        PreImage::Unreadable(reason) => {
            let message = format!("{path} cannot be read: {reason}");
            findings.push(Finding::new(FindingKind::FileUnreadable, message));
            return;
        }
    };
    let applied = match apply(&pre, file) {
        Ok(applied) => applied,
        Err(mismatch) => {
            let message = format!("{path}: {mismatch}");
            let finding = Finding::new(FindingKind::PatchDoesNotApply, message);
            findings.push(finding.at_line(mismatch.patch_line));
            return;
        }
    };
    for (hunk, lines) in &applied.moved {
        let message =
            format!("{path}: hunk {hunk} fits {lines:+} lines from where its header says");
        findings.push(Finding::new(FindingKind::PatchMalformed, message));
    }
    let Some(language) = Language::from_extension(RepoPath::from(path).extension()) else {
        return;
    };
    add_edits(truth, path, edits_of(language, &pre, &applied));
}

fn add_edits(truth: &mut GroundTruth, path: &str, edits: FileEdits) {
    let add = |list: &mut Vec<String>, names: Vec<String>| {
        for name in names {
            push_new(list, format!("{path}::{name}"));
        }
    };
    add(&mut truth.functions, edits.functions);
    add(&mut truth.classes, edits.classes);
    add(&mut truth.new_functions, edits.new_functions);
    add(&mut truth.new_classes, edits.new_classes);
    add(&mut truth.enclosing_classes, edits.enclosing_classes);
    if edits.module_level {
        push_new(&mut truth.module_level, path.to_owned());
    }
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Documents (prose for people) and binary files.
fn is_other(file: &FilePatch, path: &str) -> bool {
    const EXTENSIONS: [&str; 8] = [
        "md", "markdown", "rst", "txt", "adoc", "asciidoc", "org", "tex",
    ];
    const NAMES: [&str; 10] = [
        "authors",
        "changelog",
        "changes",
        "contributing",
        "contributors",
        "copying",
        "history",
        "license",
        "news",
        "readme",
    ];
    let path = RepoPath::from(path);
    let extension = path.extension().to_ascii_lowercase();
    let stem = path.stem().to_ascii_lowercase();
    if file.binary {
        return true;
    }
    // Text files that programs read.
    let is_read = extension == "txt"
        && (stem == "cmakelists" || stem.contains("requirements") || stem.contains("constraints"));
    (EXTENSIONS.contains(&extension.as_str()) && !is_read)
        || (extension.is_empty() && NAMES.contains(&stem.as_str()))
}
