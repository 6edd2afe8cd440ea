//! Who an output is to a broker.

use zeroize::Zeroizing;

use crate::{Credential, OutputError};

/// A user and the password, neither of which is shown.
pub(crate) struct Login {
    pub(crate) user: Box<str>,
    pub(crate) password: Zeroizing<String>,
}

impl Login {
    /// Reads the password, if there is one to read.
    ///
    /// # Errors
    ///
    /// One is there without the other, or the credential's.
    pub(crate) fn read(
        user: Option<&str>,
        password: Option<&Credential>,
    ) -> Result<Option<Self>, OutputError> {
        let missing = |option| OutputError::Option { option, reason: "is missing".into() };
        match (user, password) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing("password")),
            (None, Some(_)) => Err(missing("user")),
            (Some(user), Some(password)) => {
                Ok(Some(Self { user: user.into(), password: password.read()? }))
            }
        }
    }
}
