//! The loss of one batch and its gradients.

use bughound_index::{Bm25f, DocField};
use bughound_net::math::{exp, ln};

use super::batches::Batch;
use super::embed::{
    Bag, Embedded, add_scaled, back_document, back_query, dot, embed_document, embed_query,
};
use super::lexical::BatchIndex;
use super::model::{EncoderModel, Gradients};
use super::train::EncoderSettings;
use crate::pairs::{PairKind, Pairs};

/// What came out of one batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BatchLoss {
    /// Sum of the cross entropies.
    pub(super) loss: f64,
    /// Texts whose function scored highest.
    pub(super) n_first: usize,
    /// Texts.
    pub(super) n: usize,
}

/// Computes the loss of a batch, and adds its gradients to `out`.
///
/// For each text, softmax over all documents of the batch of `cos / temperature + lexical · words in common`; other functions that the text is
/// about too are left out.
pub(super) fn learn(
    model: &EncoderModel,
    pairs: &Pairs,
    row_of: &[u32],
    batch: &Batch<'_>,
    settings: &EncoderSettings,
    out: &mut Gradients,
) -> BatchLoss {
    let with_documentation = batch.kind != PairKind::Docstring;
    let mut ids: Vec<u32> = batch
        .rows
        .iter()
        .flat_map(|row| std::iter::once(row.positive).chain(row.siblings.iter().copied()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let documents: Vec<(Bag, Embedded)> = ids
        .iter()
        .map(|&id| {
            let bag = Bag::of_document(pairs.document(id), row_of, with_documentation);
            let embedded = embed_document(model, &bag);
            (bag, embedded)
        })
        .collect();
    let mut d_documents = vec![vec![0.0; model.dim]; ids.len()];
    let lexical = (settings.lexical > 0.0).then(|| {
        let mut weights = Bm25f::default().weight;
        if !with_documentation {
            weights[DocField::Doc as usize] = 0.0;
        }
        BatchIndex::of(ids.iter().map(|&id| pairs.document(id)), &weights)
    });
    let mut report = BatchLoss::default();
    let temperature = settings.temperature;
    let share = 1.0 / (temperature * batch.rows.len() as f32);
    for row in &batch.rows {
        let query_bag = Bag::of_query(pairs.query(row.pair), row_of);
        let query = embed_query(model, &query_bag);
        let positives = pairs.positives(row.pair);
        let takes_part = |at: usize| ids[at] == row.positive || !positives.contains(&ids[at]);
        let mut scores: Vec<f32> = documents
            .iter()
            .map(|(_, document)| dot(&query.unit, &document.unit) / temperature)
            .collect();
        if let Some(lexical) = &lexical {
            let words = lexical.scores(pairs.query(row.pair));
            add_scaled(&mut scores, settings.lexical, &words);
        }
        let Ok(target) = ids.binary_search(&row.positive) else {
            continue;
        };
        let most = (0..ids.len())
            .filter(|&at| takes_part(at))
            .map(|at| scores[at])
            .fold(f32::NEG_INFINITY, f32::max);
        let parts: Vec<f32> = (0..ids.len())
            .map(|at| {
                if takes_part(at) {
                    exp(scores[at] - most)
                } else {
                    0.0
                }
            })
            .collect();
        let total: f32 = parts.iter().sum();
        report.n += 1;
        report.loss -= f64::from(scores[target] - most - ln(total));
        report.n_first += usize::from(scores[target] >= most);
        let mut d_query = vec![0.0; model.dim];
        for (at, part) in parts.iter().enumerate() {
            let wanted = if at == target { 1.0 } else { 0.0 };
            let d_score = (part / total - wanted) * share;
            if d_score != 0.0 {
                add_scaled(&mut d_query, d_score, &documents[at].1.unit);
                add_scaled(&mut d_documents[at], d_score, &query.unit);
            }
        }
        back_query(model, &query_bag, &query, &d_query, out);
    }
    for ((bag, document), d_unit) in documents.iter().zip(&d_documents) {
        back_document(model, bag, document, d_unit, out);
    }
    report
}
