//! Chains of names: what a call calls.

use crate::ByteSpan;

/// The longest chain of names that ends at `end` and does not begin before `from`, and the offset of its last
/// name. Names are joined by `.`, `?.`, `!.`, `::` or `->` without white space; type arguments at the end are
/// left out. `None` where no name stands at the end.
///
/// It reads the text rather than the tree: every language writes chains alike, and a tree would cost a
/// look-up per part.
pub(crate) fn chain(text: &str, from: u32, end: u32) -> Option<(ByteSpan, u32)> {
    let bytes = text.as_bytes().get(from as usize..end as usize)?;
    let end = before_type_arguments(bytes);
    let mut start = name_start(bytes, end)?;
    let last = start;
    while let Some(join) = before_join(bytes, start)
        && let Some(name) = name_start(bytes, join)
    {
        start = name;
    }
    let offset = |at: usize| u32::try_from(at).ok().map(|at| at + from);
    Some((
        ByteSpan {
            start: offset(start)?,
            end: offset(end)?,
        },
        offset(last)?,
    ))
}

/// Where the name that ends at `end` begins; numbers are no names.
fn name_start(bytes: &[u8], end: usize) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$".contains(byte) || *byte >= 0x80;
    let n_bytes = bytes[..end]
        .iter()
        .rev()
        .take_while(|byte| is_part(byte))
        .count();
    let start = end - n_bytes;
    if n_bytes == 0 || bytes[start].is_ascii_digit() {
        return None;
    }
    // JavaScript's private names and C++'s destructors.
    let has_mark = start > 0 && b"#~".contains(&bytes[start - 1]);
    Some(if has_mark { start - 1 } else { start })
}

/// Where the joint that ends at `end` begins.
fn before_join(bytes: &[u8], end: usize) -> Option<usize> {
    let before = &bytes[..end];
    for join in ["::", "->", "?.", "!.", "."] {
        if before.ends_with(join.as_bytes()) {
            return Some(end - join.len());
        }
    }
    None
}

/// The end without type arguments: `f` of `f<T>` and `f::<T>`.
fn before_type_arguments(bytes: &[u8]) -> usize {
    if bytes.last() != Some(&b'>') {
        return bytes.len();
    }
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().enumerate().rev() {
        match byte {
            b'>' if at > 0 && matches!(bytes[at - 1], b'-' | b'=') => {}
            b'>' => depth += 1,
            b'<' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let before = bytes[..at].trim_ascii_end();
                    return before.strip_suffix(b"::").unwrap_or(before).len();
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chains_end_the_text() {
        #[track_caller]
        fn check(text: &str, expect: &str, last: &str) {
            let end = u32::try_from(text.len()).unwrap();
            let found = chain(text, 0, end).map(|(span, last)| {
                (
                    span.text(text),
                    ByteSpan {
                        start: last,
                        end: span.end,
                    }
                    .text(text),
                )
            });
            let expect = (!expect.is_empty()).then_some((expect, last));
            assert_eq!(found, expect, "{text}");
        }
        check("f", "f", "f");
        check("a.b.c", "a.b.c", "c");
        check("self.x.run", "self.x.run", "run");
        check("f(x).g", "g", "g");
        check("f(x).g.h", "g.h", "h");
        check("a?.b!.c", "a?.b!.c", "c");
        check("a::b->c", "a::b->c", "c");
        check("Vec::<u8>::new", "new", "new");
        check("x.collect::<Vec<_>>", "x.collect", "collect");
        check("Map<K, V>", "Map", "Map");
        check("F<Fn(A) -> B>", "F", "F");
        check("this.#p", "this.#p", "#p");
        check("a.~B", "a.~B", "~B");
        check("é.ü", "é.ü", "ü");
        check("a .b", "b", "b");
        check("x[0]", "", "");
        check("(f)", "", "");
        check("1.5", "", "");
        check(">>", "", "");
        check("", "", "");
    }

    proptest! {
        #[test]
        fn chains_lie_on_characters(text in "[a1é.:>< #~?-]{0,20}") {
            let end = u32::try_from(text.len()).unwrap();
            if let Some((span, last)) = chain(&text, 0, end) {
                prop_assert!(!span.text(&text).is_empty());
                prop_assert!(text.is_char_boundary(last as usize));
                prop_assert!(span.start <= last && last < span.end);
            }
        }
    }
}
