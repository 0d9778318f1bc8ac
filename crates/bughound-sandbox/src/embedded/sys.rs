//! System calls that no crate offers safely. All `unsafe` code that runs in a process of ours is here, with the
//! reason why it is sound; the processes that call it have one thread.
#![expect(
    unsafe_code,
    reason = "these system calls have no safe interface in the crates we use"
)]

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_uint};
use std::io::{Error, Result};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

/// Which side of a fork this is.
pub(super) enum Side<T> {
    Parent(T),
    Child,
}

/// Makes a process in these new namespaces, with a descriptor of it. Its parent must have one thread.
pub(super) fn clone_into(namespaces: c_int) -> Result<Side<(i32, OwnedFd)>> {
    let mut pidfd: c_int = -1;
    let flags = c_long::from(namespaces | libc::CLONE_PIDFD | libc::SIGCHLD);
    // SAFETY: without CLONE_VM and without a stack of its own the child is a copy, as after `fork`. The process
    // has one thread, so no lock is held by a thread that the copy lacks. `pidfd` outlives the call, and no
    // other pointer is given.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone,
            flags,
            0_usize,
            &raw mut pidfd,
            0_usize,
            0_usize,
        )
    };
    match pid {
        -1 => Err(Error::last_os_error()),
        0 => Ok(Side::Child),
        pid => {
            // SAFETY: the system has just made this descriptor for us.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            Ok(Side::Parent((i32::try_from(pid).unwrap_or(-1), pidfd)))
        }
    }
}

/// `fork`, in a process of one thread.
pub(super) fn fork() -> Result<Side<i32>> {
    // SAFETY: the process has one thread, so the child may do all that the parent may.
    match unsafe { libc::fork() } {
        -1 => Err(Error::last_os_error()),
        0 => Ok(Side::Child),
        pid => Ok(Side::Parent(pid)),
    }
}

/// Ends this process at once: nothing is flushed or dropped, as behoves a copy of another.
pub(super) fn exit(status: c_int) -> ! {
    // SAFETY: `_exit` takes no pointer and does not return.
    unsafe { libc::_exit(status) }
}

/// Sends a signal to every process that we may signal but ourselves. Only for the first process of a pid
/// namespace: for any other that is the whole machine.
pub(super) fn kill_all(signal: c_int) {
    if rustix::process::getpid().is_init() {
        // SAFETY: `kill` takes no pointer.
        unsafe { libc::kill(-1, signal) };
    }
}

/// Whether there is any process that [`kill_all`] would kill.
pub(super) fn is_anyone_else() -> bool {
    // SAFETY: `kill` takes no pointer, and signal 0 is only asked about.
    unsafe { libc::kill(-1, 0) == 0 }
}

/// Makes `SIGCHLD` readable, and blocks no other signal.
pub(super) fn watch_children() -> Result<OwnedFd> {
    // SAFETY: both sets are initialised by `sigemptyset` before use and outlive the calls; the descriptor is new.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut());
        let fd = libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        if fd == -1 {
            return Err(Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Blocks no signal.
pub(super) fn unblock_signals() {
    // SAFETY: the set is initialised before it is used.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut());
    }
}

/// Gives every signal its usual effect, which is inherited; only that children are reaped by the system is not
/// usual.
pub(super) fn usual_signals() {
    for signal in 1..=libc::SIGRTMAX() {
        set_usual(signal);
    }
    // SAFETY: as below.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
}

/// From here on children are waited for.
pub(super) fn keep_children() {
    set_usual(libc::SIGCHLD);
}

fn set_usual(signal: c_int) {
    // SAFETY: no handler of ours is installed, only a constant. That SIGKILL, SIGSTOP and those that libc keeps
    // for itself are refused is fine.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Processor time of all children that were waited for, in seconds.
pub(super) fn children_cpu_seconds() -> f64 {
    // SAFETY: `rusage` is plain numbers, for which zeroes are valid, and outlives the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// How a child has ended (its status, or 128 and its signal) and the processor seconds of it and its descendants;
/// `None` while it runs. Nobody else may wait for it.
pub(crate) fn reap(pid: u32) -> Result<Option<(i32, f64)>> {
    let mut status = 0;
    // SAFETY: `rusage` is plain numbers, for which zeroes are valid; both outlive the call.
    let (done, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        let done = libc::wait4(
            pid.cast_signed(),
            &raw mut status,
            libc::WNOHANG,
            &raw mut usage,
        );
        (done, usage)
    };
    match done {
        -1 => return Err(Error::last_os_error()),
        0 => return Ok(None),
        _ => {}
    }
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    let status = if libc::WIFEXITED(status) {
        libc::WEXITSTATUS(status)
    } else {
        128 + libc::WTERMSIG(status)
    };
    Ok(Some((
        status,
        seconds(usage.ru_utime) + seconds(usage.ru_stime),
    )))
}

/// Makes `to` the same as `from`, to be kept by a program that is executed.
pub(super) fn duplicate_to(from: RawFd, to: RawFd) -> Result<()> {
    // SAFETY: only numbers; whoever owns `to` is the caller's affair, who is about to execute a program.
    let done = unsafe {
        if from == to {
            libc::fcntl(from, libc::F_SETFD, 0)
        } else {
            libc::dup2(from, to)
        }
    };
    if done == -1 {
        return Err(Error::last_os_error());
    }
    Ok(())
}

/// Marks all descriptors from this one on to be closed when a program is executed.
pub(super) fn close_from_on_exec(first: c_uint) {
    // SAFETY: only numbers. The descriptors stay open until then.
    unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
}

/// Closes a descriptor that nothing owns.
pub(super) fn close_raw(fd: RawFd) {
    // SAFETY: called in a process that is about to execute a program, for the numbers that it must not inherit.
    unsafe { libc::close(fd) };
}

/// Takes ownership of standard input, in a process that was started with nothing else.
pub(super) fn own_stdin() -> OwnedFd {
    // SAFETY: the process starts here; nothing else in it uses standard input.
    unsafe { OwnedFd::from_raw_fd(0) }
}

/// Executes a program; returns only when that failed.
pub(super) fn execute(program: &CStr, argv: &[CString], env: &[CString]) -> Error {
    let pointers = |strings: &[CString]| -> Vec<*const c_char> {
        let ends = std::iter::once(ptr::null());
        strings
            .iter()
            .map(|string| string.as_ptr())
            .chain(ends)
            .collect()
    };
    let (argv, env) = (pointers(argv), pointers(env));
    // SAFETY: both arrays end with a null pointer, and they and the strings outlive the call.
    unsafe { libc::execve(program.as_ptr(), argv.as_ptr(), env.as_ptr()) };
    Error::last_os_error()
}

/// Sets what a mount allows: bits of `MOUNT_ATTR_*`.
pub(super) fn set_mount(tree: impl AsFd, set: u64, recursive: bool) -> Result<()> {
    // SAFETY: `mount_attr` is plain numbers, for which zeroes are valid.
    let mut attr: libc::mount_attr = unsafe { std::mem::zeroed() };
    attr.attr_set = set;
    change_mount(tree, &attr, recursive)
}

/// Lets a mount's files belong to other users, as a user namespace maps them.
pub(super) fn set_mount_owners(tree: impl AsFd, namespace: impl AsFd) -> Result<()> {
    // SAFETY: as above.
    let mut attr: libc::mount_attr = unsafe { std::mem::zeroed() };
    attr.attr_set = libc::MOUNT_ATTR_IDMAP;
    attr.userns_fd = u64::try_from(namespace.as_fd().as_raw_fd()).unwrap_or(u64::MAX);
    change_mount(tree, &attr, false)
}

fn change_mount(tree: impl AsFd, attr: &libc::mount_attr, recursive: bool) -> Result<()> {
    let flags = if recursive {
        libc::AT_EMPTY_PATH | libc::AT_RECURSIVE
    } else {
        libc::AT_EMPTY_PATH
    };
    // SAFETY: the path is empty and ends with a zero; `attr` is initialised, its size is given, and both outlive
    // the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_fd().as_raw_fd(),
            c"".as_ptr(),
            flags,
            ptr::from_ref(attr),
            size_of::<libc::mount_attr>(),
        )
    };
    if done == -1 {
        return Err(Error::last_os_error());
    }
    Ok(())
}

/// Switches the loopback interface of this network namespace on.
pub(super) fn loopback_up() -> Result<()> {
    use rustix::net::{AddressFamily, SocketType};
    /// `IFF_UP` and `IFF_RUNNING`.
    const UP: i16 = 0x41;
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::DGRAM, None)?;
    // SAFETY: `ifreq` is plain data, for which zeroes are valid; the name is shorter than its field, the union's
    // member is the one that this request reads, and all outlives the call.
    let done = unsafe {
        let mut request: libc::ifreq = std::mem::zeroed();
        request.ifr_name[0] = b'l'.cast_signed();
        request.ifr_name[1] = b'o'.cast_signed();
        request.ifr_ifru.ifru_flags = UP;
        libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request)
    };
    if done == -1 {
        return Err(Error::last_os_error());
    }
    Ok(())
}

/// Gives up the capabilities that programs executed from here on could get.
pub(super) fn drop_bounding_set() {
    for capability in 0..=63 {
        // SAFETY: only numbers. It fails from the first number on that the system does not know.
        let done = unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        if done == -1 {
            break;
        }
    }
}

/// Which version of Landlock the system has; 0 where it has none.
pub(super) fn landlock_version() -> i64 {
    const ASK_FOR_VERSION: usize = 1;
    // SAFETY: asked for the version, the system takes a null pointer and a length of zero.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            ptr::null::<u8>(),
            0_usize,
            ASK_FOR_VERSION,
        )
    };
    version.max(0)
}
