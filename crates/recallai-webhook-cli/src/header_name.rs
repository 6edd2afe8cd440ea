//! The names of the signature headers: two families of three.

use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};

/// In the order in which verification looks for them.
pub(crate) const FAMILIES: [HeaderFamily; 2] = [HeaderFamily::Svix, HeaderFamily::Webhook];

pub(crate) const PARTS: [HeaderPart; 3] =
    [HeaderPart::Id, HeaderPart::Timestamp, HeaderPart::Signature];

/// Whether it is a name of either family.
pub(crate) fn is_ours(name: &str) -> bool {
    FAMILIES.into_iter().any(|family| in_family(name, family))
}

pub(crate) fn in_family(name: &str, family: HeaderFamily) -> bool {
    PARTS.into_iter().any(|part| name.eq_ignore_ascii_case(family.header_name(part)))
}

/// Whether a header of the name holds signatures, in one family or the other.
pub(crate) fn is_signature(name: &str) -> bool {
    let is =
        |family: HeaderFamily| name.eq_ignore_ascii_case(family.header_name(HeaderPart::Signature));
    FAMILIES.into_iter().any(is)
}
