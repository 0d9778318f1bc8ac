//! The spawner: a process of one thread that makes the first process of every sandbox.
//!
//! It ends when nobody is left who could ask it, that is also when Bughound was killed, and takes all sandboxes
//! with it.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::net::SocketType;
use rustix::process::WaitOptions;

use super::wire::{self, Ask, At, Failure, Greeting, Hello, Reply, Spawn, Step, Stream};
use super::{cgroups, init, sys};

/// Whom a sandbox's processes are for the host when Bughound runs as root: neither a user of the system, nor one
/// that systemd hands out, nor `nobody`.
const UNPRIVILEGED: u32 = 65533;

/// Whom they are in the sandbox.
pub(super) const INSIDE: u32 = 1000;

/// Serves until the other end is gone.
pub(super) fn serve() -> Result<()> {
    let control = take_control()?;
    // What the terminal says is meant for Bughound, which may want to finish what it does.
    let _ = rustix::process::setsid();
    sys::usual_signals();
    sys::unblock_signals();
    rustix::process::chdir("/")?;
    let Some((Greeting { groups }, _)) = wire::receive_packet(&control)? else {
        return Ok(());
    };
    let hello = whom_to_be()?;
    wire::send_packet(&control, &hello, &[])?;
    while let Some((ask, mut fds)) = wire::receive_packet::<Ask>(&control)? {
        let Some(socket) = fds.pop_front() else {
            continue;
        };
        let spawn = match ask {
            Ask::Sandbox(spawn) => spawn,
            Ask::Owner { uid, gid } => {
                let stream = Stream::new(socket);
                let _ = match owner_namespace(uid, gid, &hello) {
                    Ok(namespace) => stream.send(&Reply::Owner, &[namespace.as_fd()]),
                    Err(failure) => stream.send(&Reply::Failed(failure), &[]),
                };
                continue;
            }
        };
        // The child keeps nothing that belongs to the spawner or to other sandboxes.
        match spawn_one(&spawn, &hello, &control) {
            Ok(sys::Side::Parent(pidfd)) => {
                // Whoever asked may have gone; then the first process finds that out by itself.
                let _ = Stream::new(socket).send(&Reply::Spawned, &[pidfd.as_fd()]);
            }
            Ok(sys::Side::Child) => {
                drop(control);
                init::serve(socket, &spawn);
            }
            Err(failure) => {
                let _ = Stream::new(socket).send(&Reply::Failed(failure), &[]);
            }
        }
    }
    clean_up(&groups);
    Ok(())
}

/// First processes end when Bughound does, and their sandboxes with them. Whoever does not is killed when this
/// process ends.
fn clean_up(groups: &[PathBuf]) {
    for _ in 0..3000 {
        if rustix::process::wait(WaitOptions::NOHANG).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    for folder in groups {
        cgroups::remove_owner(folder);
    }
}

/// The socket was standard input. From now on nothing is, and number 3 is kept free for reports.
fn take_control() -> Result<OwnedFd> {
    let stdin = sys::own_stdin();
    if rustix::net::sockopt::socket_type(&stdin)? != SocketType::SEQPACKET {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the spawner is only started by Bughound",
        ));
    }
    let control = rustix::io::fcntl_dupfd_cloexec(&stdin, 10)?;
    let null = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    for number in 0..4 {
        sys::duplicate_to(null.as_raw_fd(), number)?;
    }
    // They are in use under these numbers as long as the process lives.
    std::mem::forget(stdin);
    if null.as_raw_fd() < 4 {
        std::mem::forget(null);
    }
    Ok(control)
}

/// An unprivileged user where we may become one, otherwise ourselves.
fn whom_to_be() -> Result<Hello> {
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    let is_mapped = |path: &str| -> Result<bool> {
        Ok(fs::read_to_string(path)?.lines().any(|line| {
            let mut numbers = line.split_whitespace().map(str::parse::<u64>);
            match (numbers.next(), numbers.next(), numbers.next()) {
                (Some(Ok(first)), Some(Ok(_)), Some(Ok(n))) => {
                    (first..first + n).contains(&u64::from(UNPRIVILEGED))
                }
                _ => false,
            }
        }))
    };
    let unprivileged =
        uid.is_root() && is_mapped("/proc/self/uid_map")? && is_mapped("/proc/self/gid_map")?;
    Ok(if unprivileged {
        Hello {
            host_uid: UNPRIVILEGED,
            host_gid: UNPRIVILEGED,
        }
    } else {
        Hello {
            host_uid: uid.as_raw(),
            host_gid: gid.as_raw(),
        }
    })
}

fn spawn_one(
    spawn: &Spawn,
    hello: &Hello,
    control: &OwnedFd,
) -> std::result::Result<sys::Side<OwnedFd>, Failure> {
    let mut namespaces = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP;
    if spawn.own_network {
        namespaces |= libc::CLONE_NEWNET;
    }
    debug_assert!(control.as_raw_fd() > 3, "kept free for reports");
    match sys::clone_into(namespaces).at(Step::Clone, "")? {
        sys::Side::Child => Ok(sys::Side::Child),
        sys::Side::Parent((pid, pidfd)) => match map(pid, (INSIDE, INSIDE), hello) {
            Ok(()) => Ok(sys::Side::Parent(pidfd)),
            Err(failure) => {
                let _ = rustix::process::pidfd_send_signal(&pidfd, rustix::process::Signal::KILL);
                Err(failure)
            }
        },
    }
}

/// Namespaces are made by processes; this one's does nothing.
fn owner_namespace(uid: u32, gid: u32, hello: &Hello) -> std::result::Result<OwnedFd, Failure> {
    match sys::clone_into(libc::CLONE_NEWUSER).at(Step::Clone, "")? {
        sys::Side::Child => loop {
            rustix::event::pause();
        },
        sys::Side::Parent((pid, pidfd)) => {
            let path = format!("/proc/{pid}/ns/user");
            let opened = map(pid, (uid, gid), hello).and_then(|()| {
                rustix::fs::open(&path, OFlags::CLOEXEC, Mode::empty()).at(Step::MapUsers, path)
            });
            let _ = rustix::process::pidfd_send_signal(&pidfd, rustix::process::Signal::KILL);
            opened
        }
    }
}

/// Says who the user and group of a namespace are for the host.
fn map(pid: i32, inside: (u32, u32), hello: &Hello) -> std::result::Result<(), Failure> {
    let write = |name: &str, content: String| {
        let path = format!("/proc/{pid}/{name}");
        fs::write(&path, content).at(Step::MapUsers, path)
    };
    let Hello { host_uid, host_gid } = hello;
    if !rustix::process::geteuid().is_root() || *host_uid == 0 {
        write("setgroups", "deny".to_owned())?;
    }
    write("uid_map", format!("{} {host_uid} 1", inside.0))?;
    write("gid_map", format!("{} {host_gid} 1", inside.1))
}
