//! From a recipe to layers from which a workspace is made in milliseconds.
//!
//! Lowest first: tools (a package manager; shared by many tasks), the tree as the policy gets it, dependencies (shared by
//! tasks with equal pins and manifests), and what one run of sync, build and tests left behind in caches. Only bringing
//! archives, tools and dependencies has a network. All that runs, runs in a sandbox at the final paths.

use std::path::PathBuf;
use std::time::Duration;

use bughound_sandbox::{Network, Sandbox, Upper};
use serde::{Deserialize, Serialize};

use crate::change_set::ChangeSet;
use crate::digest::Digest;
use crate::paths::globs;
use crate::source::{ARCHIVE, Trees, archive_steps, check_digest, registry_system, trees};
use crate::systems::{BuildSystem, REPO, Step, system};
use crate::task::{Recipe, Source};
use crate::validate::{Baseline, building, run_stages, test_commands};
use crate::workspace::in_repo;
use crate::worlds::Setting;
use crate::{Fault, FaultKind, Stage, Task, TaskCommand, Testbed, TestbedError};

/// Raise it when layers made by an older version must not be used.
const VERSION: &str = "bughound-layers/1";

/// Steps that fetch or install may take this long each.
const STEP_WALL: Duration = Duration::from_secs(900);

/// A task whose layers are there.
#[derive(Clone)]
pub struct Prepared {
    /// The task.
    pub task: Task,
    /// Digest of all that it was made of.
    pub digest: String,
    /// What its tests do when the known fix is in.
    pub baseline: Baseline,
    /// What the untouched state wrote at the stage that failed: what a policy is told, where there is no `issue.md`.
    pub log: String,
    pub(crate) layers: Vec<PathBuf>,
    pub(crate) setting: Setting,
    pub(crate) trees: Trees,
    pub(crate) system: &'static dyn BuildSystem,
    /// Names of files that the system would run by themselves.
    pub(crate) implicit: globset::GlobSet,
}

/// What is remembered of a prepared task, beside its layers.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    baseline: Baseline,
    log: String,
}

impl Prepared {
    /// The tree that the policy gets, what is held out included.
    pub fn tree(&self) -> &crate::Tree {
        &self.trees.broken
    }

    /// The known fix as a change of the tree that the policy gets.
    pub fn known_fix(&self) -> Vec<bughound_sandbox::Change> {
        self.trees.broken.changes_to(&self.trees.fixed)
    }

    /// The tree before the fix, files included that a policy does not see.
    pub fn broken_tree(&self) -> &crate::Tree {
        &self.trees.broken
    }

    /// The tree with the known fix.
    pub fn fixed_tree(&self) -> &crate::Tree {
        &self.trees.fixed
    }

    /// Files that a policy does not see, in the order of paths.
    pub fn held_out(&self) -> impl Iterator<Item = &str> {
        self.trees.held_out.files.keys().map(String::as_str)
    }

    /// Whether a file of this path would be executed, or would say how tests are run, because of its name alone.
    pub fn runs_by_name(&self, path: &str) -> bool {
        self.implicit.is_match(path)
    }

    /// The task's commands by stage: sync, build, test.
    pub fn commands(&self) -> Vec<(Stage, TaskCommand)> {
        let mut all = building(self);
        let tests = test_commands(self).into_iter();
        all.extend(tests.map(|argv| (Stage::Test, argv)));
        all
    }

    /// What of a change, its paths relative to the project, is judged.
    pub fn change_set(&self, changes: &[bughound_sandbox::Change]) -> ChangeSet {
        let implicit = &self.implicit;
        let fixed = &self.trees.fixed.files;
        ChangeSet::of(
            changes,
            &self.task.recipe.paths,
            &self.trees.broken,
            // What the known fix makes, others may make.
            &|path| implicit.is_match(path) && !fixed.contains_key(path),
        )
    }
}

impl Testbed {
    /// Makes what is not there yet; `progress` hears what is being done.
    ///
    /// # Errors
    /// [`TestbedError`]: the recipe does not fit, a toolchain or registry is missing, pins cannot be resolved, the disk is
    /// full. What was made before stays, and nothing half made is ever used.
    pub fn prepare(
        &self,
        task: &Task,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Prepared, TestbedError> {
        let system = system(&task.recipe.system).ok_or_else(|| Fault {
            kind: FaultKind::Task,
            what: format!("there is no build system {:?}", task.recipe.system),
        })?;
        let toolchain = system.toolchain(task, &self.host)?;
        let setting = Setting::new(task, system, toolchain);
        let archive = self.archive(task, progress)?;
        let trees = trees(task, archive.as_deref())?;

        let tools = self.tools_layer(task, system, &setting, progress)?;
        let mut layers: Vec<PathBuf> = tools.into_iter().collect();
        let source = self.source_layer(&trees, &setting)?;
        layers.push(source);
        layers.push(self.dependencies_layer(task, system, &setting, &layers, &trees, progress)?);

        let mut digest = Digest::new(VERSION);
        for layer in &layers {
            digest.add(layer.file_name().unwrap_or_default().as_encoded_bytes());
        }
        digest.add(setting.toolchain.version.as_bytes());
        // `about` and the like do not change what is prepared, but what does is spread over the recipe. What is asked from
        // outside and what may be tried change often, and nothing here; what a base has is told by its files.
        let recipe = Recipe {
            base: String::new(),
            oracle: None,
            candidate: Vec::new(),
            ..task.recipe.clone()
        };
        digest.add(toml::to_string(&recipe).unwrap_or_default().as_bytes());
        for (path, file) in &trees.held_out.files {
            digest.add(path.as_bytes());
            digest.add(&file.bytes);
        }
        digest.add(format!("{:?}", system.place(task)).as_bytes());
        let warm = system.warm(task);
        if !warm.is_empty() {
            digest.add(format!("{warm:?}").as_bytes());
        }
        let digest = digest.name();

        let mut prepared = Prepared {
            task: task.clone(),
            digest: digest.clone(),
            baseline: Baseline::default(),
            log: String::new(),
            layers,
            setting,
            trees,
            system,
            implicit: globs(&system.implicit()),
        };
        let warm = self.store.layer(&digest);
        let record = self
            .store
            .file("baselines", &digest)
            .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
        if let (Some(warm), Some(record)) = (warm, record) {
            prepared.layers.push(warm);
            prepared.baseline = record.baseline;
            prepared.log = record.log;
            return Ok(prepared);
        }
        progress("first build");
        let warm = self.warm_layer(&prepared, system)?;
        prepared.layers.push(warm);
        let untouched = self.stages(&prepared, &[])?;
        let fix = prepared.known_fix();
        prepared.baseline = if fix.is_empty() {
            Baseline::of(&untouched)
        } else {
            Baseline::of(&self.stages(&prepared, &fix)?)
        };
        prepared.log = untouched.log;
        let record = Record {
            baseline: prepared.baseline.clone(),
            log: prepared.log.clone(),
        };
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        self.store.keep_file("baselines", &digest, &bytes)?;
        Ok(prepared)
    }

    /// The released archive, brought where it is not here yet.
    fn archive(
        &self,
        task: &Task,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Option<Vec<u8>>, TestbedError> {
        let Some((system_name, release)) = registry_system(&task.recipe.source) else {
            return Ok(None);
        };
        let name = release.sha256.to_ascii_lowercase();
        let _one_at_a_time = self.lock(&name);
        if let Some(bytes) = self.store.file("archives", &name)
            && check_digest(release, &bytes).is_ok()
        {
            return Ok(Some(bytes));
        }
        progress(&format!("fetching {} {}", release.name, release.version));
        let system = system(system_name).ok_or_else(|| Fault {
            kind: FaultKind::Task,
            what: format!(
                "no build system {system_name:?} to fetch {} with",
                release.name
            ),
        })?;
        let fetcher = fetching_task(task, system_name);
        let setting = Setting::new(&fetcher, system, system.toolchain(&fetcher, &self.host)?);
        let mut sandbox = self.open(&setting, Vec::new(), Upper::Memory, Network::Host)?;
        self.steps(
            sandbox.as_mut(),
            &setting,
            &archive_steps(&task.recipe.source),
            Network::Host,
        )?;
        let limit = 1 << 30;
        let Some((bytes, _)) = sandbox.read(ARCHIVE.as_ref(), limit)? else {
            return Err(registry(format!(
                "{} {} did not arrive",
                release.name, release.version
            ))
            .into());
        };
        check_digest(release, &bytes)?;
        self.store.keep_file("archives", &name, &bytes)?;
        Ok(Some(bytes))
    }

    fn tools_layer(
        &self,
        task: &Task,
        system: &dyn BuildSystem,
        setting: &Setting,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Option<PathBuf>, TestbedError> {
        let steps = system.tools(task);
        if steps.is_empty() {
            return Ok(None);
        }
        let mut digest = self.layer_digest("tools", setting, Network::Host);
        digest.add(format!("{steps:?}").as_bytes());
        let name = digest.name();
        let _one_at_a_time = self.lock(&name);
        if let Some(layer) = self.store.layer(&name) {
            return Ok(Some(layer));
        }
        progress("fetching tools");
        let unfinished = self.store.unfinished()?;
        let upper = Upper::Folder(unfinished.layer());
        let mut sandbox = self.open(setting, Vec::new(), upper, Network::Host)?;
        self.steps(sandbox.as_mut(), setting, &steps, Network::Host)?;
        drop(sandbox);
        unfinished.drop_part("home");
        Ok(Some(self.store.keep(&unfinished, &name)?))
    }

    fn source_layer(&self, trees: &Trees, setting: &Setting) -> Result<PathBuf, TestbedError> {
        let shown = trees.shown();
        let mut digest = Digest::new(VERSION);
        digest.add(b"tree");
        for (path, file) in &shown.files {
            digest.add(path.as_bytes());
            digest.add(&[u8::from(file.executable)]);
            digest.add(&file.bytes);
        }
        let name = digest.name();
        let _one_at_a_time = self.lock(&name);
        if let Some(layer) = self.store.layer(&name) {
            return Ok(layer);
        }
        let unfinished = self.store.unfinished()?;
        let upper = Upper::Folder(unfinished.layer());
        let mut sandbox = self.open(setting, Vec::new(), upper, Network::None)?;
        sandbox.write(&folders())?;
        sandbox.write(&shown.below("repo"))?;
        drop(sandbox);
        Ok(self.store.keep(&unfinished, &name)?)
    }

    fn dependencies_layer(
        &self,
        task: &Task,
        system: &dyn BuildSystem,
        setting: &Setting,
        below: &[PathBuf],
        trees: &Trees,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<PathBuf, TestbedError> {
        let (fetch, install) = (system.fetch(task), system.install(task));
        let mut digest = self.layer_digest("dependencies", setting, Network::Host);
        digest.add(format!("{fetch:?}{install:?}").as_bytes());
        digest.add(format!("{:?}{:?}", task.lock, task.recipe.dependencies).as_bytes());
        for path in system.manifests(task) {
            digest.add(path.as_bytes());
            digest.add(
                trees
                    .broken
                    .files
                    .get(&path)
                    .map_or(&[], |file| &file.bytes),
            );
        }
        if let [tools, _] = below {
            digest.add(tools.file_name().unwrap_or_default().as_encoded_bytes());
        }
        let name = digest.name();
        let _one_at_a_time = self.lock(&name);
        if let Some(layer) = self.store.layer(&name) {
            return Ok(layer);
        }
        let unfinished = self.store.unfinished()?;
        for (steps, network) in [(fetch, Network::Host), (install, Network::None)] {
            for step in &steps {
                progress(&step.what);
            }
            if !steps.is_empty() {
                let upper = Upper::Folder(unfinished.layer());
                let mut sandbox = self.open(setting, below.to_vec(), upper, network)?;
                self.steps(sandbox.as_mut(), setting, &steps, network)?;
            }
        }
        std::fs::create_dir_all(unfinished.layer()).map_err(|error| Fault {
            kind: FaultKind::Disk,
            what: format!("cannot make {}: {error}", unfinished.layer().display()),
        })?;
        unfinished.drop_part("repo");
        unfinished.drop_part("home");
        Ok(self.store.keep(&unfinished, &name)?)
    }

    /// Caches as one run of everything leaves them. That it fails is what the task is about.
    fn warm_layer(
        &self,
        prepared: &Prepared,
        system: &dyn BuildSystem,
    ) -> Result<PathBuf, TestbedError> {
        let _one_at_a_time = self.lock(&prepared.digest);
        if let Some(layer) = self.store.layer(&prepared.digest) {
            return Ok(layer);
        }
        let unfinished = self.store.unfinished()?;
        let upper = Upper::Folder(unfinished.layer());
        let setting = &prepared.setting;
        let mut sandbox = self.open(setting, prepared.layers.clone(), upper, Network::None)?;
        self.steps(
            sandbox.as_mut(),
            setting,
            &system.place(&prepared.task),
            Network::None,
        )?;
        let warm = system.warm(&prepared.task);
        if !warm.is_empty() {
            sandbox.write(&in_repo(&prepared.known_fix()))?;
            for argv in &warm {
                sandbox.run(&setting.command(argv, REPO))?;
            }
            let back = prepared.trees.fixed.changes_to(&prepared.trees.broken);
            sandbox.write(&in_repo(&back))?;
        }
        run_stages(sandbox.as_mut(), prepared)?;
        drop(sandbox);
        unfinished.drop_part("repo");
        unfinished.drop_part("home");
        Ok(self.store.keep(&unfinished, &prepared.digest)?)
    }

    fn layer_digest(&self, kind: &str, setting: &Setting, network: Network) -> Digest {
        let mut digest = Digest::new(VERSION);
        digest.add(kind.as_bytes());
        digest.add(setting.toolchain.version.as_bytes());
        digest.add(format!("{:?}{:?}", setting.env, network).as_bytes());
        digest.add(self.backend.name().as_bytes());
        digest
    }

    /// Runs steps in order.
    fn steps(
        &self,
        sandbox: &mut dyn Sandbox,
        setting: &Setting,
        steps: &[Step],
        network: Network,
    ) -> Result<(), TestbedError> {
        sandbox.write(&folders())?;
        for step in steps {
            sandbox.write(&step.write)?;
            if step.argv.is_empty() {
                continue;
            }
            let mut command = setting.command(&step.argv, "");
            command.cwd.clone_from(&step.cwd);
            command.wall = STEP_WALL;
            if network == Network::Host {
                command.env.clone_from(&setting.env);
                command.env.extend(self.host.registries.clone());
            }
            let finished = sandbox.run(&command)?;
            if !finished.succeeded() {
                let said = format!("{}{}", finished.stdout.text(), finished.stderr.text());
                return Err(step_fault(step, &format!("{:?}", finished.end), &said).into());
            }
        }
        Ok(())
    }

    fn open(
        &self,
        setting: &Setting,
        layers: Vec<PathBuf>,
        upper: Upper,
        network: Network,
    ) -> Result<Box<dyn Sandbox>, TestbedError> {
        let mut world = setting.world(layers, upper, network);
        if network == Network::Host {
            world.files.extend(self.host.files.iter().cloned());
        }
        Ok(self.backend.open(&world)?)
    }
}

/// The folders that every tree has.
fn folders() -> Vec<bughound_sandbox::Change> {
    ["repo", "deps", "build", "home"]
        .into_iter()
        .map(|path| bughound_sandbox::Change {
            path: path.into(),
            what: bughound_sandbox::What::Folder,
        })
        .collect()
}

/// The task as one of the system that fetches its archive: no pins, any toolchain.
fn fetching_task(task: &Task, system: &str) -> Task {
    let mut fetcher = task.clone();
    fetcher.recipe.system = system.to_owned();
    fetcher.recipe.dependencies = crate::Dependencies::default();
    fetcher.recipe.commands.env.clear();
    fetcher.recipe.source = Source::Files;
    fetcher.recipe.budget = crate::Budget::default();
    fetcher.lock = None;
    fetcher
}

/// Why a step failed: what it said tells whether a registry is away or the pins cannot be had.
fn step_fault(step: &Step, end: &str, said: &str) -> Fault {
    const AWAY: [&str; 9] = [
        "Could not resolve host",
        "Temporary failure in name resolution",
        "Name or service not known",
        "Connection refused",
        "Network is unreachable",
        "ENOTFOUND",
        "EAI_AGAIN",
        "timed out",
        "Failed to fetch",
    ];
    const UNRESOLVED: [&str; 8] = [
        "ResolutionImpossible",
        "No solution found",
        "No matching distribution",
        "failed to select a version",
        "no matching package",
        "ETARGET",
        "ERESOLVE",
        "lock file",
    ];
    let kind = if said.contains("No space left on device") {
        FaultKind::Disk
    } else if AWAY.iter().any(|sign| said.contains(sign)) {
        FaultKind::Registry
    } else if UNRESOLVED.iter().any(|sign| said.contains(sign)) {
        FaultKind::Resolution
    } else {
        FaultKind::Sandbox
    };
    let lines: Vec<&str> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(15)..].join("\n");
    Fault {
        kind,
        what: format!(
            "{} failed ({end}): {}\n{last}",
            step.what,
            step.argv.join(" ")
        ),
    }
}

fn registry(what: String) -> Fault {
    Fault {
        kind: FaultKind::Registry,
        what,
    }
}
