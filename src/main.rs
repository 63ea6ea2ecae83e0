//! The program: what was typed decides what it becomes.

use std::process::ExitCode;

fn main() -> ExitCode {
    windlass::program::run()
}
