//! Why a place is in the answer, in words.

mod decided;
mod near;

use bughound_core::Reason;
use bughound_index::{DocField, FileIdx, HistoryIndex, Index, SymbolIdx};

use crate::compute::{Evidence, by_text};
use crate::features::{CandidateFeature as C, FileFeature as F};
use crate::hand;
use crate::kinds::{Kind, N_KINDS};
use crate::scorer::Contributions;

/// Most reasons that one place carries.
const MAX_REASONS: usize = 6;

/// All that is known is the sum.
const MIXED: Contributions = {
    let mut contributions = [0.0; N_KINDS];
    contributions[Kind::Mixture as usize] = 1.0;
    contributions
};

/// What a learned scorer says of a candidate.
#[derive(Clone, Copy)]
pub(crate) struct Decided {
    /// What each kind of evidence brought, where that was asked; else the sum set by hand stands for it.
    pub(crate) contributions: Option<Contributions>,
    /// The candidate's score, which the reasons share.
    pub(crate) score: f32,
}

/// Why a candidate is in the answer, strongest first.
pub(crate) fn of_candidate(
    index: &Index,
    evidence: &Evidence,
    history: Option<&HistoryIndex>,
    symbol: SymbolIdx,
    decided: Option<Decided>,
) -> Vec<Reason> {
    let mut reasons = by_hand(index, evidence, history, symbol, decided.is_some());
    let Some(decided) = decided else {
        return sorted(reasons.into_iter().map(|(_, reason)| reason).collect());
    };
    let beyond = beyond_the_sum(index, evidence, symbol);
    if beyond.iter().any(|(kind, _)| *kind == Kind::Structure) {
        // A call or a type says more than a mention.
        reasons.retain(|(kind, _)| *kind != Kind::Structure);
    }
    reasons.extend(beyond);
    let mut reasons = sorted(decided::shared_out(
        reasons,
        &decided.contributions.unwrap_or(MIXED),
        decided.score,
    ));
    // What brought nothing is not why; only where nothing did, the first stands for all.
    let n_positive = reasons
        .iter()
        .take_while(|reason| reason.contribution > 0.0)
        .count();
    reasons.truncate(n_positive.max(1));
    reasons
}

/// What the sum set by hand does not read.
fn beyond_the_sum(index: &Index, evidence: &Evidence, symbol: SymbolIdx) -> Vec<(Kind, Reason)> {
    let features = &evidence.features;
    let Some(row) = features.row(symbol) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    let mut add = |kind: Kind, feature: C, text: String| {
        reasons.push((kind, reason(feature.info().name, 0.0, text)));
    };
    let tests = features.candidate(C::TestFiles)[row] + features.candidate(C::TestFunctions)[row];
    if tests > 0.0 {
        add(
            Kind::Tests,
            C::TestFunctions,
            "tests that resemble the issue use it".to_owned(),
        );
    }
    if let Some((feature, text)) = near::in_code(index, evidence, row) {
        add(Kind::Structure, feature, text);
    }
    reasons
}

/// The reasons of the sum that is set by hand. Those that it does not count are among them for a learned scorer.
fn by_hand(
    index: &Index,
    evidence: &Evidence,
    history: Option<&HistoryIndex>,
    symbol: SymbolIdx,
    is_learned: bool,
) -> Vec<(Kind, Reason)> {
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
            if weight > 0.0 || is_learned {
                let share = hand::EXACT * weight / max_exact;
                reasons.push((Kind::Mentions, reason(feature, share, text.to_owned())));
            }
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
        let text = format!("shares words with the issue: {}", words.join(", "));
        reasons.push((Kind::Words, reason("bm25f", bm25f, text)));
    }
    let max_spread = features
        .candidate(C::Spread)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let spread =
        hand::candidate_weight(C::Spread) * features.candidate(C::Spread)[row] / max_spread;
    if spread > 0.02
        && let Some(text) = near::mention(index, evidence, symbol)
    {
        reasons.push((Kind::Structure, reason("spread", spread, text)));
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
        let text = commit_phrase(history, evidence.similar[at].at);
        reasons.push((Kind::History, reason("similar_fixes", similar, text)));
    }
    let max_lines = features
        .candidate(C::Lines)
        .iter()
        .copied()
        .fold(f32::MIN_POSITIVE, f32::max);
    let lines = hand::candidate_weight(C::Lines) * features.candidate(C::Lines)[row] / max_lines;
    let text = format!("{} lines long", index.symbol(symbol).lines().n_lines());
    reasons.push((Kind::Shape, reason("lines", lines, text)));
    let file = index.file_of(symbol);
    let file_share = hand::candidate_weight(C::File) * features.candidate(C::File)[row];
    if file_share > 0.05 {
        let why = of_file(evidence, history, file)
            .into_iter()
            .find(|reason| reason.feature != "top")
            .map_or(String::new(), |reason| format!(": {}", reason.text));
        let text = format!("its file ranks high{why}");
        reasons.push((Kind::File, reason("file", file_share, text)));
    }
    reasons
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
