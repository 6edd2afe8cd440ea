//! Secrets from files, from the environment and from arguments, each with a label.

use std::path::Path;

use recallai_webhook_dispatch::signature::VerifierBuilder;
use recallai_webhook_dispatch::{Secret, Verifier};
use recallai_webhook_server::config::Sources;
use recallai_webhook_server::secrets::{self, LABEL, SecretsError};
use zeroize::Zeroizing;

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::{input, terminal};

pub(crate) use recallai_webhook_server::secrets::Labelled;

const VARIABLE: &str = "RECALLAI_WEBHOOK_SECRET";

const NO_SECRET: &str = "\
no secret is configured

  Where to get it, in the dashboard of Recall.ai:
    - the workspace secret: Developers > API keys & secrets (new workspaces; make it if there is none)
    - the secret of an endpoint: Webhooks > the endpoint > Signing secret (older workspaces)
  How to give it:
    RECALLAI_WEBHOOK_SECRET=whsec_… recallai-webhook …
    recallai-webhook … --secret-file FILE
  To try it without an account:
    recallai-webhook serve --dev";

/// Reads the secrets of the command line, or else those of the environment.
pub(crate) fn load(arguments: &Secrets) -> Result<Vec<Labelled>, Failure> {
    let mut secrets = Vec::new();
    for file in &arguments.secret_file {
        from_file(file, &mut secrets)?;
    }
    given(arguments, &mut secrets)?;
    if arguments.secret_file.is_empty() && arguments.secret.is_empty() {
        let text = Zeroizing::new(std::env::var(VARIABLE).unwrap_or_default());
        secrets::from_words(&text, LABEL, &format!("${VARIABLE}"), &mut secrets)?;
    }
    if secrets.is_empty() { Err(Failure::not_tried(NO_SECRET)) } else { Ok(secrets) }
}

/// What a configuration is read from, with the secrets of the command line over it. Files are read again when they
/// change.
pub(crate) fn sources(arguments: &Secrets, sources: Sources) -> Result<Sources, Failure> {
    let mut secrets = Vec::new();
    let mut files = Vec::new();
    for file in &arguments.secret_file {
        match input::is_standard_input(file) {
            true => from_file(file, &mut secrets)?,
            false => files.push(file.clone()),
        }
    }
    given(arguments, &mut secrets)?;
    let sources = sources.with_secrets(secrets);
    Ok(match files.is_empty() {
        true => sources,
        false => sources.with_secret_files("--secret-file", &files),
    })
}

/// Those that are arguments themselves.
fn given(arguments: &Secrets, secrets: &mut Vec<Labelled>) -> Result<(), Failure> {
    if !arguments.secret.is_empty() {
        terminal::warn(&format!(
            "--secret is readable for other users of this machine while the program runs; use \
             {VARIABLE} or --secret-file for a secret that is in use"
        ));
    }
    for text in &arguments.secret {
        secrets::add(text, LABEL, "--secret", secrets)?;
    }
    Ok(())
}

/// Accepts any of the secrets.
pub(crate) fn builder(secrets: &[Labelled]) -> VerifierBuilder {
    secrets.iter().fold(Verifier::builder(), |builder, labelled| {
        builder.secret(&labelled.label, labelled.secret.clone())
    })
}

/// A verifier with the usual tolerance.
pub(crate) fn verifier(secrets: &[Labelled]) -> Result<Verifier, Failure> {
    builder(secrets).build().map_err(Failure::not_tried)
}

fn from_file(file: &Path, secrets: &mut Vec<Labelled>) -> Result<(), Failure> {
    let text = Zeroizing::new(input::read_text(file, "secrets")?);
    let label = file
        .file_stem()
        .filter(|_| !input::is_standard_input(file))
        .map(|stem| stem.to_string_lossy().into_owned());
    let label = label.unwrap_or_else(|| LABEL.to_owned());
    Ok(secrets::from_lines(&text, &label, &input::name(file), secrets)?)
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Self {
        Self::not_tried(error)
    }
}

/// A secret for this run alone. Says so if there is one in the environment that is not used then.
pub(crate) fn make_up() -> Result<Labelled, Failure> {
    if std::env::var_os(VARIABLE).is_some_and(|text| !text.is_empty()) {
        terminal::warn(&format!("{VARIABLE} is not used: this run makes up a secret"));
    }
    make()
}

/// The text with everything that looks like a secret left out, and passwords in front of a host.
pub(crate) fn masked(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| match word.rfind('@') {
        Some(at) if word[..at].contains(':') => format!("…{}", &word[at..]),
        _ => word.to_owned(),
    });
    let text: String = words.collect();
    let mut parts = text.split("whsec_");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_key = |c: char| c.is_ascii_alphanumeric() || "+/=-_".contains(c);
        masked.push_str("whsec_");
        let rest = part.trim_start_matches(is_key);
        // Shorter is a mention of the prefix.
        masked.push_str(if part.len() - rest.len() >= 8 {
            "…"
        } else {
            &part[..part.len() - rest.len()]
        });
        masked.push_str(rest);
    }
    masked
}

/// A new random secret of 24 bytes, as Svix makes them, and its text.
pub(crate) fn make() -> Result<Labelled, Failure> {
    use base64::Engine;
    let mut key = [0; 24];
    getrandom::fill(&mut key).map_err(Failure::failed)?;
    let text = format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(key));
    let secret = Secret::parse(&text).map_err(Failure::failed)?;
    Ok(Labelled::new("dev", secret, Zeroizing::new(text)))
}
