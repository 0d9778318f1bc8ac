//! Each feature on a project that is small enough to say its value.

use bughound_hound::features::{CandidateFeature as C, FileFeature as F};

use crate::fixture::{Known, features, features_after};

const SHOP: &str = r#"
//- shop/__init__.py
from shop.cart import Cart, empty_cart as fresh

//- shop/base.py
class Container:
    """Holds items of any kind."""

    def refund_item(self, item):
        raise NotImplementedError

    def first(self):
        return self.items[0]

//- shop/cart.py
from shop.base import Container
from shop.money import convert_currency


class Cart(Container):
    def __init__(self):
        self.items = []

    def refund_item(self, item):
        self._log("refund of an item failed badly today")
        return convert_currency(item)

    @property
    def total(self):
        return sum(convert_currency(item) for item in self.items)

    async def _log(self, text):
        print(text)


class Basket(Container):
    def refund_item(self, item):
        return None


def empty_cart():
    return Cart()

//- shop/money.py
def convert_currency(item):
    return round_amount(item.price)


def round_amount(amount):
    return amount

//- docs/example.py
def show():
    return 1

//- tests/test_money.py
from shop.money import round_amount


def test_rounding_of_half_cents():
    assert round_amount(0.5) == 1
"#;

/// A feature is larger for one candidate than for another, and the latter has this value.
fn more(known: &Known, feature: C, larger: &str, smaller: &str) {
    let (a, b) = (known.of(larger, feature), known.of(smaller, feature));
    assert!(
        a > b,
        "{}: {larger} {a}, {smaller} {b}",
        feature.info().name
    );
}

fn check(known: &Known, feature: C, expect: &[(&str, f32)]) {
    for &(name, value) in expect {
        let found = known.of(name, feature);
        assert!(
            (found - value).abs() < 1e-4,
            "{} of {name}: {found}, not {value}",
            feature.info().name
        );
    }
}

fn check_file(known: &Known, feature: F, expect: &[(&str, f32)]) {
    for &(path, value) in expect {
        let found = known.of_file(path, feature);
        assert!(
            (found - value).abs() < 1e-4,
            "{} of {path}: {found}, not {value}",
            feature.info().name
        );
    }
}

#[test]
fn mentions_by_where_they_stand() {
    let known = features(
        SHOP,
        "empty_cart fails\n\n`round_amount` is fine, convert_currency() is not.\n\n```\nx = Basket()\n```\n",
    );
    check(
        &known,
        C::InTitle,
        &[("empty_cart", 1.0), ("round_amount", 0.0)],
    );
    check(
        &known,
        C::Inlined,
        &[("round_amount", 1.0), ("empty_cart", 0.0)],
    );
    check(
        &known,
        C::Called,
        &[("convert_currency", 1.0), ("round_amount", 0.0)],
    );
    check(&known, C::InCode, &[("Basket", 1.0), ("empty_cart", 0.0)]);
}

#[test]
fn literals_by_what_said_them() {
    let known = features(
        SHOP,
        "Refund\n\nValueError: refund of an item failed badly today\n",
    );
    more(&known, C::LiteralError, "Cart.refund_item", "Cart.total");
    check(&known, C::LiteralMessage, &[("Cart.refund_item", 0.0)]);
    let known = features(
        SHOP,
        "Refund\n\nIt says \"refund of an item failed badly today\".\n",
    );
    more(&known, C::LiteralMessage, "Cart.refund_item", "Cart.total");
    check(&known, C::LiteralError, &[("Cart.refund_item", 0.0)]);
}

#[test]
fn frames_by_line_and_depth() {
    let issue = "Crash\n\n```\nTraceback (most recent call last):\n  File \"/x/shop/cart.py\", line 11, in refund_item\n    return convert_currency(item)\n  File \"/x/shop/money.py\", line 90, in convert_currency\n    return round_amount(item.price)\nTypeError: no\n```\n";
    let known = features(SHOP, issue);
    check(
        &known,
        C::FrameDepth,
        &[
            ("convert_currency", 1.0),
            ("Cart.refund_item", 0.5),
            ("Cart.total", 0.0),
        ],
    );
    check(
        &known,
        C::FrameLine,
        &[("convert_currency", 0.0), ("Cart.refund_item", 1.0)],
    );
}

#[test]
fn names_in_whatever_spelling() {
    let known = features(
        SHOP,
        "Wrong amount\n\nrefundItem does not round the amount of a cart.",
    );
    check(
        &known,
        C::NameCoverage,
        &[
            ("round_amount", 1.0),
            ("empty_cart", 0.5),
            ("Cart.total", 0.0),
        ],
    );
    check(
        &known,
        C::NameTitleCoverage,
        &[("round_amount", 0.5), ("empty_cart", 0.0)],
    );
    check(
        &known,
        C::ClassCoverage,
        &[("Cart.total", 1.0), ("Basket.refund_item", 0.0)],
    );
    check(
        &known,
        C::NamePhrase,
        &[("round_amount", 1.0), ("convert_currency", 0.0)],
    );
    // Three definitions have the name.
    check(
        &known,
        C::NameForms,
        &[("Cart.refund_item", 0.5), ("round_amount", 0.0)],
    );
    check_file(
        &known,
        F::StemInText,
        &[("shop/cart.py", 1.0), ("shop/money.py", 0.0)],
    );
    check_file(&known, F::StemInTitle, &[("shop/cart.py", 0.0)]);
    let known = features(SHOP, "The money module");
    check_file(&known, F::StemInTitle, &[("shop/money.py", 1.0)]);
}

#[test]
fn errors_that_are_raised() {
    let known = features(SHOP, "It fails\n\n```\nNotImplementedError: no\n```\n");
    // Not a call: `raise NotImplementedError`.
    check(&known, C::Raises, &[("Container.refund_item", 0.0)]);
    let known = features(
        "//- a.py\ndef strict():\n    raise ShopError(1)\n\ndef lenient():\n    return 1\n",
        "It fails\n\n```\nshop.errors.ShopError: no\n```\n",
    );
    check(
        &known,
        C::Raises,
        &[("strict", (3f32 / 2.0).ln()), ("lenient", 0.0)],
    );
}

#[test]
fn names_like_those_of_the_best() {
    let known = features(
        "//- a.py\ndef encode_url():\n    pass\n\ndef decode_url():\n    pass\n\ndef other():\n    pass\n",
        "`encode_url`",
    );
    let best = known.of("encode_url", C::Base);
    check(
        &known,
        C::Alike,
        &[("decode_url", best / 3.0), ("other", 0.0)],
    );
}

#[test]
fn steps_along_mentions() {
    let known = features(SHOP, "`convert_currency` is wrong");
    more(&known, C::Callee, "round_amount", "Basket.refund_item");
    more(&known, C::Caller, "Cart.total", "Basket.refund_item");
    more(&known, C::CalleeOfExact, "round_amount", "Cart.total");
    more(&known, C::CallerOfExact, "Cart.total", "round_amount");
    check(&known, C::CallerOfExact, &[("empty_cart", 0.0)]);
    more(&known, C::CalledTogether, "Cart._log", "Basket.refund_item");
    let known = features(SHOP, "`total` is wrong");
    more(&known, C::CalleeTwice, "round_amount", "Container.first");
    let known = features(SHOP, "`round_amount` is wrong");
    more(&known, C::CallerTwice, "Cart.total", "Container.first");
}

#[test]
fn calls_of_and_by_the_best() {
    let known = features(SHOP, "`Cart.refund_item` is wrong");
    let best = known.of("Cart.refund_item", C::Base);
    check(
        &known,
        C::CalledByBest,
        &[
            ("convert_currency", 0.95 * best),
            ("Cart._log", 0.97 * best),
        ],
    );
    check(
        &known,
        C::CalledByBest,
        &[("Basket", 0.0), ("Container.first", 0.0)],
    );
    let known = features(SHOP, "`round_amount` is wrong");
    let best = known.of("round_amount", C::Base);
    check(
        &known,
        C::CallsBest,
        &[("convert_currency", 0.95 * best), ("Container.first", 0.0)],
    );
    more(&known, C::CallsBest, "convert_currency", "Cart.total");
}

#[test]
fn classes_siblings_and_relatives() {
    let known = features(SHOP, "The `total` of a cart");
    let total = known.of("Cart.total", C::Base);
    check(&known, C::SiblingBest, &[("Cart.__init__", total)]);
    check(
        &known,
        C::MemberBest,
        &[("Cart", total), ("empty_cart", 0.0)],
    );
    check(
        &known,
        C::Members,
        &[
            ("Cart", 5f32.ln()),
            ("Cart.total", 5f32.ln()),
            ("empty_cart", 0.0),
        ],
    );
    check(&known, C::FileGap, &[("Cart.total", 1.0)]);
    check(&known, C::FileRank, &[("Cart.total", 1.0)]);
    check(
        &known,
        C::ClassGap,
        &[("Cart.total", 1.0), ("empty_cart", 0.0)],
    );
    check(&known, C::ClassRank, &[("Cart.total", 1.0)]);
    let others: f32 = ["__init__", "refund_item", "_log"]
        .iter()
        .map(|name| known.of(&format!("Cart.{name}"), C::Base))
        .sum();
    check(&known, C::SiblingMean, &[("Cart.total", others / 3.0)]);

    let known = features(SHOP, "`Cart.refund_item` is wrong");
    let cart = known.of("Cart.refund_item", C::Base);
    let class = known.of("Cart", C::Base);
    check(
        &known,
        C::OverrideBest,
        &[("Container.refund_item", cart), ("Container.first", 0.0)],
    );
    check(&known, C::CousinBest, &[("Basket.refund_item", cart)]);
    check(
        &known,
        C::RelativeBase,
        &[
            ("Container", class),
            ("Container.first", class),
            ("empty_cart", 0.0),
        ],
    );
}

#[test]
fn methods_outside_of_their_type_belong_to_it() {
    let known = features(
        "
//- src/lib.rs
pub struct Parser;
impl Parser {
    pub fn parse_flags(&self) {}
    pub fn rest(&self) {}
}
//- go/x.go
package x
type Reader struct {}
func (r *Reader) Fill() {}
",
        "`parse_flags` and `Fill`",
    );
    let parse = known.of("Parser.parse_flags", C::Base);
    let named = features(
        "//- a.rs\npub struct Parser;\nimpl Parser {\n    pub fn rest(&self) {}\n}\n",
        "The parser",
    );
    check(&named, C::ClassCoverage, &[("Parser.rest", 1.0)]);
    check(&known, C::SiblingBest, &[("Parser.rest", parse)]);
    check(
        &known,
        C::MemberBest,
        &[
            ("Parser", parse),
            ("Reader", known.of("Reader.Fill", C::Base)),
        ],
    );
}

#[test]
fn shapes() {
    let known = features(SHOP, "cart");
    check(&known, C::IsType, &[("Cart", 1.0), ("Cart.total", 0.0)]);
    check(&known, C::IsMethod, &[("Cart", 0.0), ("Cart.total", 1.0)]);
    check(
        &known,
        C::IsPrivate,
        &[("Cart._log", 1.0), ("Cart.__init__", 0.0)],
    );
    check(
        &known,
        C::IsSpecial,
        &[("Cart._log", 0.0), ("Cart.__init__", 1.0)],
    );
    check(
        &known,
        C::IsConstructor,
        &[("Cart.__init__", 1.0), ("Cart.total", 0.0)],
    );
    check(
        &known,
        C::IsProperty,
        &[("Cart.total", 1.0), ("Cart._log", 0.0)],
    );
    check(
        &known,
        C::IsAsync,
        &[("Cart._log", 1.0), ("Cart.total", 0.0)],
    );
    check(&known, C::IsSupport, &[("show", 1.0), ("Cart", 0.0)]);
    check(
        &known,
        C::IsExported,
        &[("Cart", 1.0), ("empty_cart", 1.0), ("Basket", 0.0)],
    );
    check(&known, C::Depth, &[("Cart", 0.0), ("Cart.total", 1.0)]);
    check(
        &known,
        C::SameName,
        &[("Cart.refund_item", 4f32.ln()), ("Cart", 2f32.ln())],
    );
    check(
        &known,
        C::MentionsIn,
        &[("round_amount", 3f32.ln()), ("Basket", 0.0)],
    );
    check(
        &known,
        C::MentionsOut,
        &[("round_amount", 0.0), ("convert_currency", 2f32.ln())],
    );
    more(&known, C::DocTerms, "Container", "Cart");
    more(
        &known,
        C::BodyTerms,
        "Cart.refund_item",
        "Basket.refund_item",
    );
    more(&known, C::SignatureTerms, "Cart.refund_item", "Cart.total");
    check(&known, C::IsTest, &[("Cart", 0.0)]);
    check_file(
        &known,
        F::IsSupport,
        &[("docs/example.py", 1.0), ("shop/cart.py", 0.0)],
    );
    check_file(
        &known,
        F::IsMain,
        &[("shop/__init__.py", 1.0), ("shop/cart.py", 0.0)],
    );
    check_file(
        &known,
        F::IsTest,
        &[("tests/test_money.py", 1.0), ("shop/cart.py", 0.0)],
    );
    check_file(&known, F::Depth, &[("shop/cart.py", 1.0)]);
    check_file(&known, F::Candidates, &[("shop/money.py", 3f32.ln())]);
    check_file(
        &known,
        F::Imports,
        &[("shop/cart.py", 3f32.ln()), ("shop/money.py", 0.0)],
    );
    check_file(
        &known,
        F::Importers,
        &[("shop/money.py", 3f32.ln()), ("docs/example.py", 0.0)],
    );
    let known = features(
        "
//- a.ts
export class Box { static make() {} constructor() {} #hide() {} }
export abstract class Shape { abstract area(): number }
//- vendor/b.py
def old(): pass
//- src/c.rs
#[test]
fn check() {}
",
        "box",
    );
    check(
        &known,
        C::IsStatic,
        &[("Box.make", 1.0), ("Box.constructor", 0.0)],
    );
    check(&known, C::IsConstructor, &[("Box.constructor", 1.0)]);
    check(
        &known,
        C::IsAbstract,
        &[("Shape.area", 1.0), ("Box.make", 0.0)],
    );
    check(&known, C::IsVendored, &[("old", 1.0), ("Box", 0.0)]);
    check(&known, C::IsTest, &[("check", 1.0), ("old", 0.0)]);
    check_file(
        &known,
        F::IsVendored,
        &[("vendor/b.py", 1.0), ("a.ts", 0.0)],
    );
}

#[test]
fn tests_lead_to_what_they_use() {
    let known = features(SHOP, "Rounding of half cents is wrong");
    more(&known, C::TestFiles, "round_amount", "convert_currency");
    more(&known, C::TestFunctions, "round_amount", "convert_currency");
    assert!(known.of_file("shop/money.py", F::TestImports) > 0.0);
    assert!(
        known.of_file("shop/money.py", F::TestPath) > known.of_file("shop/cart.py", F::TestPath)
    );
    check_file(
        &known,
        F::TestImports,
        &[("shop/cart.py", 0.0), ("tests/test_money.py", 0.0)],
    );
    check_file(&known, F::TestPath, &[("tests/test_money.py", 0.0)]);
}

#[test]
fn files_by_views_and_by_literal_mentions() {
    let known = features(
        SHOP,
        "Strange\n\nSomething about amounts.\n\n```\nround_amount(1)\n```\n`Cart`",
    );
    assert!(
        known.of_file("shop/money.py", F::Bm25Code) > known.of_file("shop/base.py", F::Bm25Code)
    );
    assert!(known.of_file("shop/money.py", F::Bm25Whole) > 0.0);
    assert!(known.of_file("shop/money.py", F::Bm25Head) > 0.0);
    assert!(known.of_file("shop/base.py", F::ImportedExact) > 0.0);
    assert!(known.of_file("shop/cart.py", F::ImporterExact) > 0.0);
    check_file(&known, F::ImportedExact, &[("docs/example.py", 0.0)]);
}

#[test]
fn similar_commits_by_candidate_and_class() {
    let first = "//- a.py\nclass Box:\n    def fill(self):\n        return 1\n\n    def drain(self):\n        return 2\n\n\ndef other():\n    return 3\n//- b.py\ndef far():\n    return 1\n";
    let second = "//- a.py\nclass Box:\n    def fill(self):\n        return 10\n\n    def drain(self):\n        return 2\n\n\ndef other():\n    return 3\n";
    let known = features_after(
        &[("Start", first), ("Fix overflow of the tank", second)],
        "Overflow of the tank",
    );
    check(
        &known,
        C::SimilarFixesBest,
        &[("Box.fill", 1.0), ("Box.drain", 0.0)],
    );
    check(
        &known,
        C::SimilarFixesRank,
        &[("Box.fill", 1.0), ("other", 0.0)],
    );
    check(&known, C::SimilarFixesCount, &[("Box.fill", 2f32.ln())]);
    check(
        &known,
        C::SimilarFixesClass,
        &[
            ("Box.fill", 1.0),
            ("Box.drain", 1.0),
            ("Box", 1.0),
            ("other", 0.0),
        ],
    );
    check_file(
        &known,
        F::LastChange,
        &[("a.py", 1.0), ("b.py", (-30f32 / 365.0).exp())],
    );
}

#[test]
fn what_changes_beside_the_best() {
    let text = |n: u32| {
        format!(
            "//- a.py\ndef fill_tank():\n    return {n}\n\n\ndef pump():\n    return {n}\n\n\ndef other():\n    return 3\n"
        )
    };
    let known = features_after(
        &[("Start", &text(1)), ("Fix overflow", &text(2))],
        "Overflow in `fill_tank`",
    );
    let best = known.of("fill_tank", C::Base);
    assert!(best > 0.0);
    check(
        &known,
        C::ChangedBeside,
        &[("pump", best), ("fill_tank", 0.0), ("other", 0.0)],
    );
}

#[test]
fn every_value_is_a_number_and_the_same_again() {
    let issue = "Cart.refund_item fails\n\n```\nTraceback (most recent call last):\n  File \"shop/cart.py\", line 11, in refund_item\nValueError: refund of an item failed badly today\n```\n";
    let (one, two) = (features(SHOP, issue), features(SHOP, issue));
    for &feature in C::ALL {
        let values = one.features.candidate(feature);
        assert!(values.iter().all(|value| value.is_finite()), "{feature:?}");
        assert_eq!(values, two.features.candidate(feature), "{feature:?}");
    }
    for &feature in F::ALL {
        let values = one.features.file(feature);
        assert!(values.iter().all(|value| value.is_finite()), "{feature:?}");
        assert_eq!(values, two.features.file(feature), "{feature:?}");
    }
}
