//! Plain `javac`. The project's manifest is `javac.args`, the options of the compiler (`--release 17`, `-Xlint:all`,
//! `-Werror`); sources are in `src`, tests in `test`. Tests are run by JUnit 4 where the task's toolchain names `junit4`
//! (Debian's, in `/usr/share/java`), otherwise by the project's own class `AllTests`, which prints what it finds.

use std::collections::BTreeMap;
use std::path::Path;

use super::jdk::{QUICK, jdk};
use super::manifest::{command, print, substitute};
use super::versions::no_tool;
use super::{BuildSystem, Host, Step, Toolchain};
use crate::{Fault, Task, TaskCommand};

/// Where classes go.
const CLASSES: &str = "/w/build/classes";
/// Libraries that tests may use; those that are not there do no harm.
const JUNIT: &str =
    "/usr/share/java/junit4.jar:/usr/share/java/hamcrest-core.jar:/usr/share/java/hamcrest.jar";

/// See the module.
#[derive(Debug)]
pub(super) struct Javac;

impl BuildSystem for Javac {
    fn name(&self) -> &'static str {
        "javac"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let toolchain = jdk(task, host)?;
        if with_junit(task) && !Path::new("/usr/share/java/junit4.jar").exists() {
            return Err(no_tool("JUnit 4", "junit4"));
        }
        Ok(toolchain)
    }

    fn fetch(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        BTreeMap::from([("CLASSES".to_owned(), CLASSES.to_owned())])
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    /// All sources, in order of their names, into an empty folder: what an earlier build left must not be found.
    fn build(&self, task: &Task) -> Vec<TaskCommand> {
        let classpath = if with_junit(task) { JUNIT } else { CLASSES };
        let quick: Vec<String> = QUICK.iter().map(|option| format!("-J{option}")).collect();
        let script = format!(
            "rm -rf {CLASSES} && mkdir -p {CLASSES} && \
             find src test -name '*.java' | LC_ALL=C sort > {CLASSES}.sources && \
             exec javac {} @javac.args -cp {classpath} -d {CLASSES} @{CLASSES}.sources",
            quick.join(" ")
        );
        vec![command(&["sh", "-c", &script])]
    }

    fn test(&self, task: &Task) -> Vec<TaskCommand> {
        let mut argv = command(&["java"]);
        argv.extend(QUICK.iter().map(|&option| option.to_owned()));
        argv.push("-ea".to_owned());
        if !with_junit(task) {
            argv.extend(command(&["-cp", CLASSES, "AllTests"]));
            return vec![argv];
        }
        let script = format!(
            "exec {} -cp {CLASSES}:{JUNIT} org.junit.runner.JUnitCore \
             $(cd test && find . -name '*Test.java' | LC_ALL=C sort | sed 's|^./||; s|.java$||; s|/|.|g')",
            argv.join(" ")
        );
        vec![command(&["sh", "-c", &script])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        is_release(dependency).then(|| {
            let code = "m/--release[\\s=]+([0-9]+)/ && $1";
            print("javac.args", code, &[dependency])
        })
    }

    fn upgrade(&self, _: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        is_release(dependency).then(|| {
            let code = "$n += s/(--release[\\s=]+)[0-9]+/$1$a[1]/";
            let args = [dependency, version.unwrap_or("17")];
            vec![substitute("move --release", "javac.args", code, &args)]
        })
    }

    fn remove(&self, _: &Task, _: &str) -> Option<Vec<Step>> {
        None
    }
}

fn is_release(dependency: &str) -> bool {
    ["java", "jdk", "release"].contains(&dependency)
}

fn with_junit(task: &Task) -> bool {
    task.recipe.dependencies.toolchain.contains_key("junit4")
}
