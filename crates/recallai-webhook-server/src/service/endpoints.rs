//! Endpoints as they are configured: each path, and what its senders are known by.

use std::time::SystemTime;

use recallai_webhook_dispatch::{Endpoint, Token, Verifier, danger};
use recallai_webhook_outputs::Credential;
use zeroize::Zeroizing;

use crate::config::{self, Auth, ENDPOINT, Loaded, Problem, SecretPlace, Source};
use crate::secrets::{self, LABEL, Labelled, SecretsError};

/// Said where there is no secret: a person who is new here does not know where they are.
const NO_SECRET: &str = "there is no secret: in the dashboard of Recall.ai it is under Developers > API keys & \
     secrets, or, in older workspaces, under Webhooks > the endpoint > Signing secret; give its place here, as \
     [{ file = \"…\" }] or [{ env = \"…\" }]";

/// An endpoint and where it receives.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) path: String,
    pub(super) endpoint: Endpoint,
    /// The labels of its secrets.
    pub(super) labels: Vec<String>,
}

/// A secret of an endpoint, and until when it counts.
#[derive(Debug, Clone)]
pub(crate) struct EndpointSecret {
    /// The secret and its label.
    pub(crate) labelled: Labelled,
    /// From when on it no longer counts.
    pub(crate) expires: Option<SystemTime>,
}

/// All endpoints; or what is wrong with their secrets and tokens.
pub(super) fn build(loaded: &Loaded) -> Result<Vec<Door>, Vec<Problem>> {
    let (mut doors, mut problems) = (Vec::new(), Vec::new());
    for (name, endpoint) in &loaded.config.endpoints {
        match door(loaded, name, endpoint) {
            Ok(door) => doors.push(door),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(doors) } else { Err(problems) }
}

fn door(loaded: &Loaded, name: &str, config: &config::Endpoint) -> Result<Door, Vec<Problem>> {
    let mut labels = Vec::new();
    let endpoint = match config.auth {
        Auth::Signature => {
            let secrets = secrets(loaded, name, config)?;
            labels.extend(secrets.iter().map(|secret| secret.labelled.label.clone()));
            Endpoint::signed(name, verifier(loaded, name, config, secrets)?)
        }
        Auth::Token => Endpoint::token(name, token(loaded, name, config)?),
        Auth::DangerUnverified => danger::unverified_endpoint(name),
    };
    let endpoint = match &config.scope {
        Some(scope) => endpoint.with_scope(scope.as_str()),
        None => endpoint,
    };
    Ok(Door { path: config.path.clone(), endpoint, labels })
}

/// The secrets of an endpoint, in their order: those given beside the configuration first.
///
/// # Errors
///
/// One cannot be read, or is none; there are none.
pub(crate) fn secrets(
    loaded: &Loaded,
    name: &str,
    config: &config::Endpoint,
) -> Result<Vec<EndpointSecret>, Vec<Problem>> {
    let (mut secrets, mut problems) = (Vec::new(), Vec::new());
    let key = format!("endpoints.{name}.secrets");
    let given = if name == ENDPOINT { loaded.given() } else { &[] };
    let mut known = given.to_vec();
    secrets.extend(given.iter().map(|given| (given.clone(), None)));
    for (index, place) in config.secrets.iter().enumerate() {
        let key = format!("{key}.{index}");
        // What an argument gives is over what stands elsewhere.
        if !given.is_empty() && !matches!(loaded.source(&key), Source::Flag(_)) {
            continue;
        }
        let before = known.len();
        if let Err(reason) = read(loaded, place, &mut known) {
            problems.push(loaded.problem(&key, reason));
        }
        let expires = place.expires.and_then(|expires| SystemTime::try_from(expires.0).ok());
        secrets.extend(known[before..].iter().map(|secret| (secret.clone(), expires)));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if secrets.is_empty() {
        return Err(vec![loaded.problem(key, NO_SECRET)]);
    }
    let of = |(labelled, expires)| EndpointSecret { labelled, expires };
    Ok(secrets.into_iter().map(of).collect())
}

fn read(loaded: &Loaded, place: &SecretPlace, known: &mut Vec<Labelled>) -> Result<(), String> {
    let said = |error: SecretsError| error.to_string();
    if let Some(file) = &place.file {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).map(Zeroizing::new);
        let text = text.map_err(|error| format!("{shown}: {error}"))?;
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let label = place.label.clone().or(stem).unwrap_or_else(|| LABEL.to_owned());
        return secrets::from_lines(&text, &label, &shown, known).map_err(said);
    }
    let variable = place.env.as_deref().unwrap_or_default();
    let text = loaded.variable(variable).unwrap_or_default();
    let label = place.label.as_deref().unwrap_or(LABEL);
    let before = known.len();
    secrets::from_words(text, label, &format!("${variable}"), known).map_err(said)?;
    match known.len() > before {
        true => Ok(()),
        false => Err(format!("${variable} is not set, or is empty")),
    }
}

fn verifier(
    loaded: &Loaded,
    name: &str,
    config: &config::Endpoint,
    secrets: Vec<EndpointSecret>,
) -> Result<Verifier, Vec<Problem>> {
    let tolerance = config.tolerance.into();
    let builder = Verifier::builder().past_tolerance(tolerance).future_tolerance(tolerance);
    let builder =
        secrets.into_iter().fold(builder, |builder, EndpointSecret { labelled, expires }| {
            let Labelled { label, secret, .. } = labelled;
            match expires {
                Some(expires) => builder.expiring_secret(label, secret, expires),
                None => builder.secret(label, secret),
            }
        });
    let key = format!("endpoints.{name}.secrets");
    builder.build().map_err(|error| vec![loaded.problem(key, error.to_string())])
}

fn token(loaded: &Loaded, name: &str, config: &config::Endpoint) -> Result<Token, Vec<Problem>> {
    let key = format!("endpoints.{name}.token");
    match &config.token {
        None => Err(vec![loaded.problem(key, "it is missing")]),
        Some(place) => read_token(loaded, &key, place),
    }
}

/// A token that stands there.
pub(super) fn read_token(
    loaded: &Loaded,
    key: &str,
    place: &Credential,
) -> Result<Token, Vec<Problem>> {
    let text = read_credential(loaded, key, place).map_err(|problem| vec![problem])?;
    Token::parse(&text).map_err(|error| vec![loaded.problem(key, error.to_string())])
}

/// What stands at the place of a secret.
pub(super) fn read_credential(
    loaded: &Loaded,
    key: &str,
    place: &Credential,
) -> Result<Zeroizing<String>, Problem> {
    match place {
        Credential::Env(variable) => match loaded.variable(variable).map(str::trim) {
            Some(text) if !text.is_empty() => Ok(Zeroizing::new(text.to_owned())),
            _ => Err(loaded.problem(key, format!("${variable} is not set, or is empty"))),
        },
        place => place.read().map_err(|error| loaded.problem(key, error.to_string())),
    }
}
