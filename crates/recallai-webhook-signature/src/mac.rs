//! HMAC-SHA256 over `id.timestamp.body` from two saved compression states.
//!
//! The first block of each of HMAC's two hashes depends on the key alone, so it is compressed once,
//! when the secret is made. What remains per delivery is the message itself, and the body's blocks go
//! to the compression function from where they lie.

use sha2::Digest;
use sha2::block_api::compress256;
use zeroize::{Zeroize, Zeroizing};

const BLOCK: usize = 64;
const OUTPUT: usize = 32;

/// The initial hash value of SHA-256 (FIPS 180-4, section 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A message authentication code.
pub(crate) type Mac = [u8; OUTPUT];

/// What the sender signs: `id.timestamp.body`, each part as it was received.
#[derive(Clone, Copy)]
pub(crate) struct SignedContent<'d> {
    pub(crate) id: &'d [u8],
    pub(crate) timestamp: &'d [u8],
    pub(crate) body: &'d [u8],
}

/// A key, kept as the compression states that follow its inner and its outer padded block.
pub(crate) struct Midstates {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Drop for Midstates {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl Midstates {
    /// Prepares `key`; one longer than a block is hashed first (RFC 2104, section 2).
    pub(crate) fn from_key(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        if key.len() > BLOCK {
            let digest = Zeroizing::new(<[u8; OUTPUT]>::from(sha2::Sha256::digest(key)));
            block[..OUTPUT].copy_from_slice(&*digest);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self { inner: padded(&block, 0x36), outer: padded(&block, 0x5c) }
    }

    pub(crate) fn mac(&self, content: SignedContent<'_>) -> Mac {
        let SignedContent { id, timestamp, body } = content;
        let length = BLOCK + id.len() + 1 + timestamp.len() + 1 + body.len();

        let mut inner = Stream { state: self.inner, buffer: [0; BLOCK], buffered: 0 };
        inner.update(id);
        inner.push(b'.');
        inner.update(timestamp);
        inner.push(b'.');
        inner.update(body);
        let digest = inner.finish(length);

        let mut block = [0; BLOCK];
        write_words(&digest, &mut block);
        block[OUTPUT] = ONE_BIT;
        write_length(&mut block, BLOCK + OUTPUT);
        let mut outer = self.outer;
        compress(&mut outer, &block);
        let mut mac = [0; OUTPUT];
        write_words(&outer, &mut mac);
        mac
    }
}

/// The state after the key's block, padded with `pad`.
fn padded(key: &[u8; BLOCK], pad: u8) -> [u32; 8] {
    let block = Zeroizing::new(key.map(|byte| byte ^ pad));
    let mut state = INITIAL;
    compress(&mut state, &block);
    state
}

/// SHA-256 in progress: what does not fill a block yet is buffered, and zeros follow it.
struct Stream {
    state: [u32; 8],
    buffer: [u8; BLOCK],
    buffered: usize,
}

impl Stream {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.buffer[self.buffered] = byte;
        self.buffered += 1;
        if self.buffered == BLOCK {
            self.compress_buffer();
        }
    }

    #[inline]
    fn update(&mut self, mut bytes: &[u8]) {
        if self.buffered > 0
            && let Some((head, rest)) = bytes.split_at_checked(BLOCK - self.buffered)
        {
            self.buffer[self.buffered..].copy_from_slice(head);
            self.compress_buffer();
            bytes = rest;
        }
        if self.buffered == 0 {
            let (blocks, tail) = bytes.as_chunks::<BLOCK>();
            if !blocks.is_empty() {
                compress256(&mut self.state, blocks);
            }
            bytes = tail;
        }
        self.buffer[self.buffered..][..bytes.len()].copy_from_slice(bytes);
        self.buffered += bytes.len();
    }

    #[inline]
    fn compress_buffer(&mut self) {
        compress(&mut self.state, &self.buffer);
        self.buffer = [0; BLOCK];
        self.buffered = 0;
    }

    /// Pads; `length` is that of all that was hashed, in bytes.
    #[inline]
    fn finish(mut self, length: usize) -> [u32; 8] {
        self.buffer[self.buffered] = ONE_BIT;
        if self.buffered >= LENGTH_AT {
            self.compress_buffer();
        }
        write_length(&mut self.buffer, length);
        compress(&mut self.state, &self.buffer);
        self.state
    }
}

/// Where a last block holds the length of all that was hashed (FIPS 180-4, section 5.1.1).
const LENGTH_AT: usize = BLOCK - size_of::<u64>();
/// What follows the message, before zeros and the length.
const ONE_BIT: u8 = 0x80;

#[inline]
fn write_length(block: &mut [u8; BLOCK], length: usize) {
    block[LENGTH_AT..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
}

#[inline]
fn write_words(words: &[u32; 8], output: &mut [u8]) {
    for (word, bytes) in words.iter().zip(output.as_chunks_mut().0) {
        *bytes = word.to_be_bytes();
    }
}

#[inline]
fn compress(state: &mut [u32; 8], block: &[u8; BLOCK]) {
    compress256(state, std::slice::from_ref(block));
}
