//! Tree objects as git stores them: entries in git's order, each a mode, a name and an id.

use std::cmp::Ordering;

use memchr::memchr;

use crate::ObjectId;

/// One entry, borrowed from the tree's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TreeEntry<'a> {
    /// As it is written, e.g. `100644`.
    pub(crate) mode: &'a [u8],
    pub(crate) name: &'a [u8],
    pub(crate) id: ObjectId,
}

impl TreeEntry<'_> {
    pub(crate) fn is_tree(&self) -> bool {
        matches!(self.mode, b"40000" | b"040000")
    }

    /// The order of entries in a tree: by name, as if the name of a folder ended with `/`.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let common = self.name.len().min(other.name.len());
        let end = |entry: &Self| match entry.name.get(common) {
            Some(byte) => *byte,
            None if entry.is_tree() => b'/',
            None => 0,
        };
        self.name[..common]
            .cmp(&other.name[..common])
            .then_with(|| end(self).cmp(&end(other)))
    }
}

/// Iterates over a tree's entries; ends with an `Err` where the bytes make no sense.
pub(crate) struct TreeEntries<'a> {
    rest: &'a [u8],
}

/// The bytes of a tree make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> TreeEntries<'a> {
    pub(crate) fn new(tree: &'a [u8]) -> Self {
        Self { rest: tree }
    }

    pub(crate) fn next(&mut self) -> Result<Option<TreeEntry<'a>>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let entry = parse(self.rest);
        self.rest = entry.map_or(&[], |(_, rest)| rest);
        entry.map(|(entry, _)| Some(entry)).ok_or(Malformed)
    }
}

/// Passes over the entries that two trees have in common from where they are.
pub(crate) fn skip_equal(a: &mut TreeEntries<'_>, b: &mut TreeEntries<'_>) {
    let mut common = common_prefix(a.rest, b.rest);
    while let Some(nul) = memchr(0, &a.rest[..common]) {
        let len = nul + 1 + size_of::<ObjectId>();
        if len > common {
            break;
        }
        a.rest = &a.rest[len..];
        b.rest = &b.rest[len..];
        common -= len;
    }
}

/// How many bytes are the same from the start.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let (a_chunks, _) = a.as_chunks::<32>();
    let (b_chunks, _) = b.as_chunks::<32>();
    let whole = a_chunks
        .iter()
        .zip(b_chunks)
        .take_while(|(a, b)| a == b)
        .count()
        * 32;
    let rest = a[whole..]
        .iter()
        .zip(&b[whole..])
        .take_while(|(a, b)| a == b)
        .count();
    whole + rest
}

fn parse(bytes: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    // Modes have five or six digits.
    let space = if bytes.get(5) == Some(&b' ') { 5 } else { 6 };
    if bytes.get(space) != Some(&b' ') {
        return None;
    }
    let nul = memchr(0, bytes)?;
    let name = bytes.get(space + 1..nul).filter(|name| !name.is_empty())?;
    let id = bytes.get(nul + 1..)?.first_chunk::<20>()?;
    Some((
        TreeEntry {
            mode: &bytes[..space],
            name,
            id: ObjectId(*id),
        },
        &bytes[nul + 21..],
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_sort_as_if_they_ended_with_a_slash() {
        let check =
            |a: (&'static str, &'static str), b: (&'static str, &'static str), expect: Ordering| {
                let entry = |(mode, name): (&'static str, &'static str)| TreeEntry {
                    mode: mode.as_bytes(),
                    name: name.as_bytes(),
                    id: ObjectId::NULL,
                };
                assert_eq!(entry(a).order(&entry(b)), expect, "{a:?} {b:?}");
                assert_eq!(entry(b).order(&entry(a)), expect.reverse(), "{b:?} {a:?}");
            };
        check(("100644", "a"), ("100644", "b"), Ordering::Less);
        check(("100644", "a"), ("100755", "a"), Ordering::Equal);
        check(("40000", "a"), ("40000", "a"), Ordering::Equal);
        check(("100644", "a"), ("40000", "a"), Ordering::Less);
        check(("100644", "a.b"), ("40000", "a"), Ordering::Less);
        check(("100644", "a0"), ("40000", "a"), Ordering::Greater);
        check(("100644", "a-b"), ("100644", "a"), Ordering::Greater);
    }

    proptest! {
        /// Trees that share entries: nothing but entries that both have is passed over.
        #[test]
        fn what_is_skipped_is_equal(
            shared in proptest::collection::vec(("[a-z]{1,40}", any::<[u8; 20]>()), 0..6),
            tails in any::<(Vec<u8>, Vec<u8>)>(),
        ) {
            let head: Vec<u8> = shared
                .iter()
                .flat_map(|(name, id)| [b"100644 ", name.as_bytes(), &[0], id].concat())
                .collect();
            let (a, b) = ([head.as_slice(), &tails.0].concat(), [head.as_slice(), &tails.1].concat());
            let (mut a, mut b) = (TreeEntries::new(&a), TreeEntries::new(&b));
            skip_equal(&mut a, &mut b);
            prop_assert!(a.rest.len() <= tails.0.len() && b.rest.len() <= tails.1.len());
            prop_assert_eq!(tails.0.len() - a.rest.len(), tails.1.len() - b.rest.len());
            prop_assert_eq!(tails.0[..tails.0.len() - a.rest.len()].to_vec(), tails.1[..tails.1.len() - b.rest.len()].to_vec());
        }

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut entries = TreeEntries::new(&bytes);
            for _ in 0..bytes.len() {
                if !matches!(entries.next(), Ok(Some(_))) {
                    break;
                }
            }
            prop_assert!(matches!(entries.next(), Ok(None)));
        }
    }
}
