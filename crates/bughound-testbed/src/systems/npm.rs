//! JavaScript: packages of npm, programs of the host's node.
//!
//! One manifest in `/w/deps` depends on every version that is pinned or at hand, each under an alias of its own, so one
//! `package-lock.json` beside `task.toml` pins all of them and what they depend on. The project's own `node_modules` is
//! `/w/node_modules`, which node finds from `/w/repo`: links into `/w/deps`, made anew from the project's
//! `package.json` in every validation (`npm_place.cjs`). So another version is another link, and npm, which cannot
//! resolve without its registry, is only needed to fetch.

use std::collections::BTreeMap;
use std::path::Path;

use bughound_sandbox::Bind;
use serde_json::{Map, Value, json};

use super::steps::{file, in_repo, step, words};
use super::{BuildSystem, DEPS, Host, ROOT, Step, Toolchain};
use crate::version::satisfies;
use crate::{Fault, FaultKind, Task, TaskCommand};

/// Links what `package.json` asks for.
const PLACE: &str = include_str!("npm_place.cjs");

/// npm of the host, as sandboxes see it.
const NPM: &str = "/toolchain/node_modules/npm/bin/npm-cli.js";

/// Projects in JavaScript.
pub(super) struct Npm;

impl BuildSystem for Npm {
    fn name(&self) -> &'static str {
        "npm"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let toolchain = &task.recipe.dependencies.toolchain;
        let wanted = toolchain.get("node").map_or("", String::as_str);
        let missing = |what: String| Fault {
            kind: FaultKind::Toolchain,
            what,
        };
        let node = host.program("node").ok_or_else(|| {
            missing("there is no node on this machine: install Node.js".to_owned())
        })?;
        let said = host.ask(&node, &["--version"]).unwrap_or_default();
        if !satisfies(&said, wanted) {
            let shown = node.display();
            return Err(missing(format!(
                "{shown} is {said}, the task needs {wanted}: put another one on the PATH"
            )));
        }
        // `npm` is a link to `npm/bin/npm-cli.js`; its own dependencies lie in it or beside it.
        let modules = host
            .program("npm")
            .filter(|cli| cli.ends_with("npm/bin/npm-cli.js"))
            .and_then(|cli| cli.ancestors().nth(3).map(Path::to_owned))
            .ok_or_else(|| missing("there is no npm on this machine: install it".to_owned()))?;
        let mut made = Toolchain {
            version: format!("node {said}"),
            ..Toolchain::default()
        };
        made.binds.push(Bind {
            source: modules,
            target: "/toolchain/node_modules".into(),
        });
        let folder = node.parent().unwrap_or(Path::new("/usr/bin"));
        if folder.starts_with("/usr") {
            made.path.push(folder.display().to_string());
        } else {
            // What node is made of lies beside `bin/`.
            made.binds.push(Bind {
                source: folder.parent().unwrap_or(folder).to_owned(),
                target: "/toolchain/node".into(),
            });
            made.path.push("/toolchain/node/bin".to_owned());
        }
        Ok(made)
    }

    fn fetch(&self, task: &Task) -> Vec<Step> {
        let packages = packages(task);
        let aliases: Map<String, Value> = packages
            .iter()
            .map(|package| {
                let real = format!("npm:{}@{}", package.name, package.version);
                (package.alias(), Value::String(real))
            })
            .collect();
        let manifest =
            json!({ "name": "bughound-dependencies", "private": true, "dependencies": aliases });
        let mut write = vec![
            file("deps/package.json", format!("{manifest:#}\n").as_bytes()),
            file(
                "deps/at-hand.json",
                format!("{:#}\n", at_hand(&packages)).as_bytes(),
            ),
            file("deps/npm_place.cjs", PLACE.as_bytes()),
        ];
        if packages.is_empty() {
            return vec![Step {
                write,
                ..step("need no packages", &[])
            }];
        }
        let flags = [
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--fetch-retries=3",
            "--omit-lockfile-registry-resolved",
        ];
        let (what, verb) = match &task.lock {
            Some((name, bytes)) if name == "package-lock.json" => {
                write.push(file("deps/package-lock.json", bytes));
                ("fetch packages", "ci")
            }
            _ => (
                "resolve the newest versions (there is no package-lock.json beside task.toml: keep the one of this in its place)",
                "install",
            ),
        };
        let argv = ["node", NPM, verb]
            .into_iter()
            .chain(flags)
            .collect::<Vec<_>>();
        vec![Step {
            write,
            cwd: DEPS.into(),
            ..step(what, &argv)
        }]
    }

    fn install(&self, task: &Task) -> Vec<Step> {
        if packages(task).is_empty() {
            return Vec::new();
        }
        vec![Step {
            argv: place("executable", &[]),
            ..step("make programs executable", &[])
        }]
    }

    fn place(&self, _: &Task) -> Vec<Step> {
        vec![in_repo("link packages", place("sync", &[]))]
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        [
            ("PATH", format!("{ROOT}/node_modules/.bin")),
            ("npm_config_cache", "/tmp/npm".to_owned()),
            ("npm_config_update_notifier", "false".to_owned()),
            ("npm_config_audit", "false".to_owned()),
            ("npm_config_fund", "false".to_owned()),
            ("NO_UPDATE_NOTIFIER", "1".to_owned()),
            ("NO_COLOR", "1".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    fn offline_env(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("npm_config_offline", "true"),
            ("npm_config_fetch_retries", "0"),
        ]
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        vec![place("sync", &[])]
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![words(&["node", "--test"])]
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

/// `name@version`, where a name may begin with `@`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
}

impl<'a> Package<'a> {
    fn of(text: &'a str) -> Self {
        let at = text.rfind('@').filter(|&at| at > 0).unwrap_or(text.len());
        Self {
            name: &text[..at],
            version: text.get(at + 1..).unwrap_or("latest"),
        }
    }

    /// The folder that this version has for itself.
    fn alias(&self) -> String {
        let name = self.name.replace('@', "").replace('/', "--");
        format!("bughound--{name}--{}", self.version)
    }
}

/// What is pinned, then what is at hand beside it.
fn packages(task: &Task) -> Vec<Package<'_>> {
    let dependencies = &task.recipe.dependencies;
    let texts = dependencies.pins.iter().chain(&dependencies.available);
    texts.map(|text| Package::of(text)).collect()
}

/// Versions and their folders by name, as `npm_place.cjs` reads them.
fn at_hand(packages: &[Package<'_>]) -> Value {
    let mut by_name: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for package in packages {
        let one = json!({ "version": package.version, "folder": package.alias() });
        by_name.entry(package.name).or_default().push(one);
    }
    json!(by_name)
}

fn place(verb: &str, arguments: &[&str]) -> TaskCommand {
    let script = format!("{DEPS}/npm_place.cjs");
    let mut argv = words(&["node", &script, verb]);
    argv.extend(arguments.iter().map(|&argument| argument.to_owned()));
    argv
}

#[cfg(test)]
mod tests;
