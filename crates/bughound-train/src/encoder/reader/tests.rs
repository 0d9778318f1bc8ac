//! Vectors of texts and of candidates, with weights that can be worked out by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use bughound_index::tokens::term_hash;
use bughound_index::{Index, SymbolIdx};
use bughound_net::weights::{Storage, WeightsWriter};
use bughound_net::{Matrix, Params};
use bughound_repo::Snapshot;
use bughound_store::Store;

use super::*;

/// An encoder that knows four terms, each a direction of its own, but "cache" reads as "memory" in texts.
fn encoder(storage: Storage) -> Encoder {
    let words = ["cache", "memory", "parser", "lexer"];
    let hashes: Vec<u64> = words
        .map(|word| term_hash(&bughound_index::tokens::stem(word)))
        .to_vec();
    let bits = hashes
        .iter()
        .flat_map(|hash| [hash >> 40, hash >> 16 & 0xff_ffff])
        .map(|bits| bits as f32);
    let unit = |at: usize| (0..4).map(move |i| f32::from(u8::from(i == at)));
    let table: Vec<f32> = (0..4).flat_map(unit).collect();
    let mut mix = table.clone();
    // Row 1 of M reads the first direction, too.
    mix[4] = 2.0;
    let mut params = Params::new();
    params.add("table", Matrix::new(4, 4, table));
    let mut exact = Params::new();
    exact.add("terms", Matrix::new(4, 2, bits.collect()));
    exact.add("mix", Matrix::new(4, 4, mix));
    exact.add(
        "fields",
        Matrix::new(1, 7, vec![0.5, 2.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
    );
    exact.add("query_weight", Matrix::filled(4, 1, 1.0));
    exact.add("document_weight", Matrix::filled(4, 1, 1.0));
    let mut writer = WeightsWriter::new();
    writer.add(PREFIX, &exact, Storage::F32);
    writer.add(PREFIX, &params, storage);
    Encoder::read(&writer.finish(&BTreeMap::new())).unwrap()
}

fn text(encoder: &Encoder, words: &[&str]) -> Option<Vec<f32>> {
    encoder.query(words.iter().map(|word| {
        let stem = bughound_index::tokens::stem(word).into_owned();
        (term_hash(&stem), 1.0)
    }))
}

#[test]
fn texts_are_mixed_and_of_length_one() {
    for storage in [Storage::F32, Storage::I8] {
        let encoder = encoder(storage);
        let root = 0.5f32.sqrt();
        assert_eq!(
            text(&encoder, &["parser", "lexer"]).unwrap(),
            [0.0, 0.0, root, root]
        );
        let cache = text(&encoder, &["caches"]).unwrap();
        assert!((cache[1] / cache[0] - 2.0).abs() < 1e-6, "{cache:?}");
        assert_eq!(text(&encoder, &["unheard"]), None);
        assert_eq!(text(&encoder, &[]), None);
    }
}

#[test]
fn candidates_are_weighted_by_field_and_root_of_count() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, source: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, source).unwrap();
    };
    write(
        "src/lexer.py",
        "def parser():\n    memory + memory + memory + memory\n    cache\ndef nothing(): pass\n",
    );
    write(
        "src/memory.py",
        "class Memory:\n    def free(self): cache\n",
    );
    write("src/other.py", "def other(): pass\n");
    let snapshot = Snapshot::worktree(dir.path()).unwrap();
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    let candidates = index.candidates();
    let vectors = encoder(Storage::F32).documents(&index, &candidates);
    let at = |name: &str| {
        let named = |symbol: &SymbolIdx| index.symbol(*symbol).qualified_name() == name;
        vectors
            .get(candidates.iter().position(named).unwrap())
            .to_vec()
    };
    // Name and signature of `parser` (2 + 1), four times `memory` in the body (2), `lexer` in the path.
    let expect = [1.0, 2.0, 3.0, 0.5f32];
    let length = expect.iter().map(|value| value * value).sum::<f32>().sqrt();
    for (found, expect) in at("parser").iter().zip(expect) {
        assert!((found - expect / length).abs() < 1e-6);
    }
    assert_eq!(at("nothing"), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(at("other"), [0.0; 4]);
    // The name of the class counts 1, its header nothing, the path 0.5.
    let free = at("Memory.free");
    assert!((free[1] / free[0] - 1.5).abs() < 1e-6, "{free:?}");

    let query = text(&encoder(Storage::F32), &["memory"]).unwrap();
    let cosines = vectors.cosines(&query);
    assert_eq!(cosines.len(), candidates.len());
    assert!(
        cosines
            .iter()
            .all(|cosine| (-1.0..=1.0001).contains(cosine))
    );
}
