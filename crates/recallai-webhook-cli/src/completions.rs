//! `completions`: what a shell needs to complete commands, options and event names.

use clap::Args;
use clap_complete::Shell;
use serde_json::json;

use crate::arguments::{self, Format};
use crate::exit::Failure;
use crate::terminal;

const INSTALL: &str = "\
To install it:
  bash  recallai-webhook completions bash \\
          > ~/.local/share/bash-completion/completions/recallai-webhook
  zsh   recallai-webhook completions zsh \\
          > \"${fpath[1]}/_recallai-webhook\"
  fish  recallai-webhook completions fish \\
          > ~/.config/fish/completions/recallai-webhook.fish";

#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub(crate) struct Completions {
    shell: Shell,
}

pub(crate) fn run(Completions { shell }: &Completions, format: Format) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut arguments::command(), "recallai-webhook", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if *shell == Shell::Bash {
        // clap_complete 4.6 takes the hyphen of the name for the end of a subcommand in the labels of
        // its `case`, and for a part of the name everywhere else.
        script = script.replace("recallai__subcmd__webhook", "recallai__webhook");
    }
    match format {
        Format::Human => terminal::print_raw(script.as_bytes()),
        Format::Json => {
            terminal::print_json(&json!({ "shell": shell.to_string(), "script": script }))
        }
    }
}
