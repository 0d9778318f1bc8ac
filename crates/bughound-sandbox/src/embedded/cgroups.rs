//! Control groups: where Bughound may make some, and one (or, in version 1, one per controller) for each sandbox.
//!
//! Only what commands start is a member. The sandbox's first process is not: it has to answer when a command has
//! used up all memory. Groups of a Bughound that was killed are removed by its spawner, or by the next Bughound,
//! which knows them by their names.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Limits;

/// A kind of limit that a group can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Controller {
    Memory,
    Pids,
    Cpu,
}

const CONTROLLERS: [(Controller, &str); 3] = [
    (Controller::Memory, "memory"),
    (Controller::Pids, "pids"),
    (Controller::Cpu, "cpu"),
];

/// Groups below which every sandbox gets its own.
#[derive(Debug, Default)]
pub(crate) struct Cgroups {
    hierarchies: Vec<Hierarchy>,
    n_made: AtomicU64,
}

/// A tree of groups, and what it limits: one thing in version 1, several in version 2.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hierarchy {
    is_v2: bool,
    /// Bughound's own group in it.
    folder: PathBuf,
    controllers: Vec<Controller>,
}

/// One sandbox's groups; removed when dropped, for which they must have no members.
#[derive(Debug, Default)]
pub(crate) struct SandboxGroups {
    folders: Vec<PathBuf>,
    /// Each to be written by those who join.
    pub(crate) members: Vec<OwnedFd>,
    /// Says how many processes were killed for want of memory.
    pub(crate) events: Option<OwnedFd>,
}

impl Cgroups {
    /// Finds where groups can be made, makes Bughound's own there, and removes those of Bughounds that are gone.
    pub(crate) fn find() -> Self {
        let (Ok(mounts), Ok(own)) = (
            fs::read_to_string("/proc/self/mountinfo"),
            fs::read_to_string("/proc/self/cgroup"),
        ) else {
            return Self::default();
        };
        let Some(name) = owner_name() else {
            return Self::default();
        };
        let mut found = Vec::new();
        for parent in parents(&mounts, &own) {
            sweep(&parent.folder);
            if let Ok(hierarchy) = parent.make_own(&name) {
                found.push(hierarchy);
            }
        }
        Self {
            hierarchies: found,
            n_made: AtomicU64::new(0),
        }
    }

    /// How something is limited: `v1` or `v2`, or not at all.
    pub(crate) fn version(&self, controller: Controller) -> Option<&'static str> {
        let mut hierarchies = self.hierarchies.iter();
        let found = hierarchies.find(|one| one.controllers.contains(&controller))?;
        Some(if found.is_v2 { "v2" } else { "v1" })
    }

    /// Folders to remove when Bughound is gone.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        let hierarchies = self.hierarchies.iter();
        hierarchies.map(|one| one.folder.clone()).collect()
    }

    /// Groups for a sandbox.
    pub(crate) fn make(&self, limits: &Limits) -> Result<SandboxGroups> {
        let name = self.n_made.fetch_add(1, Ordering::Relaxed).to_string();
        let mut groups = SandboxGroups::default();
        for hierarchy in &self.hierarchies {
            let settings = hierarchy.settings(limits);
            if settings.is_empty() {
                continue;
            }
            let folder = hierarchy.folder.join(&name);
            fs::create_dir(&folder)?;
            groups.folders.push(folder.clone());
            for (file, value, is_needed) in settings {
                let written = fs::write(folder.join(file), value);
                if is_needed {
                    written?;
                }
            }
            let open = |file: &str, write: bool| {
                let options = fs::OpenOptions::new().read(!write).write(write).to_owned();
                options.open(folder.join(file)).map(OwnedFd::from)
            };
            groups.members.push(open("cgroup.procs", true)?);
            if hierarchy.controllers.contains(&Controller::Memory) {
                let file = if hierarchy.is_v2 {
                    "memory.events"
                } else {
                    "memory.oom_control"
                };
                groups.events = Some(open(file, false)?);
            }
        }
        Ok(groups)
    }
}

impl Drop for Cgroups {
    fn drop(&mut self) {
        for hierarchy in &self.hierarchies {
            remove_owner(&hierarchy.folder);
        }
    }
}

impl Drop for SandboxGroups {
    fn drop(&mut self) {
        for folder in &self.folders {
            remove(folder);
        }
    }
}

impl Hierarchy {
    /// In this hierarchy, a group for all sandboxes of this process.
    fn make_own(&self, name: &str) -> Result<Self> {
        if self.is_v2 {
            enable(&self.folder, &self.controllers)?;
        }
        let folder = self.folder.join(name);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if self.is_v2 {
            enable(&folder, &self.controllers)?;
        }
        let own = Self {
            folder,
            ..self.clone()
        };
        // Whether a group can be made and limited is seen by doing it.
        let probe = own.folder.join("probe");
        let made = fs::create_dir(&probe).and_then(|()| {
            own.settings(&Limits::default())
                .into_iter()
                .filter(|(_, _, is_needed)| *is_needed)
                .try_for_each(|(file, value, _)| fs::write(probe.join(file), value))
        });
        remove(&probe);
        if let Err(error) = made {
            remove_owner(&own.folder);
            return Err(error);
        }
        Ok(own)
    }

    /// Files of a group, what to write into each, and whether it matters.
    fn settings(&self, limits: &Limits) -> Vec<(&'static str, String, bool)> {
        const PERIOD: u64 = 100_000;
        let mut settings = Vec::new();
        for controller in &self.controllers {
            match (controller, self.is_v2) {
                (Controller::Memory, true) => {
                    settings.push(("memory.max", limits.memory_bytes.to_string(), true));
                    settings.push(("memory.swap.max", "0".to_owned(), false));
                }
                (Controller::Memory, false) => {
                    let bytes = limits.memory_bytes.to_string();
                    settings.push(("memory.limit_in_bytes", bytes.clone(), true));
                    settings.push(("memory.memsw.limit_in_bytes", bytes, false));
                }
                (Controller::Pids, _) => {
                    settings.push(("pids.max", limits.processes.to_string(), true));
                }
                (Controller::Cpu, is_v2) => {
                    let Some(percent) = limits.cpu_percent else {
                        continue;
                    };
                    let quota = (u64::from(percent) * PERIOD / 100).max(1000);
                    if is_v2 {
                        settings.push(("cpu.max", format!("{quota} {PERIOD}"), true));
                    } else {
                        settings.push(("cpu.cfs_period_us", PERIOD.to_string(), true));
                        settings.push(("cpu.cfs_quota_us", quota.to_string(), true));
                    }
                }
            }
        }
        settings
    }
}

/// Lets groups below this one limit these things. Those that already can are left alone.
fn enable(folder: &Path, controllers: &[Controller]) -> Result<()> {
    let file = folder.join("cgroup.subtree_control");
    let enabled = fs::read_to_string(&file)?;
    for (controller, name) in CONTROLLERS {
        let wanted = controllers.contains(&controller);
        if wanted && !enabled.split_whitespace().any(|one| one == name) {
            fs::write(&file, format!("+{name}"))?;
        }
    }
    Ok(())
}

/// Where our groups could be made, from what the system says about this process: in its own group of version 1;
/// in version 2, where a group with members has none with limits below it, also in those above.
fn parents(mountinfo: &str, own: &str) -> Vec<Hierarchy> {
    let mut found: Vec<Hierarchy> = Vec::new();
    let mut missing: Vec<Controller> = Vec::new();
    for (controller, name) in CONTROLLERS {
        match v1_folder(mountinfo, own, name) {
            Some(folder) => found.push(Hierarchy {
                is_v2: false,
                folder,
                controllers: vec![controller],
            }),
            None => missing.push(controller),
        }
    }
    if let Some((folder, mount_point)) = v2_folder(mountinfo, own) {
        for folder in folder.ancestors() {
            let available = fs::read_to_string(folder.join("cgroup.controllers"));
            let available = available.unwrap_or_default();
            let is_available = |(_, name): &&(Controller, &str)| {
                available.split_whitespace().any(|one| one == *name)
            };
            let controllers: Vec<_> = CONTROLLERS
                .iter()
                .filter(is_available)
                .map(|(controller, _)| *controller)
                .filter(|controller| missing.contains(controller))
                .collect();
            if !controllers.is_empty() && enable(folder, &controllers).is_ok() {
                found.push(Hierarchy {
                    is_v2: true,
                    folder: folder.to_owned(),
                    controllers,
                });
                break;
            }
            if folder == mount_point {
                break;
            }
        }
    }
    found
}

fn v1_folder(mountinfo: &str, own: &str, controller: &str) -> Option<PathBuf> {
    let path = own.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, path) = (fields.next()?, fields.next()?);
        controllers
            .split(',')
            .any(|one| one == controller)
            .then_some(path)
    })?;
    mountinfo.lines().find_map(|line| {
        let mount = Mount::parse(line)?;
        let is_it = mount.kind == "cgroup" && mount.options.split(',').any(|one| one == controller);
        if is_it { mount.folder_of(path) } else { None }
    })
}

/// Our group in version 2, and where its hierarchy is mounted.
fn v2_folder(mountinfo: &str, own: &str) -> Option<(PathBuf, PathBuf)> {
    let path = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    mountinfo.lines().find_map(|line| {
        let mount = Mount::parse(line)?;
        if mount.kind != "cgroup2" {
            return None;
        }
        Some((mount.folder_of(path)?, PathBuf::from(mount.point)))
    })
}

/// A line of `/proc/self/mountinfo`.
struct Mount<'a> {
    root: &'a str,
    point: &'a str,
    kind: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (first, second) = line.split_once(" - ")?;
        let mut first = first.split(' ').skip(3);
        let mut second = second.split(' ');
        Some(Self {
            root: first.next()?,
            point: first.next()?,
            kind: second.next()?,
            options: second.nth(1)?,
        })
    }

    /// Where a group is seen in this mount, which may show a part of the hierarchy only.
    fn folder_of(&self, group: &str) -> Option<PathBuf> {
        let below = Path::new(group).strip_prefix(self.root).ok()?;
        Some(Path::new(self.point).join(below))
    }
}

const PREFIX: &str = "bughound-";

/// A name that says whose groups these are: pid namespace, process, when it was started; and which of its.
fn owner_name() -> Option<String> {
    static N_OWNERS: AtomicU64 = AtomicU64::new(0);
    let pid = std::process::id();
    let number = N_OWNERS.fetch_add(1, Ordering::Relaxed);
    Some(format!(
        "{PREFIX}{}-{pid}-{}-{number}",
        pid_namespace()?,
        started(pid)?
    ))
}

fn pid_namespace() -> Option<String> {
    let link = fs::read_link("/proc/self/ns/pid").ok()?;
    let digits = |c: &char| c.is_ascii_digit();
    Some(link.to_str()?.chars().filter(digits).collect())
}

/// When a process was started, in ticks.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

/// Removes groups of Bughounds of our pid namespace that are gone.
fn sweep(parent: &Path) {
    let Some(namespace) = pid_namespace() else {
        return;
    };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let parts: Vec<&str> = rest.split('-').collect();
        let [owner_namespace, pid, start, _] = parts[..] else {
            continue;
        };
        let lives = pid
            .parse()
            .ok()
            .and_then(started)
            .is_some_and(|now| now == start);
        if owner_namespace == namespace && !lives {
            remove_owner(&entry.path());
        }
    }
}

/// Removes a Bughound's group and those of its sandboxes; what has members stays.
pub(super) fn remove_owner(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove(&entry.path());
        }
    }
    remove(folder);
}

/// The system may take a moment to see that the last member is gone.
fn remove(folder: &Path) {
    for _ in 0..50 {
        match fs::remove_dir(folder) {
            Err(error) if is_busy(&error) => std::thread::sleep(Duration::from_millis(2)),
            _ => return,
        }
    }
}

fn is_busy(error: &Error) -> bool {
    error.kind() == ErrorKind::ResourceBusy
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    #[test]
    fn our_group_of_version_1_is_found_by_its_controller() {
        let own = "4:memory:/a/b\n1:cpu,cpuacct:/\n0::/\n";
        let folder = |name| v1_folder(HYBRID, own, name);
        assert_eq!(folder("memory"), Some("/sys/fs/cgroup/memory/a/b".into()));
        assert_eq!(folder("cpu"), Some("/sys/fs/cgroup/cpu,cpuacct/".into()));
        assert_eq!(folder("pids"), None);
        assert_eq!(
            v2_folder(HYBRID, own),
            Some((
                "/sys/fs/cgroup/unified/".into(),
                "/sys/fs/cgroup/unified".into()
            ))
        );
    }

    #[test]
    fn a_container_sees_a_part_of_the_hierarchy() {
        let mounts = "35 31 0:32 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate\n";
        assert_eq!(
            v2_folder(mounts, "0::/docker/x/y\n"),
            Some(("/sys/fs/cgroup/y".into(), "/sys/fs/cgroup".into()))
        );
        assert_eq!(v2_folder(mounts, "0::/elsewhere\n"), None);
    }

    /// A folder that looks like a hierarchy of version 2: files are not made by the system here.
    #[test]
    fn in_version_2_the_first_group_that_may_limit_others_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let own = root.path().join("user/app");
        fs::create_dir_all(&own).unwrap();
        fs::write(
            root.path().join("user/cgroup.controllers"),
            "cpu memory pids io",
        )
        .unwrap();
        let control = root.path().join("user/cgroup.subtree_control");
        fs::write(&control, "memory pids").unwrap();
        let mounts = format!("1 1 0:1 / {} rw - cgroup2 none rw\n", root.path().display());
        let found = parents(&mounts, "0::/user/app\n");
        assert_eq!(
            found,
            [Hierarchy {
                is_v2: true,
                folder: root.path().join("user"),
                controllers: vec![Controller::Memory, Controller::Pids, Controller::Cpu],
            }]
        );
        assert_eq!(fs::read_to_string(control).unwrap(), "+cpu");
    }

    #[test]
    fn limits_become_the_files_of_either_version() {
        let settings = |is_v2| {
            let hierarchy = Hierarchy {
                is_v2,
                folder: PathBuf::new(),
                controllers: CONTROLLERS.map(|(controller, _)| controller).to_vec(),
            };
            let limits = Limits {
                memory_bytes: 1 << 20,
                processes: 7,
                cpu_percent: Some(150),
                ..Limits::default()
            };
            let settings = hierarchy.settings(&limits).into_iter();
            let shown = settings.map(|(file, value, _)| format!("{file}={value}"));
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            settings(true),
            "memory.max=1048576 memory.swap.max=0 pids.max=7 cpu.max=150000 100000"
        );
        assert_eq!(
            settings(false),
            "memory.limit_in_bytes=1048576 memory.memsw.limit_in_bytes=1048576 pids.max=7 \
             cpu.cfs_period_us=100000 cpu.cfs_quota_us=150000"
        );
    }
}
