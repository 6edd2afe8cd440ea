//! Seeded numbers, in streams that do not disturb each other.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Where every random choice of a run comes from: the same seed gives the same bytes, on any machine
/// and in any later version that makes the same choices.
///
/// Each part of a run draws from a stream of its own, which is found by the part's name. So a new part
/// changes nothing of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "a seed is a number and nothing else")]
pub struct Seed(pub u64);

impl Seed {
    /// The stream of this name.
    pub(crate) fn stream(self, name: &str) -> Stream {
        self.numbered(fnv1a(FNV_OFFSET, name.as_bytes()))
    }

    /// The stream of what these parts name together. They are told apart by their lengths, as names that
    /// others give may hold any character.
    pub(crate) fn stream_for(self, parts: &[&[u8]]) -> Stream {
        let with_length =
            |hash, part: &&[u8]| fnv1a(fnv1a(hash, &(part.len() as u64).to_le_bytes()), part);
        self.numbered(parts.iter().fold(FNV_OFFSET, with_length))
    }

    fn numbered(self, stream: u64) -> Stream {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(self.0.to_le_bytes()) {
            *to = from;
        }
        let mut numbers = ChaCha8Rng::from_seed(key);
        numbers.set_stream(stream);
        Stream(numbers)
    }
}

/// The numbers of one part of a run: ChaCha with 8 rounds, whose values are part of its definition.
#[derive(Debug, Clone)]
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number from 0 to `most`, both included, each as likely as the others but for a bias of at most
    /// one part in 2^64 / `most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        scaled(self.number(), most)
    }

    /// A number out of all 64-bit numbers.
    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to 1, without the 1.
    pub(crate) fn unit(&mut self) -> f64 {
        // A float has 53 bits for this, so that the greatest is still below one.
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Takes one of all 64-bit numbers to one from 0 to `most`, both included.
pub(crate) fn scaled(number: u64, most: u64) -> u64 {
    ((u128::from(number) * (u128::from(most) + 1)) >> 64) as u64
}

/// Where the hash begins.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// The 64-bit FNV-1a hash: short, and the same everywhere, which `std`'s hasher does not promise.
fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are the published test vectors of FNV-1a, 64 bits.
    #[test]
    fn the_hash_is_fnv1a() {
        let hash = |text: &str| fnv1a(FNV_OFFSET, text.as_bytes());
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn streams_differ_by_name_and_by_seed() {
        let first = |seed: u64, name: &str| Seed(seed).stream(name).bytes::<16>();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
        assert_ne!(first(1, "a"), first(2, "a"));
    }

    #[test]
    fn parts_are_told_apart_by_their_lengths() {
        let first = |parts: &[&[u8]]| Seed(1).stream_for(parts).bytes::<16>();
        assert_eq!(first(&[b"ab", b"c"]), first(&[b"ab", b"c"]));
        assert_ne!(first(&[b"ab", b"c"]), first(&[b"a", b"bc"]));
        assert_ne!(first(&[b"a"]), first(&[b"a", b""]));
    }

    #[test]
    fn a_number_stays_within_its_bounds_and_reaches_them() {
        let mut stream = Seed(7).stream("bounds");
        let mut seen = [0; 4];
        for _ in 0..400 {
            seen[usize::try_from(stream.up_to(3)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
        assert_eq!(stream.up_to(0), 0);
        stream.up_to(u64::MAX);
    }
}
