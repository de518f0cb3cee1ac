//! The program: reads the arguments, runs the command, maps the outcome to an exit code.

use std::process::ExitCode;

/// Allocation takes 10 % of indexing CPU time with the system allocator, half that with mimalloc.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Transparent huge pages (2 MB) raise peak memory and save no CPU time: a query uses little of each page, and a
    // batch leaves holes. The program works without this call, so its failure is ignored.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    fumikura::cli::run()
}
