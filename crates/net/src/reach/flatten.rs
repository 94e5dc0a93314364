//! From nested ranges to a list of disjoint ones: the longest match, decided once for every address.

use super::store::Interval;

/// A range with a rank: of ranges that hold an address, the one with the highest rank decides. Ranges are nested or disjoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranked<T> {
    pub(crate) range: Interval,
    pub(crate) rank: u32,
    pub(crate) value: T,
}

/// Disjoint and sorted. Of equal ranges, the one with the higher rank stays.
pub(crate) fn flatten<T: Copy>(mut ranges: Vec<Ranked<T>>) -> Vec<(Interval, T)> {
    ranges.sort_by_key(|it| (it.range.0, std::cmp::Reverse(it.range.1), it.rank));
    let mut flat = Vec::with_capacity(ranges.len());
    let mut open: Vec<(u64, T)> = Vec::new();
    let mut next = 0;
    for it in ranges {
        close(&mut flat, &mut open, &mut next, it.range.0);
        if let Some((_, value)) = open.last()
            && next < it.range.0
        {
            flat.push(((next, it.range.0 - 1), *value));
        }
        next = it.range.0;
        open.push((it.range.1, it.value));
    }
    close(&mut flat, &mut open, &mut next, u64::MAX);
    flat
}

/// Ends every open range that ends before `until`.
fn close<T: Copy>(flat: &mut Vec<(Interval, T)>, open: &mut Vec<(u64, T)>, next: &mut u64, until: u64) {
    while let Some(&(last, value)) = open.last() {
        if last >= until {
            return;
        }
        if *next <= last {
            flat.push(((*next, last), value));
            *next = last + 1;
        }
        open.pop();
    }
}

/// The values of the ranges that share something with `wanted`, with what they share.
pub(crate) fn within<T: Copy>(
    flat: &[(Interval, T)],
    wanted: Interval,
) -> impl Iterator<Item = (Interval, T)> {
    let start = flat.partition_point(|((_, last), _)| *last < wanted.0);
    flat.iter()
        .skip(start)
        .take_while(move |((first, _), _)| *first <= wanted.1)
        .map(move |&((first, last), value)| ((first.max(wanted.0), last.min(wanted.1)), value))
}
