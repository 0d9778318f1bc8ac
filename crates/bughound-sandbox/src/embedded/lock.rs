//! What a command may not do even inside of its namespaces: privileges, system calls, places to write.

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::sync::OnceLock;

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, Scope,
};
use rustix::thread::{CapabilitySet, CapabilitySets};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

use super::sys;

/// System calls that need a privilege which commands lack anyway, or that open much of the kernel to them and
/// are not needed to build and test.
const DENIED: &[libc::c_long] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_init_module,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pivot_root,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    libc::SYS_kexec_file_load,
];

/// These are said not to exist, so that programs do without: the first hides its flags from filters.
const ABSENT: &[libc::c_long] = &[
    libc::SYS_clone3,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
];

const NEW_NAMESPACES: [libc::c_int; 8] = [
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWUTS,
    0x80, // CLONE_NEWTIME
];

/// Kinds of sockets there may be. Others reach beyond the network namespace (the machine that a virtual machine
/// runs on, for one) or are rarely looked at.
const SOCKETS: [libc::c_int; 4] = [
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

/// The filters of system calls, made once, by the spawner.
pub(super) fn filters() -> &'static [BpfProgram] {
    static FILTERS: OnceLock<Vec<BpfProgram>> = OnceLock::new();
    // An architecture for which there are no filters is found by the probe, before anything runs.
    FILTERS.get_or_init(|| make_filters().unwrap_or_default())
}

/// The filter of what is denied, as other programs take it.
pub(crate) fn filter_bytes() -> Vec<u8> {
    let denied = filters().first().map_or(&[][..], Vec::as_slice);
    let bytes = denied.iter().flat_map(|step| {
        let [code_low, code_high] = step.code.to_ne_bytes();
        let k = step.k.to_ne_bytes();
        [
            code_low, code_high, step.jt, step.jf, k[0], k[1], k[2], k[3],
        ]
    });
    bytes.collect()
}

fn make_filters() -> Result<Vec<BpfProgram>, seccompiler::BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter = |rules, errno: i32| -> Result<BpfProgram, seccompiler::BackendError> {
        let denied = SeccompAction::Errno(errno.unsigned_abs());
        SeccompFilter::new(rules, SeccompAction::Allow, denied, arch)?.try_into()
    };
    let condition = |op, value: i32| {
        let value = u64::from(value.unsigned_abs());
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, op, value)
    };
    let mut denied: BTreeMap<i64, Vec<SeccompRule>> =
        DENIED.iter().map(|&number| (number, Vec::new())).collect();
    let mut clone = Vec::new();
    for flag in NEW_NAMESPACES {
        let mask = SeccompCmpOp::MaskedEq(u64::from(flag.unsigned_abs()));
        clone.push(SeccompRule::new(vec![condition(mask, flag)?])?);
    }
    denied.insert(libc::SYS_clone, clone);
    let other_socket: Result<Vec<_>, _> = SOCKETS
        .iter()
        .map(|&family| condition(SeccompCmpOp::Ne, family))
        .collect();
    denied.insert(libc::SYS_socket, vec![SeccompRule::new(other_socket?)?]);
    let absent = ABSENT.iter().map(|&number| (number, Vec::new())).collect();
    let mut first = filter(denied, libc::EPERM)?;
    if cfg!(target_arch = "x86_64") {
        first = without_x32(first);
    }
    Ok(vec![first, filter(absent, libc::ENOSYS)?])
}

/// Puts before a filter that the second table of system calls on x86-64, which has other numbers, is refused.
fn without_x32(filter: BpfProgram) -> BpfProgram {
    const LOAD_WORD: u16 = 0x20;
    const JUMP_IF_AT_LEAST: u16 = 0x35;
    const RETURN: u16 = 0x06;
    const X32: u32 = 0x4000_0000;
    const REFUSE: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    let mut whole = vec![
        step(LOAD_WORD, 0, 0, 0),
        step(JUMP_IF_AT_LEAST, 0, 1, X32),
        step(RETURN, 0, 0, REFUSE),
    ];
    whole.extend(filter);
    whole
}

/// Where commands may write, for Landlock: in the merged tree, `/tmp` and `/dev`. `None` where the kernel has no
/// Landlock; then read-only mounts alone say so.
pub(super) fn landlock(tree: impl AsFd) -> Option<RulesetCreated> {
    let abi = ABI::V6;
    let writing = AccessFs::from_write(abi);
    let make = || -> Result<RulesetCreated, landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(writing)?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rule(PathBeneath::new(tree.as_fd(), writing))?;
        // /proc has files about a process that it writes itself.
        for path in ["/tmp", "/dev", "/proc"] {
            if let Ok(folder) = landlock::PathFd::new(path) {
                rules = rules.add_rule(PathBeneath::new(folder, writing))?;
            }
        }
        Ok(rules)
    };
    make().ok()
}

/// What the first process keeps: to look at and change files whatever their mode, and to give up more.
pub(super) fn keep_little() -> rustix::io::Result<()> {
    let kept = CapabilitySet::DAC_OVERRIDE
        | CapabilitySet::DAC_READ_SEARCH
        | CapabilitySet::FOWNER
        | CapabilitySet::KILL;
    sys::drop_bounding_set();
    // The ambient set is empty already, or does not exist.
    let _ = rustix::thread::clear_ambient_capability_set();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: kept,
            permitted: kept,
            inheritable: CapabilitySet::empty(),
        },
    )?;
    rustix::thread::set_no_new_privs(true)
}

/// What a command gives up before it is executed, in this order.
pub(super) fn give_up(landlock: Option<&RulesetCreated>) -> std::io::Result<()> {
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    )?;
    if let Some(rules) = landlock {
        rules
            .try_clone()?
            .restrict_self()
            .map_err(std::io::Error::other)?;
    }
    for filter in filters() {
        seccompiler::apply_filter(filter).map_err(std::io::Error::other)?;
    }
    Ok(())
}
