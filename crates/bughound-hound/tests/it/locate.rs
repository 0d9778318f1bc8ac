//! Answers on a small project, feature by feature.

use std::fs;
use std::sync::Arc;

use bughound_core::Level;
use bughound_hound::{Answer, Context, locate};
use bughound_index::Index;
use bughound_repo::Snapshot;
use bughound_store::Store;
use tempfile::TempDir;

const FILES: &[(&str, &str)] = &[
    (
        "shop/cart.py",
        "\"\"\"The cart.\"\"\"\nfrom shop.money import convert\n\n\nclass Cart:\n    def add(self, item):\n        self.items.append(item)\n\n    def total(self):\n        return sum(convert(i) for i in self.items)\n\n    def apply_voucher(self, voucher):\n        if voucher.expired:\n            raise ValueError(\"this voucher can no longer be used\")\n        return self.total() - voucher.amount\n",
    ),
    (
        "shop/money.py",
        "RATES = {}\n\n\ndef convert(item):\n    return item.price * RATES[item.currency]\n\n\ndef rounded(amount):\n    return round(amount, 2)\n",
    ),
    (
        "shop/mail.py",
        "def send_receipt(cart, address):\n    \"\"\"Send a receipt by mail.\"\"\"\n    return address, cart.total()\n",
    ),
    (
        "tests/test_cart.py",
        "from shop.cart import Cart\n\n\ndef test_apply_voucher_expired_voucher_total():\n    assert Cart().apply_voucher(None)\n",
    ),
    (
        "src/lib.rs",
        "pub fn parse_flags(text: &str) -> u32 { text.len() as u32 }\n\n#[cfg(test)]\nmod tests {\n    fn check_parse_flags_overflow(text: &str) { super::parse_flags(text); }\n}\n",
    ),
];

fn project() -> (TempDir, Index) {
    let dir = TempDir::new().unwrap();
    for (path, text) in FILES {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let snapshot = Snapshot::worktree(dir.path()).unwrap();
    let (index, _) = Index::build(Arc::new(snapshot), &Store::none());
    (dir, index)
}

fn ids(index: &Index, answer: &Answer) -> Vec<String> {
    answer
        .locations(index, Level::Function, 100)
        .into_iter()
        .map(|location| {
            format!(
                "{}::{}",
                location.path,
                location.qualified_name.unwrap_or_default()
            )
        })
        .collect()
}

/// The first place of the answer, and a reason that it must carry.
fn check(issue: &str, first: &str, feature: &str, words: &str) {
    let (_dir, index) = project();
    let answer = locate(&index, issue, &Context::default());
    assert_eq!(
        ids(&index, &answer).first().map(String::as_str),
        Some(first),
        "{issue}"
    );
    let reasons = &answer.symbols[0].reasons;
    assert!(
        reasons
            .iter()
            .any(|reason| reason.feature == feature && reason.text.contains(words)),
        "{issue}: no `{feature}` with `{words}` among {reasons:#?}"
    );
}

#[test]
fn each_kind_of_evidence_leads_to_its_place() {
    check(
        "Wrong amount\n\n`apply_voucher` gives a wrong amount",
        "shop/cart.py::Cart.apply_voucher",
        "name",
        "`apply_voucher` is named",
    );
    check(
        "Crash\n\n`shop.money.rounded` crashes",
        "shop/money.py::rounded",
        "dotted",
        "shop.money.rounded",
    );
    check(
        "Crash\n\n`Cart.total` is slow",
        "shop/cart.py::Cart.total",
        "dotted",
        "Cart.total",
    );
    check(
        "KeyError at checkout\n\n```\nTraceback (most recent call last):\n  File \"/site-packages/shop/cart.py\", line 10, in total\n    return sum(convert(i) for i in self.items)\n  File \"/site-packages/shop/money.py\", line 5, in convert\n    return item.price * RATES[item.currency]\nKeyError: 'EUR'\n```\n",
        "shop/money.py::convert",
        "traceback",
        "innermost stack frame, line 5",
    );
    check(
        "Misleading text\n\nIt says \"this voucher can no longer be used\" too early.",
        "shop/cart.py::Cart.apply_voucher",
        "literal",
        "string literals",
    );
    check(
        "Wrong line\n\nSee https://github.com/acme/shop/blob/main/shop/mail.py#L1-L3",
        "shop/mail.py::send_receipt",
        "link",
        "a link in the issue",
    );
    check(
        "Receipts are not sent by mail",
        "shop/mail.py::send_receipt",
        "bm25f",
        "mail",
    );
}

#[test]
fn tests_are_never_answers() {
    let (_dir, index) = project();
    let answer = locate(
        &index,
        "test_apply_voucher_expired_voucher_total fails: expired voucher total",
        &Context::default(),
    );
    assert!(!answer.symbols.is_empty());
    assert!(
        ids(&index, &answer)
            .iter()
            .all(|id| !id.starts_with("tests/"))
    );
    assert!(
        answer.files.iter().all(|file| !index
            .file(file.item)
            .path()
            .as_str()
            .starts_with("tests/"))
    );
}

#[test]
fn test_modules_inside_sources_come_after_what_they_test() {
    let (_dir, index) = project();
    let answer = locate(&index, "parse_flags overflow check", &Context::default());
    assert_eq!(ids(&index, &answer)[0], "src/lib.rs::parse_flags");
}

#[test]
fn an_issue_about_something_else_has_no_answer() {
    let (_dir, index) = project();
    let answer = locate(&index, "zzzz qqqq", &Context::default());
    assert!(answer.symbols.is_empty() && answer.files.is_empty());
    assert!(locate(&index, "", &Context::default()).symbols.is_empty());
}

#[test]
fn levels_and_lengths() {
    let (_dir, index) = project();
    let answer = locate(
        &index,
        "Cart.total and Cart.add are slow, money too",
        &Context::default(),
    );
    let classes = answer.locations(&index, Level::Class, 10);
    assert_eq!(classes.len(), 1);
    assert_eq!(classes[0].qualified_name.as_deref(), Some("Cart"));
    assert_eq!(answer.locations(&index, Level::Function, 2).len(), 2);
    let files = answer.locations(&index, Level::File, 10);
    assert_eq!(files[0].path.as_str(), "shop/cart.py");
    assert!(
        files
            .iter()
            .all(|file| file.lines.is_none() && file.qualified_name.is_none())
    );
}

#[test]
fn the_same_question_has_the_same_answer() {
    let (_dir, index) = project();
    let issue = "Cart.total is wrong for vouchers in another currency; convert?";
    let (a, b) = (
        locate(&index, issue, &Context::default()),
        locate(&index, issue, &Context::default()),
    );
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

#[test]
fn the_page_of_features_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/features.md");
    let page = fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == bughound_hound::features::reference_page(),
        "docs/features.md is out of date: cargo run -p bughound-hound --example features_page > docs/features.md"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_issue_is_answered_without_panic(issue in "(\\PC|\n|`|Cart|total|File \"shop/cart.py\", line 9|shop\\.money){0,60}") {
        let (_dir, index) = project();
        let answer = locate(&index, &issue, &Context::default());
        for ranked in &answer.symbols {
            proptest::prop_assert!(ranked.score.is_finite() && ranked.score > 0.0);
        }
    }
}
