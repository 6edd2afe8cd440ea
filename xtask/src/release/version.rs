//! Versions of our crates, and how far a change moves them.

use std::fmt;

use crate::Result;
use crate::workspace::Package;

/// `1.2.3`; our crates have no pre-releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// What users of a crate will notice, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bump {
    /// Something was mended.
    Patch,
    /// Something was added.
    Minor,
    /// Something that built or worked may not any more.
    Breaking,
}

impl Version {
    /// The one in the manifest of a package.
    pub(crate) fn of(package: &Package) -> Result<Self> {
        let Package { name, version, .. } = package;
        let parsed = Self::parse(version);
        Ok(parsed.ok_or_else(|| format!("{name}: `{version}` is no version of three numbers"))?)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let (major, minor, patch) = (parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(Self { major, minor, patch })
    }

    /// The next version. Before 1.0 cargo takes the second number for the first, so what breaks moves
    /// the second, and all else the third.
    pub(crate) fn after(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        match (major, bump) {
            (0, Bump::Breaking) => Self { major, minor: minor + 1, patch: 0 },
            (0, _) | (_, Bump::Patch) => Self { major, minor, patch: patch + 1 },
            (_, Bump::Minor) => Self { major, minor: minor + 1, patch: 0 },
            (_, Bump::Breaking) => Self { major: major + 1, minor: 0, patch: 0 },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Breaking => "BREAKING",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, bump: Bump, to: &str) {
        assert_eq!(Version::parse(from).unwrap().after(bump).to_string(), to, "{from} {bump}");
    }

    #[test]
    fn before_1_0_what_breaks_moves_the_second_number() {
        check("0.1.3", Bump::Breaking, "0.2.0");
        check("0.1.3", Bump::Minor, "0.1.4");
        check("0.1.3", Bump::Patch, "0.1.4");
        check("1.2.3", Bump::Breaking, "2.0.0");
        check("1.2.3", Bump::Minor, "1.3.0");
        check("1.2.3", Bump::Patch, "1.2.4");
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Version::parse("0.10.0") > Version::parse("0.9.1"));
        for text in ["1.2", "1.2.3.4", "1.2.x", "", "1.2.3-rc.1"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
