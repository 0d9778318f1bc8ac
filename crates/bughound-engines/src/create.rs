//! What an engine is asked for when a container is made: pure functions of the world.

use std::path::Path;

use bughound_sandbox::{Network, SandboxError, World};
use serde_json::{Map, Value, json};

/// Whom commands are. Root they must not be, nor a user that the host is likely to have.
pub(crate) const USER: &str = "65533:65533";

/// Whom the container's first process is, so that commands cannot end it.
pub(crate) const FIRST: &str = "0:0";

/// What the layers that are copied take of memory, which the world's limits do not count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Copied {
    pub(crate) n_bytes: u64,
}

/// The body of `POST /containers/create`.
///
/// # Errors
/// [`SandboxError::Nonsense`] for paths that an engine's notation cannot express.
pub(crate) fn body(
    world: &World,
    image: &str,
    owner: u32,
    files: &Path,
    copied: Copied,
) -> Result<Value, SandboxError> {
    let limits = &world.limits;
    let disk = limits.disk_bytes.saturating_add(copied.n_bytes);
    let memory = clamp(limits.memory_bytes.saturating_add(copied.n_bytes));
    let open = clamp(limits.open_files);
    let file = clamp(limits.file_bytes);
    // Beside the command there are the first process, the engine's own, and the shell that ends all others.
    let processes = clamp(limits.processes.saturating_add(4));
    let options = |size: u64| format!("rw,exec,nosuid,nodev,mode=1777,size={size}");
    let mut tmpfs = Map::new();
    tmpfs.insert(utf8(&world.root)?.to_owned(), options(disk).into());
    tmpfs.insert("/tmp".to_owned(), options(limits.disk_bytes).into());
    let network = match world.network {
        Network::None => "none",
        Network::Host => "host",
    };
    Ok(json!({
        "Image": image,
        "Entrypoint": ["/bin/cat"],
        "Cmd": [],
        "User": FIRST,
        "WorkingDir": "/",
        "Env": [],
        "OpenStdin": true,
        "StdinOnce": true,
        "AttachStdin": true,
        "Healthcheck": {"Test": ["NONE"]},
        "Labels": {"bughound": "1", "bughound.owner": owner.to_string()},
        "HostConfig": {
            "AutoRemove": true,
            "Binds": binds(world, files)?,
            "CapDrop": ["ALL"],
            "Init": true,
            "IpcMode": "private",
            "Memory": memory,
            "MemorySwap": memory,
            "NanoCpus": world.limits.cpu_percent.map_or(0, |percent| u64::from(percent) * 10_000_000),
            "NetworkMode": network,
            "PidsLimit": processes,
            "Privileged": false,
            "ReadonlyRootfs": true,
            "SecurityOpt": ["no-new-privileges"],
            "Tmpfs": tmpfs,
            "Ulimits": [
                {"Name": "nofile", "Soft": open, "Hard": open},
                {"Name": "fsize", "Soft": file, "Hard": file},
                {"Name": "core", "Soft": 0, "Hard": 0},
            ],
        },
    }))
}

fn binds(world: &World, files: &Path) -> Result<Vec<String>, SandboxError> {
    let mut binds = Vec::new();
    let mut add = |source: &Path, target: &Path| {
        let (source, target) = (utf8(source)?, utf8(target)?);
        binds.push(format!("{source}:{target}:ro"));
        Ok(())
    };
    for bind in &world.binds {
        add(&bind.source, &bind.target)?;
    }
    for (path, _) in &world.files {
        add(&files.join(path.strip_prefix("/").unwrap_or(path)), path)?;
    }
    Ok(binds)
}

/// Engines read limits as signed numbers.
fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn utf8(path: &Path) -> Result<&str, SandboxError> {
    let text = path.to_str().filter(|text| !text.contains(':'));
    text.ok_or_else(|| {
        SandboxError::Nonsense(format!(
            "{}: engines take only paths of UTF-8 without a colon",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use bughound_sandbox::{Bind, Limits, Upper};

    use super::*;

    fn world() -> World {
        World {
            layers: Vec::new(),
            root: "/tree".into(),
            upper: Upper::Memory,
            binds: vec![Bind {
                source: "/opt/tools".into(),
                target: "/tools".into(),
            }],
            files: vec![("/etc/motd".into(), Vec::new())],
            network: Network::None,
            limits: Limits {
                memory_bytes: 1000,
                disk_bytes: 500,
                processes: 10,
                open_files: 64,
                file_bytes: 300,
                cpu_percent: Some(150),
            },
        }
    }

    fn made(world: &World) -> Value {
        let copied = Copied { n_bytes: 7 };
        body(world, "debian:12", 42, Path::new("/t/files"), copied).unwrap()
    }

    #[test]
    fn a_container_may_do_little() {
        let expected = json!({
            "AutoRemove": true,
            "Binds": ["/opt/tools:/tools:ro", "/t/files/etc/motd:/etc/motd:ro"],
            "CapDrop": ["ALL"],
            "Init": true,
            "IpcMode": "private",
            "Memory": 1007,
            "MemorySwap": 1007,
            "NanoCpus": 1_500_000_000,
            "NetworkMode": "none",
            "PidsLimit": 14,
            "Privileged": false,
            "ReadonlyRootfs": true,
            "SecurityOpt": ["no-new-privileges"],
            "Tmpfs": {
                "/tree": "rw,exec,nosuid,nodev,mode=1777,size=507",
                "/tmp": "rw,exec,nosuid,nodev,mode=1777,size=500",
            },
            "Ulimits": [
                {"Name": "nofile", "Soft": 64, "Hard": 64},
                {"Name": "fsize", "Soft": 300, "Hard": 300},
                {"Name": "core", "Soft": 0, "Hard": 0},
            ],
        });
        assert_eq!(made(&world())["HostConfig"], expected);
    }

    #[test]
    fn each_setting_is_passed_on() {
        #[track_caller]
        fn check(change: impl Fn(&mut World), pointer: &str, expected: &Value) {
            let mut world = world();
            change(&mut world);
            assert_eq!(made(&world).pointer(pointer), Some(expected), "{pointer}");
        }
        check(|_| {}, "/Labels/bughound.owner", &json!("42"));
        check(|_| {}, "/User", &json!("0:0"));
        check(|_| {}, "/StdinOnce", &json!(true));
        check(
            |world| world.network = Network::Host,
            "/HostConfig/NetworkMode",
            &json!("host"),
        );
        check(
            |world| world.limits.cpu_percent = None,
            "/HostConfig/NanoCpus",
            &json!(0),
        );
        check(
            |world| world.limits.memory_bytes = u64::MAX,
            "/HostConfig/Memory",
            &json!(i64::MAX),
        );
        check(
            |world| world.root = "/a/b".into(),
            "/HostConfig/Tmpfs/~1a~1b",
            &json!("rw,exec,nosuid,nodev,mode=1777,size=507"),
        );
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let mut world = world();
        world.binds[0].source = "/opt/a:b".into();
        let refused = body(&world, "x", 1, Path::new("/t"), Copied::default());
        assert!(matches!(refused, Err(SandboxError::Nonsense(_))));
    }
}
