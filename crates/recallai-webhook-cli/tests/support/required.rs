//! Whether tests may pass over what is not installed.

/// Set to `required` where something that is missing is a failure, as in CI.
pub(crate) const VARIABLE: &str = "RECALLAI_WEBHOOK_SENDERS";

pub(crate) fn is_required() -> bool {
    #[allow(clippy::disallowed_methods, reason = "only the environment knows whether this is CI")]
    let value = std::env::var_os(VARIABLE);
    value.is_some_and(|value| {
        assert_eq!(value, "required", "{VARIABLE} is `required` or not set");
        true
    })
}
