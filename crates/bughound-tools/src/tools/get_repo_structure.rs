//! `get_repo_structure`: the tree of source files.

use bughound_index::FileRole;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool};

/// Shows the folders and source files, tests left out unless asked for. Folders that do not fit into the
/// budget are closed, deepest first, and say how many files they hold.
pub(crate) struct GetRepoStructure;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Only this folder; the whole repository where it is left out.
    folder: Option<String>,
    /// Whether tests are shown too.
    #[serde(default)]
    tests: bool,
}

impl TypedTool for GetRepoStructure {
    type Arguments = Arguments;

    const NAME: &'static str = "get_repo_structure";

    const DESCRIPTION: &'static str = "Shows the tree of the repository's source files, or of one folder of it. Folders that are too large \
         are closed; ask for them by name.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let folder = arguments.folder.unwrap_or_default();
        let folder = folder.trim().trim_start_matches("./").trim_matches('/');
        let prefix = if folder.is_empty() || folder == "." {
            String::new()
        } else {
            format!("{folder}/")
        };
        let inside: Vec<&str> = index
            .files()
            .iter()
            .filter(|file| file.path().as_str().starts_with(&prefix))
            .filter(|file| arguments.tests || file.role() != FileRole::Test)
            .map(|file| &file.path().as_str()[prefix.len()..])
            .collect();
        if inside.is_empty() {
            return Err(no_folder(context, folder, &prefix));
        }
        let root = Folder::of(&inside);
        let budget = context.budget();
        let name = if prefix.is_empty() { "." } else { folder };
        let deepest = inside
            .iter()
            .map(|path| path.matches('/').count())
            .max()
            .unwrap_or(0);
        // The deepest cut that fits; where even the top folder does not, the page cuts it.
        let depth = (0..=deepest)
            .rev()
            .find(|&depth| {
                let (lines, bytes) = root.size(depth, 0);
                lines < budget.max_lines && bytes + name.len() + 2 <= budget.max_bytes
            })
            .unwrap_or(0);
        let mut page = Page::new(budget);
        page.line(&format!("{name}/"));
        root.show(&mut page, depth, 0);
        Ok(page.finish())
    }
}

fn no_folder(context: &ToolContext, folder: &str, prefix: &str) -> ToolError {
    let index = context.index();
    if index
        .files()
        .iter()
        .any(|file| file.path().as_str().starts_with(prefix))
    {
        return ToolError::miss(
            format!("`{folder}` holds only tests; set tests to true to see them"),
            Vec::new(),
        );
    }
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let mut near: Vec<&str> = index
        .files()
        .iter()
        .map(|file| file.path().parent())
        .filter(|parent| !last.is_empty() && parent.rsplit('/').next() == Some(last))
        .collect();
    near.dedup();
    near.sort_unstable();
    near.dedup();
    let near = near.into_iter().take(5).map(str::to_owned).collect();
    ToolError::miss(
        format!("There is no folder `{folder}` with source files"),
        near,
    )
}

/// A folder's content: its folders, then its files, both in the order of their names.
#[derive(Default)]
struct Folder<'a> {
    folders: Vec<(&'a str, Self)>,
    files: Vec<&'a str>,
    n_files: usize,
}

impl<'a> Folder<'a> {
    /// The tree of some paths, sorted.
    fn of(paths: &[&'a str]) -> Self {
        let mut root = Self {
            n_files: paths.len(),
            ..Self::default()
        };
        let mut at = 0;
        while at < paths.len() {
            let Some((folder, _)) = paths[at].split_once('/') else {
                root.files.push(paths[at]);
                at += 1;
                continue;
            };
            let inside: Vec<&str> = paths[at..]
                .iter()
                .take_while(|path| {
                    path.split_once('/')
                        .is_some_and(|(other, _)| other == folder)
                })
                .map(|path| &path[folder.len() + 1..])
                .collect();
            at += inside.len();
            root.folders.push((folder, Self::of(&inside)));
        }
        root
    }

    /// Lines and bytes of what [`Folder::show`] prints.
    fn size(&self, depth: usize, indent: usize) -> (usize, usize) {
        let mut lines = self.files.len();
        let mut bytes: usize = self.files.iter().map(|file| file.len() + indent + 3).sum();
        for (name, folder) in &self.folders {
            lines += 1;
            bytes += name.len() + indent + 24;
            if depth > 0 {
                let (more_lines, more_bytes) = folder.size(depth - 1, indent + 2);
                lines += more_lines;
                bytes += more_bytes;
            }
        }
        (lines, bytes)
    }

    fn show(&self, page: &mut Page, depth: usize, indent: usize) {
        for (name, folder) in &self.folders {
            let space = " ".repeat(indent + 2);
            if depth > 0 {
                page.line(&format!("{space}{name}/"));
                folder.show(page, depth - 1, indent + 2);
            } else {
                let files = if folder.n_files == 1 { "file" } else { "files" };
                page.line(&format!("{space}{name}/ ({} {files})", folder.n_files));
            }
        }
        for file in &self.files {
            page.line(&format!("{}{file}", " ".repeat(indent + 2)));
        }
    }
}
