//! From one file's text to its [`BlobRecord`].

use std::cell::RefCell;
use std::cmp::Reverse;

use bughound_core::Language;
use bughound_syntax::{ByteSpan, Outline};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::receiver::{self, Written};
use crate::record::{
    AssignmentRecord, BlobRecord, CallRecord, DefRecord, Field, ImportRecord, N_FIELDS, Posting,
    Receiver, TextRef,
};
use crate::tokens;

/// How many word trigrams of string literals are kept per unit: enough for every message that a person
/// wrote, and a bound for tables of data.
const MAX_GRAMS_PER_UNIT: usize = 2000;

/// Computes the record of one blob. `text` is the blob as UTF-8 (invalid bytes replaced).
pub(crate) fn extract(language: Language, text: &str) -> BlobRecord {
    let outline = bughound_syntax::outline(language, text);
    WORDS.with_borrow_mut(|words| Extraction::new(words, language, text, &outline).run())
}

thread_local! {
    /// Identifiers seen before on this thread with their terms: most of a file's identifiers stand in the
    /// file before it too.
    static WORDS: RefCell<Words> = RefCell::default();
}

/// A memory of identifiers and terms, and which of them the current blob has numbered.
#[derive(Default)]
struct Words {
    by_hash: FxHashMap<u64, u32>,
    /// Per identifier: where its terms lie in `term_lists`.
    idents: Vec<(u64, u32, u32)>,
    term_lists: Vec<u32>,
    term_by_hash: FxHashMap<u64, u32>,
    term_hashes: Vec<u64>,
    /// Local number of an identifier or term in the current blob, valid where the stamp is the current one.
    ident_local: Vec<(u32, u32)>,
    term_local: Vec<(u32, u32)>,
    stamp: u32,
    /// Identifiers of the current blob seen of late, by the low bits of their hash: most occurrences are
    /// found here, in memory that stays near.
    recent: Vec<Recent>,
}

/// An identifier that the current blob has numbered.
#[derive(Clone, Copy, Default)]
struct Recent {
    hash: u64,
    /// Valid where it is the current one.
    stamp: u32,
    /// Its local number, or [`Recent::NO_TERMS`] where it has none for want of terms.
    local: u32,
}

impl Recent {
    const N: usize = 1 << 12;
    const NO_TERMS: u32 = u32::MAX;
}

impl Words {
    /// Past this many identifiers the memory is emptied, so that generated data does not fill it.
    const MAX: usize = 1 << 20;

    fn begin_blob(&mut self) {
        if self.idents.len() > Self::MAX || self.stamp == u32::MAX {
            *self = Self::default();
        }
        self.recent.resize(Recent::N, Recent::default());
        self.stamp += 1;
    }

    fn ident(&mut self, identifier: &str, hash: u64) -> u32 {
        if let Some(&known) = self.by_hash.get(&hash) {
            return known;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "emptied at 2^20 entries of few terms each"
        )]
        let at = |len: usize| len as u32;
        let number = at(self.idents.len());
        let start = at(self.term_lists.len());
        for term in tokens::terms_of(identifier) {
            let hash = tokens::term_hash(&term);
            let term = *self.term_by_hash.entry(hash).or_insert_with(|| {
                self.term_hashes.push(hash);
                self.term_local.push((0, 0));
                at(self.term_hashes.len()) - 1
            });
            self.term_lists.push(term);
        }
        self.idents.push((hash, start, at(self.term_lists.len())));
        self.ident_local.push((0, 0));
        self.by_hash.insert(hash, number);
        number
    }
}

struct Extraction<'a> {
    words: &'a mut Words,
    language: Language,
    text: &'a str,
    outline: &'a Outline,
    arena: String,
    idents: Vec<u64>,
    terms: Vec<u64>,
    ident_terms_at: Vec<u32>,
    ident_terms: Vec<u32>,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "files over 4 GB are not read"
)]
fn u32_of(n: usize) -> u32 {
    n as u32
}

impl<'a> Extraction<'a> {
    fn new(words: &'a mut Words, language: Language, text: &'a str, outline: &'a Outline) -> Self {
        words.begin_blob();
        Self {
            words,
            language,
            text,
            outline,
            arena: String::new(),
            idents: Vec::new(),
            terms: Vec::new(),
            ident_terms_at: vec![0],
            ident_terms: Vec::new(),
        }
    }

    fn run(mut self) -> BlobRecord {
        let n_units = self.outline.definitions.len() + 1;
        let (postings_at, postings, lengths) = self.postings(n_units);
        let (calls_at, calls) = self.calls(n_units);
        let (grams_at, grams) = self.grams(n_units);
        let defs = self.defs();
        let imports = self.imports();
        let assignments = self
            .outline
            .assignments
            .iter()
            .map(|a| AssignmentRecord {
                name: intern(&mut self.arena, &a.name),
                lines: a.lines,
                within: a.within,
            })
            .collect();
        BlobRecord {
            language: self.language,
            n_lines: self.outline.n_lines,
            n_bytes: u32_of(self.text.len()),
            n_problems: u32_of(self.outline.problems.len()),
            first_problem_line: self.outline.problems.first().map_or(0, |p| p.line),
            text: self.arena,
            defs,
            idents: self.idents,
            terms: self.terms,
            ident_terms_at: self.ident_terms_at,
            ident_terms: self.ident_terms,
            postings_at,
            postings,
            lengths,
            calls_at,
            calls,
            grams_at,
            grams,
            imports,
            assignments,
        }
    }

    /// The local number of an identifier; `None` for words without terms and past the limit.
    fn local_ident(&mut self, identifier: &str) -> Option<u32> {
        self.number(identifier, false)
    }

    /// As [`Self::local_ident`], but words without terms have a number too (`get`, `x`).
    fn any_ident(&mut self, identifier: &str) -> Option<u32> {
        self.number(identifier, true)
    }

    fn number(&mut self, identifier: &str, without_terms: bool) -> Option<u32> {
        let words = &mut *self.words;
        let hash = xxh3_64(identifier.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
        let at = hash as usize % Recent::N;
        let recent = words.recent[at];
        if recent.hash == hash && recent.stamp == words.stamp {
            if recent.local != Recent::NO_TERMS {
                return Some(recent.local);
            }
            if !without_terms {
                return None;
            }
        }
        let ident = words.ident(identifier, hash);
        let (_, start, end) = words.idents[ident as usize];
        let has_terms = start < end;
        let local = if has_terms || without_terms {
            self.number_of(ident)
        } else {
            None
        };
        // Whether a word without terms has a number depends on who asks, so only that is kept.
        let kept = if has_terms {
            local
        } else {
            Some(Recent::NO_TERMS)
        };
        if let Some(local) = kept {
            let words = &mut *self.words;
            words.recent[at] = Recent {
                hash,
                stamp: words.stamp,
                local,
            };
        }
        local
    }

    fn number_of(&mut self, ident: u32) -> Option<u32> {
        let words = &mut *self.words;
        let (hash, start, end) = words.idents[ident as usize];
        let stamp = words.stamp;
        let slot = &mut words.ident_local[ident as usize];
        if slot.0 == stamp {
            return Some(slot.1);
        }
        let local = u32_of(self.idents.len());
        if local >= Posting::MAX_IDENTIFIERS {
            return None;
        }
        *slot = (stamp, local);
        self.idents.push(hash);
        for &term in &words.term_lists[start as usize..end as usize] {
            let slot = &mut words.term_local[term as usize];
            if slot.0 != stamp {
                *slot = (stamp, u32_of(self.terms.len()));
                self.terms.push(words.term_hashes[term as usize]);
            }
            self.ident_terms.push(slot.1);
        }
        self.ident_terms_at.push(u32_of(self.ident_terms.len()));
        Some(local)
    }

    /// Divides the text among units and fields, and counts.
    fn postings(&mut self, n_units: usize) -> (Vec<u32>, Vec<Posting>, Vec<[u32; N_FIELDS]>) {
        let regions = regions(self.outline, self.text.len());
        let mut lengths = vec![[0; N_FIELDS]; n_units];
        // unit (24 bits) | identifier (20 bits) | field (2 bits): sorting groups what belongs together.
        let mut found: Vec<u64> = Vec::with_capacity(self.text.len() / 12);
        let mut region = 0;
        let text = self.text;
        tokens::for_each_identifier(text.as_bytes(), |range| {
            while region + 1 < regions.len() && regions[region + 1].start as usize <= range.start {
                region += 1;
            }
            let Region { unit, field, .. } = regions[region];
            let Some(identifier) = text.get(range) else {
                return;
            };
            if let Some(ident) = self.local_ident(identifier) {
                let n_terms =
                    self.ident_terms_at[ident as usize + 1] - self.ident_terms_at[ident as usize];
                lengths[unit as usize][field as usize] += n_terms;
                found.push(u64::from(unit) << 24 | u64::from(ident) << 2 | field as u64);
            }
        });
        for (i, def) in self.outline.definitions.iter().enumerate() {
            if let Some(ident) = self.local_ident(&def.name) {
                let n_terms =
                    self.ident_terms_at[ident as usize + 1] - self.ident_terms_at[ident as usize];
                lengths[i + 1][Field::Name as usize] += n_terms;
                found.push((i as u64 + 1) << 24 | u64::from(ident) << 2 | Field::Name as u64);
            }
        }
        found.sort_unstable();
        let mut postings = Vec::with_capacity(found.len() / 2);
        let mut postings_at = vec![0; n_units + 1];
        for run in found.chunk_by(|a, b| a == b) {
            let key = run[0];
            let unit = (key >> 24) as usize;
            let low = u32::try_from(key & 0xff_ffff).unwrap_or(0);
            postings.push(Posting::new(low >> 2, low & 3, u32_of(run.len())));
            postings_at[unit + 1] = u32_of(postings.len());
        }
        fill_gaps(&mut postings_at);
        (postings_at, postings, lengths)
    }

    fn calls(&mut self, n_units: usize) -> (Vec<u32>, Vec<CallRecord>) {
        let (text, outline) = (self.text, self.outline);
        let receivers = receiver::Receivers::new(self.language, text, outline);
        let mut calls: Vec<(u32, CallRecord)> = Vec::with_capacity(outline.calls.len());
        for call in &outline.calls {
            let Some((name, written)) = receivers.of(call) else {
                continue;
            };
            let Some(name) = self.any_ident(name) else {
                continue;
            };
            let mut number = |name: &str| self.any_ident(name);
            let receiver = match written {
                Written::Bare => Some(Receiver::Bare),
                Written::Expression => Some(Receiver::Expression),
                Written::Own => Some(Receiver::Own),
                Written::Super => Some(Receiver::Super),
                Written::Name(name) => number(name).map(Receiver::Name),
                Written::Instance(class) => number(class).map(Receiver::Instance),
                Written::ImportedChain(name) => number(name).map(Receiver::ImportedChain),
                Written::Chain(name) => number(name).map(Receiver::Chain),
            };
            let receiver = receiver.unwrap_or(Receiver::Expression);
            let unit = call.within.map_or(0, |def| def + 1);
            calls.push((
                unit,
                CallRecord::new(name, receiver, call.line, call.raised),
            ));
        }
        calls.sort_by_key(|(unit, _)| *unit);
        let at = offsets(n_units, calls.iter().map(|(unit, _)| *unit as usize));
        (at, calls.into_iter().map(|(_, call)| call).collect())
    }

    fn grams(&self, n_units: usize) -> (Vec<u32>, Vec<u32>) {
        let mut grams: Vec<(u32, u32)> = Vec::new();
        let mut per_unit = vec![0; n_units];
        for literal in &self.outline.strings {
            let unit = literal.within.map_or(0, |def| def + 1);
            word_trigrams(literal.span.text(self.text), |gram| {
                if per_unit[unit as usize] < MAX_GRAMS_PER_UNIT {
                    per_unit[unit as usize] += 1;
                    grams.push((unit, gram));
                }
            });
        }
        grams.sort_unstable();
        grams.dedup();
        let at = offsets(n_units, grams.iter().map(|(unit, _)| *unit as usize));
        (at, grams.into_iter().map(|(_, gram)| gram).collect())
    }

    fn defs(&mut self) -> Vec<DefRecord> {
        let outline = self.outline;
        outline
            .definitions
            .iter()
            .map(|def| {
                let bytes = |span: ByteSpan| (span.start, span.end);
                DefRecord {
                    qualified: intern(&mut self.arena, &def.qualified_name),
                    name_len: u32_of(def.name.len()),
                    kind: def.kind,
                    flags: def.flags,
                    parent: def.parent,
                    lines: def.lines,
                    name_line: def.name_line,
                    name_ident: self.any_ident(&def.name),
                    signature: bytes(def.signature),
                    doc: def.docstring.map_or((0, 0), bytes),
                    bases: intern(&mut self.arena, &def.bases.join("\n")),
                }
            })
            .collect()
    }

    fn imports(&mut self) -> Vec<ImportRecord> {
        let outline = self.outline;
        outline
            .imports
            .iter()
            .map(|import| {
                let names: Vec<String> = import
                    .names
                    .iter()
                    .map(|name| match &name.alias {
                        Some(alias) => format!("{} as {alias}", name.name),
                        None => name.name.to_string(),
                    })
                    .collect();
                ImportRecord {
                    module: intern(&mut self.arena, &import.module),
                    names: intern(&mut self.arena, &names.join("\n")),
                    alias: intern(&mut self.arena, import.alias.as_deref().unwrap_or("")),
                    level: import.level,
                    line: import.line,
                }
            })
            .collect()
    }
}

/// From here on the text belongs to this unit and field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    start: u32,
    unit: u32,
    field: Field,
}

/// Divides `0..len` among units and fields, in order of position.
fn regions(outline: &Outline, len: usize) -> Vec<Region> {
    // Opening and closing of every span; inner spans open later and close earlier, so a stack says which
    // is on top.
    let mut spans: Vec<(u32, u32, u32, Field)> = Vec::with_capacity(outline.definitions.len() * 3);
    if let Some(doc) = outline.docstring {
        spans.push((doc.start, doc.end, 0, Field::Doc));
    }
    for (unit, def) in (1..).zip(&outline.definitions) {
        spans.push((def.span.start, def.span.end, unit, Field::Body));
        spans.push((
            def.signature.start,
            def.signature.end,
            unit,
            Field::Signature,
        ));
        if let Some(doc) = def.docstring {
            spans.push((doc.start, doc.end, unit, Field::Doc));
        }
    }
    spans.retain(|(start, end, ..)| start < end);
    // Outer spans first where several open at one place; a declaration's signature is all of it.
    spans.sort_by_key(|&(start, end, unit, field)| {
        (start, Reverse(end), unit, Reverse(field as u8))
    });
    let mut regions = vec![Region {
        start: 0,
        unit: 0,
        field: Field::Body,
    }];
    let mut open: Vec<(u32, u32, Field)> = vec![(u32_of(len).max(1), 0, Field::Body)];
    let close_until = |open: &mut Vec<(u32, u32, Field)>, regions: &mut Vec<Region>, at: u32| {
        while open.len() > 1 && open.last().is_some_and(|top| top.0 <= at) {
            let Some((end, ..)) = open.pop() else { break };
            if let Some(&(_, unit, field)) = open.last() {
                regions.push(Region {
                    start: end,
                    unit,
                    field,
                });
            }
        }
    };
    for (start, end, unit, field) in spans {
        close_until(&mut open, &mut regions, start);
        // A span that reaches over the end of the one around it is cut there.
        let end = open.last().map_or(end, |top| end.min(top.0));
        regions.push(Region { start, unit, field });
        open.push((end, unit, field));
    }
    close_until(&mut open, &mut regions, u32::MAX);
    regions
}

/// Calls `visit` with the hash of every run of three words of a string literal.
pub(crate) fn word_trigrams(text: &str, mut visit: impl FnMut(u32)) {
    let mut last = [0u64; 2];
    let mut n_words = 0;
    let mut buffer = [0u8; 32];
    tokens::for_each_identifier(text.as_bytes(), |range| {
        let word = &text.as_bytes()[range];
        let len = word.len().min(buffer.len());
        let lower = &mut buffer[..len];
        lower.copy_from_slice(&word[..len]);
        lower.make_ascii_lowercase();
        let hash = xxh3_64(lower);
        if n_words >= 2 {
            let mixed = last[0].rotate_left(42) ^ last[1].rotate_left(21) ^ hash;
            visit((mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32);
        }
        last = [last[1], hash];
        n_words += 1;
    });
}

fn intern(arena: &mut String, text: &str) -> TextRef {
    let start = u32_of(arena.len());
    arena.push_str(text);
    TextRef {
        start,
        len: u32_of(text.len()),
    }
}

/// Where each of `n` sorted groups begins, given the group of every element.
fn offsets(n: usize, groups: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut at = vec![0; n + 1];
    for group in groups {
        at[group + 1] += 1;
    }
    for i in 0..n {
        at[i + 1] += at[i];
    }
    at
}

fn fill_gaps(at: &mut [u32]) {
    for i in 1..at.len() {
        at[i] = at[i].max(at[i - 1]);
    }
}

#[cfg(test)]
mod tests;
