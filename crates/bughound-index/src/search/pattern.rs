//! What to look for, prepared.

use memchr::memmem;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::Hits;
use super::signatures::{FileSet, Signatures};
use crate::record::{BlobRecord, Posting};
use crate::tokens;

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPattern {
    /// A text as it is; may span lines.
    Literal {
        /// The text.
        text: String,
        /// Whether letters of either case match.
        ignore_case: bool,
    },
    /// A regular expression of Rust's regex crate; `^` and `$` match at the ends of lines, `.` no end.
    Regex {
        /// The pattern.
        pattern: String,
        /// Whether letters of either case match.
        ignore_case: bool,
    },
}

/// Why a pattern cannot be searched for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing to look for.
    #[error("there is nothing to look for in an empty text")]
    Empty,
    /// No regular expression, or one that takes too much memory.
    #[error("`{pattern}` is no regular expression that can be used: {reason}")]
    Invalid {
        /// The pattern.
        pattern: String,
        /// Why not.
        reason: String,
    },
}

/// Bytes that a compiled expression may take.
const MAX_PATTERN_BYTES: usize = 4 << 20;

/// A pattern, prepared for searching.
pub(crate) struct Matcher {
    finder: Finder,
    /// Hashes of identifiers that every match holds whole.
    identifiers: Vec<u64>,
    /// Texts of which every match holds one, per element; three bytes long at least.
    needed: Vec<Vec<Vec<u8>>>,
}

enum Finder {
    Literal(Box<memmem::Finder<'static>>),
    Regex(Box<Regex>),
}

impl Matcher {
    pub(crate) fn new(pattern: &TextPattern) -> Result<Self, PatternError> {
        match pattern {
            TextPattern::Literal { text, .. } | TextPattern::Regex { pattern: text, .. }
                if text.is_empty() =>
            {
                Err(PatternError::Empty)
            }
            TextPattern::Literal {
                text,
                ignore_case: false,
            } => Ok(Self {
                finder: Finder::Literal(Box::new(memmem::Finder::new(text).into_owned())),
                identifiers: whole_identifiers(text),
                needed: [text.clone().into_bytes()]
                    .into_iter()
                    .filter(|t| t.len() >= 3)
                    .map(|t| vec![t])
                    .collect(),
            }),
            TextPattern::Literal {
                text,
                ignore_case: true,
            } => Self::regex(&regex::escape(text), true),
            TextPattern::Regex {
                pattern,
                ignore_case,
            } => Self::regex(pattern, *ignore_case),
        }
    }

    fn regex(pattern: &str, ignore_case: bool) -> Result<Self, PatternError> {
        let invalid = |reason: String| PatternError::Invalid {
            pattern: pattern.to_owned(),
            reason,
        };
        let regex = RegexBuilder::new(pattern)
            .multi_line(true)
            .crlf(true)
            .case_insensitive(ignore_case)
            .size_limit(MAX_PATTERN_BYTES)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(limit) => {
                    invalid(format!("it takes more than {limit} bytes"))
                }
                error => invalid(reason_of(&error.to_string())),
            })?;
        Ok(Self {
            finder: Finder::Regex(Box::new(regex)),
            identifiers: Vec::new(),
            needed: needed(pattern, ignore_case),
        })
    }

    pub(crate) fn identifiers(&self) -> &[u64] {
        &self.identifiers
    }

    pub(crate) fn has_trigrams(&self) -> bool {
        !self.needed.is_empty()
    }

    /// The files that the trigrams do not rule out.
    pub(crate) fn files(&self, signatures: &Signatures) -> FileSet {
        let mut sets = self
            .needed
            .iter()
            .map(|texts| signatures.may_hold_one(texts));
        let first = sets.next().unwrap_or_else(|| signatures.may_hold(b""));
        sets.fold(first, FileSet::and)
    }

    /// The lines on which a match begins, the first `limit` with their places.
    pub(crate) fn hits(&self, text: &str, limit: usize) -> Hits {
        let mut hits = Hits {
            n_lines: 0,
            first: Vec::new(),
        };
        let bytes = text.as_bytes();
        let (mut from, mut line, mut counted) = (0, 1u32, 0);
        while let Some(at) = self.find(text, from) {
            if hits.n_lines < limit {
                let newlines = memchr::memchr_iter(b'\n', &bytes[counted..at]).count();
                line = line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
                counted = at;
                hits.first.push((line, at));
            }
            hits.n_lines += 1;
            match memchr::memchr(b'\n', &bytes[at..]) {
                Some(newline) => from = at + newline + 1,
                None => break,
            }
            if from >= bytes.len() {
                break;
            }
        }
        hits
    }

    fn find(&self, text: &str, from: usize) -> Option<usize> {
        let at = match &self.finder {
            Finder::Literal(finder) => from + finder.find(&text.as_bytes()[from..])?,
            Finder::Regex(regex) => regex.find_at(text, from)?.start(),
        };
        // Behind the last line end there is no line.
        (at < text.len()).then_some(at)
    }
}

impl BlobRecord {
    /// Whether the file may hold all of these identifiers.
    pub(super) fn may_hold_all(&self, identifiers: &[u64]) -> bool {
        // Where a file has too many, not all are in the record.
        let is_whole = self.idents.len() < Posting::MAX_IDENTIFIERS as usize;
        !is_whole
            || identifiers
                .iter()
                .all(|identifier| self.idents.contains(identifier))
    }
}

/// The identifiers that stand whole in a text, and would stand in the record of a file that holds it. At its
/// ends they may be part of longer ones.
fn whole_identifiers(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        let is_inside = range.start > 0 && range.end < text.len();
        let Some(identifier) = text.get(range).filter(|_| is_inside) else {
            return;
        };
        if !tokens::terms_of(identifier).is_empty() {
            found.push(tokens::identifier_hash(identifier));
        }
    });
    found
}

/// Texts of which every match of an expression holds one: those with which it begins, and those with which it
/// ends.
fn needed(pattern: &str, ignore_case: bool) -> Vec<Vec<Vec<u8>>> {
    let parsed = regex_syntax::ParserBuilder::new()
        .multi_line(true)
        .case_insensitive(ignore_case)
        .build()
        .parse(pattern);
    let Ok(hir) = parsed else { return Vec::new() };
    [ExtractKind::Prefix, ExtractKind::Suffix]
        .into_iter()
        .filter_map(|kind| {
            let found = Extractor::new().kind(kind).extract(&hir);
            let texts: Vec<Vec<u8>> = found
                .literals()?
                .iter()
                .map(|literal| literal.as_bytes().to_vec())
                .collect();
            (!texts.is_empty() && texts.iter().all(|text| text.len() >= 3)).then_some(texts)
        })
        .collect()
}

/// The regex crate explains over several lines, the pattern and a marker first.
fn reason_of(error: &str) -> String {
    let last = error
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or(error);
    last.trim_start_matches("error: ").to_owned()
}
