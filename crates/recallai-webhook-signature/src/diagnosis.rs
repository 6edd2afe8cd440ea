//! Why a delivery is refused, at length, for whoever has to mend it.

use std::fmt;
use std::time::SystemTime;

use crate::claims::Claims;
use crate::headers::Headers;
use crate::tokens::{self, Tokens};
use crate::{Finding, Verifier, VerifyError};

impl Verifier {
    /// Finds out why [`verify`](Self::verify) refuses a delivery.
    ///
    /// For operators: it looks past the first failure, tries expired secrets and other bodies, and so
    /// takes as long as it takes. Keep it off the receiving path, and its answer from the sender.
    ///
    /// `candidates` are other bodies that may have been signed, tried when `body` fits no key: the same
    /// JSON written compactly or indented, with sorted members, with another line end. Pass
    /// [`std::iter::empty`] for none.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use recallai_webhook_signature::{Finding, Secret, Verifier};
    ///
    /// let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let verifier = Verifier::new(secret);
    /// let headers: [(&str, &[u8]); 3] = [
    ///     ("webhook-id", b"msg_p5jXN8AQM9LWM0D4loKWxJek"),
    ///     ("webhook-timestamp", b"1614265330"),
    ///     ("webhook-signature", b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    /// ];
    /// let received = br#"{"test":2432232314}"#;
    /// let with_space = br#"{"test": 2432232314}"#;
    /// let now = UNIX_EPOCH + Duration::from_secs(1614265330);
    ///
    /// let diagnosis = verifier.diagnose(headers, received, now, [&with_space[..]]);
    /// assert_eq!(
    ///     *diagnosis.finding(),
    ///     Finding::ReserializedBody { candidate: 0, key_label: "default".into() },
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn diagnose<'d>(
        &'d self,
        headers: impl IntoIterator<Item = (&'d str, &'d [u8])>,
        body: &'d [u8],
        now: SystemTime,
        candidates: impl IntoIterator<Item = &'d [u8]>,
    ) -> Diagnosis {
        let mut lines = Headers::default();
        lines.read(headers);
        let claims = match lines.triple().and_then(Claims::parse) {
            Ok(claims) => claims,
            Err(error) => {
                let finding = if lines.is_split() {
                    Finding::SplitFamilies
                } else {
                    Finding::of_headers(error)
                };
                return Diagnosis { finding, skew: None };
            }
        };
        let skew = self.inner.tolerance.check(claims.seconds, now).err().and_then(ClockSkew::of);
        let finding = self.signature_finding(&claims, body, now, candidates);
        let finding = match finding {
            Finding::Valid { key_label } if skew.is_some() => Finding::Clock { key_label },
            finding => finding,
        };
        Diagnosis { finding, skew }
    }

    /// What is to be said about the signature, whatever the clock says.
    fn signature_finding<'d>(
        &'d self,
        claims: &Claims<'d, '_>,
        body: &'d [u8],
        now: SystemTime,
        candidates: impl IntoIterator<Item = &'d [u8]>,
    ) -> Finding {
        let mut tokens = Tokens::default();
        if let Err(error) = tokens.read(claims.signature, claims.family) {
            return Finding::of_headers(error);
        }
        let error = match self.inner.find(claims, &tokens, body, |key| key.is_active(now)) {
            Ok(verified) => return Finding::Valid { key_label: verified.key_label().into() },
            Err(error) => error,
        };
        if let Ok(verified) = self.inner.find(claims, &tokens, body, |key| !key.is_active(now)) {
            return Finding::ExpiredSecret { key_label: verified.key_label().into() };
        }
        for (candidate, other) in candidates.into_iter().enumerate() {
            if let Ok(verified) = self.inner.find(claims, &tokens, other, |_| true) {
                let key_label = verified.key_label().into();
                return Finding::ReserializedBody { candidate, key_label };
            }
        }
        match error {
            VerifyError::NoActiveSecret => Finding::NoActiveSecret,
            VerifyError::NoUsableSignature => self.unusable(claims),
            _ => Finding::WrongSecretOrBody,
        }
    }

    /// Tells signatures of another version from damaged ones.
    fn unusable(&self, claims: &Claims<'_, '_>) -> Finding {
        let (mut own, mut symmetric, mut asymmetric, mut unknown) = (false, false, false, false);
        // The lines were read before, so that this cannot fail.
        let _ = tokens::for_each(claims.signature, claims.family, |token| {
            let version =
                token.split(|&byte| byte == b',').next().filter(|v| v.len() < token.len());
            own |= version.is_some_and(|version| self.inner.makes(version));
            match version {
                Some(b"v1") => symmetric = true,
                Some(b"v1a") => asymmetric = true,
                Some(version) => unknown |= !version.is_empty(),
                None => {}
            }
        });
        if own || !(symmetric || asymmetric || unknown) {
            Finding::MalformedSignatures
        } else {
            Finding::OtherVersionsOnly { symmetric, asymmetric }
        }
    }
}

/// What was found out about a delivery. `Display` says it in words, with the first thing to do.
///
/// It holds no secret, no expected signature and nothing of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    finding: Finding,
    skew: Option<ClockSkew>,
}

impl Diagnosis {
    /// The first thing to mend.
    #[must_use]
    pub const fn finding(&self) -> &Finding {
        &self.finding
    }

    /// How far the timestamp lies outside of the tolerance, whatever the finding.
    #[must_use]
    pub const fn skew(&self) -> Option<ClockSkew> {
        self.skew
    }
}

/// A timestamp outside of the tolerance.
///
/// Exhaustive: time has two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSkew {
    /// It lies in the past.
    Behind {
        /// How far before `now`.
        seconds: u64,
    },
    /// It lies in the future.
    Ahead {
        /// How far after `now`.
        seconds: u64,
    },
}

impl ClockSkew {
    fn of(error: VerifyError) -> Option<Self> {
        match error {
            VerifyError::TooOld { seconds } => Some(Self::Behind { seconds }),
            VerifyError::TooNew { seconds } => Some(Self::Ahead { seconds }),
            _ => None,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.finding.fmt(f)?;
        // The skew brings its own advice.
        match (self.skew, self.finding.advice().first()) {
            (Some(skew), _) if matches!(self.finding, Finding::Clock { .. }) => {
                write!(f, "; {skew}")
            }
            (skew, advice) => {
                advice.map_or(Ok(()), |advice| write!(f, ": {advice}"))?;
                skew.map_or(Ok(()), |skew| write!(f, "; apart from that, {skew}"))
            }
        }
    }
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A timestamp in milliseconds lies some fifty thousand years ahead.
        const MILLISECONDS: u64 = 100_000_000_000;
        match *self {
            Self::Behind { seconds } => write!(
                f,
                "the timestamp lies {seconds} s in the past: \
                 check this machine's clock, or whether an old delivery was replayed"
            ),
            Self::Ahead { seconds: MILLISECONDS.. } => {
                f.write_str("the timestamp seems to be in milliseconds: it must be in seconds")
            }
            Self::Ahead { seconds } => write!(
                f,
                "the timestamp lies {seconds} s in the future: check this machine's clock"
            ),
        }
    }
}
