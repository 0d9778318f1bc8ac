//! What is said between Bughound, the spawner and the first process of a sandbox.
//!
//! Bughound asks the spawner for a process over a socket that keeps messages apart; everything else goes over a
//! stream that belongs to one sandbox: a length, then a message, now and then with file descriptors.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Result};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Change, ChangeFilter, Command, Finished, What, World};

/// No message is longer: changes are sent in several.
const LONGEST: u64 = 1 << 31;

/// Descriptors that can come with a message.
pub(super) const MOST_FDS: usize = 240;

/// Changes are sent in messages of about so many bytes.
pub(super) const BATCH: usize = 4 << 20;

/// What the spawner is told first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// Control groups to remove when nobody is left who would.
    pub(super) groups: Vec<PathBuf>,
}

/// The spawner's first words.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    /// Whose files the host will see sandboxes write.
    pub(super) host_uid: u32,
    pub(super) host_gid: u32,
}

/// What the spawner is asked; the socket on which to answer comes along.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// For a first process, whose end of the stream this is.
    Sandbox(Spawn),
    /// For a user namespace in which what belongs to this user belongs to the sandbox's.
    Owner { uid: u32, gid: u32 },
}

/// What a first process is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Spawn {
    pub(super) own_network: bool,
}

/// What the first process is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// Once, before all others. With a descriptor: a copy of another sandbox's files is read from it.
    Build(Box<Plan>),
    Run(Command),
    Changes(ChangeFilter),
    Write(Vec<WireChange>),
    Read {
        path: OsString,
        limit: u64,
    },
    /// With a descriptor: all that was written is copied into it.
    Copy,
}

/// How a sandbox is to be made.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) world: World,
    /// Beside a folder that is written, where overlay keeps its own files.
    pub(super) work: Option<PathBuf>,
    /// Whether a descriptor came from which another sandbox's files are read.
    pub(super) copied: bool,
    /// The layers for which a mount came, in their order; such a one shows the files as the sandbox's user's.
    pub(super) mounted: Vec<usize>,
    /// Whether a descriptor came that counts what a control group did; all others list groups' members.
    pub(super) events: bool,
}

/// What the first process (or, at the start, the spawner) answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    /// With a descriptor of the process.
    Spawned,
    /// With a descriptor of the user namespace.
    Owner,
    Built,
    Finished(Finished),
    /// Some changes, and whether more follow.
    Changes(Vec<WireChange>, bool),
    Written,
    Content(Option<(Vec<u8>, u64)>),
    Copied,
    Failed(Failure),
}

/// What could not be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Failure {
    pub(super) step: Step,
    pub(super) path: OsString,
    pub(super) errno: i32,
}

impl Failure {
    pub(super) fn source(&self) -> Error {
        Error::from_raw_os_error(self.errno)
    }

    pub(super) fn path(&self) -> PathBuf {
        PathBuf::from(&self.path)
    }
}

/// Puts a step and a path to an error of the system.
pub(super) trait At<T> {
    fn at(self, step: Step, path: impl Into<OsString>) -> std::result::Result<T, Failure>;
}

impl<T> At<T> for std::result::Result<T, Errno> {
    fn at(self, step: Step, path: impl Into<OsString>) -> std::result::Result<T, Failure> {
        self.map_err(|errno| Failure {
            step,
            path: path.into(),
            errno: errno.raw_os_error(),
        })
    }
}

impl<T> At<T> for Result<T> {
    fn at(self, step: Step, path: impl Into<OsString>) -> std::result::Result<T, Failure> {
        self.map_err(|error| Failure {
            step,
            path: path.into(),
            errno: error.raw_os_error().unwrap_or(libc::EIO),
        })
    }
}

macro_rules! steps {
    ($($name:ident = $text:literal,)*) => {
        /// What was being done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(super) enum Step { $($name,)* }

        impl Step {
            pub(super) fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

steps! {
    Clone = "make its first process in new namespaces",
    MapUsers = "map its user",
    Become = "become its user",
    OpenLayer = "open a layer",
    OpenUpper = "open the folder that is written",
    OpenHost = "open what is seen of the host",
    MakeMemory = "make its file system in memory",
    Overlay = "merge the layers",
    Mount = "mount",
    MakeRoot = "make its root folder",
    MakeFile = "make a file outside of the tree",
    Pivot = "leave the host's files",
    Loopback = "switch its loopback on",
    Lock = "give up privileges",
    CopyIn = "copy another sandbox's files",
    CopyOut = "hand its files to another sandbox",
    Walk = "look for changes below",
    Read = "read",
    Write = "write",
    Remove = "remove",
    Refuse = "write outside of the tree",
}

/// A [`Change`] whose names may be any bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WireChange {
    path: OsString,
    what: WireWhat,
}

#[derive(Debug, Serialize, Deserialize)]
enum WireWhat {
    File(Vec<u8>, bool),
    Folder,
    Removed,
    Link(OsString),
    TooLarge(u64),
    Special,
}

impl WireChange {
    pub(super) fn n_bytes(&self) -> usize {
        match &self.what {
            WireWhat::File(bytes, _) => bytes.len() + 64,
            _ => 64,
        }
    }
}

impl From<Change> for WireChange {
    fn from(change: Change) -> Self {
        Self {
            path: change.path.into(),
            what: match change.what {
                What::File { bytes, executable } => WireWhat::File(bytes, executable),
                What::Folder => WireWhat::Folder,
                What::Removed => WireWhat::Removed,
                What::Link { target } => WireWhat::Link(target.into()),
                What::TooLarge { n_bytes } => WireWhat::TooLarge(n_bytes),
                What::Special => WireWhat::Special,
            },
        }
    }
}

impl From<WireChange> for Change {
    fn from(change: WireChange) -> Self {
        Self {
            path: change.path.into(),
            what: match change.what {
                WireWhat::File(bytes, executable) => What::File { bytes, executable },
                WireWhat::Folder => What::Folder,
                WireWhat::Removed => What::Removed,
                WireWhat::Link(target) => What::Link {
                    target: target.into(),
                },
                WireWhat::TooLarge(n_bytes) => What::TooLarge { n_bytes },
                WireWhat::Special => What::Special,
            },
        }
    }
}

fn malformed(error: postcard::Error) -> Error {
    Error::new(ErrorKind::InvalidData, error)
}

/// Sends a message with file descriptors in one piece, over a socket that keeps messages apart.
pub(super) fn send_packet(
    socket: impl AsFd,
    message: &impl Serialize,
    fds: &[BorrowedFd<'_>],
) -> Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(malformed)?;
    send_some(socket.as_fd(), &bytes, fds).map(drop)
}

/// Waits for such a message; `None` when nobody is left to send one.
pub(super) fn receive_packet<T: DeserializeOwned>(
    socket: impl AsFd,
) -> Result<Option<(T, VecDeque<OwnedFd>)>> {
    let mut bytes = [0; 4096];
    let mut fds = VecDeque::new();
    match receive_some(socket.as_fd(), &mut bytes, &mut fds)? {
        0 => Ok(None),
        n => Ok(Some((
            postcard::from_bytes(&bytes[..n]).map_err(malformed)?,
            fds,
        ))),
    }
}

/// One end of a sandbox's stream.
#[derive(Debug)]
pub(super) struct Stream {
    socket: OwnedFd,
    /// Descriptors that came and have not been taken.
    received: VecDeque<OwnedFd>,
}

impl Stream {
    pub(super) fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            received: VecDeque::new(),
        }
    }

    pub(super) fn send(&self, message: &impl Serialize, fds: &[BorrowedFd<'_>]) -> Result<()> {
        let mut bytes = vec![0; 8];
        bytes = postcard::to_extend(message, bytes).map_err(malformed)?;
        let n = bytes.len() as u64 - 8;
        bytes[..8].copy_from_slice(&n.to_le_bytes());
        let mut n_sent = send_some(self.socket.as_fd(), &bytes, fds)?;
        while n_sent < bytes.len() {
            n_sent += send_some(self.socket.as_fd(), &bytes[n_sent..], &[])?;
        }
        Ok(())
    }

    /// Waits for the next message; `None` when the other end is gone.
    pub(super) fn receive<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let mut n = [0; 8];
        if !self.fill(&mut n)? {
            return Ok(None);
        }
        let n = u64::from_le_bytes(n);
        if n > LONGEST {
            return Err(Error::new(
                ErrorKind::InvalidData,
                "a message of impossible length",
            ));
        }
        let mut bytes = vec![0; usize::try_from(n).unwrap_or(0)];
        if !self.fill(&mut bytes)? {
            return Ok(None);
        }
        postcard::from_bytes(&bytes).map(Some).map_err(malformed)
    }

    /// The descriptors that came with the last message.
    pub(super) fn take_fds(&mut self) -> VecDeque<OwnedFd> {
        std::mem::take(&mut self.received)
    }

    fn fill(&mut self, mut bytes: &mut [u8]) -> Result<bool> {
        while !bytes.is_empty() {
            let n = receive_some(self.socket.as_fd(), bytes, &mut self.received)?;
            if n == 0 {
                return Ok(false);
            }
            bytes = &mut bytes[n..];
        }
        Ok(true)
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn send_some(socket: BorrowedFd<'_>, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
        return Err(Error::new(ErrorKind::InvalidInput, "too many descriptors"));
    }
    loop {
        match rustix::net::sendmsg(
            socket,
            &[IoSlice::new(bytes)],
            &mut control,
            SendFlags::NOSIGNAL,
        ) {
            Err(Errno::INTR) => {}
            sent => return Ok(sent?),
        }
    }
}

fn receive_some(
    socket: BorrowedFd<'_>,
    bytes: &mut [u8],
    fds: &mut VecDeque<OwnedFd>,
) -> Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = loop {
        match rustix::net::recvmsg(
            socket,
            &mut [IoSliceMut::new(bytes)],
            &mut control,
            RecvFlags::CMSG_CLOEXEC,
        ) {
            Err(Errno::INTR) => {}
            Err(Errno::CONNRESET) => return Ok(0),
            received => break received?,
        }
    };
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            fds.extend(rights);
        }
    }
    Ok(received.bytes)
}
