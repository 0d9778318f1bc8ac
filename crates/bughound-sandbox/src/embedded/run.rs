//! Runs a command in the sandbox, as its first process sees it.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{Read, Result, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use landlock::RulesetCreated;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Resource, Rlimit, WaitOptions};

use super::capture::Capture;
use super::{lock, sys};
use crate::{Captured, Command, End, Finished, Limits};

/// What every command of a sandbox has in common.
pub(super) struct Runner {
    pub(super) limits: Limits,
    pub(super) children: OwnedFd,
    pub(super) landlock: Option<RulesetCreated>,
    /// Whether memory is limited by a control group.
    pub(super) groups: super::groups::Joined,
}

/// What is executed, made before the fork.
struct Prepared {
    /// Where the program may be, best first.
    programs: Vec<CString>,
    argv: Vec<CString>,
    env: Vec<CString>,
    cwd: CString,
}

struct Pipe {
    ours: OwnedFd,
    theirs: OwnedFd,
}

/// What the first process sees of a command.
struct Watched {
    stdin: Option<(OwnedFd, usize)>,
    stdout: Capture,
    stderr: Capture,
    report: Option<Capture>,
    /// Says an error number if the command could not be executed, and is closed if it could.
    started: Option<OwnedFd>,
}

impl Runner {
    /// Runs a command; `Ok(None)` when `asker` went away meanwhile.
    pub(super) fn run(&self, command: &Command, asker: impl AsFd) -> Result<Option<Finished>> {
        let started = Instant::now();
        let cpu_before = sys::children_cpu_seconds();
        let ooms_before = self.groups.n_out_of_memory();
        let Some(prepared) = prepare(command) else {
            return Ok(Some(not_started(libc::EINVAL)));
        };
        let stdin = inward()?;
        let (stdout, stderr) = (outward()?, outward()?);
        let report = command.report.then(outward).transpose()?;
        let failure = outward()?;
        let child = match sys::fork()? {
            sys::Side::Child => {
                let theirs = [
                    Some(&stdin.theirs),
                    Some(&stdout.theirs),
                    Some(&stderr.theirs),
                    report.as_ref().map(|pipe| &pipe.theirs),
                ];
                let error = self.become_command(command, &prepared, theirs);
                let errno = error.raw_os_error().unwrap_or(libc::EPERM);
                let _ = File::from(failure.theirs).write_all(&errno.to_ne_bytes());
                sys::exit(127);
            }
            sys::Side::Parent(child) => child,
        };
        let mut watched = Watched {
            stdin: Some((stdin.ours, 0)),
            stdout: Capture::new(stdout.ours, command.output_bytes),
            stderr: Capture::new(stderr.ours, command.output_bytes),
            report: report.map(|pipe| Capture::new(pipe.ours, command.output_bytes)),
            started: Some(failure.ours),
        };
        drop((stdin.theirs, stdout.theirs, stderr.theirs, failure.theirs));
        let Some((mut end, mut errno)) =
            self.watch(child, command, started + command.wall, &mut watched, asker)?
        else {
            return Ok(None);
        };
        let seconds = started.elapsed().as_secs_f64();
        let n_left = kill_rest();
        // Nobody is left who could write more.
        watched.stdout.drain();
        watched.stderr.drain();
        if let Some(report) = &mut watched.report {
            report.drain();
        }
        if let Some(pipe) = watched.started.take() {
            errno = errno.or(read_errno(&pipe));
        }
        if let Some(errno) = errno {
            end = End::NotStarted { errno };
        } else if end != End::Exited(0)
            && end != End::TimedOut
            && self.groups.n_out_of_memory() > ooms_before
        {
            end = End::OutOfMemory;
        }
        Ok(Some(Finished {
            end,
            stdout: watched.stdout.finish(),
            stderr: watched.stderr.finish(),
            report: watched.report.map(Capture::finish).unwrap_or_default(),
            seconds,
            cpu_seconds: sys::children_cpu_seconds() - cpu_before,
            // The command itself is one of those that are killed when its time is over.
            n_left: n_left.saturating_sub(usize::from(end == End::TimedOut)),
        }))
    }

    /// Feeds and reads the command until it ends or its time is over.
    fn watch(
        &self,
        child: i32,
        command: &Command,
        deadline: Instant,
        watched: &mut Watched,
        asker: impl AsFd,
    ) -> Result<Option<(End, Option<i32>)>> {
        let mut errno = None;
        loop {
            if let Some(end) = reap(child) {
                return Ok(Some((end, errno)));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Some((End::TimedOut, errno)));
            }
            let ready = wait_for(&self.children, asker.as_fd(), watched, left)?;
            if ready.asker_gone {
                return Ok(None);
            }
            if ready.children {
                // Only that it came is of interest; all children are looked at.
                let mut buffer = [0; 1024];
                let _ = rustix::io::read(&self.children, &mut buffer);
            }
            if ready.started
                && let Some(pipe) = watched.started.take()
            {
                errno = read_errno(&pipe);
            }
            if ready.stdin {
                feed(&mut watched.stdin, &command.stdin);
            }
            watched.stdout.read_if(ready.stdout);
            watched.stderr.read_if(ready.stderr);
            if let Some(report) = &mut watched.report {
                report.read_if(ready.report);
            }
        }
    }

    /// In the child: everything up to the execution. Returns what failed.
    fn become_command(
        &self,
        command: &Command,
        prepared: &Prepared,
        pipes: [Option<&OwnedFd>; 4],
    ) -> std::io::Error {
        match self.prepare_command(command, prepared, pipes) {
            Ok(()) => execute(prepared),
            Err(error) => error,
        }
    }

    fn prepare_command(
        &self,
        command: &Command,
        prepared: &Prepared,
        pipes: [Option<&OwnedFd>; 4],
    ) -> Result<()> {
        self.groups.join()?;
        sys::unblock_signals();
        rustix::process::setsid()?;
        for (number, pipe) in (0..).zip(pipes) {
            match pipe {
                Some(pipe) => sys::duplicate_to(pipe.as_raw_fd(), number)?,
                None => sys::close_raw(number),
            }
        }
        sys::close_from_on_exec(4);
        // As long as we may not be looked into, our files in /proc are not ours.
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable)?;
        std::fs::write("/proc/self/oom_score_adj", "1000")?;
        set_limits(&self.limits, command.cpu, self.groups.limits_memory())?;
        rustix::process::chdir(prepared.cwd.as_c_str())?;
        lock::give_up(self.landlock.as_ref())
    }
}

fn not_started(errno: i32) -> Finished {
    Finished {
        end: End::NotStarted { errno },
        stdout: Captured::default(),
        stderr: Captured::default(),
        report: Captured::default(),
        seconds: 0.0,
        cpu_seconds: 0.0,
        n_left: 0,
    }
}

/// `None` when a string holds a zero byte or there is no program.
fn prepare(command: &Command) -> Option<Prepared> {
    let string = |text: &str| CString::new(text).ok();
    let program = command.argv.first().filter(|program| !program.is_empty())?;
    let programs = if program.contains('/') {
        vec![string(program)?]
    } else {
        let path = command
            .env
            .get("PATH")
            .map_or("/usr/bin:/bin", String::as_str);
        let in_folder = |folder: &str| match folder {
            "" => string(&format!("./{program}")),
            folder => string(&format!("{folder}/{program}")),
        };
        path.split(':').map(in_folder).collect::<Option<_>>()?
    };
    let env = command.env.iter();
    Some(Prepared {
        programs,
        argv: command
            .argv
            .iter()
            .map(|word| string(word))
            .collect::<Option<_>>()?,
        env: env
            .map(|(name, value)| string(&format!("{name}={value}")))
            .collect::<Option<_>>()?,
        cwd: CString::new(command.cwd.as_os_str().as_encoded_bytes()).ok()?,
    })
}

/// Tries one place after the other, as a shell does.
fn execute(prepared: &Prepared) -> std::io::Error {
    let mut refused = None;
    for program in &prepared.programs {
        let error = sys::execute(program, &prepared.argv, &prepared.env);
        match error.raw_os_error() {
            Some(libc::ENOENT | libc::ENOTDIR) => {}
            Some(libc::EACCES) => refused = Some(error),
            Some(libc::ENOEXEC) => return execute_script(program, prepared),
            _ => return error,
        }
    }
    refused.unwrap_or_else(|| std::io::Error::from_raw_os_error(libc::ENOENT))
}

/// A text without `#!` is one for the shell.
fn execute_script(script: &CStr, prepared: &Prepared) -> std::io::Error {
    let mut argv = vec![c"sh".to_owned(), script.to_owned()];
    argv.extend(prepared.argv.iter().skip(1).cloned());
    sys::execute(c"/bin/sh", &argv, &prepared.env)
}

fn outward() -> rustix::io::Result<Pipe> {
    let (ours, theirs) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&ours, true)?;
    Ok(Pipe { ours, theirs })
}

fn inward() -> rustix::io::Result<Pipe> {
    let (theirs, ours) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&ours, true)?;
    Ok(Pipe { ours, theirs })
}

fn set_limits(limits: &Limits, cpu: Option<Duration>, grouped: bool) -> Result<()> {
    let set = |resource, soft: u64, hard: u64| {
        // What Bughound itself may not have cannot be given on.
        let highest = rustix::process::getrlimit(resource)
            .maximum
            .unwrap_or(u64::MAX);
        rustix::process::setrlimit(
            resource,
            Rlimit {
                current: Some(soft.min(highest)),
                maximum: Some(hard.min(highest)),
            },
        )
    };
    // The sandbox's first process is counted too.
    let processes = limits.processes.saturating_add(1);
    set(Resource::Nproc, processes, processes)?;
    set(Resource::Nofile, limits.open_files, limits.open_files)?;
    set(Resource::Fsize, limits.file_bytes, limits.file_bytes)?;
    set(Resource::Core, 0, 0)?;
    if !grouped {
        set(Resource::Data, limits.memory_bytes, limits.memory_bytes)?;
    }
    if let Some(cpu) = cpu {
        let seconds = cpu.as_secs() + u64::from(cpu.subsec_nanos() > 0);
        set(Resource::Cpu, seconds, seconds.saturating_add(1))?;
    }
    Ok(())
}

/// Reaps whoever has ended; how the command ended, when it is among them.
fn reap(child: i32) -> Option<End> {
    let mut end = None;
    while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
        if pid.as_raw_nonzero().get() == child {
            end = Some(match (status.exit_status(), status.terminating_signal()) {
                (Some(status), _) => End::Exited(status),
                (None, signal) => End::Signalled(signal.unwrap_or(0)),
            });
        }
    }
    end
}

/// Kills everyone else in the sandbox, waits until they are gone, and says how many there were.
fn kill_rest() -> usize {
    if !sys::is_anyone_else() {
        return 0;
    }
    // Counted before: one that dies may still be reaped by another one that is about to.
    let n_there = count_processes();
    sys::kill_all(libc::SIGKILL);
    let mut n_killed = 0;
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some(_)) => n_killed += 1,
            Err(Errno::INTR) => {}
            Ok(None) | Err(_) => return n_there.max(n_killed),
        }
    }
}

/// Processes of the sandbox besides this one.
fn count_processes() -> usize {
    let names = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = names.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|&pid| pid != 1).count()
}

#[derive(Default)]
struct Ready {
    children: bool,
    asker_gone: bool,
    started: bool,
    stdin: bool,
    stdout: bool,
    stderr: bool,
    report: bool,
}

fn wait_for(
    children: &OwnedFd,
    asker: BorrowedFd<'_>,
    watched: &Watched,
    left: Duration,
) -> Result<Ready> {
    let mut ready = Ready::default();
    let stdin = watched.stdin.as_ref().map(|(fd, _)| fd.as_fd());
    let report = watched.report.as_ref().and_then(Capture::source);
    let started = watched.started.as_ref().map(AsFd::as_fd);
    let all = [
        (Some(children.as_fd()), PollFlags::IN, &mut ready.children),
        (Some(asker), PollFlags::RDHUP, &mut ready.asker_gone),
        (started, PollFlags::IN, &mut ready.started),
        (stdin, PollFlags::OUT, &mut ready.stdin),
        (watched.stdout.source(), PollFlags::IN, &mut ready.stdout),
        (watched.stderr.source(), PollFlags::IN, &mut ready.stderr),
        (report, PollFlags::IN, &mut ready.report),
    ];
    let (mut fds, mut flags) = (Vec::new(), Vec::new());
    for (fd, wanted, flag) in all {
        if let Some(fd) = fd {
            fds.push(PollFd::from_borrowed_fd(fd, wanted));
            flags.push(flag);
        }
    }
    let timeout = Timespec {
        tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: left.subsec_nanos().into(),
    };
    match rustix::event::poll(&mut fds, Some(&timeout)) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    for (flag, fd) in flags.into_iter().zip(&fds) {
        *flag = !fd.revents().is_empty();
    }
    Ok(ready)
}

fn feed(stdin: &mut Option<(OwnedFd, usize)>, content: &[u8]) {
    let Some((pipe, n_fed)) = stdin else { return };
    let done = match rustix::io::write(&*pipe, &content[*n_fed..]) {
        Ok(n) => {
            *n_fed += n;
            *n_fed == content.len()
        }
        Err(Errno::AGAIN | Errno::INTR) => false,
        // The command closed it: what it does not want to read is not its mistake.
        Err(_) => true,
    };
    if done {
        *stdin = None;
    }
}

fn read_errno(pipe: &OwnedFd) -> Option<i32> {
    let mut errno = [0; 4];
    let mut pipe = File::from(pipe.try_clone().ok()?);
    pipe.read_exact(&mut errno).ok()?;
    Some(i32::from_ne_bytes(errno))
}
