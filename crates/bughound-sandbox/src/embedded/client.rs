//! Bughound's side: starts the spawner, and asks the first process of each sandbox.

use std::collections::BTreeMap;
use std::fmt;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::process::Signal;

use super::cgroups::{Cgroups, Controller, SandboxGroups};
use super::entry;
use super::wire::{
    self, Ask, BATCH, Failure, Greeting, Hello, MOST_FDS, Plan, Reply, Request, Spawn, Step,
    Stream, WireChange,
};
use crate::{
    Backend, Change, ChangeFilter, Command, Finished, Network, Primitive, Sandbox, SandboxError,
    Upper, World,
};

/// How long the spawner may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Isolates commands with namespaces, overlay, seccomp and Landlock, without any engine.
///
/// It may be shared by threads and cloned; sandboxes are made by all at once. When the last clone and the last
/// sandbox are gone, so is the process that it starts.
#[derive(Clone, Debug)]
pub struct Embedded {
    spawner: Arc<Spawner>,
}

#[derive(Debug)]
struct Spawner {
    /// `None` only while it is dropped.
    control: Option<OwnedFd>,
    process: Mutex<Child>,
    hello: Hello,
    groups: Cgroups,
    /// User namespaces in which the files of these users and groups are the sandbox's.
    owners: Mutex<BTreeMap<(u32, u32), Arc<OwnedFd>>>,
}

impl Embedded {
    /// Starts it.
    ///
    /// # Errors
    /// [`SandboxError::Unavailable`] where this program cannot start itself a second time.
    pub fn start() -> Result<Self, SandboxError> {
        let (ours, theirs) =
            socket_pair(SocketType::SEQPACKET).map_err(|error| cannot_start(&error))?;
        if !entry::is_linked() {
            return Err(cannot_start(
                &"it was linked without what it needs for that",
            ));
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "this crate is the one that starts processes"
        )]
        let process = std::process::Command::new("/proc/self/exe")
            .arg0(entry::NAME)
            .env_clear()
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| cannot_start(&error))?;
        let mut spawner = Spawner {
            control: Some(ours),
            process: Mutex::new(process),
            hello: Hello {
                host_uid: 0,
                host_gid: 0,
            },
            groups: Cgroups::find(),
            owners: Mutex::default(),
        };
        spawner.hello = spawner.greet()?;
        Ok(Self {
            spawner: Arc::new(spawner),
        })
    }

    /// What it can enforce on this machine.
    pub fn probe(&self) -> Vec<Primitive> {
        super::primitives(Ok(self))
    }

    /// The process that it has started.
    pub fn spawner_id(&self) -> u32 {
        let process = self.spawner.process.lock();
        process.unwrap_or_else(PoisonError::into_inner).id()
    }

    pub(super) fn group_version(&self, controller: Controller) -> Option<&'static str> {
        self.spawner.groups.version(controller)
    }

    /// Makes a sandbox, which starts with a copy of another one's files where such a copy is given.
    fn make(&self, world: &World, copy: Option<&OwnedFd>) -> Result<EmbeddedSandbox, SandboxError> {
        check(world)?;
        let spawn = Spawn {
            own_network: world.network == Network::None,
        };
        let (ours, theirs) =
            socket_pair(SocketType::STREAM).map_err(|error| gone("start", &error))?;
        let control = self.spawner.control.as_ref();
        let control = control.ok_or_else(|| gone("start", &"the spawner has ended"))?;
        wire::send_packet(control, &Ask::Sandbox(spawn), &[theirs.as_fd()])
            .map_err(|error| gone("start", &error))?;
        drop(theirs);
        let mut stream = Stream::new(ours);
        let pidfd = match ask_for(&mut stream, "start")? {
            Reply::Spawned => stream.take_fds().pop_front(),
            reply => return Err(in_making(reply)),
        };
        let mut sandbox = EmbeddedSandbox {
            backend: self.clone(),
            world: world.clone(),
            stream,
            process: pidfd.ok_or_else(|| gone("start", &"its process is not known"))?,
            work: None,
            groups: SandboxGroups::default(),
        };
        let groups = self.spawner.groups.make(&world.limits);
        sandbox.groups = groups.map_err(|source| SandboxError::Make {
            step: "make its control groups",
            path: PathBuf::new(),
            source,
        })?;
        if let Upper::Folder(folder) = &world.upper {
            sandbox.work = Some(self.make_folders(folder)?);
        }
        let (mounted, mounts) = self.own_layers(&world.layers).into_iter().unzip();
        let mounts: Vec<OwnedFd> = mounts;
        let plan = Plan {
            world: world.clone(),
            work: sandbox.work.clone(),
            copied: copy.is_some(),
            mounted,
            events: sandbox.groups.events.is_some(),
        };
        let groups = sandbox.groups.events.iter().chain(&sandbox.groups.members);
        let fds: Vec<_> = copy
            .into_iter()
            .chain(&mounts)
            .chain(groups)
            .map(AsFd::as_fd)
            .collect();
        let request = Request::Build(Box::new(plan));
        sandbox
            .stream
            .send(&request, &fds)
            .map_err(|error| refused("start", &error))?;
        Ok(sandbox)
    }

    /// Where sandboxes' files are another user's for the host: mounts of the layers that are not that user's, in
    /// which they are. Otherwise nothing of theirs could be changed: the system cannot copy a file that belongs to
    /// a user whom the sandbox does not know. Where the layer's file system knows no such mounts, it is used as
    /// it is.
    fn own_layers(&self, layers: &[PathBuf]) -> Vec<(usize, OwnedFd)> {
        if self.spawner.hello.host_uid == rustix::process::geteuid().as_raw() {
            return Vec::new();
        }
        let layers = layers.iter().enumerate().take(MOST_FDS / 2);
        layers
            .filter_map(|(number, layer)| Some((number, self.own_layer(layer)?)))
            .collect()
    }

    fn own_layer(&self, layer: &Path) -> Option<OwnedFd> {
        use rustix::mount::OpenTreeFlags;
        use std::os::unix::fs::MetadataExt;
        let meta = std::fs::metadata(layer).ok()?;
        if meta.uid() == self.spawner.hello.host_uid {
            return None;
        }
        let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        let mount = rustix::mount::open_tree(rustix::fs::CWD, layer, flags).ok()?;
        let namespace = self.spawner.owner((meta.uid(), meta.gid()))?;
        super::sys::set_mount_owners(&mount, &*namespace).ok()?;
        Some(mount)
    }

    /// Waits until a sandbox is made.
    fn made(mut sandbox: EmbeddedSandbox) -> Result<EmbeddedSandbox, SandboxError> {
        match ask_for(&mut sandbox.stream, "start")? {
            Reply::Built => Ok(sandbox),
            reply => Err(in_making(reply)),
        }
    }

    /// The folder that is written, and beside it the one that overlay needs, both the sandbox's user's.
    fn make_folders(&self, folder: &Path) -> Result<PathBuf, SandboxError> {
        let mut name = std::ffi::OsString::from(".work-of-");
        name.push(folder.file_name().unwrap_or_default());
        let work = folder.with_file_name(name);
        let failed = |source| SandboxError::Make {
            step: "make the folder that is written",
            path: folder.to_owned(),
            source,
        };
        // Left by one that was killed.
        remove_work(&work);
        std::fs::create_dir_all(folder).map_err(failed)?;
        std::fs::create_dir(&work).map_err(failed)?;
        let hello = &self.spawner.hello;
        if hello.host_uid != rustix::process::geteuid().as_raw() {
            for path in [folder, work.as_path()] {
                std::os::unix::fs::chown(path, Some(hello.host_uid), Some(hello.host_gid))
                    .map_err(failed)?;
            }
        }
        Ok(work)
    }
}

impl Backend for Embedded {
    fn name(&self) -> &'static str {
        "embedded"
    }

    fn open(&self, world: &World) -> Result<Box<dyn Sandbox>, SandboxError> {
        let sandbox = Self::made(self.make(world, None)?)?;
        Ok(Box::new(sandbox))
    }
}

impl Spawner {
    fn greet(&self) -> Result<Hello, SandboxError> {
        let control = self.control.as_ref();
        let control = control.ok_or_else(|| cannot_start(&"it ended at once"))?;
        let greeting = Greeting {
            groups: self.groups.folders(),
        };
        wire::send_packet(control, &greeting, &[]).map_err(|error| cannot_start(&error))?;
        if !wait_readable(control, PATIENCE) {
            let seconds = PATIENCE.as_secs();
            return Err(cannot_start(&format!("no answer in {seconds} s")));
        }
        match wire::receive_packet(control) {
            Ok(Some((hello, _))) => Ok(hello),
            Ok(None) => Err(cannot_start(&"it ended at once")),
            Err(error) => Err(cannot_start(&error)),
        }
    }
}

impl Spawner {
    fn owner(&self, (uid, gid): (u32, u32)) -> Option<Arc<OwnedFd>> {
        let mut owners = self.owners.lock().ok()?;
        if let Some(namespace) = owners.get(&(uid, gid)) {
            return Some(namespace.clone());
        }
        let (ours, theirs) = socket_pair(SocketType::STREAM).ok()?;
        let ask = Ask::Owner { uid, gid };
        wire::send_packet(self.control.as_ref()?, &ask, &[theirs.as_fd()]).ok()?;
        drop(theirs);
        let mut stream = Stream::new(ours);
        let Ok(Some(Reply::Owner)) = stream.receive() else {
            return None;
        };
        let namespace = Arc::new(stream.take_fds().pop_front()?);
        owners.insert((uid, gid), namespace.clone());
        Some(namespace)
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        // It ends when nobody is left to ask it.
        self.control = None;
        if let Ok(process) = self.process.get_mut() {
            // Should it be stuck before it listens.
            if !matches!(process.try_wait(), Ok(Some(_))) {
                let _ = process.kill();
            }
            let _ = process.wait();
        }
    }
}

/// One sandbox.
struct EmbeddedSandbox {
    backend: Embedded,
    world: World,
    stream: Stream,
    /// Its first process.
    process: OwnedFd,
    /// Where overlay keeps its own files, beside a folder that is written.
    work: Option<PathBuf>,
    /// Dropped, and so removed, after the process is gone.
    groups: SandboxGroups,
}

impl fmt::Debug for EmbeddedSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedSandbox")
            .field("world", &self.world)
            .finish_non_exhaustive()
    }
}

impl EmbeddedSandbox {
    fn ask(
        &mut self,
        doing: &'static str,
        request: &Request,
        fds: &[std::os::fd::BorrowedFd<'_>],
    ) -> Result<Reply, SandboxError> {
        self.stream
            .send(request, fds)
            .map_err(|error| refused(doing, &error))?;
        ask_for(&mut self.stream, doing)
    }
}

impl Sandbox for EmbeddedSandbox {
    fn run(&mut self, command: &Command) -> Result<Finished, SandboxError> {
        const DOING: &str = "run a command";
        match self.ask(DOING, &Request::Run(command.clone()), &[])? {
            Reply::Finished(finished) => Ok(finished),
            reply => Err(unexpected(DOING, reply)),
        }
    }

    fn changes(&mut self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        const DOING: &str = "tell what changed";
        let mut changes = Vec::new();
        let mut reply = self.ask(DOING, &Request::Changes(filter.clone()), &[])?;
        loop {
            match reply {
                Reply::Changes(some, more) => {
                    changes.extend(some.into_iter().map(Change::from));
                    if !more {
                        return Ok(changes);
                    }
                }
                reply => return Err(unexpected(DOING, reply)),
            }
            reply = ask_for(&mut self.stream, DOING)?;
        }
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), SandboxError> {
        const DOING: &str = "write changes";
        let mut rest = changes.iter().peekable();
        while rest.peek().is_some() {
            let (mut batch, mut n_bytes) = (Vec::new(), 0);
            while n_bytes < BATCH
                && let Some(change) = rest.next()
            {
                let change = WireChange::from(change.clone());
                n_bytes += change.n_bytes();
                batch.push(change);
            }
            match self.ask(DOING, &Request::Write(batch), &[])? {
                Reply::Written => {}
                reply => return Err(unexpected(DOING, reply)),
            }
        }
        Ok(())
    }

    fn read(&mut self, path: &Path, limit: u64) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        const DOING: &str = "read a file";
        let path = path.as_os_str().to_owned();
        match self.ask(DOING, &Request::Read { path, limit }, &[])? {
            Reply::Content(content) => Ok(content),
            reply => Err(unexpected(DOING, reply)),
        }
    }

    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        const DOING: &str = "copy its files";
        let world = World {
            upper: Upper::Memory,
            ..self.world.clone()
        };
        let (from, to) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
            .map_err(|error| gone(DOING, &error))?;
        let other = self.backend.make(&world, Some(&from))?;
        drop(from);
        let copied = {
            let sent = self.stream.send(&Request::Copy, &[to.as_fd()]);
            drop(to);
            sent.map_err(|error| refused(DOING, &error))
                .and_then(|()| ask_for(&mut self.stream, DOING))
        };
        // When the other one fails, this one only finds that nobody reads.
        let other = Embedded::made(other)?;
        match copied? {
            Reply::Copied => Ok(Box::new(other)),
            reply => Err(unexpected(DOING, reply)),
        }
    }
}

impl Drop for EmbeddedSandbox {
    fn drop(&mut self) {
        // With the first process of a pid namespace all others are killed, and it is gone only after them.
        let _ = rustix::process::pidfd_send_signal(&self.process, Signal::KILL);
        wait_readable(&self.process, PATIENCE);
        if let Some(work) = &self.work {
            remove_work(work);
        }
    }
}

/// Overlay locks its folder even for its owner.
fn remove_work(work: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let inner = work.join("work");
    if inner.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
        let _ = std::fs::set_permissions(inner, std::fs::Permissions::from_mode(0o700));
    }
    let _ = std::fs::remove_dir_all(work);
}

fn socket_pair(kind: SocketType) -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    rustix::net::socketpair(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)
}

/// Waits until something can be read, or the other end or process is gone.
fn wait_readable(fd: &OwnedFd, patience: Duration) -> bool {
    let timeout = Timespec {
        tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    };
    loop {
        match rustix::event::poll(&mut [PollFd::new(fd, PollFlags::IN)], Some(&timeout)) {
            Err(rustix::io::Errno::INTR) => {}
            ready => return ready.is_ok_and(|n| n > 0),
        }
    }
}

/// Says before anything is made what has no meaning.
pub(crate) fn check(world: &World) -> Result<(), SandboxError> {
    let nonsense = |what: String| Err(SandboxError::Nonsense(what));
    let is_plain = |path: &Path| {
        let mut components = path.components();
        components.next() == Some(Component::RootDir)
            && components.all(|component| matches!(component, Component::Normal(_)))
    };
    let root = &world.root;
    let taken = [
        "/usr", "/etc", "/proc", "/dev", "/bin", "/sbin", "/lib", "/lib64",
    ];
    if !is_plain(root) || root.parent().is_none() || root == Path::new("/tmp") {
        return nonsense(format!("a tree at {}", root.display()));
    }
    if taken.iter().any(|taken| root.starts_with(taken)) {
        return nonsense(format!(
            "a tree among the system's files, at {}",
            root.display()
        ));
    }
    for bind in &world.binds {
        let (source, target) = (&bind.source, &bind.target);
        if !source.is_absolute() || !is_plain(target) || target.parent().is_none() {
            let (source, target) = (source.display(), target.display());
            return nonsense(format!("{source} of the host seen at {target}"));
        }
    }
    for (path, _) in &world.files {
        if !is_plain(path) || path.parent().is_none() || path.starts_with(root) {
            return nonsense(format!(
                "a file made outside the tree, at {}",
                path.display()
            ));
        }
    }
    if let Some(layer) = world.layers.iter().find(|layer| !layer.is_absolute()) {
        return nonsense(format!("a layer at the relative path {}", layer.display()));
    }
    Ok(())
}

fn ask_for(stream: &mut Stream, doing: &'static str) -> Result<Reply, SandboxError> {
    match stream.receive() {
        Ok(Some(reply)) => Ok(reply),
        Ok(None) => Err(gone(doing, &"its first process has ended")),
        Err(error) => Err(gone(doing, &error)),
    }
}

fn gone(doing: &'static str, why: &dyn fmt::Display) -> SandboxError {
    SandboxError::Gone {
        doing,
        why: why.to_string(),
    }
}

/// A message could not be made or sent.
fn refused(doing: &'static str, error: &std::io::Error) -> SandboxError {
    match error.kind() {
        std::io::ErrorKind::InvalidData => {
            SandboxError::Nonsense(format!("cannot {doing}: {error}"))
        }
        _ => gone(doing, error),
    }
}

fn cannot_start(error: &dyn fmt::Display) -> SandboxError {
    SandboxError::Unavailable {
        backend: "embedded",
        missing: format!("the program cannot start itself a second time: {error}"),
        remedy: "mount /proc, and leave the program's file where it is".to_owned(),
    }
}

fn in_making(reply: Reply) -> SandboxError {
    match reply {
        Reply::Failed(failure) if matches!(failure.step, Step::Clone | Step::MapUsers) => {
            SandboxError::Unavailable {
                backend: "embedded",
                missing: format!("cannot {}: {}", failure.step.text(), failure.source()),
                remedy: NAMESPACES.to_owned(),
            }
        }
        Reply::Failed(failure) => SandboxError::Make {
            step: failure.step.text(),
            path: failure.path(),
            source: failure.source(),
        },
        _ => gone("start", &"it answered something else"),
    }
}

/// What to do when there are no user namespaces.
const NAMESPACES: &str = "allow user namespaces (sysctl user.max_user_namespaces, \
     kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a container \
     --security-opt seccomp=unconfined), or run it as root outside of a container";

fn unexpected(doing: &'static str, reply: Reply) -> SandboxError {
    match reply {
        Reply::Failed(failure) => in_tree(&failure),
        _ => gone(doing, &"it answered something else"),
    }
}

pub(super) fn in_tree(failure: &Failure) -> SandboxError {
    SandboxError::Tree {
        step: failure.step.text(),
        path: failure.path(),
        source: failure.source(),
    }
}
