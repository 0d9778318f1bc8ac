//! Git's differences between objects (gitformat-pack(5), "Deltified representation").

/// Makes an object out of its base and a difference. `None` where the difference makes no sense, or the
/// object would have more than `max` bytes.
pub(crate) fn apply(base: &[u8], mut delta: &[u8], max: usize, out: &mut Vec<u8>) -> Option<()> {
    out.clear();
    let base_len = size(&mut delta)?;
    let len = size(&mut delta)?;
    if base_len != base.len() || len > max {
        return None;
    }
    out.reserve(len);
    while let Some((op, rest)) = delta.split_first() {
        delta = rest;
        let piece = if op & 0x80 != 0 {
            // Copies from the base: bits say which bytes of offset and length follow.
            let start = number(&mut delta, *op, 4)?;
            let len = match number(&mut delta, *op >> 4, 3)? {
                0 => 0x10000,
                len => len,
            };
            base.get(start..start.checked_add(len)?)?
        } else if *op != 0 {
            let (literal, rest) = delta.split_at_checked(usize::from(*op))?;
            delta = rest;
            literal
        } else {
            return None;
        };
        if out.len() + piece.len() > len {
            return None;
        }
        out.extend_from_slice(piece);
    }
    (out.len() == len).then_some(())
}

/// Seven bits per byte, lowest first; the highest bit says that more follow.
fn size(delta: &mut &[u8]) -> Option<usize> {
    let (mut size, mut shift) = (0_usize, 0);
    loop {
        let (byte, rest) = delta.split_first()?;
        *delta = rest;
        if shift > 56 {
            return None;
        }
        size |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
}

/// A little-endian number of up to `n` bytes; those whose bit is not set are 0 and left out.
fn number(delta: &mut &[u8], present: u8, n: u32) -> Option<usize> {
    let mut number = 0;
    for at in 0..n {
        if present & (1 << at) != 0 {
            let (byte, rest) = delta.split_first()?;
            *delta = rest;
            number |= usize::from(*byte) << (8 * at);
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(base: &[u8], delta: &[u8], expect: Option<&[u8]>) {
        let mut out = b"left over".to_vec();
        let applied = apply(base, delta, 100_000, &mut out);
        assert_eq!(applied.map(|()| out.as_slice()), expect, "{delta:?}");
    }

    #[test]
    fn copies_and_literals() {
        let base = b"0123456789";
        check(base, &[10, 0], Some(b""));
        check(base, &[10, 3, 3, b'a', b'b', b'c'], Some(b"abc"));
        check(base, &[10, 4, 0x91, 2, 3, 1, b'!'], Some(b"234!"));
        check(base, &[10, 10, 0x90, 10], Some(base));
        check(base, &[10, 11, 0x90, 11], None);
        check(base, &[10, 2, 0x90, 3], None);
        check(base, &[10, 4, 0x90, 3], None);
        check(base, &[9, 3, 0x90, 3], None);
        check(base, &[10, 3, 0], None);
        check(base, &[10, 3, 3, b'a'], None);
        check(base, &[10, 3, 0x91], None);
        check(base, &[0x80], None);
        check(base, &[], None);
        let long = vec![7; 0x10000];
        check(&long, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80], Some(&long));
        assert_eq!(
            apply(
                &long,
                &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80],
                10,
                &mut Vec::new()
            ),
            None
        );
    }

    proptest! {
        #[test]
        fn any_bytes(base: Vec<u8>, delta: Vec<u8>) {
            let mut out = Vec::new();
            if apply(&base, &delta, 1000, &mut out).is_some() {
                prop_assert!(out.len() <= 1000);
            }
        }
    }
}
