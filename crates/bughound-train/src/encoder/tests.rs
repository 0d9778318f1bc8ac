//! Gradients are those of the loss; what is learnt is what was shown; the same pairs give the same bytes.

use std::collections::BTreeMap;

use bughound_net::Rng;

use super::batches::batches;
use super::model::{EncoderModel, Gradients};
use super::step::learn;
use super::vocabulary::Vocabulary;
use super::*;
use crate::pairs::{Pair, PairKind, Pairs, toy_pairs};

/// Two projects in which a text about topic `i` has word `i`, and its function has word `n + i`: no word in common.
fn no_words_in_common(n_topics: u32, copies: u32) -> Pairs {
    let pairs = (0..2).flat_map(|project| {
        (0..copies * n_topics).map(move |at| {
            let topic = at % n_topics;
            (project, PairKind::Fix, vec![topic], vec![n_topics + topic])
        })
    });
    toy_pairs(2 * n_topics, &pairs.collect::<Vec<_>>())
}

fn settings() -> EncoderSettings {
    EncoderSettings {
        dim: 8,
        epochs: 12,
        batch_size: 16,
        ..EncoderSettings::default()
    }
}

#[test]
fn gradients_are_those_of_the_loss() {
    for own_query_table in [false, true] {
        for lexical in [0.0, 2.0] {
            let settings = EncoderSettings {
                own_query_table,
                lexical,
                temperature: 0.5,
                dim: 4,
                ..settings()
            };
            let pairs = no_words_in_common(4, 4);
            let all: Vec<&Pair> = pairs.pairs.iter().collect();
            let vocabulary = Vocabulary::choose(&pairs, &all, 100);
            let model = EncoderModel::new(&vocabulary, settings.dim, own_query_table, 3);
            let batch = batches(&pairs, &all, 12, 1, &mut Rng::new(5)).remove(0);
            let loss = |model: &EncoderModel, out: &mut Gradients| {
                let found = learn(model, &pairs, &vocabulary.row_of, &batch, &settings, out);
                found.loss / found.n as f64
            };
            let mut gradients = Gradients::new(&model);
            loss(&model, &mut gradients);
            let check = |what: &str, gradient: f32, nudge: &dyn Fn(&mut EncoderModel, f32)| {
                let at = |by: f32| {
                    let mut nudged = model.clone();
                    nudge(&mut nudged, by);
                    loss(&nudged, &mut Gradients::new(&model))
                };
                let expect = (at(1e-2) - at(-1e-2)) / 2e-2;
                assert!(
                    (f64::from(gradient) - expect).abs() < 2e-3,
                    "{what}: {gradient} and {expect}"
                );
            };
            for at in 0..model.table.len() {
                check("table", gradients.table.values[at], &|m, by| {
                    m.table[at] += by;
                });
            }
            for at in 0..model.mix.len() {
                check("mix", gradients.mix[at], &|m, by| m.mix[at] += by);
            }
            for at in 0..model.n_terms() {
                let of_query = gradients.query_weight[at];
                check("query weight", of_query, &|m, by| m.query_weight[at] += by);
                let of_document = gradients.document_weight[at];
                check("weight", of_document, &|m, by| m.document_weight[at] += by);
            }
            for at in 0..model.field_weight.len() {
                let gradient = gradients.field_weight[at];
                check("field", gradient, &|m, by| m.field_weight[at] += by);
            }
            if let Some(rows) = &gradients.query_table {
                for at in 0..rows.values.len() {
                    check("query table", rows.values[at], &|m, by| {
                        if let Some(table) = &mut m.query_table {
                            table[at] += by;
                        }
                    });
                }
            }
            gradients.clear();
            assert!(gradients.table.values.iter().all(|&value| value == 0.0));
            assert!(gradients.query_weight.iter().all(|&value| value == 0.0));
        }
    }
}

#[test]
fn words_that_never_meet_come_together() {
    let pairs = no_words_in_common(8, 6);
    for own_query_table in [false, true] {
        let settings = EncoderSettings {
            own_query_table,
            ..settings()
        };
        let trained = train_encoder(&pairs, None, &settings, &|_| {});
        let (first, last) = (&trained.epochs[0], &trained.epochs[11]);
        assert!(last.loss < 0.5 * first.loss, "{first:?} {last:?}");
        assert_eq!(trained.n_pairs, [96, 0, 0]);
    }
}

#[test]
fn half_of_the_projects_is_held_out() {
    let pairs = no_words_in_common(8, 6);
    let half = half_of(&pairs.projects[0]);
    let others = pairs.projects.iter().filter(|name| half_of(name) != half);
    let n_held_out = 48 * others.count();
    let trained = train_encoder(&pairs, Some(half), &settings(), &|_| {});
    assert!(trained.projects.contains(&pairs.projects[0]));
    assert_eq!(trained.n_pairs[0] + n_held_out, 96);
    assert_eq!(trained.epochs[0].validation.n, n_held_out);
}

#[test]
fn the_same_pairs_give_the_same_bytes_and_they_can_be_read() {
    let pairs = no_words_in_common(8, 3);
    let bytes = |seed| {
        let settings = EncoderSettings { seed, ..settings() };
        let trained = train_encoder(&pairs, None, &settings, &|_| {});
        trained.model.to_bytes(&BTreeMap::new())
    };
    let once = bytes(1);
    assert_eq!(once, bytes(1));
    assert_ne!(once, bytes(2));
    let encoder = Encoder::read(&once).unwrap();
    let known = pairs.vocabulary[0];
    let vector = encoder.query([(known, 1.0)]).unwrap();
    let length: f32 = vector.iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-5);
    assert!(encoder.query([(known ^ 1 << 40, 1.0)]).is_none());
    assert!(Encoder::read(&once[..once.len() - 1]).is_err());
    assert!(Encoder::read(b"").is_err());
}
