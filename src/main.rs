//! The program: reads the arguments, runs the command, maps the outcome to an exit code.

use std::process::ExitCode;

/// A tenth of the processor time of indexing is memory; this one takes half of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Two megabytes at a time come cleared, of which a query uses little and a batch leaves holes. Without it nothing
    // fails.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    fumikura::cli::run()
}
