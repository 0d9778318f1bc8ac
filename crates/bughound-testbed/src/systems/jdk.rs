//! Which JDKs are on this machine? They are told by the `release` file in their home.

use std::path::{Path, PathBuf};

use bughound_sandbox::Bind;

use super::native::alternatives;
use super::versions::{meets, no_tool, numbers, wrong_tool};
use super::{Host, Toolchain};
use crate::{Fault, Task};

/// Where a JDK that is not below `/usr` is seen.
const ELSEWHERE: &str = "/toolchain/jdk";

/// Options of every JVM that lives for a second: no compiler of the second stage, one thread to collect garbage.
pub(crate) const QUICK: [&str; 4] = [
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-XX:-UsePerfData",
];

/// The JDK that the task asks for: the one whose `javac` is on the path where that will do, otherwise the oldest that will,
/// because that is the one least likely to refuse what the task was made with.
pub(crate) fn jdk(task: &Task, host: &Host) -> Result<Toolchain, Fault> {
    let wanted = task
        .recipe
        .dependencies
        .toolchain
        .get("jdk")
        .map_or("*", String::as_str);
    let on_path = host
        .program("javac")
        .and_then(|javac| Some(javac.parent()?.parent()?.to_owned()));
    let mut found: Vec<(PathBuf, String)> = installed(Path::new("/usr/lib/jvm"));
    found.sort_by_key(|(home, version)| (numbers(version), home.clone()));
    if let Some(home) = on_path
        && let Some(version) = version_of(&home)
    {
        found.insert(0, (home, version));
    }
    let Some((home, version)) = found.iter().find(|(_, version)| meets(version, wanted)) else {
        let Some((_, here)) = found.first() else {
            return Err(no_tool("a JDK", "openjdk-17-jdk-headless"));
        };
        return Err(wrong_tool("jdk", wanted, here));
    };
    let mut binds = alternatives();
    let mut seen = home.clone();
    if !home.starts_with("/usr") {
        seen = PathBuf::from(ELSEWHERE);
        binds.push(Bind {
            source: home.clone(),
            target: seen.clone(),
        });
    }
    for folder in settings(home) {
        binds.push(Bind {
            source: folder.clone(),
            target: folder,
        });
    }
    Ok(Toolchain {
        env: std::collections::BTreeMap::new(),
        binds,
        path: vec![format!("{}/bin", seen.display())],
        version: format!("jdk {version}"),
    })
}

/// Homes and versions of the JDKs in `folder`; links to others are left out.
fn installed(folder: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| entry.path().join("bin/javac").is_file())
        .filter_map(|entry| Some((entry.path(), version_of(&entry.path())?)))
        .collect()
}

fn version_of(home: &Path) -> Option<String> {
    version_in(&std::fs::read_to_string(home.join("release")).ok()?)
}

/// `JAVA_VERSION="17.0.15"` of a `release` file.
fn version_in(release: &str) -> Option<String> {
    release.lines().find_map(|line| {
        let value = line.strip_prefix("JAVA_VERSION=")?;
        Some(value.trim().trim_matches('"').to_owned())
    })
}

/// Folders below `/etc` that links of this JDK lead to: Debian keeps its settings there, and without
/// `lib/jvm.cfg` no JVM starts.
fn settings(home: &Path) -> Vec<PathBuf> {
    let links = [
        "lib/jvm.cfg",
        "conf/logging.properties",
        "conf/security/java.security",
    ];
    let mut folders: Vec<PathBuf> = links
        .iter()
        .filter_map(|link| std::fs::read_link(home.join(link)).ok())
        .filter_map(|target| {
            let below_etc = target.strip_prefix("/etc").ok()?;
            Some(Path::new("/etc").join(below_etc.iter().next()?))
        })
        .filter(|folder| folder.is_dir())
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jdk_tells_its_version_in_its_release_file() {
        let check = |release: &str, expected: Option<&str>| {
            assert_eq!(version_in(release).as_deref(), expected, "{release:?}");
        };
        check(
            "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n",
            Some("17.0.15"),
        );
        check("JAVA_VERSION=\"1.8.0_402\"\r\n", Some("1.8.0_402"));
        check("JAVA_RUNTIME_VERSION=\"17\"\n", None);
        check("", None);
    }
}
