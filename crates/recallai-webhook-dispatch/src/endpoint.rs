//! Endpoints: who may deliver, and how they prove it.

use std::sync::Arc;

use recallai_webhook_signature::{Finding, Verifier, VerifyError};

use crate::refusal_log::RefusalLog;
use crate::spelling::{self, Spelling};
use crate::{Delivery, Token, TokenRefusal, VerifiedDelivery};

/// A named endpoint with its own secrets: one for each workspace, region or legacy Svix endpoint of
/// the vendor's.
#[derive(Debug, Clone)]
pub struct Endpoint {
    name: Arc<str>,
    scope: Arc<str>,
    auth: Auth,
    refusals: Arc<RefusalLog>,
}

#[derive(Debug, Clone)]
enum Auth {
    Signature(Verifier),
    Token(Token),
    Unverified,
}

/// Why a delivery was not let in: for logs and metrics. The sender gets one opaque reply for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The signature was not accepted.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// The token was not accepted.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
}

impl Refusal {
    /// A stable word for the label of a metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature(error) => error.name(),
            Self::Token(TokenRefusal::Missing) => "missing_token",
            Self::Token(TokenRefusal::Wrong) => "wrong_token",
        }
    }
}

impl Endpoint {
    /// An endpoint whose deliveries are signed. The name stands in logs, in metrics and in the key
    /// by which messages are told apart.
    pub fn signed(name: impl Into<Arc<str>>, verifier: Verifier) -> Self {
        Self::new(name.into(), Auth::Signature(verifier))
    }

    /// An endpoint for sources that cannot sign, which show a token instead.
    pub fn token(name: impl Into<Arc<str>>, token: Token) -> Self {
        Self::new(name.into(), Auth::Token(token))
    }

    pub(crate) fn unverified(name: Arc<str>) -> Self {
        Self::new(name, Auth::Unverified)
    }

    fn new(name: Arc<str>, auth: Auth) -> Self {
        Self { scope: Arc::clone(&name), name, auth, refusals: Arc::default() }
    }

    /// The same in a scope: the workspace whose recordings, bots and uploads the endpoint tells of.
    /// Endpoints of one workspace share one; by default each endpoint is a scope of its own, by its
    /// name.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<Arc<str>>) -> Self {
        self.scope = scope.into();
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scope.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Lets a delivery in, or refuses it; nothing has read the body before. A refusal is logged
    /// with the operator's diagnosis, at a limited rate.
    ///
    /// # Errors
    ///
    /// The signature or the token was not accepted.
    pub fn verify<'h, H>(&self, delivery: &Delivery<'h, H>) -> Result<VerifiedDelivery, Refusal>
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        self.admit(delivery).map_err(|(refusal, _)| refusal)
    }

    /// The same, and with a refusal the operator's diagnosis, if it was logged.
    pub(crate) fn admit<'h, H>(
        &self,
        delivery: &Delivery<'h, H>,
    ) -> Result<VerifiedDelivery, (Refusal, Option<String>)>
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        self.check(delivery)
            .map_err(|refusal| (refusal, self.refusals.write(self, refusal, delivery)))
    }

    fn check<'h, H>(&self, delivery: &Delivery<'h, H>) -> Result<VerifiedDelivery, Refusal>
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        let Delivery { headers, query, body, received_at } = delivery;
        let admit =
            |signed| VerifiedDelivery::new(&self.name, &self.scope, signed, body, *received_at);
        match &self.auth {
            Auth::Signature(verifier) => {
                Ok(admit(Some(&verifier.verify(lines(headers), body, *received_at)?)))
            }
            Auth::Token(token) => {
                token.check(*query, lines(headers))?;
                Ok(admit(None))
            }
            Auth::Unverified => Ok(admit(None)),
        }
    }

    /// Explains to an operator why a delivery was refused, as far as it can be told. Slower than
    /// refusing it: it tries other spellings of the body. Never for the sender's eyes.
    pub fn diagnose<'h, H>(&self, delivery: &Delivery<'h, H>) -> Option<String>
    where
        H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
    {
        let Auth::Signature(verifier) = &self.auth else { return None };
        let Delivery { headers, body, received_at, .. } = delivery;
        let diagnose = |spelling: Option<&[u8]>| {
            verifier.diagnose(lines(headers), body, *received_at, spelling)
        };
        let diagnosis = diagnose(None);
        if *diagnosis.finding() == Finding::WrongSecretOrBody {
            for Spelling { how, body } in spelling::spellings(body) {
                let diagnosis = diagnose(Some(&body));
                if matches!(diagnosis.finding(), Finding::ReserializedBody { .. }) {
                    return Some(format!("{diagnosis}; the signed body was written {how}"));
                }
            }
        }
        Some(diagnosis.to_string())
    }
}

/// The header lines, for as long as the delivery is looked at.
fn lines<'s, 'h: 's, H>(headers: &H) -> impl Iterator<Item = (&'s str, &'s [u8])> + use<'s, 'h, H>
where
    H: IntoIterator<Item = (&'h str, &'h [u8])> + Clone,
{
    #[expect(clippy::map_identity, reason = "the pairs that come out live shorter")]
    headers.clone().into_iter().map(|(name, value)| (name, value))
}
