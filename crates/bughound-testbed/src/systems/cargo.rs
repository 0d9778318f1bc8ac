//! Rust: crates vendored by cargo, built and tested by `cargo test`.
//!
//! What is pinned stands in `Cargo.lock` beside `task.toml`. It is resolved for the project's own manifest and, beside
//! it, for every version that is at hand for upgrades, so that one lock pins both; a project's own lock is that one
//! without what its manifest does not ask for, which cargo takes out by itself. Crates lie in `/w/deps/vendor`, in which
//! cargo resolves without an index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bughound_sandbox::Bind;

use super::host::is_program;
use super::steps::{file, in_repo, step, words};
use super::{BUILD, BuildSystem, DEPS, Host, Step, Toolchain};
use crate::version::{compare, satisfies};
use crate::{Fault, FaultKind, Task, TaskCommand};

/// Asks cargo and the files of vendored crates, and edits manifests.
const PLACE: &str = include_str!("cargo_place.sh");

/// Crates come from the folder that was filled while there was a network.
const CONFIG: &str = "[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = \"/w/deps/vendor\"\n\n[net]\noffline = true\n";

/// Projects in Rust.
pub(super) struct Cargo;

impl BuildSystem for Cargo {
    fn name(&self) -> &'static str {
        "cargo"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let toolchain = &task.recipe.dependencies.toolchain;
        let wanted = toolchain.get("rustc").map_or("", String::as_str);
        let (sysroot, said) = sysroots(host)
            .into_iter()
            .filter_map(|sysroot| {
                let said = host.ask(&sysroot.join("bin").join("rustc"), &["--version"])?;
                Some((sysroot, said))
            })
            .find(|(_, said)| satisfies(version_in(said), wanted))
            .ok_or_else(|| Fault {
                kind: FaultKind::Toolchain,
                what: format!(
                    "no Rust toolchain {wanted} with rustc and cargo on this machine: install one with rustup"
                ),
            })?;
        let mut made = Toolchain {
            version: said,
            ..Toolchain::default()
        };
        if sysroot != Path::new("/usr") {
            made.binds.push(Bind {
                source: sysroot,
                target: "/toolchain/rust".into(),
            });
            made.path.push("/toolchain/rust/bin".to_owned());
        }
        Ok(made)
    }

    fn manifests(&self, _: &Task) -> Vec<String> {
        vec!["Cargo.toml".to_owned()]
    }

    fn fetch(&self, task: &Task) -> Vec<Step> {
        let plan = |what: &str, argv: &[&str]| Step {
            cwd: format!("{DEPS}/plan").into(),
            ..step(what, argv)
        };
        // On a copy, since the project's manifest says nothing of versions at hand.
        let copy = "rm -rf plan && cp -R ../repo plan && cat at-hand.toml >>plan/Cargo.toml";
        let mut steps = vec![Step {
            write: vec![file("deps/at-hand.toml", at_hand(task).as_bytes())],
            cwd: DEPS.into(),
            ..step("read the manifest", &["sh", "-c", copy])
        }];
        steps.push(match &task.lock {
            Some((name, bytes)) if name == "Cargo.lock" => Step {
                write: vec![file("deps/plan/Cargo.lock", bytes)],
                ..plan("read Cargo.lock", &[])
            },
            _ => plan(
                "resolve the newest versions (there is no Cargo.lock beside task.toml: keep the one of this in its place)",
                &["cargo", "generate-lockfile", "--quiet"],
            ),
        });
        let vendor = "cargo vendor --locked --quiet ../vendor >/dev/null && cp Cargo.lock .. && cd .. && rm -rf plan cargo";
        steps.push(plan("vendor crates", &["sh", "-c", vendor]));
        steps
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        vec![Step {
            write: vec![
                file("deps/cargo/config.toml", CONFIG.as_bytes()),
                file("deps/cargo_place.sh", PLACE.as_bytes()),
            ],
            ..step("use vendored crates", &[])
        }]
    }

    fn warm(&self, task: &Task) -> Vec<TaskCommand> {
        let own = &task.recipe.commands.build;
        let mut commands = self.sync(task);
        commands.extend(if own.is_empty() {
            self.build(task)
        } else {
            own.clone()
        });
        commands.push(place("clean", &[]));
        commands
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        [
            ("CARGO_HOME", format!("{DEPS}/cargo")),
            ("CARGO_TARGET_DIR", format!("{BUILD}/target")),
            // What it saves is for the next build of the same tree, and there is none.
            ("CARGO_INCREMENTAL", "0".to_owned()),
            ("CARGO_PROFILE_DEV_DEBUG", "0".to_owned()),
            ("CARGO_TERM_COLOR", "never".to_owned()),
            ("CARGO_TERM_PROGRESS_WHEN", "never".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    fn offline_env(&self) -> &'static [(&'static str, &'static str)] {
        &[("CARGO_NET_OFFLINE", "true")]
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        vec![place("sync", &[])]
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        vec![words(&[
            "cargo",
            "test",
            "--no-run",
            "--locked",
            "--offline",
            "--tests",
        ])]
    }

    /// Without documentation tests, each of which is a program to link.
    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![words(&[
            "cargo",
            "test",
            "--locked",
            "--offline",
            "--no-fail-fast",
            "--tests",
        ])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        Some(place("version", &[dependency]))
    }

    fn upgrade(&self, _: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        let mut arguments = vec![dependency];
        arguments.extend(version);
        Some(vec![in_repo(
            &format!("move {dependency}"),
            place("upgrade", &arguments),
        )])
    }

    fn remove(&self, _: &Task, dependency: &str) -> Option<Vec<Step>> {
        let argv = place("remove", &[dependency]);
        Some(vec![in_repo(&format!("remove {dependency}"), argv)])
    }
}

/// What is pinned and what is at hand beside it, as dependencies on a platform that does not exist: in the lock and
/// vendored, and never built. Each is `name@version`, `name@version[feature,feature]` where features are needed.
fn at_hand(task: &Task) -> String {
    let dependencies = &task.recipe.dependencies;
    let mut text = String::new();
    let all = dependencies.pins.iter().chain(&dependencies.available);
    for (at, one) in all.enumerate() {
        let (name, rest) = one.split_once('@').unwrap_or((one, "*"));
        let (version, features) = rest.split_once('[').unwrap_or((rest, ""));
        let features = features.trim_end_matches(']').split(',').map(str::trim);
        let features: Vec<&str> = features.filter(|feature| !feature.is_empty()).collect();
        text += &format!(
            "\n[target.\"cfg(any())\".dependencies.bughound-{at}]\npackage = {name:?}\nversion = \"={version}\"\n"
        );
        if !features.is_empty() {
            text += &format!("features = {features:?}\n");
        }
    }
    text
}

/// Folders of toolchains, the one that the user gets for `rustc` first, then rustup's others, newest first.
fn sysroots(host: &Host) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // Not the resolved program: rustup's goes by the name that it is called by.
    let called = host.path.iter().map(|folder| folder.join("rustc"));
    if let Some(rustc) = called.into_iter().find(|path| is_program(path))
        && let Some(sysroot) = host.ask(&rustc, &["--print", "sysroot"])
    {
        found.push(PathBuf::from(sysroot));
    }
    if let Some(home) = &host.home {
        let toolchains = std::fs::read_dir(home.join(".rustup").join("toolchains"));
        let mut others: Vec<(String, PathBuf)> = toolchains
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter_map(|path| {
                let said = host.ask(&path.join("bin").join("rustc"), &["--version"])?;
                Some((version_in(&said).to_owned(), path))
            })
            .collect();
        others.sort_by(|one, other| compare(&other.0, &one.0).then_with(|| one.1.cmp(&other.1)));
        found.extend(others.into_iter().map(|(_, path)| path));
    }
    found.retain(|sysroot| is_program(&sysroot.join("bin").join("cargo")));
    found
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn version_in(said: &str) -> &str {
    said.split(' ').nth(1).unwrap_or("")
}

fn place(verb: &str, arguments: &[&str]) -> TaskCommand {
    let script = format!("{DEPS}/cargo_place.sh");
    let mut argv = words(&["/bin/sh", &script, verb]);
    argv.extend(arguments.iter().map(|&argument| argument.to_owned()));
    argv
}

#[cfg(test)]
mod tests;
