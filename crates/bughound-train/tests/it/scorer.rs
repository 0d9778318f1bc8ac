//! Training the ranking network on made-up examples whose rule is known.

use bughound_hound::inputs::{n_candidate_inputs, n_file_inputs};
use bughound_hound::scorer::Scorer;
use bughound_net::Rng;
use bughound_train::Example;
use bughound_train::scorer::{
    Folds, LearnSettings, cross_validate, learn, quality, rank_by_hand, rank_learned,
};

/// Twelve candidates in four files. The right one has a large number 3, and its file a large number 1; the order by
/// hand knows nothing of it.
fn example(at: usize) -> Example {
    let mut rng = Rng::derived(7, &[at as u64]);
    let (n, n_files) = (12, 4);
    let right = rng.below(n);
    let mut rows = vec![0.0; n * n_candidate_inputs()];
    for (candidate, row) in rows.chunks_exact_mut(n_candidate_inputs()).enumerate() {
        row[3] = rng.uniform() + if candidate == right { 0.8 } else { 0.0 };
        row[5] = rng.uniform();
    }
    let mut file_rows = vec![0.0; n_files * n_file_inputs()];
    for (file, row) in file_rows.chunks_exact_mut(n_file_inputs()).enumerate() {
        row[1] = rng.uniform() + if file == right % n_files { 0.8 } else { 0.0 };
    }
    Example {
        instance_id: format!("t-{at}"),
        repo: format!("o/{}", at % 3),
        n_gold: 1,
        n_gold_files: 1,
        ids: (0..n)
            .map(|candidate| format!("f{}.py::g{candidate}", candidate % n_files))
            .collect(),
        is_gold: (0..n).map(|candidate| candidate == right).collect(),
        hand: vec![1.0; n],
        file_of: (0..n)
            .map(|candidate| u32::try_from(candidate % n_files).unwrap())
            .collect(),
        candidate_rows: rows,
        files: (0..n_files).map(|file| format!("f{file}.py")).collect(),
        is_gold_file: (0..n_files).map(|file| file == right % n_files).collect(),
        file_hand: vec![1.0; n_files],
        file_rows,
        ..Example::default()
    }
}

fn examples(from: usize, n: usize) -> Vec<Example> {
    (from..from + n).map(example).collect()
}

fn settings() -> LearnSettings {
    LearnSettings {
        n_members: 2,
        n_epochs: 4,
        ..LearnSettings::default()
    }
}

#[test]
fn it_learns_the_rule_and_keeps_it_in_the_file() {
    let (seen, unseen) = (examples(0, 160), examples(1000, 60));
    let seen: Vec<&Example> = seen.iter().collect();
    let unseen: Vec<&Example> = unseen.iter().collect();
    let scorer = learn(&seen, &vec![1; seen.len()], &settings(), &|_, _, _| {});
    let hand = quality(&unseen, &rank_by_hand(&unseen));
    let learned = quality(&unseen, &rank_learned(&unseen, &scorer));
    assert!(hand.function.recall_percent(0) < 30.0);
    assert!(learned.function.recall_percent(0) > 70.0);
    assert!(learned.file.recall_percent(0) > 70.0);

    let again =
        Scorer::parse(&scorer.to_bytes(&[("note".to_owned(), "x".to_owned())].into())).unwrap();
    let after = quality(&unseen, &rank_learned(&unseen, &again));
    assert!((after.function.ndcg5_percent() - learned.function.ndcg5_percent()).abs() < 2.0);
}

#[test]
fn the_same_weights_at_any_number_of_threads() {
    let seen = examples(0, 40);
    let seen: Vec<&Example> = seen.iter().collect();
    let bytes = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let settings = LearnSettings {
            n_epochs: 1,
            seed,
            ..settings()
        };
        let scorer = pool.install(|| learn(&seen, &vec![1; seen.len()], &settings, &|_, _, _| {}));
        scorer.to_bytes(&std::collections::BTreeMap::new())
    };
    let one = bytes(1, 1);
    assert!(one == bytes(4, 1));
    assert!(one != bytes(1, 2));
}

#[test]
fn cross_validation_calibrates() {
    let (training, validation) = (examples(0, 90), examples(500, 90));
    let training: Vec<&Example> = training.iter().collect();
    let validation: Vec<&Example> = validation.iter().collect();
    let crossed = cross_validate(
        &training,
        &validation,
        Folds::ByProject(2),
        &settings(),
        &|_| {},
    );
    assert_eq!(crossed.by_project.len(), 3);
    assert_eq!(crossed.learned.function.n(), 90);
    assert!(crossed.learned.function.recall_percent(1) > crossed.hand.function.recall_percent(1));
    // What is said is what happens, in the mean over all candidates.
    let total = |value: &dyn Fn(&(usize, f64, f64)) -> f64| -> f64 {
        crossed
            .reliability
            .iter()
            .map(|bin| bin.0 as f64 * value(bin))
            .sum()
    };
    let (said, right) = (total(&|bin| bin.1), total(&|bin| bin.2));
    assert!((said - right).abs() < 1.0, "said {said}, right {right}");
}

#[test]
fn weights_for_other_features_are_refused() {
    let seen = examples(0, 4);
    let seen: Vec<&Example> = seen.iter().collect();
    let settings = LearnSettings {
        n_epochs: 1,
        n_members: 1,
        ..settings()
    };
    let bytes = learn(&seen, &[1; 4], &settings, &|_, _, _| {})
        .to_bytes(&std::collections::BTreeMap::new());
    let text = String::from_utf8_lossy(&bytes).replace("bm25f/max", "bm25g/max");
    assert!(Scorer::parse(text.as_bytes()).is_err());
    assert!(Scorer::parse(&bytes[..bytes.len() / 2]).is_err());
    assert!(Scorer::parse(b"").is_err());
    let own = Scorer::parse(&bytes).unwrap();
    assert!(
        own.judge_rows(&Example::default().question())
            .scores
            .is_empty()
    );
}
