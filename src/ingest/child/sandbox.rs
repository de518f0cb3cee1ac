//! The rights that a child process gives up before it reads a byte: privileges, descriptors, files, sockets, other
//! processes.
//!
//! Landlock and seccomp are independent walls: where a kernel has only one of them, that one still protects. A
//! forbidden call fails with an error and does not kill the process, so a library's optional call costs no file.

use std::path::Path;

/// Gives up, irrevocably, all rights that reading a document does not need; returns the restrictions that this system
/// could not impose.
///
/// The calling thread must be the only one of the process.
pub(super) fn enter() -> Vec<String> {
    close_inherited();
    let mut missing = Vec::new();
    let mut note =
        |name: &str, taken: Result<(), String>| missing.extend(taken.err().map(|reason| format!("{name} ({reason})")));
    note("Landlock", landlock());
    // Every Unix has this limit. It comes after Landlock, which needs a descriptor.
    note("no further descriptors", no_descriptors());
    note("seccomp", system_calls());
    missing
}

/// Forbids opening any further descriptor.
fn no_descriptors() -> Result<(), String> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Nofile, Rlimit { current: Some(3), maximum: Some(3) }).map_err(|error| error.to_string())
}

/// Closes the inherited descriptors except standard input, output and error.
fn close_inherited() {
    let listed = ["/proc/self/fd", "/dev/fd"].into_iter().find_map(|list| std::fs::read_dir(Path::new(list)).ok());
    let open: Vec<i32> = match listed {
        Some(entries) => entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect(),
        // The open descriptors cannot be listed: close every possible one.
        None => (3..rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(1024).min(1 << 16)
            as i32)
            .collect(),
    };
    for descriptor in open.into_iter().filter(|&descriptor| descriptor > 2) {
        // The descriptor of the listing itself is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

/// Forbids opening, creating or changing files, using TCP ports, and reaching abstract sockets or processes outside.
#[cfg(target_os = "linux")]
fn landlock() -> Result<(), String> {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    rustix::thread::set_no_new_privs(true).map_err(|error| error.to_string())?;
    // The newest version that the crate knows; an older kernel enforces the part that it supports.
    const NEWEST: ABI = ABI::V10;
    let taken = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    if taken.ruleset == RulesetStatus::NotEnforced { Err("not in this kernel".to_owned()) } else { Ok(()) }
}

#[cfg(not(target_os = "linux"))]
fn landlock() -> Result<(), String> {
    Err("Linux only".to_owned())
}

/// Allows only the system calls that parsing needs; every other call fails with `EPERM`.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn system_calls() -> Result<(), String> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let architecture =
        std::env::consts::ARCH.try_into().map_err(|error: seccompiler::BackendError| error.to_string())?;
    let filter: BpfProgram = allowed()
        .and_then(|rules| SeccompFilter::new(rules, refused, SeccompAction::Allow, architecture))
        .and_then(TryInto::try_into)
        .map_err(|error| error.to_string())?;
    seccompiler::apply_filter_all_threads(&filter).map_err(|error| error.to_string())
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn system_calls() -> Result<(), String> {
    Err("Linux on x86_64 and aarch64 only".to_owned())
}

/// Returns the allowed calls with the conditions on their arguments.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn allowed() -> Result<std::collections::BTreeMap<i64, Vec<seccompiler::SeccompRule>>, seccompiler::BackendError> {
    use seccompiler::{SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompRule};
    let when = |conditions: &[(u8, SeccompCmpOp, u64)]| {
        let conditions = conditions
            .iter()
            .map(|(argument, compare, value)| SeccompCondition::new(*argument, Dword, compare.clone(), *value));
        Ok(vec![SeccompRule::new(conditions.collect::<Result<_, seccompiler::BackendError>>()?)?])
    };
    // Calls on the three remaining descriptors (no others can be opened), on memory and time, and for the process's own
    // exit.
    let free = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_getcpu,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let mut rules: std::collections::BTreeMap<i64, Vec<SeccompRule>> =
        free.into_iter().map(|call| (call, Vec::new())).collect();
    // Memory can never become executable.
    let no_program = [(2, SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64), 0)];
    rules.insert(libc::SYS_mmap, when(&no_program)?);
    rules.insert(libc::SYS_mprotect, when(&no_program)?);
    // The process's own limit of processor time moves on with each file; every other limit is fixed.
    let own_time = [(0, SeccompCmpOp::Eq, 0), (1, SeccompCmpOp::Eq, libc::RLIMIT_CPU as u64)];
    rules.insert(libc::SYS_prlimit64, when(&own_time)?);
    // abort() signals its own thread; musl uses `tkill`, which does not name the process.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, when(&[(0, SeccompCmpOp::Eq, own)])?);
    rules.insert(libc::SYS_tkill, when(&[(0, SeccompCmpOp::Eq, own)])?);
    Ok(rules)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;

    use super::landlock;

    /// Tests Landlock alone, because inside a child seccomp fails first and hides it.
    #[test]
    #[allow(clippy::expect_used)]
    fn landlock_alone_refuses_files_and_ports() {
        let tried = std::thread::spawn(|| {
            landlock()?;
            let made = std::env::temp_dir().join(format!("fumikura-landlock-{}", std::process::id()));
            Ok::<_, String>([
                File::open("/etc/passwd").err(),
                std::fs::read_dir("/").err(),
                File::create(made).err(),
                std::net::TcpListener::bind("127.0.0.1:0").err(),
            ])
        });
        match tried.join().expect("no panic") {
            Ok(errors) => errors.into_iter().for_each(|error| {
                assert_eq!(error.map(|error| error.kind()), Some(std::io::ErrorKind::PermissionDenied));
            }),
            // A kernel without Landlock passes.
            Err(reason) => assert_eq!(reason, "not in this kernel"),
        }
    }
}
