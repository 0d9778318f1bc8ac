//! Our BM25 gives tantivy's scores.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;
use std::sync::Arc;

use bughound_bench::oracle::{compare_bodies, compare_files};
use bughound_index::Index;
use bughound_repo::Snapshot;
use bughound_store::Store;

const WORDS: [&str; 10] = [
    "alpha",
    "beta",
    "gamma_delta",
    "QuerySet",
    "filter",
    "cached_value",
    "parse",
    "token",
    "zeta",
    "absent",
];

/// Files with functions of all lengths, the words more and less frequent.
fn index(n_files: usize) -> Index {
    let dir = tempfile::tempdir().unwrap();
    for file in 0..n_files {
        let mut text = String::from("import alpha\n");
        for function in 0..6 {
            writeln!(
                text,
                "@alpha\nclass K{function}(QuerySet):\n    '''beta beta'''\n    zeta = 1"
            )
            .unwrap();
            writeln!(
                text,
                "    def filter_{file}_{function}(self, token):\n        '''About alpha.'''"
            )
            .unwrap();
            for line in 0..(file * 7 + function * 13) % 60 {
                let word = WORDS[(line * line + file + function) % 9];
                writeln!(text, "        {word}.run(K{function}, {word}) # {file}").unwrap();
            }
            writeln!(
                text,
                "        def nested(parse):\n            return parse\n        return nested"
            )
            .unwrap();
        }
        std::fs::write(dir.path().join(format!("f{file}.py")), text).unwrap();
    }
    let index = Index::build(
        Arc::new(Snapshot::worktree(dir.path()).unwrap()),
        &Store::none(),
    )
    .0;
    for file in index.file_idxs() {
        // Kept, so that the folder may go.
        index.text(file).unwrap();
    }
    index
}

#[test]
fn files_score_as_in_tantivy() {
    let compared = compare_files(&index(30), &WORDS).unwrap();
    assert_eq!(compared.n_documents, 30);
    assert!(compared.n_scores > 200, "{compared:?}");
}

#[test]
fn bodies_score_as_in_tantivy() {
    let compared = compare_bodies(&index(30), &WORDS).unwrap();
    // A class and its method, six times.
    assert_eq!(compared.n_documents, 30 * 12);
    assert!(compared.n_scores > 500, "{compared:?}");
}
