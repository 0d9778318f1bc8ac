//! What is kept of one blob: its definitions, identifiers, terms, calls, imports and literals, as flat
//! arrays that decode with a few copies.
//!
//! A record depends on the blob's bytes, its language and [`RECORD_VERSION`], and on nothing else, so it is
//! computed once per blob, ever. The text of the file is divided among its *units*: unit 0 is the module,
//! unit `i + 1` is definition `i`. Every identifier occurrence belongs to the innermost unit around it and
//! to one [`Field`] of it.

use bughound_core::{Language, LineSpan, SymbolKind};
use bughound_syntax::{DefinitionFlags, EXTRACTOR_VERSION};

use crate::bytes::{Reader, Writer};
use crate::tokens::TOKENIZER_VERSION;

/// Bumped whenever the layout or the meaning of a record changes.
const LAYOUT_VERSION: u32 = 4;

/// The version under which records are cached: layout, front ends and tokenizer together, and the byte
/// order, since arrays are kept as the machine holds them.
pub const RECORD_VERSION: u32 = (LAYOUT_VERSION << 16)
    ^ (EXTRACTOR_VERSION << 8)
    ^ (TOKENIZER_VERSION << 1)
    ^ (if cfg!(target_endian = "big") { 1 } else { 0 });

/// Set in [`BlobRecord::n_problems`] for a file that is not UTF-8.
pub(crate) const NOT_UTF8: u32 = 1 << 31;

/// The part of a unit in which an identifier stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// The definition's own name.
    Name = 0,
    /// From the keyword to where the body begins, the name included.
    Signature = 1,
    /// Docstring or doc comment.
    Doc = 2,
    /// Everything else: code, comments, decorators, string literals.
    Body = 3,
}

/// Number of fields of a unit.
pub const N_FIELDS: usize = 4;

/// One identifier in one field of one unit: local identifier number (19 bits), field (2 bits), count (11
/// bits, saturating).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting(pub u32);

impl Posting {
    /// Most identifiers that one record can tell apart; a file with more is generated data, and what
    /// comes later in it is left out.
    pub const MAX_IDENTIFIERS: u32 = 1 << 19;
    const MAX_COUNT: u32 = (1 << 11) - 1;

    pub(crate) fn new(ident: u32, field: u32, count: u32) -> Self {
        Self(ident << 13 | field << 11 | count.min(Self::MAX_COUNT))
    }

    /// Local number of the identifier.
    pub fn ident(self) -> u32 {
        self.0 >> 13
    }

    /// The field, as its number.
    pub fn field(self) -> usize {
        (self.0 >> 11 & 3) as usize
    }

    /// How often.
    pub fn count(self) -> u32 {
        self.0 & Self::MAX_COUNT
    }
}

/// What stands before a called name, as far as the file alone tells. Names are local identifier numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// Nothing: `run()`.
    Bare,
    /// An expression that is no chain of names: `f(x).run()`.
    Expression,
    /// The object or class around it: `self.run()`, `cls.run()`, `this.run()`, `Self::run()`.
    Own,
    /// The class above: `super().run()`, `super.run()`.
    Super,
    /// One name: `x.run()`.
    Name(u32),
    /// An instance of the class with this name, which was made and assigned in the same function or class:
    /// `x = Runner(); x.run()`.
    Instance(u32),
    /// A chain of names that begins with an imported one; the last of them: `b` of `a.b.run()`.
    ImportedChain(u32),
    /// Another chain of names; the last of them: `x` of `self.x.run()`.
    Chain(u32),
}

/// One call: local identifier number of the called name (19 bits), of the receiver's or none (20 bits), line
/// (22 bits, saturating), what the receiver is (2 bits), whether the call is raised (1 bit).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallRecord(pub u64);

impl CallRecord {
    const NONE: u64 = (1 << 20) - 1;
    const MAX_LINE: u64 = (1 << 22) - 1;

    pub(crate) fn new(name: u32, receiver: Receiver, line: u32, raised: bool) -> Self {
        let (kind, qualifier) = match receiver {
            Receiver::Bare => (0, None),
            Receiver::Expression => (1, None),
            Receiver::Own => (2, None),
            Receiver::Super => (3, None),
            Receiver::Name(name) => (0, Some(name)),
            Receiver::Instance(name) => (1, Some(name)),
            Receiver::ImportedChain(name) => (2, Some(name)),
            Receiver::Chain(name) => (3, Some(name)),
        };
        let qualifier = qualifier.map_or(Self::NONE, u64::from);
        let line = u64::from(line).min(Self::MAX_LINE);
        Self(u64::from(name) << 45 | qualifier << 25 | line << 3 | kind << 1 | u64::from(raised))
    }

    /// Local number of the called name: `run` of `self.x.run()`.
    pub fn name(self) -> u32 {
        (self.0 >> 45) as u32
    }

    fn qualifier(self) -> Option<u32> {
        let value = self.0 >> 25 & Self::NONE;
        (value != Self::NONE).then_some(value as u32)
    }

    /// What stands before it.
    pub fn receiver(self) -> Receiver {
        match (self.qualifier(), self.0 >> 1 & 3) {
            (None, 0) => Receiver::Bare,
            (None, 1) => Receiver::Expression,
            (None, 2) => Receiver::Own,
            (None, _) => Receiver::Super,
            (Some(name), 0) => Receiver::Name(name),
            (Some(name), 1) => Receiver::Instance(name),
            (Some(name), 2) => Receiver::ImportedChain(name),
            (Some(name), _) => Receiver::Chain(name),
        }
    }

    /// The line of the call.
    pub fn line(self) -> u32 {
        (self.0 >> 3 & Self::MAX_LINE) as u32
    }

    /// Whether it stands in a `raise` or `throw`.
    pub fn raised(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A piece of the record's own text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextRef {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// One definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefRecord {
    /// The dotted name inside the file.
    pub(crate) qualified: TextRef,
    /// Bytes of the last part of the name, at the end of `qualified`.
    pub(crate) name_len: u32,
    /// What it is.
    pub kind: SymbolKind,
    /// Facts.
    pub flags: DefinitionFlags,
    /// The definition around it.
    pub parent: Option<u32>,
    /// Its lines, decorators included.
    pub lines: LineSpan,
    /// The line with its name.
    pub name_line: u32,
    /// Local identifier number of its name, where it is an identifier.
    pub name_ident: Option<u32>,
    /// Bytes of the signature.
    pub signature: (u32, u32),
    /// Bytes of the documentation, `(0, 0)` where there is none.
    pub doc: (u32, u32),
    /// Where its base classes stand in the record's text, one per line.
    pub(crate) bases: TextRef,
}

const DEF_WORDS: usize = 16;

impl DefRecord {
    fn to_words(self) -> [u32; DEF_WORDS] {
        [
            self.qualified.start,
            self.qualified.len,
            self.name_len,
            self.kind as u32 | u32::from(self.flags.0) << 8,
            self.parent.unwrap_or(u32::MAX),
            self.lines.start,
            self.lines.end,
            self.name_line,
            self.name_ident.unwrap_or(u32::MAX),
            self.signature.0,
            self.signature.1,
            self.doc.0,
            self.doc.1,
            self.bases.start,
            self.bases.len,
            0,
        ]
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "packed as 8 and 16 bits by to_words"
    )]
    fn from_words(words: [u32; DEF_WORDS]) -> Option<Self> {
        let none = |value: u32| (value != u32::MAX).then_some(value);
        Some(Self {
            qualified: TextRef {
                start: words[0],
                len: words[1],
            },
            name_len: words[2],
            kind: SymbolKind::from_u8(words[3] as u8)?,
            flags: DefinitionFlags((words[3] >> 8) as u16),
            parent: none(words[4]),
            lines: LineSpan::new(words[5], words[6]),
            name_line: words[7],
            name_ident: none(words[8]),
            signature: (words[9], words[10]),
            doc: (words[11], words[12]),
            bases: TextRef {
                start: words[13],
                len: words[14],
            },
        })
    }
}

/// One imported module, with the names it brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImportRecord {
    /// The module as written, without leading dots.
    pub(crate) module: TextRef,
    /// `name` or `name as alias`, one per line; empty for a module import.
    pub(crate) names: TextRef,
    /// The module's alias, empty for none.
    pub(crate) alias: TextRef,
    pub(crate) level: u32,
    pub(crate) line: u32,
}

/// A module- or class-level assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AssignmentRecord {
    pub(crate) name: TextRef,
    pub(crate) lines: LineSpan,
    pub(crate) within: Option<u32>,
}

/// What is kept of one blob. See the module for units, fields and local numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRecord {
    pub(crate) language: Language,
    pub(crate) n_lines: u32,
    pub(crate) n_bytes: u32,
    /// Number of syntax problems, with [`NOT_UTF8`] where it applies.
    pub(crate) n_problems: u32,
    pub(crate) first_problem_line: u32,
    pub(crate) text: String,
    pub(crate) defs: Vec<DefRecord>,
    /// Hash of each local identifier.
    pub(crate) idents: Vec<u64>,
    /// Hash of each local term.
    pub(crate) terms: Vec<u64>,
    /// The terms of identifier `i` are `ident_terms[ident_terms_at[i]..ident_terms_at[i + 1]]`.
    pub(crate) ident_terms_at: Vec<u32>,
    pub(crate) ident_terms: Vec<u32>,
    /// The postings of unit `u` are `postings[postings_at[u]..postings_at[u + 1]]`.
    pub(crate) postings_at: Vec<u32>,
    pub(crate) postings: Vec<Posting>,
    /// Number of terms in each field of each unit, repetitions counted.
    pub(crate) lengths: Vec<[u32; N_FIELDS]>,
    pub(crate) calls_at: Vec<u32>,
    pub(crate) calls: Vec<CallRecord>,
    /// Hashes of the word trigrams of each unit's string literals, sorted, each once.
    pub(crate) grams_at: Vec<u32>,
    pub(crate) grams: Vec<u32>,
    pub(crate) imports: Vec<ImportRecord>,
    pub(crate) assignments: Vec<AssignmentRecord>,
}

impl BlobRecord {
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Number of lines.
    pub fn n_lines(&self) -> u32 {
        self.n_lines
    }

    /// Number of definitions.
    pub fn n_defs(&self) -> usize {
        self.defs.len()
    }

    /// The definitions, in source order.
    pub fn defs(&self) -> &[DefRecord] {
        &self.defs
    }

    pub(crate) fn text(&self, at: TextRef) -> &str {
        let start = at.start as usize;
        self.text.get(start..start + at.len as usize).unwrap_or("")
    }

    /// The dotted name of a definition.
    pub fn qualified_name(&self, def: &DefRecord) -> &str {
        self.text(def.qualified)
    }

    /// The last part of a definition's name.
    pub fn name(&self, def: &DefRecord) -> &str {
        let qualified = self.text(def.qualified);
        qualified
            .get(qualified.len().saturating_sub(def.name_len as usize)..)
            .unwrap_or(qualified)
    }

    /// The base classes of a definition, as written.
    pub fn bases(&self, def: &DefRecord) -> impl Iterator<Item = &str> {
        self.text(def.bases).lines()
    }

    pub(crate) fn unit_postings(&self, unit: usize) -> &[Posting] {
        slice(&self.postings, &self.postings_at, unit)
    }

    pub(crate) fn unit_calls(&self, unit: usize) -> &[CallRecord] {
        slice(&self.calls, &self.calls_at, unit)
    }

    pub(crate) fn unit_grams(&self, unit: usize) -> &[u32] {
        slice(&self.grams, &self.grams_at, unit)
    }

    pub(crate) fn terms_of_ident(&self, ident: u32) -> &[u32] {
        slice(&self.ident_terms, &self.ident_terms_at, ident as usize)
    }

    /// The bytes under which the record is cached.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.words(&[
            self.language as u32,
            self.n_lines,
            self.n_bytes,
            self.n_problems,
            self.first_problem_line,
        ]);
        w.text(&self.text);
        let defs: Vec<[u32; DEF_WORDS]> = self.defs.iter().map(|def| def.to_words()).collect();
        w.words(bytemuck::cast_slice(&defs));
        w.longs(&self.idents);
        w.longs(&self.terms);
        w.words(&self.ident_terms_at);
        w.words(&self.ident_terms);
        w.words(&self.postings_at);
        w.words(
            &self
                .postings
                .iter()
                .map(|posting| posting.0)
                .collect::<Vec<_>>(),
        );
        w.words(bytemuck::cast_slice(&self.lengths));
        w.words(&self.calls_at);
        w.longs(&self.calls.iter().map(|call| call.0).collect::<Vec<_>>());
        w.words(&self.grams_at);
        w.words(&self.grams);
        let imports: Vec<[u32; 8]> = self
            .imports
            .iter()
            .map(|i| {
                let (module, names, alias) = (i.module, i.names, i.alias);
                [
                    module.start,
                    module.len,
                    names.start,
                    names.len,
                    alias.start,
                    alias.len,
                    i.level,
                    i.line,
                ]
            })
            .collect();
        w.words(bytemuck::cast_slice(&imports));
        let assignments: Vec<[u32; 5]> = self
            .assignments
            .iter()
            .map(|a| {
                let within = a.within.unwrap_or(u32::MAX);
                [a.name.start, a.name.len, a.lines.start, a.lines.end, within]
            })
            .collect();
        w.words(bytemuck::cast_slice(&assignments));
        w.finish()
    }

    /// Reads what [`BlobRecord::encode`] wrote. `None` where the bytes are anything else: then the record
    /// is computed anew.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader::new(bytes);
        let head = r.words()?;
        let [language, n_lines, n_bytes, n_problems, first_problem_line] = head.try_into().ok()?;
        let text = r.text()?;
        let defs: Option<Vec<DefRecord>> = rows::<DEF_WORDS>(&r.words()?)?
            .iter()
            .map(|row| DefRecord::from_words(*row))
            .collect();
        let record = Self {
            language: Language::from_u8(u8::try_from(language).ok()?)?,
            n_lines,
            n_bytes,
            n_problems,
            first_problem_line,
            text,
            defs: defs?,
            idents: r.longs()?,
            terms: r.longs()?,
            ident_terms_at: r.words()?,
            ident_terms: r.words()?,
            postings_at: r.words()?,
            postings: r.words()?.into_iter().map(Posting).collect(),
            lengths: rows::<N_FIELDS>(&r.words()?)?.to_vec(),
            calls_at: r.words()?,
            calls: r.longs()?.into_iter().map(CallRecord).collect(),
            grams_at: r.words()?,
            grams: r.words()?,
            imports: rows::<8>(&r.words()?)?
                .iter()
                .map(|row| ImportRecord {
                    module: TextRef {
                        start: row[0],
                        len: row[1],
                    },
                    names: TextRef {
                        start: row[2],
                        len: row[3],
                    },
                    alias: TextRef {
                        start: row[4],
                        len: row[5],
                    },
                    level: row[6],
                    line: row[7],
                })
                .collect(),
            assignments: rows::<5>(&r.words()?)?
                .iter()
                .map(|row| AssignmentRecord {
                    name: TextRef {
                        start: row[0],
                        len: row[1],
                    },
                    lines: LineSpan::new(row[2], row[3]),
                    within: (row[4] != u32::MAX).then_some(row[4]),
                })
                .collect(),
        };
        record.is_sound().then_some(record)
    }

    /// Whether every number that indexes something lies inside it, so that readers may index freely.
    fn is_sound(&self) -> bool {
        let n_units = self.defs.len() + 1;
        let n_idents = self.idents.len();
        let offsets = |at: &[u32], n: usize, total: usize| {
            at.len() == n + 1
                && at.is_sorted()
                && at.last().is_some_and(|&last| last as usize == total)
        };
        offsets(&self.postings_at, n_units, self.postings.len())
            && offsets(&self.calls_at, n_units, self.calls.len())
            && offsets(&self.grams_at, n_units, self.grams.len())
            && offsets(&self.ident_terms_at, n_idents, self.ident_terms.len())
            && self.lengths.len() == n_units
            && self
                .ident_terms
                .iter()
                .all(|&term| (term as usize) < self.terms.len())
            && self
                .postings
                .iter()
                .all(|posting| (posting.ident() as usize) < n_idents)
            && self.calls.iter().all(|call| {
                (call.name() as usize) < n_idents
                    && call
                        .qualifier()
                        .is_none_or(|qualifier| (qualifier as usize) < n_idents)
            })
            && self.defs.iter().enumerate().all(|(i, def)| {
                def.parent.is_none_or(|parent| (parent as usize) < i)
                    && def
                        .name_ident
                        .is_none_or(|ident| (ident as usize) < n_idents)
            })
            && self.assignments.iter().all(|a| {
                a.within
                    .is_none_or(|within| (within as usize) < self.defs.len())
            })
    }
}

fn slice<'a, T>(values: &'a [T], at: &[u32], i: usize) -> &'a [T] {
    &values[at[i] as usize..at[i + 1] as usize]
}

fn rows<const N: usize>(words: &[u32]) -> Option<&[[u32; N]]> {
    let (rows, rest) = words.as_chunks::<N>();
    rest.is_empty().then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_round_trip() {
        let posting = Posting::new(400_000, 3, 5000);
        assert_eq!(
            (posting.ident(), posting.field(), posting.count()),
            (400_000, 3, 2047)
        );
        for receiver in [
            Receiver::Bare,
            Receiver::Expression,
            Receiver::Own,
            Receiver::Super,
            Receiver::Name(7),
            Receiver::Instance(400_000),
            Receiver::ImportedChain(0),
            Receiver::Chain(Posting::MAX_IDENTIFIERS - 1),
        ] {
            let call = CallRecord::new(400_000, receiver, 123_456, true);
            assert_eq!(
                (call.name(), call.receiver(), call.line(), call.raised()),
                (400_000, receiver, 123_456, true)
            );
        }
        assert_eq!(
            CallRecord::new(1, Receiver::Bare, u32::MAX, false).line(),
            (1 << 22) - 1
        );
    }
}
