//! Commit objects as git stores them.

use memchr::memchr;

use crate::ObjectId;

/// What a history needs of a commit object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawCommit {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    /// Committer time, seconds since 1970; 0 where it cannot be read.
    pub(crate) time: i64,
    pub(crate) message: String,
}

impl RawCommit {
    /// Reads the content of a commit object. `None` where it does not start with a tree.
    pub(crate) fn parse(mut data: &[u8]) -> Option<Self> {
        let mut commit = Self {
            tree: ObjectId::NULL,
            parents: Vec::new(),
            time: 0,
            message: String::new(),
        };
        let mut latin1 = false;
        let mut has_tree = false;
        loop {
            let end = memchr(b'\n', data).unwrap_or(data.len());
            let (line, rest) = (&data[..end], data.get(end + 1..).unwrap_or(&[]));
            if let Some(tree) = line.strip_prefix(b"tree ") {
                commit.tree = id(tree)?;
                has_tree = true;
            } else if let Some(parent) = line.strip_prefix(b"parent ") {
                commit.parents.push(id(parent)?);
            } else if let Some(committer) = line.strip_prefix(b"committer ") {
                commit.time = time(committer);
            } else if let Some(encoding) = line.strip_prefix(b"encoding ") {
                latin1 = is_latin1(encoding);
            } else if line.is_empty() {
                // An empty line ends the head; an unfinished head ends the object.
                commit.message = text(rest, latin1);
                return has_tree.then_some(commit);
            }
            data = rest;
        }
    }
}

fn id(hex: &[u8]) -> Option<ObjectId> {
    ObjectId::from_hex(std::str::from_utf8(hex).ok()?)
}

/// `Name <mail> SECONDS ZONE`: what is after the last `>` counts, for names may hold anything.
fn time(person: &[u8]) -> i64 {
    let after = person
        .iter()
        .rposition(|byte| *byte == b'>')
        .map_or(0, |at| at + 1);
    let mut fields = person[after..]
        .split(|byte| *byte == b' ')
        .filter(|field| !field.is_empty());
    fields
        .next()
        .and_then(|field| std::str::from_utf8(field).ok()?.parse().ok())
        .unwrap_or(0)
}

fn is_latin1(encoding: &[u8]) -> bool {
    let name: Vec<u8> = encoding
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    matches!(
        name.as_slice(),
        b"iso88591" | b"latin1" | b"l1" | b"iso885915" | b"cp1252" | b"windows1252"
    )
}

fn text(bytes: &[u8], latin1: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    fn check(head: &str, message: &[u8], time: i64, expect: &str) {
        let data = [TREE.as_bytes(), head.as_bytes(), message].concat();
        let commit = RawCommit::parse(&data).expect("a commit");
        assert_eq!(
            (commit.time, commit.message.as_str()),
            (time, expect),
            "{head}"
        );
    }

    #[test]
    fn commits_of_all_ages() {
        check(
            "author A <a> 1 +0000\ncommitter C <c@x> 1600000000 +0200\n",
            b"\nsubject\n\nbody\n",
            1_600_000_000,
            "subject\n\nbody\n",
        );
        check("committer C > <c@x> 12 -0700\n", b"\n", 12, "");
        check(
            "committer C <c@x> -5 +0000\n",
            b"\nbefore 1970",
            -5,
            "before 1970",
        );
        check("committer C <c@x>\n", b"\nno time", 0, "no time");
        check(
            "committer C <c@x> 7 +0000\nencoding ISO-8859-1\n",
            b"\nna\xefve",
            7,
            "naïve",
        );
        check(
            "committer C <c@x> 7 +0000\nencoding UTF-8\n",
            "\nnaïve".as_bytes(),
            7,
            "naïve",
        );
        check(
            "committer C <c@x> 7 +0000\n",
            b"\nna\xefve",
            7,
            "na\u{fffd}ve",
        );
        check(
            "committer C <c@x> 7 +0000\ngpgsig -----BEGIN\n \n committer evil 9\n -----END\n",
            b"\nsigned",
            7,
            "signed",
        );
        check("committer C <c@x> 7 +0000", b"", 7, "");
        assert_eq!(RawCommit::parse(b""), None);
        assert_eq!(RawCommit::parse(b"tree 123\n\n"), None);
        assert_eq!(
            RawCommit::parse(b"committer C <c> 7 +0000\n\nmessage"),
            None
        );
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = RawCommit::parse(&bytes);
            let _ = RawCommit::parse(&[TREE.as_bytes(), &bytes].concat());
        }
    }
}
