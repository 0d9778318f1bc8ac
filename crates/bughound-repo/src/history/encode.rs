//! Columns as bytes, for the cache.
//!
//! Eight counts (u64), then the columns one after the other, each padded with zeros to a multiple of 8.
//! All numbers are little-endian. What is read is checked as if it came from a stranger: indices are in
//! range, ends ascend, texts are UTF-8, paths are sorted, parents come after their children.

use crate::ObjectId;
use crate::history::columns::Columns;
use crate::history::ragged::{Ragged, Texts};

/// To be raised whenever the layout changes, or what is in the columns.
pub(crate) const VERSION: u32 = 1;

/// The bytes of columns. `None` where something does not fit the layout (texts beyond 4 GiB).
pub(crate) fn encode(columns: &Columns) -> Option<Vec<u8>> {
    let counts = [
        columns.len(),
        columns.outside.len(),
        columns.parents.items.len(),
        columns.messages.text.len(),
        columns.changed.items.len(),
        columns.paths.len(),
        columns.paths.text.len(),
        0,
    ];
    let mut out = Vec::with_capacity(
        columns.messages.text.len() + columns.len() * 80 + columns.changed.items.len() * 4,
    );
    counts
        .iter()
        .for_each(|count| out.extend_from_slice(&(*count as u64).to_le_bytes()));
    for ids in [&columns.ids, &columns.outside] {
        ids.iter().for_each(|id| out.extend_from_slice(&id.0));
        pad(&mut out);
    }
    for numbers in [&columns.times, &columns.orders] {
        numbers
            .iter()
            .for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    }
    for ends in [
        &columns.parents.ends,
        &columns.messages.ends,
        &columns.changed.ends,
        &columns.paths.ends,
    ] {
        for end in ends {
            out.extend_from_slice(&u32::try_from(*end).ok()?.to_le_bytes());
        }
        pad(&mut out);
    }
    for items in [&columns.parents.items, &columns.changed.items] {
        items
            .iter()
            .for_each(|item| out.extend_from_slice(&item.to_le_bytes()));
        pad(&mut out);
    }
    for text in [&columns.messages.text, &columns.paths.text] {
        out.extend_from_slice(text.as_bytes());
        pad(&mut out);
    }
    Some(out)
}

/// Columns from bytes; `None` where they are not what [`encode`] writes.
pub(crate) fn decode(bytes: &[u8]) -> Option<Columns> {
    let mut input = Input { rest: bytes };
    let mut counts = [0; 8];
    for count in &mut counts {
        *count = usize::try_from(u64::from_le_bytes(*input.take(8)?.first_chunk()?)).ok()?;
    }
    let [
        n,
        n_outside,
        n_parents,
        messages_len,
        n_changed,
        n_paths,
        paths_len,
        _,
    ] = counts;
    let columns = Columns {
        ids: input.ids(n)?,
        outside: input.ids(n_outside)?,
        times: input.numbers(n)?,
        orders: input.numbers(n)?,
        ..Columns::default()
    };
    let (parent_ends, message_ends) = (input.ends(n, n_parents)?, input.ends(n, messages_len)?);
    let (changed_ends, path_ends) = (input.ends(n, n_changed)?, input.ends(n_paths, paths_len)?);
    let parents = Ragged {
        items: input.items(n_parents, n + n_outside)?,
        ends: parent_ends,
    };
    let changed = Ragged {
        items: input.items(n_changed, n_paths)?,
        ends: changed_ends,
    };
    let messages = input.texts(messages_len, message_ends)?;
    let paths = input.texts(paths_len, path_ends)?;
    let descending = (0..n).all(|row| parents.get(row).iter().all(|parent| *parent as usize > row));
    let sorted = (1..n_paths).all(|at| paths.get(at - 1) < paths.get(at));
    (input.rest.is_empty() && descending && sorted).then_some(Columns {
        parents,
        changed,
        messages,
        paths,
        ..columns
    })
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(8), 0);
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// So many bytes, without their padding.
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len.checked_next_multiple_of(8)?)?;
        self.rest = rest;
        Some(&taken[..len])
    }

    fn ids(&mut self, n: usize) -> Option<Vec<ObjectId>> {
        Some(
            self.take(n.checked_mul(20)?)?
                .as_chunks()
                .0
                .iter()
                .map(|id| ObjectId(*id))
                .collect(),
        )
    }

    fn numbers(&mut self, n: usize) -> Option<Vec<i64>> {
        Some(
            self.take(n.checked_mul(8)?)?
                .as_chunks()
                .0
                .iter()
                .map(|bytes| i64::from_le_bytes(*bytes))
                .collect(),
        )
    }

    /// Items below a bound.
    fn items(&mut self, n: usize, bound: usize) -> Option<Vec<u32>> {
        let bytes = self.take(n.checked_mul(4)?)?;
        let items: Vec<_> = bytes
            .as_chunks()
            .0
            .iter()
            .map(|bytes| u32::from_le_bytes(*bytes))
            .collect();
        items
            .iter()
            .all(|item| (*item as usize) < bound)
            .then_some(items)
    }

    /// Ends that ascend up to `last`.
    fn ends(&mut self, n: usize, last: usize) -> Option<Vec<usize>> {
        let ends = self.items(n, last.checked_add(1)?)?;
        let whole = ends.is_sorted() && ends.last().map_or(last == 0, |end| *end as usize == last);
        whole.then(|| ends.into_iter().map(|end| end as usize).collect())
    }

    fn texts(&mut self, len: usize, ends: Vec<usize>) -> Option<Texts> {
        let text = std::str::from_utf8(self.take(len)?).ok()?;
        ends.iter()
            .all(|end| text.is_char_boundary(*end))
            .then(|| Texts {
                text: text.to_owned(),
                ends,
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::columns::tests::columns;

    fn sample() -> Columns {
        columns(&[
            (1, 10, &[], &["old", "naïve"]),
            (2, 20, &[1], &["b", "old"]),
            (3, -25, &[77], &[]),
            (4, 30, &[2, 3, 78], &["a"]),
        ])
    }

    #[test]
    fn there_and_back() {
        for columns in [Columns::default(), sample()] {
            let bytes = encode(&columns).expect("small");
            assert_eq!(decode(&bytes), Some(columns));
            assert_eq!(decode(&bytes[..bytes.len() - 8]), None);
            assert_eq!(decode(&[&bytes[..], &[0; 8]].concat()), None);
        }
    }

    /// Whatever is read, it can be selected from without a panic.
    fn try_all(bytes: &[u8]) {
        if let Some(columns) = decode(bytes) {
            for row in 0..columns.len() {
                let _ = crate::history::select::ancestors(&columns, row);
            }
            let _ = Columns::merge(vec![columns, sample()]);
        }
    }

    #[test]
    fn every_changed_byte() {
        let bytes = encode(&sample()).expect("small");
        for at in 0..bytes.len() {
            for change in [1, 0x80, 0xFF] {
                let mut bytes = bytes.clone();
                bytes[at] ^= change;
                try_all(&bytes);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            try_all(&bytes);
        }
    }
}
