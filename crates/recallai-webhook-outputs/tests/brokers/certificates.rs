//! Certificates for servers on this machine, and an authority of our own that has signed them.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use recallai_webhook_outputs::TlsOptions;

pub(crate) struct Certificates {
    pub(crate) authority: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificates {
    pub(crate) fn make(directory: &Path) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let server = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();

        let write = |name: &str, content: String| {
            let file = directory.join(name);
            std::fs::write(&file, content).unwrap();
            file
        };
        Self {
            authority: write("authority.pem", authority_pem),
            certificate: write("certificate.pem", server.pem()),
            key: write("key.pem", key.serialize_pem()),
        }
    }

    pub(crate) fn tls(&self) -> TlsOptions {
        TlsOptions::new().with_ca_file(&self.authority)
    }
}
