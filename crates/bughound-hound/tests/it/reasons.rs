//! What is said of an order that a network made.

use std::sync::Arc;

use bughound_hound::inputs::{candidate_input_names, n_candidate_inputs, n_file_inputs};
use bughound_hound::scorer::{Calibration, Network, Scorer, Standard};
use bughound_hound::{Answer, Context, Judge, locate};
use bughound_index::Index;
use bughound_net::{Params, Rng};
use bughound_repo::Snapshot;
use bughound_store::Store;
use tempfile::TempDir;

const SHOP: &str = "
//- shop/cart.py
from shop.money import rounded


class Cart:
    def total(self):
        return rounded(self.items)

    def clear(self):
        self.items = []


def strict(x):
    raise ShopError(x)

//- shop/money.py
def rounded(amount):
    return amount

//- tests/test_money.py
from shop.money import rounded


def test_cents_of_halves():
    assert rounded(0.5) == 1
";

/// A scorer that adds up some inputs and nothing else.
fn adding(inputs: &[(&str, f32)]) -> Scorer {
    let mut params = Params::new();
    let (candidate, file) = (n_candidate_inputs(), n_file_inputs());
    let network = Network::create(&mut params, candidate, file, &mut Rng::new(1));
    let ids: Vec<_> = params.ids().collect();
    for id in ids {
        params.get_mut(id).data.fill(0.0);
    }
    let names = candidate_input_names();
    let plain = params.find("plain").unwrap();
    for (name, weight) in inputs {
        let at = names.iter().position(|other| other == name).unwrap();
        params.get_mut(plain).data[at] = *weight;
    }
    let spread = |width: usize| {
        let rows = [vec![0.0; width], vec![1.0; width]].concat();
        Standard::of(rows.chunks_exact(width), width)
    };
    let members = vec![(params, network)];
    Scorer::new(
        spread(candidate),
        spread(file),
        members,
        Calibration::default(),
    )
}

fn answer(issue: &str, inputs: &[(&str, f32)]) -> (TempDir, Index, Answer) {
    let dir = TempDir::new().unwrap();
    crate::fixture::write(dir.path(), SHOP);
    let snapshot = Snapshot::worktree(dir.path()).unwrap();
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    let scorer = adding(inputs);
    let context = Context {
        judge: Judge::Given(&scorer),
        ..Context::default()
    };
    let answer = locate(&index, issue, &context);
    (dir, index, answer)
}

/// The reasons of one candidate, strongest first.
fn check(issue: &str, inputs: &[(&str, f32)], name: &str, expect: &[&str]) {
    let (_dir, index, answer) = answer(issue, inputs);
    let mut symbols = answer.symbols.iter();
    let ranked = symbols
        .find(|ranked| index.symbol(ranked.item).qualified_name() == name)
        .unwrap();
    let texts: Vec<&str> = ranked.reasons.iter().map(|reason| &*reason.text).collect();
    assert_eq!(texts, expect, "{name}");
    let sum: f32 = ranked
        .reasons
        .iter()
        .map(|reason| reason.contribution)
        .sum();
    assert!(sum <= ranked.score * 1.0001, "{sum} of {}", ranked.score);
    assert!(
        ranked
            .reasons
            .is_sorted_by(|a, b| a.contribution >= b.contribution)
    );
}

#[test]
fn the_kind_that_decided_is_told() {
    check(
        "The `total` of a cart",
        &[("name/max", 2.0)],
        "Cart.total",
        &["`total` is named in the title"],
    );
    check(
        "The `total` of a cart",
        &[("called_by_best/max", 2.0)],
        "rounded",
        &["called by `Cart.total`, which matches well"],
    );
    check(
        "`rounded` is wrong",
        &[("calls_best/max", 2.0)],
        "Cart.total",
        &["calls `rounded`, which matches well"],
    );
    check(
        "Cents of halves are wrong in the cart",
        &[("test_functions/max", 2.0)],
        "rounded",
        &["tests that resemble the issue use it"],
    );
    check(
        "Cart\n\n```\nshop.ShopError: no\n```\n",
        &[("raises/max", 2.0)],
        "strict",
        &["raises `ShopError`, which the issue names"],
    );
}

#[test]
fn what_spoke_against_is_no_reason() {
    // `clear` is high by its length alone.
    let (_dir, index, answer) = answer(
        "The `total` of a cart",
        &[("name/max", -2.0), ("lines/max", 0.1)],
    );
    for ranked in &answer.symbols {
        let name = index.symbol(ranked.item).qualified_name();
        assert!(!ranked.reasons.is_empty(), "{name}");
        assert!(
            ranked
                .reasons
                .iter()
                .all(|reason| reason.contribution >= 0.0)
        );
    }
    let last = answer.symbols.last().unwrap();
    assert_eq!(index.symbol(last.item).name(), "total");
}
