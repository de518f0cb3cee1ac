//! The program: reads the arguments, runs the command, maps the outcome to an exit code.

use std::process::ExitCode;

/// A tenth of the processor time of indexing is memory; this one takes half of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fumikura::cli::run()
}
