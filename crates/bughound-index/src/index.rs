//! The index of one snapshot: the records of its files side by side, and numbers for its symbols.

use std::sync::{Arc, OnceLock};

use bughound_core::{Language, LineSpan, Problem, RepoPath, SymbolId, SymbolKind};
use bughound_repo::{Entry, EntryKind, ObjectId, Reader, Snapshot};
use bughound_store::{Key, Store};
use bughound_syntax::DefinitionFlags;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::extract::extract;
use crate::graph::{Graph, TestMentions};
use crate::imports::ImportGraph;
use crate::lexical::Lengths;
use crate::names::Names;
use crate::record::{BlobRecord, DefRecord, NOT_UTF8, RECORD_VERSION};
use crate::references::References;
use crate::role::FileRole;
use crate::search::Signatures;

/// Files larger than this are listed but not read: they are data, not source.
pub const MAX_SOURCE_BYTES: usize = 4 << 20;

/// Files of languages that are not understood are smaller, or they are data.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Files of languages that are not understood are indexed where they are more than one in so many, shell scripts
/// not counted: elsewhere they stand beside the product, and their words would only move what is known of all others.
const TEXT_SHARE: usize = 4;

/// The number of a file in an [`Index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIdx(pub u32);

/// The number of a definition in an [`Index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolIdx(pub u32);

impl FileIdx {
    /// As an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SymbolIdx {
    /// As an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One source file.
pub struct File {
    pub(crate) entry: Entry,
    pub(crate) role: FileRole,
    pub(crate) record: Arc<BlobRecord>,
    pub(crate) first_symbol: u32,
    text: OnceLock<Option<Arc<str>>>,
}

impl File {
    /// Where it is.
    pub fn path(&self) -> &RepoPath {
        &self.entry.path
    }

    /// What it is for.
    pub fn role(&self) -> FileRole {
        self.role
    }

    /// Its language.
    pub fn language(&self) -> Language {
        self.record.language()
    }

    /// The blob that was indexed.
    pub fn blob(&self) -> ObjectId {
        self.entry.id
    }

    /// What was found in it.
    pub fn record(&self) -> &BlobRecord {
        &self.record
    }
}

/// Code that a program wrote out of other code, to be small: nobody mends it, and it takes long to parse.
fn is_minified(path: &RepoPath) -> bool {
    path.stem().ends_with(".min")
}

/// What building an index did.
#[derive(Clone, Debug, Default)]
pub struct BuildReport {
    /// Source files in the snapshot.
    pub n_files: usize,
    /// Of these, how many were not in the cache and were read and parsed.
    pub n_parsed: usize,
    /// Bytes of the files that were parsed.
    pub parsed_bytes: u64,
    /// Why the cache could not be written, where it could not: the index is whole all the same.
    pub cache_error: Option<String>,
}

/// The index of one snapshot.
pub struct Index {
    snapshot: Arc<Snapshot>,
    files: Vec<File>,
    /// The file of each symbol.
    symbol_file: Vec<u32>,
    problems: Vec<Problem>,
    names: OnceLock<Names>,
    references: OnceLock<References>,
    imports: OnceLock<ImportGraph>,
    lengths: OnceLock<Lengths>,
    pub(crate) graph: OnceLock<Graph>,
    pub(crate) signatures: OnceLock<Signatures>,
    pub(crate) test_mentions: OnceLock<TestMentions>,
}

/// One definition, with its names at hand.
#[derive(Clone, Copy)]
pub struct Symbol<'a> {
    /// Its number.
    pub idx: SymbolIdx,
    /// Its file.
    pub file: &'a File,
    /// Its record.
    pub def: &'a DefRecord,
}

impl<'a> Symbol<'a> {
    /// The last part of the name.
    pub fn name(&self) -> &'a str {
        self.file.record.name(self.def)
    }

    /// The dotted name inside the file.
    pub fn qualified_name(&self) -> &'a str {
        self.file.record.qualified_name(self.def)
    }

    /// The file's path.
    pub fn path(&self) -> &'a RepoPath {
        self.file.path()
    }

    /// What it is.
    pub fn kind(&self) -> SymbolKind {
        self.def.kind
    }

    /// Its lines, decorators included.
    pub fn lines(&self) -> LineSpan {
        self.def.lines
    }

    /// `path::Qualified.name`.
    pub fn id(&self) -> SymbolId {
        SymbolId::symbol(self.path().clone(), self.qualified_name())
    }

    /// Whether it may be an answer of its own: a function, method or type that is not defined inside a
    /// function (those count as part of the function around them).
    pub fn is_candidate(&self) -> bool {
        is_candidate(self.def)
    }
}

pub(crate) fn is_candidate(def: &DefRecord) -> bool {
    !def.flags.has(DefinitionFlags::NESTED) && (def.kind.is_callable() || def.kind.is_type())
}

impl Index {
    /// Indexes a snapshot; minified scripts (`x.min.js`) are left out, and files of languages that are not
    /// understood where they are few ([`Language::Text`]). Records that `store` holds are taken
    /// from it; the others are computed on all threads of the current pool and kept there.
    ///
    /// Files that cannot be read or parsed are findings ([`Index::problems`]); a cache that cannot be
    /// written is one too ([`BuildReport::cache_error`]).
    pub fn build(snapshot: Arc<Snapshot>, store: &Store) -> (Self, BuildReport) {
        Self::build_after(snapshot, store, None)
    }

    /// As [`Index::build`], where `earlier` is the index of a snapshot that has most files in common: their
    /// records and texts are taken from it.
    pub fn build_after(
        snapshot: Arc<Snapshot>,
        store: &Store,
        earlier: Option<&Self>,
    ) -> (Self, BuildReport) {
        let table = store.table("outlines", RECORD_VERSION);
        let mut problems: Vec<Problem> = snapshot.problems().to_vec();
        problems.extend(
            table
                .findings()
                .iter()
                .map(|finding| Problem::general(finding.clone())),
        );
        let sources = sources_of(&snapshot);

        // An earlier index leaves few to be asked for.
        if earlier.is_none() {
            table.read_ahead(sources.len());
        }
        let known: Vec<Option<Known>> = sources
            .par_iter()
            .with_min_len(64)
            .map(|(entry, language)| {
                if let Some(file) = earlier.and_then(|earlier| earlier.same_file(entry)) {
                    return Some(Known::of(file));
                }
                let record = BlobRecord::decode(table.get(&record_key(entry.id, *language))?)?;
                Some(Known::new(record))
            })
            .collect();
        let mut missing: Vec<usize> = (0..sources.len()).filter(|&i| known[i].is_none()).collect();
        // What takes long begins first, and small pieces keep all threads busy until the end.
        missing.sort_by_key(|&i| sources[i].1 == Language::Python);
        let mut computed: Vec<(usize, Result<Computed, Problem>)> = missing
            .par_iter()
            .with_max_len(32)
            .map_init(
                || (snapshot.reader(), Vec::new()),
                |(reader, buffer), &i| (i, compute(reader, buffer, sources[i].0, sources[i].1)),
            )
            .collect();
        computed.sort_unstable_by_key(|(i, _)| *i);

        let mut report = BuildReport {
            n_files: sources.len(),
            ..BuildReport::default()
        };
        let mut records: Vec<Option<Known>> = known;
        // Files of a working directory that changed after they had been listed.
        let mut changed: FxHashMap<usize, ObjectId> = FxHashMap::default();
        let mut fresh: Vec<(Key, Vec<u8>)> = Vec::with_capacity(computed.len());
        for (i, outcome) in computed {
            match outcome {
                Ok(computed) => {
                    report.n_parsed += 1;
                    report.parsed_bytes += u64::from(computed.record.n_bytes);
                    if computed.id != sources[i].0.id {
                        changed.insert(i, computed.id);
                    }
                    fresh.push((record_key(computed.id, sources[i].1), computed.encoded));
                    records[i] = Some(Known::new(computed.record));
                }
                Err(problem) => problems.push(problem),
            }
        }
        // One blob may stand at several paths.
        fresh.sort_unstable_by_key(|(key, _)| *key);
        fresh.dedup_by_key(|(key, _)| *key);
        if !fresh.is_empty()
            && let Err(error) = table.put_all(&fresh)
        {
            report.cache_error = Some(error.to_string());
        }

        let mut files = Vec::with_capacity(records.len());
        let mut symbol_file = Vec::new();
        for (i, ((entry, _), known)) in sources.into_iter().zip(records).enumerate() {
            let Some(Known { record, text }) = known else {
                continue;
            };
            problems.extend(problem_of(&entry.path, &record));
            let file_number = u32_of(files.len());
            let first_symbol = u32_of(symbol_file.len());
            symbol_file.resize(symbol_file.len() + record.n_defs(), file_number);
            files.push(File {
                role: FileRole::of(&entry.path),
                entry: Entry {
                    id: changed.get(&i).copied().unwrap_or(entry.id),
                    ..entry.clone()
                },
                record,
                first_symbol,
                text,
            });
        }
        let index = Self {
            snapshot,
            files,
            symbol_file,
            problems,
            names: OnceLock::new(),
            references: OnceLock::new(),
            imports: OnceLock::new(),
            lengths: OnceLock::new(),
            graph: OnceLock::new(),
            signatures: OnceLock::new(),
            test_mentions: OnceLock::new(),
        };
        (index, report)
    }

    /// The snapshot that was indexed.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// What was odd about the files.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The source files, sorted by path.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The numbers of all source files.
    pub fn file_idxs(&self) -> impl Iterator<Item = FileIdx> + use<> {
        (0..u32_of(self.files.len())).map(FileIdx)
    }

    /// A source file by its number.
    pub fn file(&self, idx: FileIdx) -> &File {
        &self.files[idx.index()]
    }

    /// A source file by its path.
    pub fn file_at(&self, path: &str) -> Option<FileIdx> {
        let at = self
            .files
            .binary_search_by(|file| file.path().as_str().cmp(path))
            .ok()?;
        Some(FileIdx(u32_of(at)))
    }

    /// Number of definitions.
    pub fn n_symbols(&self) -> usize {
        self.symbol_file.len()
    }

    /// The numbers of all definitions, file by file in source order.
    pub fn symbol_idxs(&self) -> impl Iterator<Item = SymbolIdx> + use<> {
        (0..u32_of(self.symbol_file.len())).map(SymbolIdx)
    }

    /// A definition by its number.
    pub fn symbol(&self, idx: SymbolIdx) -> Symbol<'_> {
        let file = &self.files[self.symbol_file[idx.index()] as usize];
        Symbol {
            idx,
            file,
            def: &file.record.defs[(idx.0 - file.first_symbol) as usize],
        }
    }

    /// The file of a definition.
    pub fn file_of(&self, idx: SymbolIdx) -> FileIdx {
        FileIdx(self.symbol_file[idx.index()])
    }

    /// The definitions of a file, in source order.
    pub fn symbols_of(&self, file: FileIdx) -> impl DoubleEndedIterator<Item = SymbolIdx> + use<> {
        let file = &self.files[file.index()];
        let first = file.first_symbol;
        (first..first + u32_of(file.record.n_defs())).map(SymbolIdx)
    }

    /// The numbers of the definitions of a file.
    pub(crate) fn symbol_range(&self, file: FileIdx) -> std::ops::Range<u32> {
        let file = &self.files[file.index()];
        file.first_symbol..file.first_symbol + u32_of(file.record.n_defs())
    }

    /// The definition directly around another.
    pub fn parent(&self, idx: SymbolIdx) -> Option<SymbolIdx> {
        let symbol = self.symbol(idx);
        Some(SymbolIdx(symbol.file.first_symbol + symbol.def.parent?))
    }

    /// The type directly around a definition, where there is one.
    pub fn class_of(&self, idx: SymbolIdx) -> Option<SymbolIdx> {
        let parent = self.parent(idx)?;
        let kind = self.symbol(parent).kind();
        (kind.is_type() || kind == SymbolKind::Impl).then_some(parent)
    }

    /// The innermost candidate (see [`Symbol::is_candidate`]) around a line.
    pub fn symbol_at(&self, file: FileIdx, line: u32) -> Option<SymbolIdx> {
        self.symbols_of(file).rfind(|&idx| {
            let symbol = self.symbol(idx);
            symbol.is_candidate() && symbol.lines().contains(line)
        })
    }

    /// The definitions with a qualified name in a file; several for overloads and property accessors.
    pub fn find(&self, file: FileIdx, qualified_name: &str) -> Vec<SymbolIdx> {
        self.symbols_of(file)
            .filter(|&idx| self.symbol(idx).qualified_name() == qualified_name)
            .collect()
    }

    /// Look-up by name, made at first use.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::build(self))
    }

    /// Who mentions which name, made at first use.
    pub fn references(&self) -> &References {
        self.references.get_or_init(|| References::build(self))
    }

    /// Which file imports which, made at first use.
    pub fn imports(&self) -> &ImportGraph {
        self.imports.get_or_init(|| ImportGraph::build(self))
    }

    pub(crate) fn lengths(&self) -> &Lengths {
        self.lengths.get_or_init(|| Lengths::build(self))
    }

    /// The text of a source file, invalid UTF-8 replaced; read once and kept. `None` where it can no
    /// longer be read: because the file of a working directory is gone, or another than the one indexed.
    pub fn text(&self, idx: FileIdx) -> Option<Arc<str>> {
        self.text_with(idx, &mut None)
    }

    /// As [`Index::text`], with a reader that is made at first use.
    pub(crate) fn text_with<'a>(
        &'a self,
        idx: FileIdx,
        reader: &mut Option<Reader<'a>>,
    ) -> Option<Arc<str>> {
        let file = self.file(idx);
        file.text
            .get_or_init(|| {
                let mut buffer = Vec::new();
                let reader = reader.get_or_insert_with(|| self.snapshot.reader());
                reader.read(&file.entry, &mut buffer).ok()?;
                // Lines of another text are not those that the record speaks of.
                let is_same = reader.last_id() == file.entry.id;
                is_same.then(|| String::from_utf8_lossy(&buffer).into())
            })
            .clone()
    }

    /// The file with the same path and content.
    fn same_file(&self, entry: &Entry) -> Option<&File> {
        let file = self.file(self.file_at(entry.path.as_str())?);
        (file.entry.id == entry.id).then_some(file)
    }

    /// The source lines of a definition, decorators included; empty where the file can no longer be read.
    pub fn source(&self, idx: SymbolIdx) -> String {
        let symbol = self.symbol(idx);
        let Some(text) = self.text(self.file_of(idx)) else {
            return String::new();
        };
        lines_of(&text, symbol.lines()).to_owned()
    }
}

/// The text of a span of lines, without the last line's end.
pub fn lines_of(text: &str, span: LineSpan) -> &str {
    let mut starts =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    let Some(start) = starts.nth(span.start as usize - 1) else {
        return "";
    };
    let end = starts
        .nth((span.end - span.start) as usize)
        .map_or(text.len(), |next| next - 1);
    text.get(start..end).unwrap_or("")
}

/// The files to index and their languages, in the order of their paths.
fn sources_of(snapshot: &Snapshot) -> Vec<(&Entry, Language)> {
    let files = || {
        let entries = snapshot.entries().iter();
        entries.filter(|entry| entry.kind == EntryKind::File && !is_minified(&entry.path))
    };
    let language = |entry: &Entry| Language::from_extension(entry.path.extension());
    let is_text = |entry: &Entry| Language::is_text_source(entry.path.extension());
    let n_known = files().filter(|entry| language(entry).is_some()).count();
    let is_product = |entry: &Entry| is_text(entry) && !Language::is_script(entry.path.extension());
    let n_products = files().filter(|entry| is_product(entry)).count();
    let with_texts = n_known == 0 || n_products * TEXT_SHARE > n_known + n_products;
    files()
        .filter_map(|entry| {
            let text = (with_texts && is_text(entry)).then_some(Language::Text);
            Some((entry, language(entry).or(text)?))
        })
        .collect()
}

/// What is known of a file without parsing it.
struct Known {
    record: Arc<BlobRecord>,
    text: OnceLock<Option<Arc<str>>>,
}

impl Known {
    /// What another index knows of it; a text that could not be read is tried again.
    fn of(file: &File) -> Self {
        Self {
            record: Arc::clone(&file.record),
            text: match file.text.get() {
                Some(Some(text)) => OnceLock::from(Some(Arc::clone(text))),
                _ => OnceLock::new(),
            },
        }
    }

    fn new(record: BlobRecord) -> Self {
        Self {
            record: Arc::new(record),
            text: OnceLock::new(),
        }
    }
}

struct Computed {
    /// Of the bytes that were parsed.
    id: ObjectId,
    record: BlobRecord,
    encoded: Vec<u8>,
}

fn compute(
    reader: &mut Reader<'_>,
    buffer: &mut Vec<u8>,
    entry: &Entry,
    language: Language,
) -> Result<Computed, Problem> {
    reader
        .read(entry, buffer)
        .map_err(|error| Problem::in_file(error.path, error.message))?;
    let most = match language {
        Language::Text => MAX_TEXT_BYTES,
        _ => MAX_SOURCE_BYTES,
    };
    if buffer.len() > most {
        let message = format!(
            "{} bytes; files over {most} bytes are taken for data and not indexed",
            buffer.len()
        );
        return Err(Problem::in_file(entry.path.clone(), message));
    }
    let text = String::from_utf8_lossy(buffer);
    let mut record = extract(language, &text);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        record.n_problems |= NOT_UTF8;
    }
    Ok(Computed {
        id: reader.last_id(),
        encoded: record.encode(),
        record,
    })
}

/// What is odd about a file that could be read, the same whether its record was computed or cached.
fn problem_of(path: &RepoPath, record: &BlobRecord) -> Option<Problem> {
    if record.n_problems & NOT_UTF8 != 0 {
        let message = "is not UTF-8; the bytes that are not were replaced";
        return Some(Problem::note(path.clone(), message));
    }
    (record.n_problems > 0).then(|| Problem {
        line: Some(record.first_problem_line),
        ..Problem::in_file(
            path.clone(),
            "has syntax errors; what could be understood is indexed",
        )
    })
}

/// A record depends on the blob and on the language, and the language on the path: `a.py` and `a.ts` may
/// hold the same bytes.
fn record_key(id: ObjectId, language: Language) -> Key {
    let mut key = id.0;
    key[19] ^= language as u8;
    key
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "files over 4 GB are not read and there are fewer files"
)]
pub(crate) fn u32_of(n: usize) -> u32 {
    n as u32
}
