//! Secrets from files, from the environment and from arguments, each with a label.

use std::path::Path;

use recallai_webhook_dispatch::signature::{SecretError, VerifierBuilder};
use recallai_webhook_dispatch::{Secret, Verifier};

use zeroize::Zeroizing;

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::{input, terminal};

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

/// A secret and the label it is known by in logs and events.
pub(crate) struct Labelled {
    pub(crate) label: String,
    pub(crate) secret: Secret,
    /// As it was given: some mistakes can only be recognised from that.
    pub(crate) text: Zeroizing<String>,
}

/// Reads the secrets of the command line, or else those of the environment.
pub(crate) fn load(arguments: &Secrets) -> Result<Vec<Labelled>, Failure> {
    let mut secrets = Vec::new();
    for file in &arguments.secret_file {
        from_file(file, &mut secrets)?;
    }
    if !arguments.secret.is_empty() {
        terminal::warn(&format!(
            "--secret is readable for other users of this machine while the program runs; use \
             {VARIABLE} or --secret-file for a secret that is in use"
        ));
    }
    for text in &arguments.secret {
        add(text, "default", "--secret", &mut secrets)?;
    }
    if arguments.secret_file.is_empty() && arguments.secret.is_empty() {
        let text = Zeroizing::new(std::env::var(VARIABLE).unwrap_or_default());
        let place = format!("${VARIABLE}");
        // Pasted from the wrong field or with too much around it: said of the whole, since parts
        // of it make no sense.
        if let Err(
            error @ (SecretError::SignaturePrefix | SecretError::ApiKey | SecretError::Quoted),
        ) = Secret::parse(text.trim())
        {
            return Err(Failure::not_tried_at(place, error));
        }
        for entry in text.split([',', ' ', '\n', '\t', '\r']).filter(|entry| !entry.is_empty()) {
            add(entry, "default", &place, &mut secrets)?;
        }
    }
    if secrets.is_empty() { Err(Failure::not_tried(NO_SECRET)) } else { Ok(secrets) }
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
    let place = input::name(file);
    let text = Zeroizing::new(input::read_text(file, "secrets")?);
    let label = file
        .file_stem()
        .filter(|_| !input::is_standard_input(file))
        .map(|stem| stem.to_string_lossy().into_owned());
    let label = label.unwrap_or_else(|| "default".to_owned());
    let before = secrets.len();
    // As some editors begin a file.
    let text = text.trim_start_matches('\u{feff}');
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            add(line, &label, &format!("{place}:{}", number + 1), secrets)?;
        }
    }
    match secrets.len() > before {
        true => Ok(()),
        false => Err(Failure::not_tried(format!("{place}: no secret in this file"))),
    }
}

/// Adds `label=whsec_…`, or a secret alone under the first free label made from `default`.
fn add(
    entry: &str,
    default: &str,
    place: &str,
    secrets: &mut Vec<Labelled>,
) -> Result<(), Failure> {
    // A secret alone can end in `=` too; a label is followed by the prefix of a secret.
    let (label, text) = match entry.split_once('=') {
        Some((label, text)) if text.starts_with("whsec_") => (chosen_label(label, place)?, text),
        _ => (free_label(default, secrets), entry),
    };
    let secret = Secret::parse(text).map_err(|error| Failure::not_tried_at(place, error))?;
    secrets.push(Labelled { label, secret, text: Zeroizing::new(text.to_owned()) });
    Ok(())
}

/// A label as it will stand in logs and events; anything else may be a secret that ran into the
/// next one.
fn chosen_label(label: &str, place: &str) -> Result<String, Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if label.is_empty() || label.contains("whsec_") || !label.bytes().all(plain) {
        return Err(Failure::not_tried(format!(
            "{place}: what stands before `=whsec_` is no label; a label has letters, digits and . _ -, \
             and each secret stands on a line of its own"
        )));
    }
    Ok(label.to_owned())
}

/// `default`, `default-2`, `default-3`… Labels that somebody chose are never changed; two alike
/// are an error of the verifier.
fn free_label(default: &str, secrets: &[Labelled]) -> String {
    let mut label = default.to_owned();
    let mut number = 1;
    while secrets.iter().any(|secret| secret.label == label) {
        number += 1;
        label = format!("{default}-{number}");
    }
    label
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
    Ok(Labelled { label: "dev".to_owned(), secret, text: Zeroizing::new(text) })
}
