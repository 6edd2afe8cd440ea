//! TLS to brokers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore, crypto,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::OutputError;

/// TLS to a broker. The server's certificate is checked, for the name that the configuration has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TlsOptions {
    /// A PEM file with the authorities that may have signed the server's certificate. Without one, those
    /// of Mozilla's programme, which are compiled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl TlsOptions {
    /// With the authorities of Mozilla's programme.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with authorities of one's own.
    #[must_use]
    pub fn with_ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(file.into());
        self
    }
}

/// How to talk TLS.
pub(crate) type Tls = Arc<ClientConfig>;

/// Makes what the options say.
///
/// # Errors
///
/// The file of authorities cannot be read, or has none.
pub(crate) fn client_config(options: &TlsOptions) -> Result<Tls, OutputError> {
    let mut roots = RootCertStore::empty();
    match &options.ca_file {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => add(&mut roots, file).map_err(|reason| OutputError::Option {
            option: "tls.ca_file",
            reason: format!("{}: {reason}", file.display()).into(),
        })?,
    }
    // By name, because a process with two providers has no default.
    let provider = Arc::new(crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OutputError::Option { option: "tls", reason: error.to_string().into() })?;
    Ok(Arc::new(versions.with_root_certificates(roots).with_no_client_auth()))
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() { Err("has no certificate".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_are_read_or_it_is_said_what_is_wrong() {
        client_config(&TlsOptions::new()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ca.pem");
        let error = |file: &Path| {
            client_config(&TlsOptions::new().with_ca_file(file)).unwrap_err().to_string()
        };
        assert!(error(&file).starts_with("tls.ca_file: "), "{}", error(&file));
        std::fs::write(&file, "not a certificate").unwrap();
        assert!(error(&file).ends_with("has no certificate"), "{}", error(&file));
    }
}
