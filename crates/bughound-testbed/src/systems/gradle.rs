//! Gradle, offline. The distribution is the host's (Debian packages 4.4.1); a wrapper is never run, because it would fetch
//! the version that it names, but that version is what `upgrade` moves.

use std::collections::BTreeMap;
use std::path::Path;

use super::jdk::{QUICK, jdk};
use super::manifest::{command, print, substitute};
use super::native::program;
use super::versions::{no_tool, numbers, require};
use super::{BuildSystem, Host, Step, Toolchain};
use crate::{Fault, Task, TaskCommand};

/// Names the distribution.
const WRAPPER: &str = "gradle/wrapper/gradle-wrapper.properties";

/// See the module.
#[derive(Debug)]
pub(super) struct Gradle;

impl BuildSystem for Gradle {
    fn name(&self) -> &'static str {
        "gradle"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let mut toolchain = jdk(task, host)?;
        program(host, "gradle").ok_or_else(|| no_tool("Gradle", "gradle"))?;
        let version = core_version(Path::new("/usr/share/gradle/lib"));
        require(task, "gradle", &version)?;
        toolchain.version = format!("{}, gradle {version}", toolchain.version);
        Ok(toolchain)
    }

    fn fetch(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        [
            ("GRADLE_USER_HOME", "/w/build/gradle".to_owned()),
            (
                "GRADLE_OPTS",
                format!("-Dorg.gradle.daemon=false {}", QUICK.join(" ")),
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        vec![gradle(&["testClasses"])]
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![gradle(&["test"])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        if dependency == "gradle" {
            let code = format!("m/{DISTRIBUTION}/ && $2");
            return Some(print(WRAPPER, &code, &[dependency]));
        }
        let code = "m/[\"']\\Q$a[0]\\E:([^\"':@]+)/ && $1";
        Some(print("build.gradle", code, &[dependency]))
    }

    fn upgrade(&self, _: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        let version = version?;
        let args = [dependency, version];
        if dependency == "gradle" {
            let code = format!("$n += s/{DISTRIBUTION}/$1$a[1]$3/");
            return Some(vec![substitute("move the wrapper", WRAPPER, &code, &args)]);
        }
        let code = "$n += s/([\"']\\Q$a[0]\\E:)[^\"':@]+/$1$a[1]/g";
        let what = format!("move {dependency}");
        Some(vec![substitute(&what, "build.gradle", code, &args)])
    }

    fn remove(&self, _: &Task, dependency: &str) -> Option<Vec<Step>> {
        let code = "$n += s/^[ \\t]*\\w+[ (]+[\"']\\Q$a[0]\\E[\"':][^\\n]*\\n//mg";
        let what = format!("remove {dependency}");
        Some(vec![substitute(&what, "build.gradle", code, &[dependency])])
    }
}

/// What leads to the version in the distribution's address, the version, and what follows.
const DISTRIBUTION: &str = "(distributionUrl=\\S*gradle-)([0-9][0-9.]*[0-9])(-(?:bin|all)\\.zip)";

fn gradle(tasks: &[&str]) -> TaskCommand {
    let mut argv = command(&[
        "gradle",
        "--offline",
        "--no-daemon",
        "--console=plain",
        "--project-cache-dir",
        "/w/build/gradle-project",
    ]);
    argv.extend(command(tasks));
    argv
}

/// The version of `gradle-core-4.4.1.jar`.
fn core_version(lib: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(lib) else {
        return String::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix("gradle-core-")?.strip_suffix(".jar")?;
            Some(version.to_owned())
        })
        .max_by_key(|version| numbers(version))
        .unwrap_or_default()
}
