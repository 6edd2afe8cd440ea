//! From an event name to its row: a table laid out by the compiler, no hashing library, no lock.

use super::Entry;
pub use super::names::CATALOGUE;

/// Slots of the table: a power of two, several times the number of rows.
const SLOTS: usize = 512;

/// For each slot one more than the index of a row, or 0.
static TABLE: [u8; SLOTS] = table();

/// The row of an event name; `None` for a name that is not in the catalogue.
pub fn find(name: &str) -> Option<&'static Entry> {
    let mut slot = hash(name.as_bytes());
    loop {
        let entry = &CATALOGUE[usize::from(TABLE[slot].checked_sub(1)?)];
        if entry.name == name {
            return Some(entry);
        }
        slot = (slot + 1) % SLOTS;
    }
}

const fn table() -> [u8; SLOTS] {
    assert!(CATALOGUE.len() < 255 && CATALOGUE.len() * 2 < SLOTS, "widen the table");
    let mut table = [0; SLOTS];
    let mut row = 0;
    while row < CATALOGUE.len() {
        let mut slot = hash(CATALOGUE[row].name.as_bytes());
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = row as u8 + 1;
        row += 1;
    }
    table
}

/// Mixes the length and a few bytes spread over the name. Names of the sender are no attack on it:
/// a probe ends at the first empty slot, and the table is fixed.
const fn hash(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let mut hash = len;
    let picks = [0, len / 4, len / 2, len - len.div_ceil(3), len - 1];
    let mut pick = 0;
    while pick < picks.len() {
        hash = hash.wrapping_mul(31).wrapping_add(name[picks[pick]] as usize);
        pick += 1;
    }
    hash % SLOTS
}
