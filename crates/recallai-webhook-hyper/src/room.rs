//! Room for connections. Where there is none left, the connection that has waited longest for a request, or
//! for the body of one, makes room: a crowd that only holds connections open keeps nobody out who has
//! something to say.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::yield_now;

/// How often it is said that there is no room.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// Which part of all connections leave at once where there is no room for another one.
const PART: usize = 16;

/// Of a place: nobody waits for whoever has it. A request that is there is being answered.
const BUSY: u64 = 0;

/// Of a place: who has it was asked to leave, and nothing of a request has come since.
const LEAVING: u64 = u64::MAX;

/// A number of places, for one who gives them out.
#[derive(Debug)]
pub(crate) struct Room {
    limit: usize,
    places: Mutex<Places>,
    /// Counts who begins to wait, and whose head has come, so that it is known who has waited longer.
    turns: AtomicU64,
    /// Whether there was no place for somebody.
    wanted: AtomicBool,
    /// A place is free, or somebody else has begun to wait.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Places {
    next: u64,
    taken: HashMap<u64, Arc<Seat>>,
    said: Option<Instant>,
}

#[derive(Debug)]
struct Seat {
    /// Since which turn a request, or its body, is waited for; or [`BUSY`], or [`LEAVING`].
    waits_since: AtomicU64,
    asked: Notify,
}

/// A place that is taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    room: Arc<Room>,
    number: u64,
    seat: Arc<Seat>,
}

impl Room {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit: limit.max(1),
            places: Mutex::default(),
            turns: AtomicU64::new(BUSY + 1),
            wanted: AtomicBool::new(false),
            changed: Notify::new(),
        })
    }

    /// How many places are taken.
    pub(crate) fn taken(&self) -> usize {
        self.lock().taken.len()
    }

    /// Waits for a place, and has others leave for it that have no whole request. One at a time waits.
    pub(crate) async fn place(self: &Arc<Self>) -> Place {
        loop {
            if self.taken() < self.limit {
                self.wanted.store(false, SeqCst);
                return self.place_beyond_limit();
            }
            // Said before it is looked who waits: whoever begins to wait after that tells of it.
            self.wanted.store(true, SeqCst);
            self.ask_to_leave();
            self.changed.notified().await;
        }
    }

    /// A place, whether or not there is room.
    pub(crate) fn place_beyond_limit(self: &Arc<Self>) -> Place {
        let since = self.turns.fetch_add(1, SeqCst);
        let seat = Arc::new(Seat { waits_since: AtomicU64::new(since), asked: Notify::new() });
        let mut places = self.lock();
        let number = places.next;
        places.next += 1;
        places.taken.insert(number, Arc::clone(&seat));
        drop(places);
        Place { room: Arc::clone(self), number, seat }
    }

    /// Asks those that have waited longest, unless some were asked already. Several at once: who has to make
    /// room may have to do so for a crowd.
    fn ask_to_leave(&self) {
        let mut places = self.lock();
        let waiting = places.taken.values().map(|seat| (seat.waits_since.load(SeqCst), seat));
        let mut waiting: Vec<_> = waiting.filter(|(since, _)| *since != BUSY).collect();
        if waiting.iter().any(|(since, _)| *since == LEAVING) {
            return;
        }
        waiting.sort_unstable_by_key(|(since, _)| *since);
        let asked = waiting.len().min(self.limit.div_ceil(PART));
        for (since, seat) in &waiting[..asked] {
            match seat.waits_since.compare_exchange(*since, LEAVING, SeqCst, SeqCst) {
                Ok(_) => seat.asked.notify_one(),
                // Something came of it: the next look finds another one.
                Err(_) => self.changed.notify_one(),
            }
        }
        if places.said.is_none_or(|said| said.elapsed() >= SAY_EVERY) {
            places.said = Some(Instant::now());
            let limit = self.limit;
            tracing::warn!(limit, asked, "no room for another connection; asked some to leave");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // Nothing that can panic happens while it is held.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The head of a request has come. The turn is its own: whatever is waited for of its body is waited for
    /// since then, so that who sends a byte now and then has waited no shorter.
    pub(crate) fn begin(&self) -> u64 {
        self.arrived();
        self.room.turns.fetch_add(1, SeqCst)
    }

    /// What was waited for is there.
    pub(crate) fn arrived(&self) {
        if self.seat.waits_since.swap(BUSY, SeqCst) == LEAVING {
            self.room.changed.notify_one();
        }
    }

    /// More of a request is waited for that began at a turn. Who was asked to leave has to, all the same.
    pub(crate) fn wait_since(&self, turn: u64) {
        let waits = self.seat.waits_since.compare_exchange(BUSY, turn, SeqCst, SeqCst);
        if waits.is_ok() && self.room.wanted.load(SeqCst) {
            self.room.changed.notify_one();
        }
    }

    /// The request is answered.
    pub(crate) fn end(&self) {
        self.seat.waits_since.store(self.room.turns.fetch_add(1, SeqCst), SeqCst);
        if self.room.wanted.load(SeqCst) {
            self.room.changed.notify_one();
        }
    }

    /// Whether a request is being answered that has come as a whole.
    pub(crate) fn is_busy(&self) -> bool {
        self.seat.waits_since.load(SeqCst) == BUSY
    }

    /// Completes once the place is wanted for somebody else, and nothing of a request is on its way here. To
    /// be polled after what reads requests.
    pub(crate) async fn to_be_left(&self) {
        loop {
            self.seat.asked.notified().await;
            arrivals().await;
            if self.seat.waits_since.load(SeqCst) == LEAVING {
                return;
            }
        }
    }
}

/// One turn in which the runtime hears of what the kernel has, one in which it is read.
pub(crate) async fn arrivals() {
    yield_now().await;
    yield_now().await;
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.lock().taken.remove(&self.number);
        self.room.changed.notify_one();
    }
}
