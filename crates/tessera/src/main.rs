//! The binary: reads settings, parses the command line, calls the engine, prints. It holds no rule; every
//! rule is the engine's or below.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod output;
mod progress;
mod settings;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(wrong) => {
            // Help and version are no problems; a program that asked for JSON gets its object all the same.
            if wrong.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                output::json_line(&serde_json::json!({ "error": wrong.to_string().trim() }));
            }
            wrong.exit()
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("TESSERA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,buoyant_kernel=off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(cause) => {
            output::problem(&anyhow::anyhow!("no threads to run on: {cause}"), cli.json);
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(commands::run(cli.command, cli.json)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            output::problem(&cause, cli.json);
            ExitCode::from(output::exit_code(&cause))
        }
    }
}
