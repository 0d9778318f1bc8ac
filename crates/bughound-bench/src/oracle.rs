//! tantivy as the oracle of our BM25: the same documents, cut into terms by our tokenizer, in one field.
//!
//! tantivy scores `idf · (k1 + 1) · tf / (tf + k1 · (1 − b + b · len / avg))` with k1 = 1.2, b = 0.75 and
//! `idf = ln(1 + (N − df + 0.5) / (df + 0.5))`; it keeps `len` in one byte, rounded down, exact up to 40. Ours
//! keeps it exact, so tantivy's score must lie between ours and ours times `norm(len) / norm(rounded len)`.

use anyhow::{Context, Result, ensure};
use bughound_index::{Bm25f, DocField, FileIdx, Index, N_DOC_FIELDS, SymbolIdx, tokens};
use tantivy::collector::TopDocs;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::TermQuery;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{Index as Tantivy, TantivyDocument, Term, doc};

const K1: f32 = 1.2;
const B: f32 = 0.75;
/// How much of a score may be lost to the order of 32-bit additions.
const TOLERANCE: f32 = 2e-4;

/// What a comparison looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Documents.
    pub n_documents: usize,
    /// Pairs of a term and a document with a score.
    pub n_scores: usize,
}

/// Compares the scores of whole files ([`bughound_index::Hits::score_files`]) for each of `words`.
///
/// # Errors
/// Where a score is not the oracle's; the message says which, and both values.
pub fn compare_files(index: &Index, words: &[&str]) -> Result<Compared> {
    let mut documents = Vec::new();
    for file in index.file_idxs() {
        documents.push(terms_of_text(&text(index, file)?));
    }
    let oracle = Oracle::new(&documents)?;
    let mut compared = Compared {
        n_documents: documents.len(),
        n_scores: 0,
    };
    for term in query_terms(words) {
        let hits = index.find_terms(&[tokens::term_hash(&term)]);
        let ours = hits.score_files(index, &[vec![1.0]]).remove(0);
        let what = |at: usize| index.files()[at].path().to_string();
        compared.n_scores += oracle.compare(&term, &ours, 1.0, what)?;
    }
    Ok(compared)
}

/// Compares BM25F with the weight of the body alone ([`bughound_index::Hits::score_candidates`]), for each
/// candidate as a document and each of `words`. BM25F counts a document frequency over all fields, so scores are
/// compared as multiples of either side's inverse document frequency.
///
/// # Errors
/// As [`compare_files`].
pub fn compare_bodies(index: &Index, words: &[&str]) -> Result<Compared> {
    let candidates = index.candidates();
    let mut documents: Vec<Vec<String>> = vec![Vec::new(); index.n_symbols()];
    for file in index.file_idxs() {
        for (symbol, terms) in bodies(index, file)? {
            documents[symbol.index()].extend(terms);
        }
    }
    let documents: Vec<Vec<String>> = candidates
        .iter()
        .map(|symbol| std::mem::take(&mut documents[symbol.index()]))
        .collect();
    let oracle = Oracle::new(&documents)?;
    let mut bm25f = Bm25f {
        weight: [0.0; N_DOC_FIELDS],
        b: [B; N_DOC_FIELDS],
        k1: K1,
    };
    bm25f.weight[DocField::Body as usize] = 1.0;
    let mut compared = Compared {
        n_documents: documents.len(),
        n_scores: 0,
    };
    for term in query_terms(words) {
        let hits = index.find_terms(&[tokens::term_hash(&term)]);
        let scores = hits.score_candidates(index, &bm25f, &[vec![1.0]]);
        let factor = (K1 + 1.0) * oracle.idf(&term)? / scores.idf[0];
        let what = |at: usize| index.symbol(candidates[at]).id().to_string();
        compared.n_scores += oracle.compare(&term, &scores.scores[0], factor, what)?;
    }
    Ok(compared)
}

fn text(index: &Index, file: FileIdx) -> Result<std::sync::Arc<str>> {
    index
        .text(file)
        .with_context(|| format!("{} cannot be read", index.file(file).path()))
}

fn terms_of_text(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        terms.extend(tokens::terms_of(&text[range]));
    });
    terms
}

fn query_terms(words: &[&str]) -> Vec<String> {
    let mut terms: Vec<String> = words
        .iter()
        .flat_map(|word| tokens::terms_of(word))
        .collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The terms of every candidate's body, read off the outline anew: what is neither signature nor
/// documentation, with what is nested in it.
fn bodies(index: &Index, file: FileIdx) -> Result<Vec<(SymbolIdx, Vec<String>)>> {
    const NOBODY: u32 = u32::MAX;
    let text = text(index, file)?;
    let outline = bughound_syntax::outline(index.file(file).language(), &text);
    let mut owner = vec![NOBODY; text.len() + 1];
    let symbols: Vec<SymbolIdx> = index.symbols_of(file).collect();
    ensure!(
        symbols.len() == outline.definitions.len(),
        "{} was outlined otherwise",
        index.file(file).path()
    );
    let mut candidate_of = Vec::with_capacity(symbols.len());
    for (symbol, def) in symbols.iter().zip(&outline.definitions) {
        let own = if index.symbol(*symbol).is_candidate() {
            symbol.0
        } else {
            def.parent
                .map_or(NOBODY, |parent| candidate_of[parent as usize])
        };
        candidate_of.push(own);
        owner[def.span.start as usize..def.span.end as usize].fill(own);
        for part in [Some(def.signature), def.docstring].into_iter().flatten() {
            owner[part.start as usize..part.end as usize].fill(NOBODY);
        }
    }
    let mut found: Vec<(SymbolIdx, Vec<String>)> = Vec::new();
    tokens::for_each_identifier(text.as_bytes(), |range| {
        let own = owner[range.start];
        if own != NOBODY {
            found.push((SymbolIdx(own), tokens::terms_of(&text[range])));
        }
    });
    Ok(found)
}

/// Documents in tantivy.
struct Oracle {
    tantivy: Tantivy,
    terms: Field,
    number: Field,
    lengths: Vec<u32>,
    average: f32,
}

impl Oracle {
    fn new(documents: &[Vec<String>]) -> Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("terms")
            .set_index_option(IndexRecordOption::WithFreqs);
        let terms = schema.add_text_field(
            "terms",
            TextOptions::default().set_indexing_options(indexing),
        );
        let number = schema.add_u64_field("number", FAST | INDEXED | tantivy::schema::STORED);
        let tantivy = Tantivy::create_in_ram(schema.build());
        tantivy
            .tokenizers()
            .register("terms", WhitespaceTokenizer::default());
        // One thread and one segment: statistics are then the same for all documents.
        let mut writer = tantivy.writer_with_num_threads(1, 256 << 20)?;
        let mut lengths = Vec::with_capacity(documents.len());
        for (at, document) in documents.iter().enumerate() {
            writer.add_document(doc!(terms => document.join(" "), number => at as u64))?;
            lengths.push(u32::try_from(document.len())?);
        }
        writer.commit()?;
        let total: u64 = lengths.iter().map(|&len| u64::from(len)).sum();
        let average = total as f32 / documents.len().max(1) as f32;
        Ok(Self {
            tantivy,
            terms,
            number,
            lengths,
            average,
        })
    }

    fn idf(&self, term: &str) -> Result<f32> {
        let searcher = self.tantivy.reader()?.searcher();
        let df = searcher.doc_freq(&Term::from_field_text(self.terms, term))? as f32;
        let n = self.lengths.len() as f32;
        Ok((1.0 + (n - df + 0.5) / (df + 0.5)).ln())
    }

    /// Compares the scores of one term; `factor` brings ours to the oracle's scale.
    fn compare(
        &self,
        term: &str,
        ours: &[f32],
        factor: f32,
        what: impl Fn(usize) -> String,
    ) -> Result<usize> {
        let searcher = self.tantivy.reader()?.searcher();
        let query = TermQuery::new(
            Term::from_field_text(self.terms, term),
            IndexRecordOption::WithFreqs,
        );
        let all = TopDocs::with_limit(self.lengths.len().max(1)).order_by_score();
        let mut theirs = vec![0.0; self.lengths.len()];
        for (score, address) in searcher.search(&query, &all)? {
            let document: TantivyDocument = searcher.doc(address)?;
            let at = document
                .get_first(self.number)
                .and_then(|value| value.as_u64());
            theirs[usize::try_from(at.context("a document without a number")?)?] = score;
        }
        let mut n_scores = 0;
        for (at, (&ours, &theirs)) in ours.iter().zip(&theirs).enumerate() {
            let ours = ours * factor;
            let len = self.lengths[at];
            let rounded = FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(len));
            let norm = |len: u32| K1 * (1.0 - B + B * len as f32 / self.average);
            let most = ours * norm(len) / norm(rounded);
            ensure!(
                theirs >= ours * (1.0 - TOLERANCE) && theirs <= most * (1.0 + TOLERANCE),
                "`{term}` in {}: {ours} is ours, {theirs} tantivy's, which may be up to {most} for {len} terms",
                what(at)
            );
            n_scores += usize::from(theirs > 0.0);
        }
        Ok(n_scores)
    }
}
