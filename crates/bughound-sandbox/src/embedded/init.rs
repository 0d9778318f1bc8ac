//! The first process of a sandbox: makes what it sees, then does what Bughound asks until Bughound is gone.
//!
//! It is the only one in the sandbox that keeps some privileges over it, so nothing else there may look into it,
//! and it does nothing with what commands write but hand it on.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};

use rustix::process::{DumpableBehavior, Resource, Rlimit};

use super::groups::Joined;
use super::root::{self, Root};
use super::run::Runner;
use super::wire::{At, BATCH, Failure, Plan, Reply, Request, Spawn, Step, Stream, WireChange};
use super::{copy, lock, sys, tree};

/// Serves one sandbox; when this returns, the system kills all that is left in it.
pub(super) fn serve(socket: OwnedFd, spawn: &Spawn) -> ! {
    let status = match std::panic::catch_unwind(|| try_serving(socket, spawn)) {
        Ok(Ok(())) => 0,
        Ok(Err(_)) => 1,
        Err(_) => 2,
    };
    sys::exit(status)
}

fn try_serving(socket: OwnedFd, spawn: &Spawn) -> std::io::Result<()> {
    sys::keep_children();
    let children = sys::watch_children()?;
    let mut stream = Stream::new(socket);
    let Some(Request::Build(plan)) = stream.receive()? else {
        return Ok(());
    };
    let fds = stream.take_fds();
    let (root, runner) = match build(&plan, fds, children, spawn) {
        Ok(built) => built,
        Err(failure) => return stream.send(&Reply::Failed(failure), &[]),
    };
    drop(plan);
    stream.send(&Reply::Built, &[])?;
    while let Some(request) = stream.receive()? {
        let reply = match request {
            Request::Build(_) => return Ok(()),
            Request::Run(command) => match runner.run(&command, &stream)? {
                Some(finished) => Ok(Reply::Finished(finished)),
                None => return Ok(()),
            },
            Request::Changes(filter) => {
                let mut batch = Vec::new();
                let mut n_bytes = 0;
                let told = tree::changes(&root, &filter, &mut |change| {
                    let change = WireChange::from(change);
                    n_bytes += change.n_bytes();
                    batch.push(change);
                    if n_bytes >= BATCH {
                        n_bytes = 0;
                        let full = Reply::Changes(std::mem::take(&mut batch), true);
                        stream.send(&full, &[]).at(Step::Walk, "")?;
                    }
                    Ok(())
                });
                told.map(|()| Reply::Changes(batch, false))
            }
            Request::Write(changes) => changes
                .into_iter()
                .try_for_each(|change| tree::write(&root, &change.into()))
                .map(|()| Reply::Written),
            Request::Read { path, limit } => {
                tree::read(&root, path.as_ref(), limit).map(Reply::Content)
            }
            Request::Copy => match stream.take_fds().pop_front() {
                Some(to) => copy::send(to, &root.upper, &root.tmp).map(|()| Reply::Copied),
                None => return Ok(()),
            },
        };
        stream.send(&reply.unwrap_or_else(Reply::Failed), &[])?;
    }
    Ok(())
}

fn build(
    plan: &Plan,
    mut fds: VecDeque<OwnedFd>,
    children: OwnedFd,
    spawn: &Spawn,
) -> Result<(Root, Runner), Failure> {
    let copy = if plan.copied { fds.pop_front() } else { None };
    let layers = fds.drain(..plan.mounted.len().min(fds.len())).collect();
    let events = if plan.events { fds.pop_front() } else { None };
    let groups = Joined {
        members: fds.into(),
        events,
    };
    let root = root::build(plan, copy, layers)?;
    if spawn.own_network {
        sys::loopback_up().at(Step::Loopback, "")?;
    }
    let lock = |result: std::io::Result<()>| result.at(Step::Lock, "");
    // Commands make no user namespaces of their own, whatever way they find.
    lock(std::fs::write("/proc/sys/user/max_user_namespaces", "0"))?;
    lock(rustix::system::sethostname(b"sandbox").map_err(Into::into))?;
    raise_open_files();
    lock(lock::keep_little().map_err(Into::into))?;
    lock(
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(Into::into),
    )?;
    let runner = Runner {
        limits: plan.world.limits,
        children,
        landlock: lock::landlock(root.tree.as_fd()),
        groups,
    };
    Ok((root, runner))
}

/// As many open files as we may have: trees are walked with one for every folder above.
fn raise_open_files() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // With fewer, deep trees are refused.
    let _ = rustix::process::setrlimit(Resource::Nofile, raised);
}
