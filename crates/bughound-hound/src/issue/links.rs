//! Links to files in hosted repositories.

use std::ops::Range;

use super::scan::number;
use super::zones::{self, Zone, ZoneSpan};

/// A link to a file at a revision, on GitHub, GitLab, Gitea, Bitbucket or their self-hosted kin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobLink {
    /// The path in the repository. A revision whose name has slashes cannot be told from folders: its
    /// later parts then stand in front of the path.
    pub path: String,
    /// `owner/name`; empty where the link leaves them out and means the issue's own repository.
    pub owner_repo: String,
    /// The revision as written: a hash, a branch, a tag.
    pub rev: String,
    /// First and last line, from 1, where the link names them; in order.
    pub lines: Option<(u32, u32)>,
    /// Where the link starts in the text.
    pub at: usize,
}

/// The links of the text, those of issue templates left out.
pub(super) fn read(text: &str, urls: &[Range<usize>], spans: &[ZoneSpan]) -> Vec<BlobLink> {
    let absolute = urls.iter().filter_map(|range| {
        Some(BlobLink {
            at: range.start,
            ..link(&text[range.clone()])?
        })
    });
    let mut links: Vec<BlobLink> = absolute.chain(relative(text, urls)).collect();
    links.retain(|link| zones::at(spans, link.at) != Zone::Boilerplate);
    links.sort_by_key(|link| link.at);
    links
}

/// Links of Markdown that leave out the host: `(../blob/REV/path#L1)`.
fn relative<'t>(text: &'t str, urls: &'t [Range<usize>]) -> impl Iterator<Item = BlobLink> + 't {
    memchr::memmem::find_iter(text.as_bytes(), b"/blob/").filter_map(|at| {
        let url = urls.partition_point(|range| range.end <= at);
        if urls.get(url).is_some_and(|range| range.start <= at) {
            return None;
        }
        let start = if text[..at].ends_with("..") {
            at - 2
        } else {
            at
        };
        if !text[..start].ends_with('(') {
            return None;
        }
        let rest = &text[at + "/blob/".len()..];
        let limit = rest
            .bytes()
            .take(400)
            .position(|b| b == b')' || b.is_ascii_whitespace())?;
        let rest = &rest[..limit];
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rev, path) = rest.split_once('/')?;
        (!rev.is_empty() && !path.is_empty()).then(|| BlobLink {
            path: unescape(path),
            owner_repo: String::new(),
            rev: rev.to_owned(),
            lines: lines(fragment),
            at: start,
        })
    })
}

fn link(url: &str) -> Option<BlobLink> {
    let (_, rest) = url.split_once("://")?;
    let (rest, fragment) = rest
        .split_once('#')
        .map_or((rest, ""), |(rest, fragment)| (rest, fragment));
    let rest = rest.split('?').next().unwrap_or(rest);
    let (host, rest) = rest.split_once('/')?;
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let (owner_repo, rev, path) = if host.starts_with("raw.githubusercontent.") {
        (parts.get(..2)?.join("/"), *parts.get(2)?, parts.get(3..)?)
    } else {
        let kind = parts
            .iter()
            .position(|part| matches!(*part, "blob" | "blame" | "raw" | "edit" | "src" | "tree"))?;
        let owner_end = if parts[..kind].last() == Some(&"-") {
            kind - 1
        } else {
            kind
        };
        let is_host = host.contains("git")
            || host.contains("bitbucket")
            || host.contains("codeberg")
            || owner_end + 1 == kind;
        if owner_end < 2 || !is_host || (host.starts_with("github.") && kind != 2) {
            return None;
        }
        // Gitea writes `src/branch/main/path`.
        let is_gitea = matches!(parts.get(kind + 1), Some(&("branch" | "commit" | "tag")))
            && parts[kind] == "src";
        let rev = kind + 1 + usize::from(is_gitea);
        (
            parts[..owner_end].join("/"),
            *parts.get(rev)?,
            parts.get(rev + 1..)?,
        )
    };
    if path.is_empty() {
        return None;
    }
    Some(BlobLink {
        path: unescape(&path.join("/")),
        owner_repo,
        rev: rev.to_owned(),
        lines: lines(fragment),
        at: 0,
    })
}

/// `L10`, `L10-L20`, `L10-20`, `L10C3-L12C5`, Bitbucket's `lines-10:20`.
fn lines(fragment: &str) -> Option<(u32, u32)> {
    let rest = fragment
        .strip_prefix("lines-")
        .or_else(|| fragment.strip_prefix('L'))?;
    let (first, rest) = number(rest)?;
    let last = rest
        .find(['-', ':'])
        .and_then(|split| number(rest[split + 1..].trim_start_matches('L')))
        .map_or(first, |(last, _)| last);
    Some((first.min(last).max(1), first.max(last).max(1)))
}

/// `%20` and its like, where they make UTF-8.
fn unescape(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let bytes = path.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = path
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) if bytes[at] == b'%' => {
                plain.push(byte);
                at += 3;
            }
            _ => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repository, revision, path, lines.
    type Expect<'a> = (&'a str, &'a str, &'a str, Option<(u32, u32)>);

    fn check(url: &str, expect: Option<Expect<'_>>) {
        let found = link(url);
        let found = found.as_ref().map(|l| {
            (
                l.owner_repo.as_str(),
                l.rev.as_str(),
                l.path.as_str(),
                l.lines,
            )
        });
        assert_eq!(found, expect, "{url}");
    }

    #[test]
    fn links_without_a_host() {
        let found = read(
            "see [f](../blob/abc/d/a.py#L10-L20), (/blob/x) and /blob/x/y.py",
            &[],
            &[],
        );
        assert_eq!(found.len(), 1);
        let expect = ("", "abc", "d/a.py", Some((10, 20)));
        let link = &found[0];
        assert_eq!(
            (
                link.owner_repo.as_str(),
                link.rev.as_str(),
                link.path.as_str(),
                link.lines
            ),
            expect
        );
    }

    #[test]
    fn links() {
        let lines = Some((10, 20));
        check(
            "https://github.com/o/r/blob/abc/src/a.py#L10-L20",
            Some(("o/r", "abc", "src/a.py", lines)),
        );
        check(
            "https://github.com/o/r/blob/abc/a.py#L20-10",
            Some(("o/r", "abc", "a.py", lines)),
        );
        check(
            "https://github.com/o/r/blob/abc/a.py?plain=1#L10C3-L20C5",
            Some(("o/r", "abc", "a.py", lines)),
        );
        check(
            "http://www.github.com/o/r/blame/main/a.py#L7",
            Some(("o/r", "main", "a.py", Some((7, 7)))),
        );
        check(
            "https://raw.githubusercontent.com/o/r/v1/d/a%20b.py",
            Some(("o/r", "v1", "d/a b.py", None)),
        );
        check(
            "https://gitlab.com/g/s/r/-/blob/main/a.rs#L10-20",
            Some(("g/s/r", "main", "a.rs", lines)),
        );
        check(
            "https://gitlab.acme.io/g/r/blob/main/a.rs",
            Some(("g/r", "main", "a.rs", None)),
        );
        check(
            "https://bitbucket.org/o/r/src/abc/a.py#lines-10:20",
            Some(("o/r", "abc", "a.py", lines)),
        );
        check(
            "https://codeberg.org/o/r/src/branch/main/a.go#L10-L20",
            Some(("o/r", "main", "a.go", lines)),
        );
        check(
            "https://github.com/o/r/tree/main/docs",
            Some(("o/r", "main", "docs", None)),
        );
        check("https://github.com/o/r/tree/main", None);
        check("https://github.com/o/r/issues/12", None);
        check("https://docs.acme.io/src/a/b.html", None);
    }
}
