//! Maven, offline, with the artifacts that Debian packages: `/usr/share/maven-repo` is the local repository. A start
//! takes seconds, a validation with surefire about 13.

use std::collections::BTreeMap;
use std::path::Path;

use super::jdk::{QUICK, jdk};
use super::manifest::{command, print, substitute};
use super::native::program;
use super::versions::{no_tool, numbers, require};
use super::{BuildSystem, Host, Step, Toolchain};
use crate::{Fault, Task, TaskCommand};

/// Debian's artifacts.
const REPOSITORY: &str = "/usr/share/maven-repo";

/// See the module.
#[derive(Debug)]
pub(super) struct Maven;

impl BuildSystem for Maven {
    fn name(&self) -> &'static str {
        "maven"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let mut toolchain = jdk(task, host)?;
        program(host, "mvn").ok_or_else(|| no_tool("Maven", "maven maven-debian-helper"))?;
        let plugin = format!("{REPOSITORY}/org/apache/maven/plugins/maven-surefire-plugin");
        if !Path::new(&plugin).is_dir() {
            return Err(no_tool(
                "Maven's surefire plugin (in the offline repository)",
                "maven-debian-helper",
            ));
        }
        let version = core_version(Path::new("/usr/share/maven/lib"));
        require(task, "maven", &version)?;
        toolchain.version = format!("{}, maven {version}", toolchain.version);
        for folder in ["/etc/maven"] {
            if Path::new(folder).is_dir() {
                toolchain.binds.push(bughound_sandbox::Bind {
                    source: folder.into(),
                    target: folder.into(),
                });
            }
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
        [
            ("MAVEN_OPTS", QUICK.join(" ")),
            ("MAVEN_SKIP_RC", "1".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        vec![maven(&["test-compile"])]
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![maven(&["surefire:test"])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        if is_release(dependency) {
            let code = format!("m/{RELEASE}/ && $2");
            return Some(print("pom.xml", &code, &[dependency]));
        }
        let code = "my $v; while (m{<dependency>(.*?)</dependency>}sg) { my $d = $1; \
                    $v = $1 if $d =~ m{<artifactId>\\s*\\Q$a[1]\\E\\s*<} && \
                    $d =~ m{<version>\\s*([^<\\s]+)} } $v";
        Some(print("pom.xml", code, &[dependency, artifact(dependency)]))
    }

    fn upgrade(&self, _: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        if is_release(dependency) {
            let code = format!("$n += s/{RELEASE}/$1$a[1]/g");
            let args = [dependency, version.unwrap_or("17")];
            return Some(vec![substitute(
                "move the release",
                "pom.xml",
                &code,
                &args,
            )]);
        }
        // Debian's repository names the version that it has `debian`.
        let code = "s{(<dependency>)(.*?)(</dependency>)}{my ($x, $d, $y) = ($1, $2, $3); \
                    if ($d =~ m{<artifactId>\\s*\\Q$a[2]\\E\\s*<}) \
                    { $n += $d =~ s{(<version>)[^<]*}{$1$a[1]} } \"$x$d$y\"}sge";
        let args = [
            dependency,
            version.unwrap_or("debian"),
            artifact(dependency),
        ];
        let what = format!("move {dependency}");
        Some(vec![substitute(&what, "pom.xml", code, &args)])
    }

    fn remove(&self, _: &Task, dependency: &str) -> Option<Vec<Step>> {
        let code = "s{[ \\t]*<dependency>(.*?)</dependency>[ \\t]*\\n?}{my ($all, $d) = ($&, $1); \
                    if ($d =~ m{<artifactId>\\s*\\Q$a[1]\\E\\s*<}) { $n++; \"\" } else { $all }}sge";
        let what = format!("remove {dependency}");
        Some(vec![substitute(
            &what,
            "pom.xml",
            code,
            &[dependency, artifact(dependency)],
        )])
    }
}

/// What leads to the release that `pom.xml` compiles for (first group), and the release (second).
const RELEASE: &str = "(<maven\\.compiler\\.(?:release|source|target)>\\s*|<release>\\s*)([0-9.]+)";

fn maven(goals: &[&str]) -> TaskCommand {
    let mut argv = command(&["mvn", "-o", "-B", "-Dstyle.color=never"]);
    argv.push(format!("-Dmaven.repo.local={REPOSITORY}"));
    argv.extend(command(goals));
    argv
}

fn is_release(dependency: &str) -> bool {
    ["java", "jdk", "release", "maven.compiler.release"].contains(&dependency)
}

/// `group:artifact` by its artifact.
fn artifact(dependency: &str) -> &str {
    dependency
        .rsplit_once(':')
        .map_or(dependency, |(_, artifact)| artifact)
}

/// The version of `maven-core-3.8.7.jar`, or of what links are called that lead to it.
fn core_version(lib: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(lib) else {
        return String::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let target = std::fs::canonicalize(entry.path()).ok()?;
            let name = target.file_name()?.to_str()?;
            let version = name
                .strip_prefix("maven3-core-")
                .or_else(|| name.strip_prefix("maven-core-"))?
                .strip_suffix(".jar")?;
            Some(version.to_owned())
        })
        .max_by_key(|version| numbers(version))
        .unwrap_or_default()
}
