//! The worlds in which a task is prepared, worked on and judged.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bughound_sandbox::{Command, Limits, Network, Upper, World};

use crate::systems::{BuildSystem, HOME, ROOT, Toolchain};
use crate::{Budget, Task, TaskCommand};

/// What all worlds of a task have in common.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) toolchain: Toolchain,
    /// Environment of all commands.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) budget: Budget,
    /// Of commands without a network.
    offline: &'static [(&'static str, &'static str)],
}

impl Setting {
    pub(crate) fn new(task: &Task, system: &dyn BuildSystem, toolchain: Toolchain) -> Self {
        let mut env: BTreeMap<String, String> = [
            ("HOME", HOME),
            ("LANG", "C.UTF-8"),
            ("TZ", "UTC"),
            ("TMPDIR", "/tmp"),
            ("USER", "hound"),
            ("PYTHONHASHSEED", "0"),
            ("SOURCE_DATE_EPOCH", "1577836800"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        env.extend(system.env(task));
        env.extend(toolchain.env.clone());
        let mut path = toolchain.path.clone();
        path.extend(["/usr/local/bin", "/usr/bin", "/bin"].map(str::to_owned));
        if let Some(first) = env.get("PATH") {
            path.insert(0, first.clone());
        }
        env.insert("PATH".to_owned(), path.join(":"));
        Self {
            toolchain,
            env,
            budget: task.recipe.budget,
            offline: system.offline_env(),
        }
    }

    /// A world on these layers, lowest first.
    pub(crate) fn world(&self, layers: Vec<PathBuf>, upper: Upper, network: Network) -> World {
        const MIB: u64 = 1 << 20;
        let folder = matches!(upper, Upper::Folder(_));
        World {
            layers,
            root: ROOT.into(),
            upper,
            binds: self.toolchain.binds.clone(),
            files: Vec::new(),
            network,
            limits: Limits {
                memory_bytes: self.budget.memory_mib * MIB,
                disk_bytes: if folder {
                    4096 * MIB
                } else {
                    self.budget.disk_mib * MIB
                },
                processes: self.budget.processes,
                ..Limits::default()
            },
        }
    }

    /// Environment of commands without a network.
    pub(crate) fn offline_env(&self) -> BTreeMap<String, String> {
        let mut env = self.env.clone();
        env.extend(
            self.offline
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned())),
        );
        env
    }

    /// A command of the task.
    pub(crate) fn command(&self, argv: &TaskCommand, cwd: &str) -> Command {
        Command {
            argv: argv.clone(),
            cwd: cwd.into(),
            env: self.offline_env(),
            stdin: Vec::new(),
            wall: Duration::from_secs(self.budget.seconds),
            cpu: None,
            output_bytes: 4 << 20,
            report: false,
        }
    }
}
