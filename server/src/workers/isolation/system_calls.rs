//! Which system calls a worker cannot make. Everything else is allowed: libraries differ between systems in
//! what they call, and a worker that dies of a new `malloc` helps nobody. So the list names whatever reaches
//! out of the process, or changes a file.

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;

/// Denied whatever the arguments.
#[rustfmt::skip]
const DENIED: &[c_long] = &[
    // network: without `socket` there is nothing to connect; `sendmsg` stays, the answers go through it
    libc::SYS_socket, libc::SYS_socketpair, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen,
    libc::SYS_accept, libc::SYS_accept4, libc::SYS_sendto, libc::SYS_sendmmsg,
    // other programs and processes
    libc::SYS_execve, libc::SYS_execveat, libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev,
    libc::SYS_kcmp, libc::SYS_pidfd_open, libc::SYS_pidfd_getfd, libc::SYS_pidfd_send_signal, libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo, libc::SYS_process_madvise, libc::SYS_migrate_pages,
    libc::SYS_move_pages, libc::SYS_setpgid, libc::SYS_setsid,
    // shared memory and messages of System V and POSIX
    libc::SYS_shmget, libc::SYS_shmat, libc::SYS_shmctl, libc::SYS_semget, libc::SYS_semctl, libc::SYS_msgget,
    libc::SYS_msgsnd, libc::SYS_msgrcv, libc::SYS_msgctl, libc::SYS_mq_open, libc::SYS_mq_unlink,
    // files, where no argument says whether it writes (`open` is below)
    libc::SYS_truncate, libc::SYS_mknodat, libc::SYS_mkdirat, libc::SYS_unlinkat, libc::SYS_linkat, libc::SYS_symlinkat,
    libc::SYS_renameat2, libc::SYS_fchmodat, libc::SYS_fchmod, libc::SYS_fchownat, libc::SYS_fchown, libc::SYS_utimensat,
    libc::SYS_setxattr, libc::SYS_lsetxattr, libc::SYS_fsetxattr, libc::SYS_removexattr, libc::SYS_lremovexattr,
    libc::SYS_fremovexattr, libc::SYS_open_by_handle_at, libc::SYS_name_to_handle_at,
    // mounts and namespaces
    libc::SYS_mount, libc::SYS_umount2, libc::SYS_pivot_root, libc::SYS_chroot, libc::SYS_unshare, libc::SYS_setns,
    libc::SYS_open_tree, libc::SYS_move_mount, libc::SYS_fsopen, libc::SYS_fsconfig, libc::SYS_fsmount, libc::SYS_fspick,
    libc::SYS_mount_setattr, libc::SYS_swapon, libc::SYS_swapoff, libc::SYS_quotactl,
    // the kernel: what is seldom used and often broken
    libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_add_key, libc::SYS_request_key, libc::SYS_keyctl,
    libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register, libc::SYS_kexec_load,
    libc::SYS_init_module, libc::SYS_finit_module, libc::SYS_delete_module, libc::SYS_userfaultfd,
    libc::SYS_fanotify_init, libc::SYS_fanotify_mark, libc::SYS_personality, libc::SYS_reboot, libc::SYS_syslog,
    libc::SYS_acct, libc::SYS_settimeofday, libc::SYS_clock_settime, libc::SYS_clock_adjtime, libc::SYS_adjtimex,
    libc::SYS_sethostname, libc::SYS_setdomainname, libc::SYS_vhangup, libc::SYS_lookup_dcookie, libc::SYS_nfsservctl,
    // another user
    libc::SYS_setuid, libc::SYS_setgid, libc::SYS_setreuid, libc::SYS_setregid, libc::SYS_setresuid, libc::SYS_setresgid,
    libc::SYS_setgroups, libc::SYS_setfsuid, libc::SYS_setfsgid, libc::SYS_capset,
];

/// The same, by the older calls that only this architecture has.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const DENIED_HERE: &[c_long] = &[
    libc::SYS_fork, libc::SYS_vfork, libc::SYS_creat, libc::SYS_mknod, libc::SYS_mkdir, libc::SYS_rmdir, libc::SYS_unlink,
    libc::SYS_link, libc::SYS_symlink, libc::SYS_rename, libc::SYS_renameat, libc::SYS_chmod, libc::SYS_chown,
    libc::SYS_lchown, libc::SYS_utime, libc::SYS_utimes, libc::SYS_futimesat, libc::SYS_iopl, libc::SYS_ioperm,
    libc::SYS_modify_ldt, libc::SYS_kexec_file_load, libc::SYS_uselib, libc::SYS_ustat, libc::SYS_sysfs,
];
#[cfg(not(target_arch = "x86_64"))]
const DENIED_HERE: &[c_long] = &[libc::SYS_renameat];

/// Answered with "no such call": their arguments are behind a pointer, where a filter cannot look, and
/// libraries then use the older call, where it can.
const UNKNOWN: &[c_long] = &[libc::SYS_clone3, libc::SYS_openat2];

/// Bits of `open` that change a file, or make one. `O_TMPFILE` comes with `O_RDWR`.
#[allow(clippy::cast_sign_loss)] // flags
const WRITING: [u64; 4] = [libc::O_WRONLY as u64, libc::O_RDWR as u64, libc::O_CREAT as u64, libc::O_TRUNC as u64];

/// Numbers of the x32 personality have this bit; a filter that forgets them has a back door.
#[cfg(target_arch = "x86_64")]
const OTHER_NUMBERS: &[c_long] = &[0, 0x4000_0000];
#[cfg(not(target_arch = "x86_64"))]
const OTHER_NUMBERS: &[c_long] = &[0];

/// Takes these calls away from all threads of this process, for good.
pub(super) fn deny() -> Result<(), String> {
    let rules = rules(std::process::id()).map_err(|error| error.to_string())?;
    let unknown = UNKNOWN.iter().map(|call| (*call, Vec::new())).collect();
    for (rules, errno) in [(unknown, libc::ENOSYS), (rules, libc::EPERM)] {
        let filter = compile(rules, errno.unsigned_abs()).map_err(|error| error.to_string())?;
        seccompiler::apply_filter_all_threads(&filter).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn rules(own_id: u32) -> Result<BTreeMap<c_long, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<_, _> = DENIED.iter().chain(DENIED_HERE).map(|call| (*call, Vec::new())).collect();
    let is_set = |argument, bits| one(argument, SeccompCmpOp::MaskedEq(bits), bits);
    let is_other_process = |argument, own: u32| one(argument, SeccompCmpOp::Ne, u64::from(own));

    rules.insert(libc::SYS_openat, WRITING.iter().map(|bits| is_set(2, *bits)).collect::<Result<_, _>>()?);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, WRITING.iter().map(|bits| is_set(1, *bits)).collect::<Result<_, _>>()?);
    // Threads, but no processes.
    let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
    rules.insert(libc::SYS_clone, vec![one(0, SeccompCmpOp::MaskedEq(thread), 0)?]);
    // `abort` sends a signal to its own process, and nobody has a reason to reach another one.
    rules.insert(libc::SYS_kill, vec![is_other_process(0, own_id)?]);
    rules.insert(libc::SYS_tgkill, vec![is_other_process(0, own_id)?]);
    rules.insert(libc::SYS_prlimit64, vec![is_other_process(0, 0)?]);

    let numbers = |(call, rule): (c_long, Vec<SeccompRule>)| {
        OTHER_NUMBERS.iter().map(move |bit| (call | bit, rule.clone())).collect::<Vec<_>>()
    };
    let mut rules: BTreeMap<_, _> = rules.into_iter().flat_map(numbers).collect();
    #[cfg(target_arch = "x86_64")]
    rules.extend((512..=547).map(|call| (call | 0x4000_0000, Vec::new()))); // x32 alone has these, `execve` among them
    Ok(rules)
}

/// A rule of one condition on the lower half of one argument: all of these are `int`s or flags.
fn one(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?])
}

fn compile(rules: BTreeMap<c_long, Vec<SeccompRule>>, errno: u32) -> Result<BpfProgram, seccompiler::BackendError> {
    let architecture = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno), architecture)?.try_into()
}
