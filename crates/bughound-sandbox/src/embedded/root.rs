//! Makes all that the processes of a sandbox see, from inside of its new namespaces.
//!
//! The order matters. What comes from the host is opened while we still are who Bughound is (it may lie below
//! folders that the sandbox's user cannot enter) but in the new mount namespace (a mount of another namespace
//! cannot be used). Everything else is made as the sandbox's user, since a file of a user that is not mapped
//! cannot even be created. One file system in memory holds all that is written, the skeleton of the root folder
//! included, so that its size is the limit of the disk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags,
};
use rustix::thread::{Gid, Uid};

use super::spawner::INSIDE;
use super::sys;
use super::wire::{At, Failure, Plan, Step};
use crate::{Network, Upper, World};

/// What a sandbox is made of, for whoever serves it.
#[derive(Debug)]
pub(super) struct Root {
    /// The merged tree.
    pub(super) tree: OwnedFd,
    /// Where that which is written in the tree lies.
    pub(super) upper: OwnedFd,
    /// The sandbox's `/tmp`.
    pub(super) tmp: OwnedFd,
    /// The layers, highest first.
    pub(super) layers: Vec<OwnedFd>,
    /// What was made in the tree to see folders of the host there: relative paths.
    pub(super) mount_points: Vec<PathBuf>,
    /// Whether the upper is a copy of all layers, in which what is missing was deleted.
    pub(super) is_copy: bool,
}

/// A part of the host that is to be seen.
struct FromHost {
    mount: OwnedFd,
    target: PathBuf,
    is_folder: bool,
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
const READ_ONLY: u64 = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

/// Makes it and moves this process into it.
pub(super) fn build(
    plan: &Plan,
    copy: Option<OwnedFd>,
    mounts: Vec<OwnedFd>,
) -> Result<Root, Failure> {
    let world = &plan.world;
    // As Bughound's user, in the new mount namespace.
    let mut links = Vec::new();
    let mut system = Vec::new();
    open_system(world, &mut system, &mut links)?;
    let devices = open_devices()?;
    let binds = open_binds(world)?;
    let etc = etc(world);
    let mut layers = open_layers(world)?;
    let folders = open_upper_folder(plan)?;
    become_inside()?;

    // As the sandbox's user.
    let scratch = mount_memory(world)?;
    let attached = scratch.as_fd();
    // Somewhere in our copy of the host's mounts, which is gone in a moment.
    move_mount(&scratch, CWD, "/usr").at(Step::MakeMemory, "/usr")?;
    for (name, mode) in [
        ("root", 0o755),
        ("upper", 0o755),
        ("work", 0o755),
        ("tmp", 0o1777),
        ("shm", 0o1777),
        ("none", 0o755),
        ("layers", 0o755),
    ] {
        // The mode is set after, since the umask is not ours.
        rustix::fs::mkdirat(attached, name, Mode::from_raw_mode(mode))
            .and_then(|()| {
                rustix::fs::chmodat(
                    attached,
                    name,
                    Mode::from_raw_mode(mode),
                    rustix::fs::AtFlags::empty(),
                )
            })
            .at(Step::MakeMemory, name)?;
    }
    let scratch_folder = |name: &str| {
        rustix::fs::openat(attached, name, FOLDER, Mode::empty()).at(Step::MakeMemory, name)
    };
    attach_layers(
        &scratch_folder("layers")?,
        &mut layers,
        &plan.mounted,
        mounts,
    )?;
    let tmp = scratch_folder("tmp")?;
    let (upper, work) = match folders {
        Some(folders) => folders,
        None => (scratch_folder("upper")?, scratch_folder("work")?),
    };
    if let Some(copy) = copy {
        super::copy::receive(copy, &upper, &tmp)?;
    }

    let root = clone_tree(attached, "root").at(Step::MakeRoot, "/")?;
    move_mount(&root, attached, "root").at(Step::MakeRoot, "/")?;
    for (name, target) in &links {
        rustix::fs::symlinkat(target, &root, name.as_path()).at(Step::MakeRoot, name)?;
    }
    for (path, content) in &etc {
        make_file(&root, path, content)?;
    }
    mount_memory_folder(attached, "tmp", &root, Path::new("/tmp"))?;
    for part in &system {
        attach(&root, part)?;
    }
    mount_dev(attached, &root, devices)?;
    mount_kind("proc", &[], &root, Path::new("/proc"))?;

    let at = make_target(&root, &world.root, true)?;
    merge(&layers, &scratch_folder("none")?, &upper, &work, &at)?;
    drop(work);
    let mut mount_points = Vec::new();
    for part in &binds {
        if let Ok(relative) = part.target.strip_prefix(&world.root) {
            mount_points.push(relative.to_owned());
        }
        attach(&root, part)?;
    }
    sys::set_mount(&root, READ_ONLY, false).at(Step::MakeRoot, "/")?;
    let tree = beneath(&root, &world.root, FOLDER).at(Step::MakeRoot, &world.root)?;
    pivot(&root)?;
    Ok(Root {
        tree,
        upper,
        tmp,
        layers: layers.into_iter().rev().collect(),
        mount_points,
        is_copy: false,
    })
}

fn clone_tree(at: impl AsFd, path: impl rustix::path::Arg) -> rustix::io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    rustix::mount::open_tree(at, path, flags)
}

fn move_mount(
    mount: impl AsFd,
    at: impl AsFd,
    path: impl rustix::path::Arg,
) -> rustix::io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    rustix::mount::move_mount(mount, "", at, path, flags)
}

/// A part of the host, read-only with all that is mounted below it.
fn open_host(source: &Path, target: PathBuf) -> Result<FromHost, Failure> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    let mount = rustix::mount::open_tree(CWD, source, flags).at(Step::OpenHost, source)?;
    sys::set_mount(&mount, READ_ONLY, true).at(Step::OpenHost, source)?;
    let stat = rustix::fs::fstat(&mount).at(Step::OpenHost, source)?;
    Ok(FromHost {
        mount,
        target,
        is_folder: FileType::from_raw_mode(stat.st_mode).is_dir(),
    })
}

/// `/usr`, what is linked to it, and what its programs cannot do without: links to alternatives, the cache of the
/// loader, the configuration of Java and Maven, which lies in `/etc` on Debian; and, for a sandbox with a network,
/// whom to trust and to ask there.
fn open_system(
    world: &World,
    parts: &mut Vec<FromHost>,
    links: &mut Vec<(PathBuf, PathBuf)>,
) -> Result<(), Failure> {
    parts.push(open_host(Path::new("/usr"), PathBuf::from("/usr"))?);
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
        let path = Path::new("/").join(name);
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_symlink() => {
                let target = fs::read_link(&path).at(Step::OpenHost, &path)?;
                links.push((PathBuf::from(name), target));
            }
            Ok(meta) if meta.is_dir() => parts.push(open_host(&path, path.clone())?),
            _ => {}
        }
    }
    let mut wanted: Vec<PathBuf> = ["alternatives", "ld.so.cache", "maven"]
        .iter()
        .map(|name| Path::new("/etc").join(name))
        .collect();
    if world.network == Network::Host {
        wanted.extend(["ssl", "ca-certificates", "pki"].map(|name| Path::new("/etc").join(name)));
    }
    for entry in fs::read_dir("/etc").into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"java") {
            wanted.push(entry.path());
        }
    }
    wanted.sort();
    for path in wanted {
        if path.symlink_metadata().is_ok_and(|meta| !meta.is_symlink()) {
            parts.push(open_host(&path, path.clone())?);
        }
    }
    Ok(())
}

fn open_devices() -> Result<Vec<FromHost>, Failure> {
    let open = |name: &&str| {
        let path = Path::new("/dev").join(name);
        let mount = clone_tree(CWD, &path).at(Step::OpenHost, &path)?;
        let set = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC;
        sys::set_mount(&mount, set, false).at(Step::OpenHost, &path)?;
        Ok(FromHost {
            mount,
            target: path,
            is_folder: false,
        })
    };
    DEVICES.iter().map(open).collect()
}

fn open_binds(world: &World) -> Result<Vec<FromHost>, Failure> {
    let binds = world.binds.iter();
    binds
        .map(|bind| open_host(&bind.source, bind.target.clone()))
        .collect()
}

fn open_layers(world: &World) -> Result<Vec<OwnedFd>, Failure> {
    let open = |path: &PathBuf| {
        rustix::fs::open(path, FOLDER | OFlags::PATH, Mode::empty()).at(Step::OpenLayer, path)
    };
    world.layers.iter().map(open).collect()
}

/// Puts the mounts that Bughound made of some layers into our namespace, and in those layers' places.
fn attach_layers(
    folder: &OwnedFd,
    layers: &mut [OwnedFd],
    mounted: &[usize],
    mounts: Vec<OwnedFd>,
) -> Result<(), Failure> {
    for (&number, mount) in mounted.iter().zip(mounts) {
        let name = number.to_string();
        rustix::fs::mkdirat(folder, &name, Mode::RWXU).at(Step::OpenLayer, &name)?;
        move_mount(&mount, folder, &name).at(Step::OpenLayer, &name)?;
        if let Some(layer) = layers.get_mut(number) {
            *layer = mount;
        }
    }
    Ok(())
}

fn open_upper_folder(plan: &Plan) -> Result<Option<(OwnedFd, OwnedFd)>, Failure> {
    let (Upper::Folder(upper), Some(work)) = (&plan.world.upper, &plan.work) else {
        return Ok(None);
    };
    let open =
        |path: &PathBuf| rustix::fs::open(path, FOLDER, Mode::empty()).at(Step::OpenUpper, path);
    Ok(Some((open(upper)?, open(work)?)))
}

/// From here on we are the sandbox's user, with capabilities that count in its namespaces only. Whoever is told
/// of the death of a parent is told of it only from here on: the system forgets that wish when a user changes.
fn become_inside() -> Result<(), Failure> {
    // Not allowed for ordinary users, who keep their groups.
    let _ = rustix::thread::set_thread_groups(&[]);
    let (uid, gid) = (Uid::from_raw(INSIDE), Gid::from_raw(INSIDE));
    rustix::thread::set_thread_res_gid(gid, gid, gid).at(Step::Become, "")?;
    rustix::thread::set_thread_res_uid(uid, uid, uid).at(Step::Become, "")?;
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .at(Step::Become, "")?;
    rustix::process::umask(Mode::from_raw_mode(0o022));
    Ok(())
}

/// Files there may be: one for each page of the disk, since an empty one costs memory too.
fn n_inodes(disk_bytes: u64) -> u64 {
    (disk_bytes / 4096).clamp(1 << 10, 1 << 19)
}

fn mount_memory(world: &World) -> Result<OwnedFd, Failure> {
    let bytes = world.limits.disk_bytes;
    let options = [
        ("size", bytes.to_string()),
        ("nr_inodes", n_inodes(bytes).to_string()),
        ("mode", "0755".to_owned()),
    ];
    make_mount("tmpfs", &options).at(Step::MakeMemory, "")
}

fn make_mount(kind: &str, options: &[(&str, String)]) -> rustix::io::Result<OwnedFd> {
    let context = rustix::mount::fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC)?;
    for (key, value) in options {
        rustix::mount::fsconfig_set_string(&context, *key, value)?;
    }
    rustix::mount::fsconfig_create(&context)?;
    let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
        | match kind {
            "proc" => MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_NOEXEC,
            "devpts" => MountAttrFlags::MOUNT_ATTR_NOEXEC,
            _ => MountAttrFlags::MOUNT_ATTR_NODEV,
        };
    rustix::mount::fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)
}

fn mount_kind(
    kind: &str,
    options: &[(&str, String)],
    root: &OwnedFd,
    target: &Path,
) -> Result<(), Failure> {
    let at = make_target(root, target, true)?;
    let mount = make_mount(kind, options).at(Step::Mount, target)?;
    move_mount(&mount, &at, "").at(Step::Mount, target)
}

fn mount_memory_folder(
    scratch: impl AsFd,
    name: &str,
    root: &OwnedFd,
    target: &Path,
) -> Result<(), Failure> {
    let at = make_target(root, target, true)?;
    let mount = clone_tree(scratch, name).at(Step::Mount, target)?;
    move_mount(&mount, &at, "").at(Step::Mount, target)
}

fn attach(root: &OwnedFd, part: &FromHost) -> Result<(), Failure> {
    let at = make_target(root, &part.target, part.is_folder)?;
    move_mount(&part.mount, &at, "").at(Step::Mount, &part.target)
}

fn mount_dev(scratch: impl AsFd, root: &OwnedFd, devices: Vec<FromHost>) -> Result<(), Failure> {
    for device in devices {
        attach(root, &device)?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ] {
        let path = Path::new("dev").join(name);
        rustix::fs::symlinkat(target, root, &path).at(Step::MakeRoot, path)?;
    }
    mount_memory_folder(scratch, "shm", root, Path::new("/dev/shm"))?;
    let options = [("ptmxmode", "0666".to_owned()), ("mode", "0620".to_owned())];
    mount_kind("devpts", &options, root, Path::new("/dev/pts"))
}

/// Overlay's options may not be longer than a page, so layers are named by the numbers of their descriptors in
/// the folder of these.
fn merge(
    layers: &[OwnedFd],
    none: &OwnedFd,
    upper: &OwnedFd,
    work: &OwnedFd,
    at: &OwnedFd,
) -> Result<(), Failure> {
    let names: Vec<String> = match layers {
        [] => vec![none.as_raw_fd().to_string()],
        layers => {
            let highest_first = layers.iter().rev();
            highest_first.map(|fd| fd.as_raw_fd().to_string()).collect()
        }
    };
    let (upper, work, at) = (upper.as_raw_fd(), work.as_raw_fd(), at.as_raw_fd());
    let options = format!(
        "userxattr,lowerdir={},upperdir={upper},workdir={work}",
        names.join(":")
    );
    let options = std::ffi::CString::new(options).unwrap_or_default();
    rustix::process::chdir("/proc/self/fd").at(Step::Overlay, "/proc/self/fd")?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    rustix::mount::mount(
        "overlay",
        at.to_string(),
        "overlay",
        flags,
        options.as_c_str(),
    )
    .at(Step::Overlay, "")
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

/// Opens a path below a folder, following no link: layers may hold any.
fn beneath(root: impl AsFd, path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let path = match relative(path) {
        path if path.as_os_str().is_empty() => Path::new("."),
        path => path,
    };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    rustix::fs::openat2(root, path, flags | OFlags::CLOEXEC, Mode::empty(), resolve)
}

/// Makes what something will be mounted on, with the folders above it, and opens it.
fn make_target(root: &OwnedFd, path: &Path, is_folder: bool) -> Result<OwnedFd, Failure> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW;
    if let Ok(found) = beneath(root, path, flags) {
        return Ok(found);
    }
    let folder = make_folders(root, path.parent().unwrap_or(path))?;
    let name = path.file_name().unwrap_or_default();
    if is_folder {
        rustix::fs::mkdirat(&folder, name, Mode::from_raw_mode(0o755)).at(Step::MakeRoot, path)?;
    } else {
        write_new(&folder, name, b"").at(Step::MakeRoot, path)?;
    }
    beneath(root, path, flags).at(Step::MakeRoot, path)
}

fn make_folders(root: &OwnedFd, path: &Path) -> Result<OwnedFd, Failure> {
    let mut folder =
        beneath(root, Path::new("/"), FOLDER | OFlags::PATH).at(Step::MakeRoot, "/")?;
    for component in relative(path).components() {
        let Component::Normal(name) = component else {
            return Err(rustix::io::Errno::INVAL).at(Step::MakeRoot, path);
        };
        folder = match beneath(&folder, Path::new(name), FOLDER | OFlags::PATH) {
            Ok(found) => found,
            Err(_) => {
                rustix::fs::mkdirat(&folder, name, Mode::from_raw_mode(0o755))
                    .at(Step::MakeRoot, path)?;
                beneath(&folder, Path::new(name), FOLDER | OFlags::PATH).at(Step::MakeRoot, path)?
            }
        };
    }
    Ok(folder)
}

fn make_file(root: &OwnedFd, path: &Path, content: &[u8]) -> Result<(), Failure> {
    let folder = make_folders(root, path.parent().unwrap_or(path))?;
    let name = path.file_name().unwrap_or_default();
    write_new(&folder, name, content).at(Step::MakeFile, path)
}

fn write_new(folder: &OwnedFd, name: &OsStr, content: &[u8]) -> std::io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let file = rustix::fs::openat(folder, name, flags, Mode::from_raw_mode(0o644))?;
    std::io::Write::write_all(&mut fs::File::from(file), content)
}

/// The generated `/etc`, and the files that the world asks for.
pub(crate) fn etc(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let dns = match world.network {
        Network::None => "",
        Network::Host => " dns",
    };
    let mut files: BTreeMap<PathBuf, Vec<u8>> = [
        (
            "passwd",
            format!(
                "root:x:0:0:root:/tmp:/bin/sh\nbughound:x:{INSIDE}:{INSIDE}:bughound:/tmp:/bin/sh\n\
                 nobody:x:65534:65534:nobody:/tmp:/bin/false\n"
            ),
        ),
        (
            "group",
            format!("root:x:0:\nbughound:x:{INSIDE}:\nnogroup:x:65534:\n"),
        ),
        ("hosts", "127.0.0.1 localhost\n::1 localhost\n".to_owned()),
        (
            "nsswitch.conf",
            format!("passwd: files\ngroup: files\nhosts: files{dns}\n"),
        ),
    ]
    .into_iter()
    .map(|(name, text)| (Path::new("/etc").join(name), text.into_bytes()))
    .collect();
    if world.network == Network::Host {
        for path in ["/etc/resolv.conf", "/etc/hosts"] {
            if let Ok(content) = fs::read(path) {
                files.insert(path.into(), content);
            }
        }
    }
    for (path, content) in &world.files {
        files.insert(path.clone(), content.clone());
    }
    files
}

/// Makes this the root folder; what was is gone for good.
fn pivot(root: &OwnedFd) -> Result<(), Failure> {
    rustix::process::fchdir(root).at(Step::Pivot, "/")?;
    rustix::process::pivot_root(".", ".").at(Step::Pivot, "/")?;
    rustix::mount::unmount(".", UnmountFlags::DETACH).at(Step::Pivot, "/")?;
    rustix::process::chdir("/").at(Step::Pivot, "/")
}
