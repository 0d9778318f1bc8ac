//! `bughound search`: definitions by words, ranked by BM25F.

use std::fmt::Write;

use bughound_core::{LineSpan, SymbolKind};
use bughound_index::{Bm25f, DocField, Index, SymbolIdx, TermShare, tokens};
use serde::Serialize;

use crate::args::{ReportFormat, SearchArgs};
use crate::exit::{Failure, Outcome};
use crate::output::plain::printable;
use crate::output::{self, Terminal};
use crate::settings::{Settings, Target};

/// One definition, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Match {
    path: String,
    qualified_name: String,
    kind: SymbolKind,
    lines: LineSpan,
    score: f32,
    /// What of the query was found, and where mostly.
    words: Vec<Word>,
}

#[derive(Debug, Serialize)]
struct Word {
    term: String,
    field: &'static str,
    share: f32,
}

#[derive(Debug, Serialize)]
struct Document {
    version: u32,
    repository: String,
    revision: String,
    terms: Vec<String>,
    matches: Vec<Match>,
}

/// Searches and prints.
pub(crate) fn run(args: &SearchArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let terms = terms(&args.query.join(" "));
    if terms.is_empty() {
        return Err(Failure::bad_input("the query holds no word to search for")
            .hint("common words (`the`, `return`) and single letters are left out")
            .into());
    }
    let target = Target::resolve(&args.repo)?;
    let opened = target.open(settings)?;
    opened.warn_about_cache(settings);
    let matches = search(
        &opened.index,
        &terms,
        usize::try_from(args.k).unwrap_or(usize::MAX),
    );
    let found = if matches.is_empty() {
        Outcome::NothingFound
    } else {
        Outcome::Found
    };
    if found == Outcome::NothingFound {
        let place = target.describe(&opened.snapshot);
        settings.note(&format!(
            "Nothing found: no definition of {place} holds any of: {}",
            terms.join(", ")
        ));
    }
    match args.format {
        ReportFormat::Text => output::print(&text(&matches, settings.stdout))?,
        ReportFormat::Json => output::print_json(&Document {
            version: 1,
            repository: target.root.display().to_string(),
            revision: target.describe_revision(&opened.snapshot),
            terms,
            matches,
        })?,
    }
    Ok(found)
}

/// The distinct terms of a query, in order.
fn terms(query: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    tokens::for_each_identifier(query.as_bytes(), |range| {
        for term in query.get(range).map(tokens::terms_of).unwrap_or_default() {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
    });
    terms
}

/// The best `k` candidates.
fn search(index: &Index, terms: &[String], k: usize) -> Vec<Match> {
    let hashes: Vec<u64> = terms.iter().map(|term| tokens::term_hash(term)).collect();
    let weighting = vec![1.0; terms.len()];
    let bm25f = Bm25f::default();
    let hits = index.find_terms(&hashes);
    let scored = hits.score_candidates(index, &bm25f, std::slice::from_ref(&weighting));
    let mut ranked: Vec<(SymbolIdx, f32)> = scored
        .candidates
        .iter()
        .zip(scored.scores.iter().flatten())
        .filter(|(_, score)| **score > 0.0)
        .map(|(&symbol, &score)| (symbol, score))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(k);
    let word = |share: TermShare| Word {
        term: terms[share.term].clone(),
        field: field_name(share.field),
        share: share.share,
    };
    ranked
        .into_iter()
        .map(|(idx, score)| {
            let symbol = index.symbol(idx);
            Match {
                path: symbol.path().to_string(),
                qualified_name: symbol.qualified_name().to_owned(),
                kind: symbol.kind(),
                lines: symbol.lines(),
                score,
                words: hits
                    .explain(index, &bm25f, &weighting, idx)
                    .into_iter()
                    .map(word)
                    .collect(),
            }
        })
        .collect()
}

fn field_name(field: DocField) -> &'static str {
    match field {
        DocField::Path => "path",
        DocField::Name => "name",
        DocField::ClassName => "class name",
        DocField::Signature => "signature",
        DocField::Doc => "documentation",
        DocField::Body => "code",
        DocField::ClassContext => "class",
    }
}

fn text(matches: &[Match], terminal: Terminal) -> String {
    let (dim, name_style, path_style) = (terminal.dim(), terminal.name(), terminal.path());
    let mut out = String::new();
    for found in matches {
        let words: Vec<String> = found
            .words
            .iter()
            .map(|word| format!("{} ({})", word.term, word.field))
            .collect();
        let _ = writeln!(
            out,
            "{path_style}{}{path_style:#}:{}: {name_style}{}{name_style:#} {dim}{} {:.2}{dim:#}\n    {dim}{}{dim:#}",
            printable(&found.path),
            found.lines.start,
            printable(&found.qualified_name),
            found.kind,
            found.score,
            words.join(", "),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_split_into_terms() {
        for (query, expect) in [
            ("bulk create", &["bulk", "creat"][..]),
            ("bulk bulk", &["bulk"]),
            ("the return", &[]),
            ("", &[]),
        ] {
            assert_eq!(terms(query), expect, "{query}");
        }
    }
}
