//! Meters: counters and histograms of atomics, and where they are found by a name.
//!
//! The handles of the `prometheus` crate are made by constructors that may fail, and looked up by hashing
//! their labels. These cannot fail, and what is measured is found by one comparison of names; that crate
//! writes the text.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// The parts of a second that histograms of durations count in.
pub(crate) const NANOSECONDS: f64 = 1e9;

/// A count that only rises.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often values fell between bounds.
#[derive(Debug)]
pub(crate) struct Histogram {
    /// The upper bounds, rising; in parts.
    bounds: &'static [u64],
    /// How many parts make one unit.
    parts: f64,
    /// One more than bounds: what is above the last.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// A histogram as it stood at one moment, or several of them together.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Each upper bound in units, with how many values were not above it.
    pub(crate) buckets: Vec<(f64, u64)>,
    pub(crate) count: u64,
    /// In units.
    pub(crate) sum: f64,
}

impl Histogram {
    /// Of values without a unit.
    pub(crate) fn of_counts(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1.0)
    }

    /// Of durations; bounds in nanoseconds.
    pub(crate) fn of_durations(bounds: &'static [u64]) -> Self {
        Self::new(bounds, NANOSECONDS)
    }

    fn new(bounds: &'static [u64], parts: f64) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, parts, counts, sum: AtomicU64::new(0) }
    }

    pub(crate) fn observe(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
            self.sum.fetch_add(value, Ordering::Relaxed);
        }
    }

    pub(crate) fn observe_time(&self, time: Duration) {
        self.observe(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn read(&self) -> Reading {
        let mut count = 0;
        let mut buckets = Vec::with_capacity(self.bounds.len());
        for (at, counted) in self.counts.iter().enumerate() {
            count += counted.load(Ordering::Relaxed);
            buckets.extend(self.bounds.get(at).map(|bound| (*bound as f64 / self.parts, count)));
        }
        Reading { buckets, count, sum: self.sum.load(Ordering::Relaxed) as f64 / self.parts }
    }
}

impl Reading {
    /// Adds another with the same bounds.
    pub(crate) fn merge(&mut self, other: &Self) {
        for ((_, count), (_, more)) in self.buckets.iter_mut().zip(&other.buckets) {
            *count += more;
        }
        self.count += other.count;
        self.sum += other.sum;
    }

    /// The value that this share of the values is not above, from 0 to 1, as far as the buckets tell: evenly
    /// spread within each, and the last bound for what is above it. `None` without values.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let rank = share * self.count as f64;
        let (mut from, mut below) = (0.0, 0);
        for (bound, count) in &self.buckets {
            if *count as f64 >= rank && *count > below {
                let part = (rank - below as f64) / (*count - below) as f64;
                return Some(from + (bound - from) * part.clamp(0.0, 1.0));
            }
            (from, below) = (*bound, *count);
        }
        self.buckets.last().map(|(bound, _)| *bound)
    }

    pub(crate) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

/// Meters by the name of an endpoint or a subscription. There are as many as were configured.
#[derive(Debug)]
pub(crate) struct Named<M>(RwLock<BTreeMap<Box<str>, Arc<M>>>);

impl<M> Default for Named<M> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<M: Default> Named<M> {
    /// The meters of this name, made at its first use.
    pub(crate) fn of(&self, name: &str) -> Arc<M> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.into()).or_default())
        })
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> Vec<(Box<str>, Arc<M>)> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(name, meters)| (name.clone(), Arc::clone(meters))).collect()
    }
}

/// Counts by a word of a closed set that the code names.
#[derive(Debug, Default)]
pub(crate) struct Words(RwLock<Vec<(&'static str, Counter)>>);

impl Words {
    pub(crate) fn add(&self, word: &'static str, count: u64) {
        let words = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counter)) = words.iter().find(|(known, _)| *known == word) {
            return counter.add(count);
        }
        drop(words);
        let mut words = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !words.iter().any(|(known, _)| *known == word) {
            words.push((word, Counter::default()));
        }
        if let Some((_, counter)) = words.iter().find(|(known, _)| *known == word) {
            counter.add(count);
        }
    }

    /// Each word with its count, by word.
    pub(crate) fn all(&self) -> BTreeMap<&'static str, u64> {
        let words = self.0.read().unwrap_or_else(PoisonError::into_inner);
        words.iter().map(|(word, counter)| (*word, counter.get())).collect()
    }
}

/// Nothing panics while it is held.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_a_bound_is_not_above_it() {
        let histogram = Histogram::of_counts(&[1, 10]);
        for value in [0, 1, 2, 10, 11] {
            histogram.observe(value);
        }
        let reading = histogram.read();
        assert_eq!(reading.buckets, [(1.0, 2), (10.0, 4)]);
        assert_eq!((reading.count, reading.sum), (5, 24.0));
    }

    #[test]
    fn bounds_of_durations_are_exact_seconds() {
        let histogram = Histogram::of_durations(&[500_000, 100_000_000]);
        histogram.observe_time(Duration::from_millis(250));
        let reading = histogram.read();
        assert_eq!(reading.buckets, [(0.0005, 0), (0.1, 0)]);
        assert_eq!((reading.count, reading.sum), (1, 0.25));
    }

    /// What `histogram_quantile` of Prometheus makes of the same buckets.
    #[test]
    fn quantiles_are_spread_within_buckets() {
        let reading =
            |buckets: &[(f64, u64)], count| Reading { buckets: buckets.to_vec(), count, sum: 0.0 };
        let spread = reading(&[(1.0, 50), (2.0, 100)], 100);
        assert_eq!(spread.quantile(0.5), Some(1.0));
        assert_eq!(spread.quantile(0.75), Some(1.5));
        assert_eq!(reading(&[(1.0, 0), (2.0, 4)], 4).quantile(0.5), Some(1.5));
        assert_eq!(reading(&[(1.0, 1), (2.0, 1)], 9).quantile(0.9), Some(2.0));
        assert_eq!(reading(&[(1.0, 0)], 0).quantile(0.5), None);
    }

    #[test]
    fn readings_are_added() {
        let [one, other] = [3, 30].map(|value| {
            let histogram = Histogram::of_counts(&[10]);
            histogram.observe(value);
            histogram.read()
        });
        let mut both = one;
        both.merge(&other);
        assert_eq!((both.buckets, both.count, both.sum), (vec![(10.0, 1)], 2, 33.0));
    }
}
