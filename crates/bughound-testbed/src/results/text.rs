//! Lines as a person would see them.

use std::borrow::Cow;

use crate::systems::REPO;

/// Without colours and other control sequences of terminals.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\x1b' {
            out.push(c);
            continue;
        }
        match rest.next() {
            // CSI: parameters, then one final byte.
            Some('[') => while rest.next_if(|c| !('@'..='~').contains(c)).is_some() {},
            // OSC: up to BEL or ESC \.
            Some(']') => {
                while rest.next_if(|&c| c != '\x07' && c != '\x1b').is_some() {}
                if rest.next_if_eq(&'\x1b').is_none() {
                    rest.next();
                    continue;
                }
            }
            Some(_) => continue,
            None => break,
        }
        rest.next();
    }
    Cow::Owned(out)
}

/// A path as the project knows it: relative to its root in a sandbox.
pub(super) fn relative(path: &str) -> &str {
    path.strip_prefix("file://")
        .unwrap_or(path)
        .strip_prefix(REPO)
        .and_then(|path| path.strip_prefix('/'))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_go() {
        for (text, expect) in [
            ("plain", "plain"),
            ("\x1b[1;32mok\x1b[0m", "ok"),
            ("a\x1b]8;;http://x\x07b\x1b]8;;\x1b\\c", "abc"),
            ("cut \x1b[3", "cut "),
            ("cut \x1b", "cut "),
            ("\x1b(Bx", "Bx"),
        ] {
            assert_eq!(plain(text), expect, "{text:?}");
        }
        assert_eq!(relative("/w/repo/a/b.js"), "a/b.js");
        assert_eq!(relative("file:///w/repo/a.mjs"), "a.mjs");
        assert_eq!(relative("/w/repository/a"), "/w/repository/a");
    }
}
