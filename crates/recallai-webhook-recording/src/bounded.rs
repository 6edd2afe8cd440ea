//! Bounded sorted sets: the greatest of what was put in, whatever the order.

use std::cmp::Ordering;

/// Puts a value into its place; `false` if it was there, or is less than all that fit.
///
/// The order must be total and must not change while values are in the set. Then the greatest of a
/// union are the greatest of the parts, and the bound cannot depend on what came first.
pub(crate) fn insert<T: Clone>(
    sorted: &mut Vec<T>,
    most: usize,
    value: &T,
    order: impl Fn(&T, &T) -> Ordering,
) -> bool {
    let Err(place) = sorted.binary_search_by(|other| order(other, value)) else {
        return false;
    };
    if sorted.len() < most {
        sorted.insert(place, value.clone());
        return true;
    }
    let Some(place) = place.checked_sub(1) else {
        return false;
    };
    sorted.remove(0);
    sorted.insert(place, value.clone());
    true
}

/// The greatest of a list, sorted, each once. What was written in order is read in order.
pub(crate) fn of<T>(mut list: Vec<T>, most: usize, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if !list.is_sorted_by(|a, b| order(a, b).is_lt()) {
        list.sort_unstable_by(&order);
        list.dedup_by(|a, b| order(a, b).is_eq());
    }
    list.drain(..list.len().saturating_sub(most));
    list
}
