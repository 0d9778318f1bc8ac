//! Why a place is in the answer, in words.

use bughound_core::Reason;
use bughound_index::{DocField, FileIdx, HistoryIndex, Index, SymbolIdx};

use crate::compute::{Evidence, by_text};
use crate::features::{CandidateFeature as C, FileFeature as F};
use crate::hand;

/// Most reasons that one place carries.
const MAX_REASONS: usize = 6;

/// Why a candidate is in the answer, strongest first.
pub(crate) fn of_candidate(
    index: &Index,
    evidence: &Evidence,
    history: Option<&HistoryIndex>,
    symbol: SymbolIdx,
) -> Vec<Reason> {
    let features = &evidence.features;
    let Some(row) = features.row(symbol) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    let max_exact = features
        .candidate(C::Exact)
        .iter()
        .copied()
        .fold(1.0, f32::max);
    if let Some(signals) = evidence.exact.symbols.get(&symbol) {
        for (feature, weight, text) in by_text(&signals.sightings) {
            reasons.push(reason(
                feature,
                hand::EXACT * weight / max_exact,
                text.to_owned(),
            ));
        }
    }
    let max_bm25f = features
        .candidate(C::Bm25f)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let bm25f = features.candidate(C::Bm25f)[row] / max_bm25f;
    if bm25f > 0.0 {
        let shares = evidence
            .hits
            .explain(index, &evidence.bm25f, &evidence.query.weights, symbol);
        let mut words: Vec<String> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for share in &shares {
            let written = evidence.query.written[share.term].as_str();
            if words.len() < 4 && !seen.contains(&written) {
                seen.push(written);
                words.push(format!("{written} ({})", field_phrase(share.field)));
            }
        }
        reasons.push(reason(
            "bm25f",
            bm25f,
            format!("shares words with the issue: {}", words.join(", ")),
        ));
    }
    let max_spread = features
        .candidate(C::Spread)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let spread =
        hand::candidate_weight(C::Spread) * features.candidate(C::Spread)[row] / max_spread;
    if spread > 0.02
        && let Some(text) = neighbour(index, evidence, symbol)
    {
        reasons.push(reason("spread", spread, text));
    }
    let max_similar = features
        .candidate(C::SimilarFixes)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let similar = hand::candidate_weight(C::SimilarFixes)
        * features.candidate(C::SimilarFixes)[row]
        / max_similar;
    if let Some(history) = history
        && let Some(at) = evidence
            .touched
            .iter()
            .position(|symbols| symbols.contains(&symbol))
    {
        reasons.push(reason(
            "similar_fixes",
            similar,
            commit_phrase(history, evidence.similar[at].at),
        ));
    }
    let max_lines = features
        .candidate(C::Lines)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let lines = hand::candidate_weight(C::Lines) * features.candidate(C::Lines)[row] / max_lines;
    reasons.push(reason(
        "lines",
        lines,
        format!("{} lines long", index.symbol(symbol).lines().n_lines()),
    ));
    let file = index.file_of(symbol);
    let file_share = hand::candidate_weight(C::File) * features.candidate(C::File)[row];
    if file_share > 0.05 {
        let why = of_file(evidence, history, file)
            .into_iter()
            .find(|reason| reason.feature != "top")
            .map_or(String::new(), |reason| format!(": {}", reason.text));
        reasons.push(reason(
            "file",
            file_share,
            format!("its file ranks high{why}"),
        ));
    }
    sorted(reasons)
}

/// Why a file is in the answer, strongest first.
pub(crate) fn of_file(
    evidence: &Evidence,
    history: Option<&HistoryIndex>,
    file: FileIdx,
) -> Vec<Reason> {
    let features = &evidence.features;
    let mut reasons = Vec::new();
    if let Some(signals) = evidence.exact.files.get(&file) {
        for (feature, weight, text) in by_text(&signals.sightings) {
            reasons.push(reason(
                feature,
                weight * hand::file_weight_named(feature),
                text.to_owned(),
            ));
        }
    }
    let share = |feature: F| {
        let max = features
            .file(feature)
            .iter()
            .copied()
            .fold(f32::MIN_POSITIVE, f32::max);
        hand::file_weight(feature) * features.of_file(feature, file) / max
    };
    let mut add = |feature: F, text: String| {
        let value = share(feature);
        if value > 0.02 {
            reasons.push(reason(feature.info().name, value, text));
        }
    };
    add(F::Bm25, "its text shares words with the issue".to_owned());
    add(F::Path, "its path shares words with the issue".to_owned());
    add(F::Top, "it holds well-matching functions".to_owned());
    add(F::Imported, "files that rank high import it".to_owned());
    add(F::Importer, "it imports files that rank high".to_owned());
    add(F::Recent, "it changed lately".to_owned());
    add(
        F::ChangedWith,
        "it often changes together with files that rank high".to_owned(),
    );
    if let Some(history) = history {
        let best = evidence
            .similar
            .iter()
            .find(|commit| history.files_of(commit.at).contains(&file));
        if let Some(commit) = best {
            add(F::SimilarFixes, commit_phrase(history, commit.at));
        }
    }
    sorted(reasons)
}

/// The seed that passed the most weight to a candidate, by its mention.
fn neighbour(index: &Index, evidence: &Evidence, symbol: SymbolIdx) -> Option<String> {
    let features = &evidence.features;
    let references = index.references();
    let base = features.candidate(C::Base);
    let name = index.names().of(symbol);
    let seeds = crate::compute::top(base, 40);
    for row in seeds {
        let seed = features.candidates[row];
        if seed == symbol {
            continue;
        }
        let seed_name = index.symbol(seed).qualified_name();
        if references.names_in(seed).contains(&name) {
            return Some(format!("mentioned by `{seed_name}`, which matches well"));
        }
        if references
            .names_in(symbol)
            .contains(&index.names().of(seed))
        {
            return Some(format!("mentions `{seed_name}`, which matches well"));
        }
    }
    None
}

fn commit_phrase(history: &HistoryIndex, at: usize) -> String {
    let id = history.id(at).to_string();
    let short = id.get(..10).unwrap_or(&id);
    format!(
        "changed by a similar commit, {short} \"{}\"",
        shortened(history.subject(at))
    )
}

fn reason(feature: &str, contribution: f32, text: String) -> Reason {
    Reason {
        feature: feature.to_owned(),
        text,
        contribution,
    }
}

fn sorted(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
    reasons.truncate(MAX_REASONS);
    reasons
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(70) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn field_phrase(field: DocField) -> &'static str {
    match field {
        DocField::Path => "path",
        DocField::Name => "name",
        DocField::ClassName => "class name",
        DocField::Signature => "signature",
        DocField::Doc => "documentation",
        DocField::Body => "body",
        DocField::ClassContext => "class documentation",
    }
}
