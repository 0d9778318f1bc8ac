//! What tools that read and write files share.

use bughound_sandbox::{Change, What};
use bughound_tools::ToolError;

use crate::paths::in_tree;
use crate::shell;
use crate::workbench::{Inner, Workbench, sandbox_error};

/// The largest file that is read or written: 4 MiB.
pub(crate) const MOST_BYTES: u64 = 4 << 20;

/// All plain files of the project but git's own, in the order of paths, and whether that is all of them.
pub(crate) fn list(
    workbench: &Workbench,
    inner: &mut Inner,
    tool: &'static str,
) -> Result<(Vec<String>, bool), ToolError> {
    let argv = [
        "/usr/bin/find",
        ".",
        "-name",
        ".git",
        "-prune",
        "-o",
        "-type",
        "f",
        "-printf",
        "%P\\0",
    ];
    let finished = shell::own(workbench, inner, tool, &argv)?;
    let (text, is_whole) = shell::beginning(&finished.stdout, '\0');
    let mut files: Vec<String> = text
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect();
    files.sort_unstable();
    Ok((files, is_whole && finished.succeeded()))
}

/// The text of a file.
pub(crate) fn text(
    workbench: &Workbench,
    inner: &mut Inner,
    tool: &'static str,
    path: &str,
) -> Result<String, ToolError> {
    let read = inner.place.sandbox().read(&in_tree(path), MOST_BYTES);
    let Some((bytes, n_bytes)) = read.map_err(|error| sandbox_error(tool, error))? else {
        let (files, _) = list(workbench, inner, tool)?;
        let problem = format!("There is no plain file `{path}`");
        return Err(ToolError::miss(problem, nearest(path, &files)));
    };
    if n_bytes > MOST_BYTES {
        let problem = format!(
            "`{path}` has {n_bytes} bytes, more than these tools read; run_sh can look at a part"
        );
        return Err(ToolError::miss(problem, Vec::new()));
    }
    String::from_utf8(bytes).map_err(|_| {
        let problem = format!("`{path}` is binary or not UTF-8 ({n_bytes} bytes)");
        ToolError::miss(problem, Vec::new())
    })
}

/// Files that may have been meant: of the same name elsewhere, else of the most similar path.
fn nearest(path: &str, files: &[String]) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let same_name = |file: &&String| file.rsplit('/').next() == Some(name);
    let mut found: Vec<String> = files.iter().filter(same_name).take(3).cloned().collect();
    if found.is_empty() {
        let mut similar: Vec<(f64, &String)> = files
            .iter()
            .map(|file| (strsim::jaro_winkler(path, file), file))
            .filter(|(similarity, _)| *similarity > 0.85)
            .collect();
        similar.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        found.extend(similar.into_iter().take(3).map(|(_, file)| file.clone()));
    }
    found.iter().map(|file| format!("`{file}`")).collect()
}

/// Writes a file; whether it may be executed stays.
pub(crate) fn write(
    workbench: &Workbench,
    inner: &mut Inner,
    tool: &'static str,
    path: &str,
    content: &str,
) -> Result<(), ToolError> {
    let place = format!("./{path}");
    // `-L` first: a test of the mode would follow the link.
    let script = "p=$1; while [ \"$p\" != . ]; do [ -L \"$p\" ] && exit 3; p=${p%/*}; done; \
                  [ -d \"$1\" ] && exit 4; [ -f \"$1\" ] && [ -x \"$1\" ] && exit 5; exit 0";
    let finished = shell::own(
        workbench,
        inner,
        tool,
        &["/bin/sh", "-c", script, "sh", &place],
    )?;
    let told = |why: &str| Err(ToolError::miss(format!("`{path}` {why}"), Vec::new()));
    let executable = match finished.end {
        bughound_sandbox::End::Exited(3) => {
            return told("is, or lies below, a link, and links are not followed");
        }
        bughound_sandbox::End::Exited(4) => return told("is a folder"),
        end => end == bughound_sandbox::End::Exited(5),
    };
    let change = Change {
        path: in_tree(path),
        what: What::File {
            bytes: content.as_bytes().to_vec(),
            executable,
        },
    };
    let written = inner.place.sandbox().write(&[change]);
    written.map_err(|error| sandbox_error(tool, error))
}
