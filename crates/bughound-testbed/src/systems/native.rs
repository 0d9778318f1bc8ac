//! Where are the host's C and C++ compilers, and of which version?

use std::path::{Path, PathBuf};

use bughound_sandbox::Bind;

use super::versions::{no_tool, numbers, require};
use super::{Host, Toolchain};
use crate::{Fault, Task};

/// A program below `/usr`, which is seen in every sandbox: as it is called, and what it really is.
pub(crate) fn program(host: &Host, name: &str) -> Option<PathBuf> {
    let folders = host.path.iter().filter(|folder| folder.starts_with("/usr"));
    let below_usr = Host::new(folders.cloned().collect(), None);
    below_usr
        .program(name)
        .filter(|path| path.starts_with("/usr"))
}

/// gcc, g++ where the task is of C++ or asks for it, and make.
pub(crate) fn compilers(task: &Task, host: &Host) -> Result<Toolchain, Fault> {
    let mut toolchain = Toolchain {
        binds: alternatives(),
        ..Toolchain::default()
    };
    let asked = |tool: &str| task.recipe.dependencies.toolchain.contains_key(tool);
    let mut tools = vec![("gcc", "gcc")];
    if task.recipe.language == "cpp" || asked("g++") {
        tools.push(("g++", "g++"));
    }
    let mut said = Vec::new();
    for (name, package) in tools {
        let path = program(host, name).ok_or_else(|| no_tool(name, package))?;
        let version = Some(compiler_version(&path))
            .filter(|version| !version.is_empty())
            .unwrap_or_else(newest_gcc);
        require(task, name, &version)?;
        said.push(described(name, &version, &path));
    }
    toolchain.version = said.join(", ");
    Ok(toolchain)
}

/// `/etc/alternatives`, through which `/usr/bin/cc`, `awk` and `java` lead on Debian.
pub(crate) fn alternatives() -> Vec<Bind> {
    let folder = Path::new("/etc/alternatives");
    if !folder.is_dir() {
        return Vec::new();
    }
    vec![Bind {
        source: folder.to_owned(),
        target: folder.to_owned(),
    }]
}

/// Name, version and size: distributions mend a compiler without giving it another number.
pub(crate) fn described(name: &str, version: &str, path: &Path) -> String {
    let n_bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    format!("{name} {version} ({n_bytes} bytes)")
}

/// The version in a compiler's file name (`x86_64-linux-gnu-gcc-12`), empty where it has none.
fn compiler_version(path: &Path) -> String {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    match name.rsplit_once('-') {
        Some((_, last)) if last.starts_with(|c: char| c.is_ascii_digit()) => last.to_owned(),
        _ => String::new(),
    }
}

/// The newest gcc whose own folder is here, for distributions that do not write its version into its name.
fn newest_gcc() -> String {
    let names = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).map_or_else(
            |_| Vec::new(),
            |entries| entries.flatten().map(|entry| entry.path()).collect(),
        )
    };
    names(Path::new("/usr/lib/gcc"))
        .iter()
        .flat_map(|triple| names(triple))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .max_by_key(|name| numbers(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_tells_its_version_by_its_name() {
        let check = |path: &str, expected: &str| {
            assert_eq!(compiler_version(Path::new(path)), expected, "{path}");
        };
        check("/usr/bin/x86_64-linux-gnu-gcc-12", "12");
        check("/usr/bin/g++-13", "13");
        check("/usr/bin/gcc", "");
        check("/usr/bin/x86_64-linux-gnu-gcc", "");
    }
}
