//! How is a project of this kind prepared, built and tested without a network? One file per build system.
//!
//! In every sandbox of a task the merged tree is [`ROOT`]: the project is [`REPO`], what it depends on lies in
//! [`DEPS`], what building leaves behind in [`BUILD`]; toolchains of the host appear below `/toolchain`.
//! [`fetch`](BuildSystem::fetch) is the only step with a network. All steps run at the final paths, because caches
//! remember where they were made.

mod cargo;
mod cmake;
mod go;
mod gradle;
mod host;
mod implicit;
mod javac;
mod jdk;
mod make;
mod manifest;
mod maven;
mod native;
mod npm;
mod python;
mod steps;
mod versions;
mod wheels;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bughound_sandbox::{Bind, Change};

pub use host::Host;

use crate::{Fault, Task, TaskCommand};

/// The root of the merged tree.
pub const ROOT: &str = "/w";
/// The project.
pub const REPO: &str = "/w/repo";
/// Programs of registries that serve many tasks.
pub const TOOLS: &str = "/w/tools";
/// What the project depends on. No part of it belongs to a change.
pub const DEPS: &str = "/w/deps";
/// What building leaves behind. No part of it belongs to a change.
pub const BUILD: &str = "/w/build";
/// The home folder of all commands.
pub const HOME: &str = "/w/home";

/// A kind of project.
pub trait BuildSystem: Send + Sync {
    /// The name in `task.toml`.
    fn name(&self) -> &'static str;

    /// Finds the programs that the task needs on this machine.
    ///
    /// # Errors
    /// A [`Fault`] of kind `Toolchain` that says what to install.
    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault>;

    /// Brings programs that serve many tasks (a package manager, a compiler of a registry) into [`TOOLS`], with the
    /// network. They are a layer of their own, shared by all tasks whose steps are the same.
    fn tools(&self, task: &Task) -> Vec<Step> {
        let _ = task;
        Vec::new()
    }

    /// Files of the tree (relative to it) that say what the project depends on. Tasks whose lock, pins and manifests are
    /// equal share one layer of dependencies, so [`fetch`](Self::fetch) and [`install`](Self::install) may depend on no
    /// other file of the tree; what they leave in [`REPO`] is dropped.
    fn manifests(&self, task: &Task) -> Vec<String> {
        let _ = task;
        Vec::new()
    }

    /// Brings what is pinned into [`DEPS`], with the network; the tree is there already. Nothing of the project or of
    /// its dependencies is executed here where the package manager allows it.
    fn fetch(&self, task: &Task) -> Vec<Step>;

    /// Puts it in place, without a network.
    fn install(&self, task: &Task) -> Vec<Step>;

    /// Connects tree and dependencies once both are there, without a network: links, generated metadata. What it
    /// leaves in [`DEPS`] and [`BUILD`] stays.
    fn place(&self, task: &Task) -> Vec<Step> {
        let _ = task;
        Vec::new()
    }

    /// Builds, with the known fix in the tree and without a network, what the project depends on and the broken tree may
    /// never get to, so that not every validation builds it. Nothing of the project itself may be left behind: it would tell
    /// what the fix is.
    fn warm(&self, task: &Task) -> Vec<TaskCommand> {
        let _ = task;
        Vec::new()
    }

    /// Environment of all commands, fetching included: caches below [`DEPS`] and [`BUILD`], automatic upgrades and
    /// telemetry off.
    fn env(&self, task: &Task) -> BTreeMap<String, String>;

    /// Environment of commands that have no network, beside [`env`](Self::env): so that package managers look at what is at
    /// hand and do not wait for a server.
    fn offline_env(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Makes the dependencies that are in place those that the project's manifest asks for, without a network: run
    /// first in every validation. Empty where building does that by itself.
    fn sync(&self, task: &Task) -> Vec<TaskCommand>;

    /// Builds, where the task does not say how.
    fn build(&self, task: &Task) -> Vec<TaskCommand>;

    /// Runs the tests, where the task does not say how.
    fn test(&self, task: &Task) -> Vec<TaskCommand>;

    /// Prints the version of a dependency that is in place, and nothing else, without running product code. `None` where
    /// the system knows no versions.
    fn version_of(&self, task: &Task, dependency: &str) -> Option<TaskCommand>;

    /// Moves the project to another version (the newest at hand where none is given): the manifest and what is in
    /// place, without a network. `None` where the system knows no dependencies.
    fn upgrade(&self, task: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>>;

    /// Globs of files that would be executed, or would say how tests are run, because of their name alone. A change makes
    /// none of them where the tree has none.
    fn implicit(&self) -> Vec<String> {
        implicit::of(self.name())
    }

    /// Removes a dependency from the manifest. `None` where the system knows no dependencies.
    fn remove(&self, task: &Task, dependency: &str) -> Option<Vec<Step>>;
}

/// Programs of the host that a task needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolchain {
    /// What is seen of the host, below `/toolchain`. `/usr` is seen anyway.
    pub binds: Vec<Bind>,
    /// Folders for `PATH`, as the sandbox sees them, before `/usr/bin`.
    pub path: Vec<String>,
    /// Environment that tells commands which programs were found.
    pub env: BTreeMap<String, String>,
    /// Names and versions, for the digest of what is prepared: another compiler makes another state.
    pub version: String,
}

/// One step of preparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it does, for progress and errors: `resolve`, `download wheels`.
    pub what: String,
    /// Files to write first, relative to [`ROOT`].
    pub write: Vec<Change>,
    /// Program and arguments; none where the files were all.
    pub argv: Vec<String>,
    /// Where.
    pub cwd: PathBuf,
}

/// All build systems.
pub const SYSTEMS: [&dyn BuildSystem; 9] = [
    &cargo::Cargo,
    &npm::Npm,
    &make::Make,
    &cmake::CMake,
    &javac::Javac,
    &maven::Maven,
    &gradle::Gradle,
    &go::Go,
    &python::Python,
];

/// The build system of this name.
pub fn system(name: &str) -> Option<&'static dyn BuildSystem> {
    SYSTEMS.into_iter().find(|system| system.name() == name)
}

#[cfg(test)]
mod edits_tests;
