//! Checks that are run by this program inside of a sandbox: they look for ways out.
#![expect(
    unsafe_code,
    reason = "an attacker's system calls have no safe interface"
)]

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::Duration;

use bughound_sandbox::{Backend, Embedded, SandboxError};

/// Calls the system and gives its error number.
fn refused(number: libc::c_long, arguments: [usize; 4]) -> i32 {
    let [a, b, c, d] = arguments;
    // SAFETY: all pointers among the arguments are null or of strings that live on; the calls are to be refused.
    let done = unsafe { libc::syscall(number, a, b, c, d) };
    assert_eq!(done, -1, "system call {number} was allowed");
    std::io::Error::last_os_error().raw_os_error().unwrap()
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn there_is_no_network() {
    let port: u16 = std::env::var("PORT").unwrap().parse().unwrap();
    let own = TcpListener::bind("127.0.0.1:0").unwrap();
    TcpStream::connect(own.local_addr().unwrap()).unwrap();
    let error = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    for address in [
        "1.1.1.1:53",
        "8.8.8.8:443",
        "169.254.169.254:80",
        "10.0.0.1:80",
    ] {
        let wait = Duration::from_secs(2);
        let error = TcpStream::connect_timeout(&address.parse().unwrap(), wait).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NetworkUnreachable, "{address}");
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        let error = socket.send_to(b"x", address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NetworkUnreachable, "{address}");
    }
    let name = std::env::var("ABSTRACT").unwrap();
    let address = SocketAddr::from_abstract_name(name).unwrap();
    UnixStream::connect_addr(&address).unwrap_err();
    let interfaces = fs::read_to_string("/proc/net/dev").unwrap();
    let names: Vec<_> = interfaces
        .lines()
        .skip(2)
        .filter_map(|line| line.split_once(':'))
        .collect();
    assert!(
        names.iter().all(|(name, _)| name.trim() == "lo"),
        "{interfaces}"
    );
    for family in [
        libc::AF_VSOCK,
        libc::AF_PACKET,
        libc::AF_ALG,
        libc::AF_BLUETOOTH,
    ] {
        let arguments = [family as usize, libc::SOCK_DGRAM as usize, 0, 0];
        assert_eq!(refused(libc::SYS_socket, arguments), libc::EPERM);
    }
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn nothing_of_the_host_is_seen() {
    let mut hidden = vec![
        "/root",
        "/home",
        "/boot",
        "/sys",
        "/run",
        "/srv",
        "/mnt",
        "/etc/shadow",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/fuse",
        "/dev/kvm",
        "/dev/sda",
        "/dev/vda",
        "/proc/1/root/usr",
    ];
    let place = std::env::var("HOST_PLACE").unwrap();
    hidden.push(&place);
    for path in hidden {
        assert!(fs::symlink_metadata(path).is_err(), "{path} is seen");
    }
    assert_eq!(fs::read_dir("/tmp").unwrap().count(), 0);
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains("/sys/fs/cgroup"), "{mounts}");
    let names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    assert_eq!(names, ["HOST_PLACE", "PATH"]);
    // Where groups can be made, the name of our own is seen, and nothing above.
    for line in fs::read_to_string("/proc/self/cgroup").unwrap().lines() {
        let path = line.splitn(3, ':').nth(2).unwrap();
        assert!(path == "/" || path.starts_with("/bughound-"), "{line}");
    }
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn other_processes_are_out_of_reach() {
    let pids: Vec<u32> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok())
        .collect();
    assert_eq!(pids.len(), 2, "{pids:?}");
    for file in [
        "mem",
        "environ",
        "maps",
        "root",
        "cwd",
        "exe",
        "fd",
        "fd/4",
        "map_files",
        "auxv",
        "stack",
    ] {
        let path = Path::new("/proc/1").join(file);
        let is_hidden = fs::read_link(&path).is_err()
            && fs::read_dir(&path).is_err()
            && fs::read(&path).is_err();
        assert!(is_hidden, "{file} of the first process can be read");
    }
    let trace = |request: libc::c_uint| refused(libc::SYS_ptrace, [request as usize, 1, 0, 0]);
    assert_eq!(trace(libc::PTRACE_ATTACH), libc::EPERM);
    assert_eq!(trace(libc::PTRACE_SEIZE), libc::EPERM);
    let mut word = 0_u64;
    let local = libc::iovec {
        iov_base: (&raw mut word).cast(),
        iov_len: 8,
    };
    // SAFETY: the address in the other process is its affair; ours is a word.
    let n = unsafe { libc::process_vm_readv(1, &raw const local, 1, &raw const local, 1, 0) };
    assert_eq!(n, -1, "the first process can be read");
    let fd = rustix::process::pidfd_open(
        rustix::process::Pid::from_raw(1).unwrap(),
        rustix::process::PidfdFlags::empty(),
    );
    if let Ok(fd) = fd {
        use std::os::fd::AsRawFd;
        let arguments = [fd.as_raw_fd() as usize, 4, 0, 0];
        assert_eq!(refused(libc::SYS_pidfd_getfd, arguments), libc::EPERM);
    }
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn there_are_no_privileges() {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        assert!(
            status.contains(&format!("{set}:\t0000000000000000\n")),
            "{status}"
        );
    }
    assert!(status.contains("NoNewPrivs:\t1\n"), "{status}");
    assert!(status.contains("Seccomp:\t2\n"), "{status}");
    assert!(!status.contains("Uid:\t0"), "{status}");
    let path = c"/tree".as_ptr() as usize;
    for number in [
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_fsopen,
        libc::SYS_open_tree,
        libc::SYS_move_mount,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_setns,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_open_by_handle_at,
        libc::SYS_swapon,
        libc::SYS_reboot,
        libc::SYS_syslog,
    ] {
        assert_eq!(refused(number, [path, path, 0, 0]), libc::EPERM, "{number}");
    }
    for namespace in [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWCGROUP,
    ] {
        let namespace = namespace as usize;
        assert_eq!(
            refused(libc::SYS_unshare, [namespace, 0, 0, 0]),
            libc::EPERM
        );
        let flags = namespace | libc::SIGCHLD as usize;
        assert_eq!(refused(libc::SYS_clone, [flags, 0, 0, 0]), libc::EPERM);
    }
    for number in [libc::SYS_clone3, libc::SYS_io_uring_setup] {
        assert_eq!(refused(number, [0, 0, 0, 0]), libc::ENOSYS);
    }
    if cfg!(target_arch = "x86_64") {
        // `mount` by its number for x32 programs.
        assert_eq!(refused(0x4000_0000 + 165, [path, path, 0, 0]), libc::ENOSYS);
    }
    assert_eq!(refused(libc::SYS_setuid, [0, 0, 0, 0]), libc::EINVAL);
    let device = (libc::S_IFCHR | 0o666) as usize;
    let node = c"/tree/mem".as_ptr() as usize;
    let here = libc::AT_FDCWD as usize;
    assert_eq!(
        refused(libc::SYS_mknodat, [here, node, device, 0x101]),
        libc::EPERM
    );
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn nothing_is_written_outside_of_the_tree() {
    let mut denied = vec![
        "/x",
        "/usr/x",
        "/etc/x",
        "/etc/passwd",
        "/dev/x",
        "/proc/x",
        "/probe",
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/user/max_user_namespaces",
        "/proc/sysrq-trigger",
        "/proc/1/oom_score_adj",
        "/proc/1/comm",
        "/proc/self/uid_map",
        "/usr/bin/true",
        "/dev/pts/ptmx/x",
    ];
    if Path::new("/lib").is_dir() {
        denied.push("/lib/x");
    }
    for path in denied {
        assert!(fs::write(path, "x").is_err(), "{path} was written");
        assert!(fs::remove_file(path).is_err(), "{path} was removed");
    }
    for path in ["/tree/x", "/tmp/x", "/dev/shm/x", "/dev/null"] {
        fs::write(path, "x").unwrap();
    }
    fs::rename("/usr", "/tree/usr").unwrap_err();
    fs::hard_link("/usr/bin/true", "/tree/true").unwrap_err();
}

#[test]
#[ignore = "runs inside of a sandbox"]
fn a_second_sandbox_is_refused_for_want_of_namespaces() {
    let backend = Embedded::start().unwrap();
    let world = crate::support::world(&[]);
    match backend.open(&world).map(drop) {
        Err(SandboxError::Unavailable {
            missing, remedy, ..
        }) => {
            assert!(missing.contains("namespaces"), "{missing}");
            assert!(remedy.contains("user.max_user_namespaces"), "{remedy}");
        }
        other => panic!("{other:?}"),
    }
}
