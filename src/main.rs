//! The program: reads the arguments, runs the command, maps the outcome to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    fumikura::cli::run()
}
