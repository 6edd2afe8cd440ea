//! Which partition a key belongs to: as the Java client has it by default, so that what we produce and what
//! others produce under one key is in one partition.

/// The partition of a key among so many.
pub(super) fn partition(key: &[u8], partitions: usize) -> usize {
    // The sign is cut off and not changed, in Java as here.
    let positive = murmur2(key) & 0x7fff_ffff;
    positive as usize % partitions.max(1)
}

/// MurmurHash2 with 32 bits, and the seed of the Java client.
fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c ^ data.len() as u32;
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let k = u32::from_le_bytes(*word).wrapping_mul(M);
        let k = (k ^ (k >> 24)).wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ k;
    }
    if !rest.is_empty() {
        for (at, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * at);
        }
        hash = hash.wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Kafka's own test: `testMurmur2` of `UtilsTest.java`.
    #[test]
    fn the_hash_is_that_of_the_java_client() {
        for (key, expected) in [
            ("21", -973_932_308_i32),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), expected, "{key}");
        }
    }

    #[test]
    fn a_negative_hash_has_a_partition() {
        assert_eq!(partition(b"21", 10), ((-973_932_308_i32) & 0x7fff_ffff) as usize % 10);
        assert_eq!(partition(b"abc", 1), 0);
        assert_eq!(partition(b"", 0), 0);
    }
}
