//! What can be enforced on this machine, found by doing it.

use serde::{Deserialize, Serialize};

/// What this machine can enforce, and which backends there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What isolation is made of, for the embedded backend.
    pub primitives: Vec<Primitive>,
    /// Other ways to isolate commands.
    pub backends: Vec<BackendFound>,
}

/// One thing that isolation is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Primitive {
    /// Which.
    pub kind: PrimitiveKind,
    /// Whether it is enforced here.
    pub enforced: bool,
    /// By what, or why not.
    pub how: String,
    /// What to do where it is not, or less than it could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// What isolation is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrimitiveKind {
    /// User, mount, pid, ipc, uts and control group namespaces. Without them nothing untrusted is run.
    Namespaces,
    /// A network of its own. Without it nothing untrusted is run.
    Network,
    /// Layers merged into a tree that can be written, in memory.
    Overlay,
    /// A filter of system calls.
    SystemCalls,
    /// Landlock: a second opinion about where may be written.
    Landlock,
    /// A limit of memory.
    Memory,
    /// A limit of the number of processes.
    Processes,
    /// A limit of processors.
    Processors,
    /// A limit of what is written.
    Disk,
}

impl PrimitiveKind {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Network => "network",
            Self::Overlay => "overlay",
            Self::SystemCalls => "system calls",
            Self::Landlock => "Landlock",
            Self::Memory => "memory",
            Self::Processes => "processes",
            Self::Processors => "processors",
            Self::Disk => "disk",
        }
    }

    /// Whether untrusted code is refused without it.
    pub fn is_needed(self) -> bool {
        matches!(
            self,
            Self::Namespaces | Self::Network | Self::Overlay | Self::SystemCalls | Self::Disk
        )
    }
}

/// A backend besides the embedded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendFound {
    /// Its name.
    pub name: String,
    /// Where and which it is; `None` where there is none.
    pub found: Option<String>,
}

/// Tries what this machine can enforce; takes some ten milliseconds.
pub fn probe() -> Probe {
    let started = crate::Embedded::start();
    Probe {
        primitives: crate::primitives(started.as_ref()),
        backends: vec![others_bwrap()],
    }
}

/// Where `bwrap` usually is, and what it says it is; whether it can isolate is seen when it is used.
fn others_bwrap() -> BackendFound {
    let places = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"];
    let said = places.iter().find_map(|place| {
        let wall = std::time::Duration::from_secs(5);
        let none = std::collections::BTreeMap::new();
        let output = crate::capture(place.as_ref(), &["--version"], &none, wall).ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output
            .status
            .success()
            .then(|| format!("{version} ({place})"))
    });
    BackendFound {
        name: "bwrap".to_owned(),
        found: said,
    }
}

impl Probe {
    /// What was found about one thing.
    pub fn of(&self, kind: PrimitiveKind) -> Option<&Primitive> {
        self.primitives.iter().find(|one| one.kind == kind)
    }

    /// Whether untrusted code can be run.
    pub fn is_safe(&self) -> bool {
        let mut needed = self.primitives.iter().filter(|one| one.kind.is_needed());
        !self.primitives.is_empty() && needed.all(|one| one.enforced)
    }
}
