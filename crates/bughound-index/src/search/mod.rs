//! Text search over the files of a snapshot.
//!
//! What can rule a file out without reading it is asked first: the identifiers of its record where the text
//! sought holds whole identifiers, and, once the texts have been read, a signature of their trigrams
//! ([`signatures`]). What remains is searched on all threads. The answer is the same either way: every line
//! that matches is counted, and the first ones are given in the order of the files.

mod pattern;
mod signatures;

use std::sync::Arc;

use bughound_core::RepoPath;
use bughound_repo::{EntryKind, Reader};
use rayon::prelude::*;

pub use pattern::{PatternError, TextPattern};
pub(crate) use signatures::Signatures;

use crate::index::{FileIdx, Index, MAX_SOURCE_BYTES};
use pattern::Matcher;

/// Which files are searched.
#[derive(Clone, Copy)]
pub enum SearchScope<'a> {
    /// These source files, in this order.
    Sources(&'a [FileIdx]),
    /// All files that hold text and pass a filter, by path: documentation, configuration and so on too.
    AllText(&'a (dyn Fn(&RepoPath) -> bool + Sync)),
}

/// A line that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMatch {
    /// The file.
    pub path: RepoPath,
    /// Its number, where it is a source file of the index.
    pub file: Option<FileIdx>,
    /// The line, from 1.
    pub line: u32,
    /// Where the first match on the line begins, in characters, from 1.
    pub column: u32,
    /// The line without its end. Of a very long one what lies around the match.
    pub text: String,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextMatches {
    /// The first matching lines.
    pub matches: Vec<TextMatch>,
    /// Number of all matching lines.
    pub n_lines: usize,
    /// Number of files with a matching line.
    pub n_files: usize,
    /// Number of files that could not be read.
    pub n_unreadable: usize,
}

/// Lines are shown up to this many bytes.
const MAX_LINE_BYTES: usize = 10_000;

/// Fewer bytes than this are searched before another thread has woken up.
const WORTH_THREADS: usize = 1 << 20;

/// With more candidates than this the trigrams of all files are worth being computed.
const MANY_FILES: usize = 100;

impl Index {
    /// Searches files for a pattern; gives at most `limit` lines and counts the others.
    ///
    /// # Errors
    /// [`PatternError`] where the pattern is empty or no regular expression.
    pub fn search_text(
        &self,
        pattern: &TextPattern,
        scope: SearchScope<'_>,
        limit: usize,
    ) -> Result<TextMatches, PatternError> {
        let matcher = Matcher::new(pattern)?;
        Ok(match scope {
            SearchScope::Sources(files) => self.search_sources(&matcher, files, limit),
            SearchScope::AllText(filter) => self.search_all(&matcher, filter, limit),
        })
    }

    fn search_sources<'a>(
        &'a self,
        matcher: &Matcher,
        files: &[FileIdx],
        limit: usize,
    ) -> TextMatches {
        let known = matcher.identifiers();
        let mut files = files.to_vec();
        // Once they are there, the trigrams say more in less time.
        if self.signatures.get().is_none() || !matcher.has_trigrams() {
            files.retain(|&file| self.file(file).record().may_hold_all(known));
        }
        if files.len() > MANY_FILES && matcher.has_trigrams() {
            let signatures = self.signatures();
            let possible = matcher.files(signatures);
            files.retain(|file| possible.has(file.index()));
        }
        let n_bytes: usize = files
            .iter()
            .map(|&file| self.file(file).record().n_bytes as usize)
            .sum();
        let search = |reader: &mut Option<Reader<'a>>, file: FileIdx| {
            let text = self.text_with(file, reader)?;
            let hits = matcher.hits(&text, limit);
            Some((text, hits))
        };
        let found: Vec<Option<(Arc<str>, Hits)>> = if n_bytes < WORTH_THREADS {
            let mut reader = None;
            files
                .iter()
                .map(|&file| search(&mut reader, file))
                .collect()
        } else {
            let files = files.par_iter().with_min_len(8);
            files
                .map_init(|| None, |reader, &file| search(reader, file))
                .collect()
        };
        let mut out = TextMatches::default();
        for (file, found) in files.iter().zip(found) {
            match found {
                Some((text, hits)) => {
                    out.add(&hits, &text, self.file(*file).path(), Some(*file), limit);
                }
                None => out.n_unreadable += 1,
            }
        }
        out
    }

    fn search_all(
        &self,
        matcher: &Matcher,
        filter: &(dyn Fn(&RepoPath) -> bool + Sync),
        limit: usize,
    ) -> TextMatches {
        let snapshot = self.snapshot();
        let entries: Vec<_> = snapshot
            .entries()
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && filter(&entry.path))
            .collect();
        let found: Vec<Option<(String, Hits)>> = entries
            .par_iter()
            .with_min_len(8)
            .map_init(
                || (snapshot.reader(), Vec::new()),
                |(reader, buffer), entry| {
                    let text = read_text(reader, entry, buffer)?;
                    let hits = matcher.hits(&text, limit);
                    (hits.n_lines > 0).then_some((text, hits))
                },
            )
            .collect();
        let mut out = TextMatches::default();
        for (entry, found) in entries.into_iter().zip(found) {
            let Some((text, hits)) = found else { continue };
            out.add(
                &hits,
                &text,
                &entry.path,
                self.file_at(entry.path.as_str()),
                limit,
            );
        }
        out
    }

    /// The trigrams of all source files, made at first use. Reads all files.
    fn signatures(&self) -> &Signatures {
        self.signatures.get_or_init(|| Signatures::build(self))
    }
}

impl TextMatches {
    fn add(
        &mut self,
        hits: &Hits,
        text: &str,
        path: &RepoPath,
        file: Option<FileIdx>,
        limit: usize,
    ) {
        self.n_lines += hits.n_lines;
        self.n_files += usize::from(hits.n_lines > 0);
        for &(line, at) in hits
            .first
            .iter()
            .take(limit.saturating_sub(self.matches.len()))
        {
            let (column, text) = line_around(text, at);
            self.matches.push(TextMatch {
                path: path.clone(),
                file,
                line,
                column,
                text,
            });
        }
    }
}

/// Matching lines of one text.
pub(crate) struct Hits {
    /// All of them.
    n_lines: usize,
    /// Line and offset of the first ones.
    first: Vec<(u32, usize)>,
}

/// The text of a file that is no binary data.
fn read_text(
    reader: &mut Reader<'_>,
    entry: &bughound_repo::Entry,
    buffer: &mut Vec<u8>,
) -> Option<String> {
    // What git looks at to tell text from data.
    const HEAD: usize = 8000;
    reader.read(entry, buffer).ok()?;
    let head = &buffer[..buffer.len().min(HEAD)];
    if buffer.len() > MAX_SOURCE_BYTES || memchr::memchr(0, head).is_some() {
        return None;
    }
    Some(String::from_utf8_lossy(buffer).into_owned())
}

/// The column of an offset, and the line that it lies on.
fn line_around(text: &str, at: usize) -> (u32, String) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end =
        memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline);
    let column = u32::try_from(text[start..at].chars().count()).unwrap_or(u32::MAX - 1) + 1;
    let line = &text[start..end.max(start)];
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.len() <= MAX_LINE_BYTES {
        return (column, line.to_owned());
    }
    let first = line.floor_char_boundary((at - start).saturating_sub(MAX_LINE_BYTES / 4));
    let last = line.floor_char_boundary((first + MAX_LINE_BYTES).min(line.len()));
    let (before, after) = (
        if first > 0 { "…" } else { "" },
        if last < line.len() { "…" } else { "" },
    );
    (column, format!("{before}{}{after}", &line[first..last]))
}
