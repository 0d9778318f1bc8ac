//! Tries what the embedded backend is made of.

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::fs::{MemfdFlags, XattrFlags};

use super::cgroups::Controller;
use super::client::Embedded;
use super::sys;
use crate::{
    Backend, Command, Limits, Network, Primitive, PrimitiveKind, SandboxError, Upper, World,
};

const GROUPS: &str = "run it as root, or in a control group that is delegated to you \
     (systemd-run --user --scope -p Delegate=yes)";

/// What a process of a sandbox says about itself.
struct Seen {
    status: String,
    interfaces: String,
}

/// All of them, in the order of [`PrimitiveKind`].
pub(crate) fn primitives(started: Result<&Embedded, &SandboxError>) -> Vec<Primitive> {
    let seen = match started {
        Ok(backend) => try_out(backend).map_err(|error| describe(&error)),
        Err(error) => Err(describe(error)),
    };
    let version = |controller| {
        started
            .ok()
            .and_then(|backend| backend.group_version(controller))
    };
    let group = |kind, controller, otherwise: Option<&str>| match (version(controller), otherwise) {
        (Some(version), _) => enforced(kind, format!("control groups {version}")),
        (None, Some(limits)) => Primitive {
            remedy: Some(GROUPS.to_owned()),
            ..enforced(kind, limits.to_owned())
        },
        (None, None) => lacking(kind, "control groups cannot be made", GROUPS),
    };
    vec![
        namespaces(&seen),
        network(&seen),
        overlay(&seen),
        system_calls(&seen),
        landlock(),
        group(
            PrimitiveKind::Memory,
            Controller::Memory,
            Some("each process by itself (RLIMIT_DATA); control groups cannot be made"),
        ),
        enforced(
            PrimitiveKind::Processes,
            match version(Controller::Pids) {
                Some(version) => format!("control groups {version}"),
                None => "RLIMIT_NPROC in its user namespace".to_owned(),
            },
        ),
        group(PrimitiveKind::Processors, Controller::Cpu, None),
        match &seen {
            Ok(_) => enforced(
                PrimitiveKind::Disk,
                "a file system in memory of limited size".to_owned(),
            ),
            Err((why, remedy)) => lacking(PrimitiveKind::Disk, why, remedy),
        },
    ]
}

fn enforced(kind: PrimitiveKind, how: String) -> Primitive {
    Primitive {
        kind,
        enforced: true,
        how,
        remedy: None,
    }
}

fn lacking(kind: PrimitiveKind, why: &str, remedy: &str) -> Primitive {
    Primitive {
        kind,
        enforced: false,
        how: why.to_owned(),
        remedy: Some(remedy.to_owned()),
    }
}

/// What is missing, and what to do.
fn describe(error: &SandboxError) -> (String, String) {
    let remedy = match error {
        SandboxError::Unavailable {
            missing, remedy, ..
        } => {
            return (missing.clone(), remedy.clone());
        }
        SandboxError::Make { step, .. } if step.contains("merge") => {
            "use Linux 5.11 or newer with overlay (modprobe overlay)"
        }
        SandboxError::Make { path, .. } if path.ends_with("proc") => {
            "a container hides parts of /proc: start it with --security-opt systempaths=unconfined"
        }
        _ => "use Linux 5.12 or newer, outside of a container that forbids mounts",
    };
    (error.to_string(), remedy.to_owned())
}

fn try_out(backend: &Embedded) -> Result<Seen, SandboxError> {
    let mut sandbox = backend.open(&World {
        layers: Vec::new(),
        root: "/tree".into(),
        upper: Upper::Memory,
        binds: Vec::new(),
        files: Vec::new(),
        network: Network::None,
        limits: Limits::default(),
    })?;
    let mut said = |path: &str| {
        let finished = sandbox.run(&Command {
            argv: vec!["cat".to_owned(), path.to_owned()],
            cwd: "/tree".into(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            wall: Duration::from_secs(10),
            cpu: None,
            output_bytes: 1 << 16,
            report: false,
        })?;
        Ok::<_, SandboxError>(finished.stdout.text())
    };
    Ok(Seen {
        status: said("/proc/self/status")?,
        interfaces: said("/proc/self/net/dev")?,
    })
}

type Tried = Result<Seen, (String, String)>;

fn namespaces(seen: &Tried) -> Primitive {
    const KIND: PrimitiveKind = PrimitiveKind::Namespaces;
    match seen {
        Ok(_) => enforced(KIND, "user, mount, pid, ipc, uts and cgroup".to_owned()),
        Err((why, remedy)) => lacking(KIND, why, remedy),
    }
}

fn network(seen: &Tried) -> Primitive {
    const KIND: PrimitiveKind = PrimitiveKind::Network;
    match seen {
        Ok(seen) => {
            let names: Vec<&str> = seen
                .interfaces
                .lines()
                .filter_map(|line| line.split_once(':').map(|(name, _)| name.trim()))
                .collect();
            match names[..] {
                ["lo"] => enforced(KIND, "a namespace with a loopback of its own".to_owned()),
                _ => lacking(
                    KIND,
                    &format!("interfaces are seen: {}", names.join(", ")),
                    "use a kernel with network namespaces (CONFIG_NET_NS)",
                ),
            }
        }
        Err((why, remedy)) => lacking(KIND, why, remedy),
    }
}

fn overlay(seen: &Tried) -> Primitive {
    const KIND: PrimitiveKind = PrimitiveKind::Overlay;
    if let Err((why, remedy)) = seen {
        return lacking(KIND, why, remedy);
    }
    let marked = rustix::fs::memfd_create("bughound-probe", MemfdFlags::CLOEXEC).and_then(|file| {
        rustix::fs::fsetxattr(file, "user.overlay.probe", b"y", XattrFlags::empty())
    });
    match marked {
        Ok(()) => enforced(KIND, "overlay on a file system in memory".to_owned()),
        Err(_) => Primitive {
            remedy: Some("use Linux 6.6 or newer".to_owned()),
            ..enforced(
                KIND,
                "overlay, but a folder of a layer cannot be removed and made again: files in memory \
                 have no attributes"
                    .to_owned(),
            )
        },
    }
}

fn system_calls(seen: &Tried) -> Primitive {
    const KIND: PrimitiveKind = PrimitiveKind::SystemCalls;
    match seen {
        Ok(seen) if seen.status.contains("Seccomp:\t2") => enforced(
            KIND,
            "seccomp, no new privileges, no capabilities".to_owned(),
        ),
        Ok(_) => lacking(
            KIND,
            "no filter is in force",
            "use a kernel with seccomp filters, on x86-64, arm64 or RISC-V",
        ),
        Err((why, remedy)) => lacking(KIND, why, remedy),
    }
}

fn landlock() -> Primitive {
    const KIND: PrimitiveKind = PrimitiveKind::Landlock;
    match sys::landlock_version() {
        0 => lacking(
            KIND,
            "this kernel has none; read-only mounts alone say where may be written",
            "boot with lsm=landlock,... on Linux 5.13 or newer",
        ),
        version => enforced(KIND, format!("version {version}")),
    }
}
