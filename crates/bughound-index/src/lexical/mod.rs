//! Fielded BM25 (BM25F) over candidates, and plain BM25 over files, by scanning the records.
//!
//! There is no inverted index to build or to keep: a query looks its few hundred terms up in each file's
//! small vocabulary and then reads the postings of the files that know one. On 2,500 files that takes a few
//! milliseconds, the same for the first query on a commit as for the thousandth, and a new commit costs
//! nothing but its changed files.
//!
//! BM25F follows S. Robertson, H. Zaragoza, M. Taylor, *Simple BM25 extension to multiple weighted fields*
//! (CIKM 2004): `tf~ = Σ_f w_f · tf_f / (1 − b_f + b_f · len_f / avg_f)`,
//! `score = Σ_t q(t) · idf(t) · tf~ / (tf~ + k1)`, `idf(t) = ln(1 + (N − df + 0.5) / (df + 0.5))`.

mod views;

pub use views::LexicalViews;

use std::ops::Range;

use bughound_core::RepoPath;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::{Index, SymbolIdx, u32_of};
use crate::record::{BlobRecord, Field, N_FIELDS};
use crate::references::owners;
use crate::role::FileRole;
use crate::tokens;

/// Number of fields of a candidate as a document.
pub const N_DOC_FIELDS: usize = 7;

/// The fields of a candidate as a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DocField {
    /// The file's path.
    Path = 0,
    /// The candidate's own name.
    Name = 1,
    /// The name of the class around it.
    ClassName = 2,
    /// Its signature.
    Signature = 3,
    /// Its documentation.
    Doc = 4,
    /// Its code and comments.
    Body = 5,
    /// Documentation and header of the class around it.
    ClassContext = 6,
}

/// Weights, length normalisations and saturation of BM25F.
#[derive(Clone, Debug)]
pub struct Bm25f {
    /// `w_f`, by [`DocField`].
    pub weight: [f32; N_DOC_FIELDS],
    /// `b_f`, by [`DocField`].
    pub b: [f32; N_DOC_FIELDS],
    /// `k1`.
    pub k1: f32,
}

impl Default for Bm25f {
    /// The setting that served best on 414 development issues (docs/lab/).
    fn default() -> Self {
        Self {
            weight: [1.5, 4.0, 1.5, 1.0, 1.0, 1.0, 0.4],
            b: [0.3, 0.3, 0.3, 0.5, 0.6, 0.7, 0.5],
            k1: 2.6,
        }
    }
}

/// Field lengths over the whole index.
pub(crate) struct Lengths {
    /// Of each candidate with what is nested in it; zeros for other definitions.
    pub(crate) own: Vec<[u32; N_FIELDS]>,
    path: Vec<u32>,
    /// Terms of each file.
    file: Vec<u32>,
}

impl Lengths {
    pub(crate) fn build(index: &Index) -> Self {
        let mut own = vec![[0; N_FIELDS]; index.n_symbols()];
        let mut path = Vec::with_capacity(index.files().len());
        let mut file_len = Vec::with_capacity(index.files().len());
        for file in index.files() {
            let record = file.record();
            let mut total = 0;
            for (unit, owner) in owners(record).into_iter().enumerate() {
                let lengths = &record.lengths[unit];
                total += lengths[1..].iter().sum::<u32>();
                // Class-like containers keep their own words too: they are the context of their members.
                let target = match owner {
                    Some(owner) => owner,
                    None if unit > 0 => u32_of(unit) - 1,
                    None => continue,
                };
                let sum = &mut own[(file.first_symbol + target) as usize];
                for (field, length) in lengths.iter().enumerate() {
                    // A nested definition's name is part of the body around it, counted there already.
                    if field != Field::Name as usize || target as usize + 1 == unit {
                        sum[field] += length;
                    }
                }
            }
            path.push(u32_of(path_terms(file.path()).len()));
            file_len.push(total);
        }
        Self {
            own,
            path,
            file: file_len,
        }
    }
}

/// The terms of a path: of every component, the extension of the file name left out.
pub fn path_terms(path: &RepoPath) -> Vec<String> {
    let stem = path.stem();
    let folders = path.parent().split('/').filter(|part| !part.is_empty());
    let mut terms = Vec::new();
    for part in folders.chain(std::iter::once(stem)) {
        // `-` and `.` part words in paths as `_` does.
        for word in part.split(['-', '.', ' ']) {
            terms.extend(tokens::terms_of(word));
        }
    }
    terms
}

/// How often one term stands in the fields of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hit {
    term: u32,
    counts: [u16; N_FIELDS],
}

/// Where the terms of a query stand.
pub struct Hits {
    n_terms: usize,
    files: Vec<FileHits>,
    /// Candidates that are not in tests, in order.
    candidates: Vec<SymbolIdx>,
    /// Inverse document frequency of each term over the candidates.
    idf: Vec<f32>,
    /// Average length of each field over the candidates.
    average: [f32; N_DOC_FIELDS],
}

/// Hits in one file.
#[derive(Default)]
struct FileHits {
    path: Vec<Hit>,
    /// Definitions with hits (nested ones counted for the candidate around them), in source order.
    units: Vec<(u32, Range<u32>)>,
    hits: Vec<Hit>,
    /// Hits of the whole file: name (already in the signature) left out.
    file: Vec<(u32, u32)>,
}

impl FileHits {
    fn of(&self, def: u32) -> &[Hit] {
        match self.units.binary_search_by_key(&def, |(unit, _)| *unit) {
            Ok(at) => {
                let range = &self.units[at].1;
                &self.hits[range.start as usize..range.end as usize]
            }
            Err(_) => &[],
        }
    }
}

impl Index {
    /// Finds the terms of a query, given by [`tokens::term_hash`], in every file.
    pub fn find_terms(&self, terms: &[u64]) -> Hits {
        let query = QueryTerms::new(terms);
        let files: Vec<FileHits> = self
            .files()
            .par_iter()
            .with_min_len(64)
            .map_init(
                || Counter::new(terms.len()),
                |counter, file| scan(file.record(), file.path(), &query, counter),
            )
            .collect();
        let mut hits = Hits {
            n_terms: terms.len(),
            files,
            candidates: self.candidates(),
            idf: Vec::new(),
            average: [0.0; N_DOC_FIELDS],
        };
        hits.count(self);
        hits
    }

    /// The definitions that may be answers: candidates (see [`crate::Symbol::is_candidate`]) outside of
    /// tests.
    pub fn candidates(&self) -> Vec<SymbolIdx> {
        self.file_idxs()
            .filter(|&file| self.file(file).role() != FileRole::Test)
            .flat_map(|file| self.symbols_of(file))
            .filter(|&symbol| self.symbol(symbol).is_candidate())
            .collect()
    }
}

/// The terms of a query by hash, behind a small filter that says no to most others.
struct QueryTerms {
    by_hash: FxHashMap<u64, u32>,
    filter: Vec<u64>,
}

impl QueryTerms {
    const FILTER_BITS: u64 = 1 << 14;

    fn new(terms: &[u64]) -> Self {
        let mut filter = vec![0; (Self::FILTER_BITS / 64) as usize];
        for hash in terms {
            let bit = hash % Self::FILTER_BITS;
            filter[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        Self {
            by_hash: (0..).zip(terms).map(|(term, &hash)| (hash, term)).collect(),
            filter,
        }
    }

    fn get(&self, hash: u64) -> Option<u32> {
        let bit = hash % Self::FILTER_BITS;
        if self.filter[(bit / 64) as usize] >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.by_hash.get(&hash).copied()
    }
}

/// Counts per query term, emptied after each unit.
struct Counter {
    counts: Vec<[u32; N_FIELDS]>,
    touched: Vec<u32>,
}

impl Counter {
    fn new(n_terms: usize) -> Self {
        Self {
            counts: vec![[0; N_FIELDS]; n_terms],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, term: u32, field: usize, count: u32) {
        let counts = &mut self.counts[term as usize];
        if counts.iter().all(|&count| count == 0) {
            self.touched.push(term);
        }
        counts[field] += count;
    }

    /// Moves the counts out, by term.
    fn drain_into(&mut self, hits: &mut Vec<Hit>) {
        self.touched.sort_unstable();
        for term in self.touched.drain(..) {
            let counts = std::mem::take(&mut self.counts[term as usize]);
            hits.push(Hit {
                term,
                counts: counts.map(|count| u16::try_from(count).unwrap_or(u16::MAX)),
            });
        }
    }
}

fn scan(
    record: &BlobRecord,
    path: &RepoPath,
    query: &QueryTerms,
    counter: &mut Counter,
) -> FileHits {
    let mut out = FileHits::default();
    for term in path_terms(path) {
        if let Some(term) = query.get(tokens::term_hash(&term)) {
            counter.add(term, 0, 1);
        }
    }
    counter.drain_into(&mut out.path);

    let matched: Vec<u32> = record
        .terms
        .iter()
        .map(|&hash| query.get(hash).map_or(u32::MAX, |term| term))
        .collect();
    if matched.iter().all(|&term| term == u32::MAX) {
        return out;
    }
    let ident_matches: Vec<bool> = (0..u32_of(record.idents.len()))
        .map(|ident| {
            record
                .terms_of_ident(ident)
                .iter()
                .any(|&term| matched[term as usize] != u32::MAX)
        })
        .collect();

    let mut whole = vec![0u32; counter.counts.len()];
    let owners = owners(record);
    let mut count_unit = |counter: &mut Counter, unit: usize, is_nested: bool| {
        for posting in record.unit_postings(unit) {
            if !ident_matches[posting.ident() as usize] {
                continue;
            }
            let field = posting.field();
            for &term in record.terms_of_ident(posting.ident()) {
                let term = matched[term as usize];
                if term == u32::MAX {
                    continue;
                }
                if field != Field::Name as usize {
                    whole[term as usize] += posting.count();
                }
                if !(is_nested && field == Field::Name as usize) {
                    counter.add(term, field, posting.count());
                }
            }
        }
    };
    count_unit(counter, 0, false);
    let mut module = Vec::new();
    counter.drain_into(&mut module);
    let mut unit = 1;
    while unit < owners.len() {
        // What is nested in a candidate follows it directly.
        let def = u32_of(unit) - 1;
        count_unit(counter, unit, false);
        unit += 1;
        while unit < owners.len() && owners[unit] == Some(def) {
            count_unit(counter, unit, true);
            unit += 1;
        }
        let start = u32_of(out.hits.len());
        counter.drain_into(&mut out.hits);
        if u32_of(out.hits.len()) > start {
            out.units.push((def, start..u32_of(out.hits.len())));
        }
    }
    out.file = (0..)
        .zip(&whole)
        .filter(|(_, count)| **count > 0)
        .map(|(term, &count)| (term, count))
        .collect();
    out
}

/// BM25F's scores of every candidate, for several weightings of the query terms at once.
pub struct CandidateScores {
    /// The candidates, in the index's order.
    pub candidates: Vec<SymbolIdx>,
    /// `scores[z][i]`: candidate `i` under weighting `z`.
    pub scores: Vec<Vec<f32>>,
    /// Inverse document frequency of each query term over the candidates.
    pub idf: Vec<f32>,
}

/// What one term brought to one candidate's score.
#[derive(Clone, Copy, Debug)]
pub struct TermShare {
    /// Position of the term in the query.
    pub term: usize,
    /// Its share of the score.
    pub share: f32,
    /// The field that brought the most of it.
    pub field: DocField,
}

impl Hits {
    /// The candidates that were scanned: definitions that may be answers.
    pub fn candidates(&self) -> &[SymbolIdx] {
        &self.candidates
    }

    /// Scores every candidate under each of `weightings` (one weight per query term).
    pub fn score_candidates(
        &self,
        index: &Index,
        bm25f: &Bm25f,
        weightings: &[Vec<f32>],
    ) -> CandidateScores {
        let idf = &self.idf;
        let lengths = index.lengths();
        let per_candidate: Vec<Vec<f32>> = self
            .candidates
            .par_iter()
            .with_min_len(1024)
            .map_init(
                || DocCounter::new(self.n_terms),
                |doc, &symbol| {
                    self.gather(index, symbol, doc);
                    let norms = norms(index, lengths, bm25f, &self.average, symbol);
                    let mut sums = vec![0.0; weightings.len()];
                    for (term, counts) in doc.iter() {
                        let tf = weighted_tf(counts, &norms);
                        let saturated = idf[term] * tf / (tf + bm25f.k1);
                        for (sum, weighting) in sums.iter_mut().zip(weightings) {
                            *sum += weighting[term] * saturated;
                        }
                    }
                    doc.clear();
                    sums
                },
            )
            .collect();
        let scores = (0..weightings.len())
            .map(|z| per_candidate.iter().map(|sums| sums[z]).collect())
            .collect();
        CandidateScores {
            candidates: self.candidates.clone(),
            scores,
            idf: self.idf.clone(),
        }
    }

    /// What each term brings to one candidate's score, most first.
    pub fn explain(
        &self,
        index: &Index,
        bm25f: &Bm25f,
        weighting: &[f32],
        symbol: SymbolIdx,
    ) -> Vec<TermShare> {
        let idf = &self.idf;
        let mut doc = DocCounter::new(self.n_terms);
        self.gather(index, symbol, &mut doc);
        let norms = norms(index, index.lengths(), bm25f, &self.average, symbol);
        let mut shares: Vec<TermShare> = doc
            .iter()
            .map(|(term, counts)| {
                let tf = weighted_tf(counts, &norms);
                let best = (0..N_DOC_FIELDS)
                    .max_by(|&a, &b| {
                        (f32::from(counts[a]) * norms[a])
                            .total_cmp(&(f32::from(counts[b]) * norms[b]))
                    })
                    .unwrap_or(0);
                TermShare {
                    term,
                    share: weighting[term] * idf[term] * tf / (tf + bm25f.k1),
                    field: DOC_FIELDS[best],
                }
            })
            .collect();
        shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.term.cmp(&b.term)));
        shares
    }

    /// Plain BM25 of whole files as documents (k1 1.2, b 0.75), for each weighting; by file number.
    pub fn score_files(&self, index: &Index, weightings: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let (k1, b) = (1.2, 0.75);
        let lengths = &index.lengths().file;
        let n_docs = self.files.len().max(1);
        let average = lengths.iter().map(|&len| u64::from(len)).sum::<u64>() as f32 / n_docs as f32;
        let mut df = vec![0u32; self.n_terms];
        for (term, _) in self.files.iter().flat_map(|file| &file.file) {
            df[*term as usize] += 1;
        }
        let idf: Vec<f32> = df.iter().map(|&df| idf(n_docs, df)).collect();
        let mut scores = vec![vec![0.0; self.files.len()]; weightings.len()];
        for (i, file) in self.files.iter().enumerate() {
            let norm = k1 * (1.0 - b + b * lengths[i] as f32 / average.max(1.0));
            for &(term, count) in &file.file {
                let term = term as usize;
                let saturated = idf[term] * count as f32 * (k1 + 1.0) / (count as f32 + norm);
                for (score, weighting) in scores.iter_mut().zip(weightings) {
                    score[i] += weighting[term] * saturated;
                }
            }
        }
        scores
    }

    /// BM25 of paths as documents (short texts: no length normalisation but b 0.3, k1 1.2); by file number.
    pub fn score_paths(&self, index: &Index, weighting: &[f32]) -> Vec<f32> {
        let (k1, b) = (1.2, 0.3);
        let lengths = &index.lengths().path;
        let n_docs = self.files.len().max(1);
        let average = lengths.iter().sum::<u32>() as f32 / n_docs as f32;
        let mut df = vec![0u32; self.n_terms];
        for hit in self.files.iter().flat_map(|file| &file.path) {
            df[hit.term as usize] += 1;
        }
        self.files
            .iter()
            .zip(lengths)
            .map(|(file, &length)| {
                let norm = k1 * (1.0 - b + b * length as f32 / average.max(1.0));
                file.path
                    .iter()
                    .map(|hit| {
                        let tf = f32::from(hit.counts[0]);
                        weighting[hit.term as usize]
                            * idf(n_docs, df[hit.term as usize])
                            * tf
                            * (k1 + 1.0)
                            / (tf + norm)
                    })
                    .sum()
            })
            .collect()
    }

    /// The number of a query's terms that the document of a candidate holds in its own name.
    pub fn name_terms(&self, index: &Index, symbol: SymbolIdx) -> Vec<usize> {
        let file = index.file_of(symbol);
        let def = symbol.0 - index.file(file).first_symbol;
        self.files[file.index()]
            .of(def)
            .iter()
            .filter(|hit| hit.counts[Field::Name as usize] > 0)
            .map(|hit| hit.term as usize)
            .collect()
    }

    /// Inverse document frequency of each term of the query over the candidates.
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// How often each of a query's terms stands in a definition, by position in the query; nested ones count
    /// for the candidate around them. The own name is left out: the signature holds it too.
    pub fn terms_in(
        &self,
        index: &Index,
        symbol: SymbolIdx,
    ) -> impl Iterator<Item = (usize, u32)> + '_ {
        let file = index.file_of(symbol);
        let def = symbol.0 - index.file(file).first_symbol;
        self.files[file.index()].of(def).iter().map(|hit| {
            let counts = hit.counts[Field::Signature as usize..].iter();
            (hit.term as usize, counts.map(|&n| u32::from(n)).sum())
        })
    }

    /// Document frequencies and average lengths over the candidates.
    fn count(&mut self, index: &Index) {
        let lengths = index.lengths();
        let n_docs = self.candidates.len();
        let chunks: Vec<(Vec<u32>, [u64; N_DOC_FIELDS])> = self
            .candidates
            .par_chunks(2048)
            .map(|candidates| {
                let mut df = vec![0u32; self.n_terms];
                let mut totals = [0u64; N_DOC_FIELDS];
                let mut doc = DocCounter::new(self.n_terms);
                for &symbol in candidates {
                    self.gather(index, symbol, &mut doc);
                    for &term in &doc.touched {
                        df[term as usize] += 1;
                    }
                    doc.clear();
                    for (total, length) in
                        totals.iter_mut().zip(doc_lengths(index, lengths, symbol))
                    {
                        *total += u64::from(length);
                    }
                }
                (df, totals)
            })
            .collect();
        let df_of = |term: usize| chunks.iter().map(|(df, _)| df[term]).sum();
        self.idf = (0..self.n_terms)
            .map(|term| idf(n_docs, df_of(term)))
            .collect();
        self.average = std::array::from_fn(|field| {
            let total: u64 = chunks.iter().map(|(_, totals)| totals[field]).sum();
            total as f32 / n_docs.max(1) as f32
        });
    }

    /// Collects the hits of a candidate's seven fields.
    fn gather(&self, index: &Index, symbol: SymbolIdx, doc: &mut DocCounter) {
        let file_idx = index.file_of(symbol);
        let file = &self.files[file_idx.index()];
        let first = index.file(file_idx).first_symbol;
        for hit in &file.path {
            doc.add(hit.term, DocField::Path, hit.counts[0]);
        }
        for hit in file.of(symbol.0 - first) {
            let [name, signature, documentation, body] = hit.counts;
            doc.add(hit.term, DocField::Name, name);
            doc.add(hit.term, DocField::Signature, signature);
            doc.add(hit.term, DocField::Doc, documentation);
            doc.add(hit.term, DocField::Body, body);
        }
        if let Some(class) = index.class_of(symbol) {
            for hit in file.of(class.0 - first) {
                let [name, signature, documentation, _] = hit.counts;
                doc.add(hit.term, DocField::ClassName, name);
                doc.add(
                    hit.term,
                    DocField::ClassContext,
                    signature.saturating_add(documentation),
                );
            }
        }
    }
}

/// Okapi's inverse document frequency, kept above 0.
fn idf(n_docs: usize, df: u32) -> f32 {
    let (n, df) = (n_docs as f32, df as f32);
    (1.0 + (n - df + 0.5).max(0.0) / (df + 0.5)).ln()
}

const DOC_FIELDS: [DocField; N_DOC_FIELDS] = [
    DocField::Path,
    DocField::Name,
    DocField::ClassName,
    DocField::Signature,
    DocField::Doc,
    DocField::Body,
    DocField::ClassContext,
];

fn doc_lengths(index: &Index, lengths: &Lengths, symbol: SymbolIdx) -> [u32; N_DOC_FIELDS] {
    let own = lengths.own[symbol.index()];
    let class = index
        .class_of(symbol)
        .map_or([0; N_FIELDS], |class| lengths.own[class.index()]);
    let path = lengths.path[index.file_of(symbol).index()];
    [
        path,
        own[0],
        class[0],
        own[1],
        own[2],
        own[3],
        class[1] + class[2],
    ]
}

/// `w_f / (1 − b_f + b_f · len_f / avg_f)` for each field of a candidate.
fn norms(
    index: &Index,
    lengths: &Lengths,
    bm25f: &Bm25f,
    average: &[f32; N_DOC_FIELDS],
    symbol: SymbolIdx,
) -> [f32; N_DOC_FIELDS] {
    let length = doc_lengths(index, lengths, symbol);
    std::array::from_fn(|f| {
        let relative = length[f] as f32 / average[f].max(1e-6);
        bm25f.weight[f] / (1.0 - bm25f.b[f] + bm25f.b[f] * relative)
    })
}

fn weighted_tf(counts: &[u16; N_DOC_FIELDS], norms: &[f32; N_DOC_FIELDS]) -> f32 {
    counts
        .iter()
        .zip(norms)
        .map(|(&count, norm)| f32::from(count) * norm)
        .sum()
}

/// Counts of one candidate, emptied after each.
struct DocCounter {
    counts: Vec<[u16; N_DOC_FIELDS]>,
    seen: Vec<bool>,
    touched: Vec<u32>,
}

impl DocCounter {
    fn new(n_terms: usize) -> Self {
        Self {
            counts: vec![[0; N_DOC_FIELDS]; n_terms],
            seen: vec![false; n_terms],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, term: u32, field: DocField, count: u16) {
        if count == 0 {
            return;
        }
        if !self.seen[term as usize] {
            self.seen[term as usize] = true;
            self.touched.push(term);
        }
        let slot = &mut self.counts[term as usize][field as usize];
        *slot = slot.saturating_add(count);
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &[u16; N_DOC_FIELDS])> {
        self.touched
            .iter()
            .map(|&term| (term as usize, &self.counts[term as usize]))
    }

    fn clear(&mut self) {
        for term in self.touched.drain(..) {
            self.counts[term as usize] = [0; N_DOC_FIELDS];
            self.seen[term as usize] = false;
        }
    }
}
