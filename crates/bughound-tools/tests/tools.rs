//! Every tool on a small repository: what it says, what it says on a miss, and what it never does.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

use std::sync::Arc;

use bughound_index::{HistoryIndex, Index};
use bughound_repo::{History, Repo, Snapshot};
use bughound_store::Store;
use bughound_tools::{ALL_TOOLS, Budget, TOOL_SETS, ToolContext, ToolError, tool, tool_set};
use serde_json::{Value, json};

mod fixture;

/// A repository with the fixture's files, indexed.
struct Fixture {
    context: ToolContext,
    _dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in fixture::FILES {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let snapshot = Arc::new(Snapshot::worktree(dir.path()).unwrap());
        let (index, _) = Index::build(snapshot, &Store::none());
        Self {
            context: ToolContext::new(Arc::new(index)),
            _dir: dir,
        }
    }
}

/// The fixture as a repository with commits, and its history.
#[expect(
    clippy::disallowed_methods,
    reason = "git makes the repository of the test"
)]
fn with_history() -> (ToolContext, tempfile::TempDir) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let dir = tempfile::tempdir().unwrap();
    let git = |args: &[&str], input: &str| {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(dir.path())
            .args(args)
            .env("GIT_DEFAULT_HASH", "sha1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the git program");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success(), "git {args:?}");
    };
    git(&["init", "--bare", "--quiet"], "");
    git(&["fast-import", "--quiet"], &fixture::fast_import_stream());
    let repo = Repo::open(dir.path()).unwrap();
    let tip = repo.resolve("main").unwrap();
    let snapshot = Arc::new(repo.snapshot("main").unwrap());
    let (index, _) = Index::build(snapshot, &Store::none());
    let history = History::read(&repo, tip, &Store::none()).unwrap();
    let history = HistoryIndex::build(&history, &index, &Store::none());
    (
        ToolContext::new(Arc::new(index)).with_history(Arc::new(history)),
        dir,
    )
}

/// The text of a call: the output, or what the policy is told behind `TOLD: `.
fn call(context: &ToolContext, name: &str, arguments: &Value) -> String {
    match tool(name).unwrap().call(context, arguments) {
        Ok(output) => output.text,
        Err(ToolError::Told(told)) => format!("TOLD: {told}"),
        Err(fault) => panic!("{fault}"),
    }
}

fn said(name: &str, arguments: &Value) -> String {
    call(&Fixture::new().context, name, arguments)
}

#[test]
fn get_repo_structure() {
    insta::assert_snapshot!(said("get_repo_structure", &json!({})), @r"
    ./
      shop/
        core/
          base.py
          money.py
        __init__.py
        cart.py
        errors.py
      web/
        cart.ts
        money.ts
      empty.py
    ");
    insta::assert_snapshot!(said("get_repo_structure", &json!({"folder": "tests"})), @"TOLD: `tests` holds only tests; set tests to true to see them.");
    insta::assert_snapshot!(said("get_repo_structure", &json!({"folder": "tests", "tests": true})), @r"
    tests/
      test_cart.py
    ");
    insta::assert_snapshot!(said("get_repo_structure", &json!({"folder": "core"})), @"TOLD: There is no folder `core` with source files. Did you mean shop/core?");
    let fixture = Fixture::new();
    let small = fixture.context.with_budget(Budget {
        max_lines: 5,
        ..Budget::default()
    });
    insta::assert_snapshot!(call(&small, "get_repo_structure", &json!({})), @r"
    ./
      shop/ (5 files)
      web/ (2 files)
      empty.py
    ");
}

#[test]
fn get_imports_of_file() {
    insta::assert_snapshot!(said("get_imports_of_file", &json!({"file": "web/cart.ts"})), @r"
    web/cart.ts imports:
      1: import { Money } from './money';  -> web/money.ts
      2: import fs from 'fs';
    ");
    insta::assert_snapshot!(said("get_imports_of_file", &json!({"file": "shop/cart.py"})), @r"
    shop/cart.py imports:
      1: import decimal
      1: import json
      2: from pathlib import Path as P
      4: from . import errors  -> shop/errors.py
      5: from .core.money import Money, round_half as rounded  -> shop/core/money.py
      6: from shop.core.base import Describable  -> shop/core/base.py
    ");
    insta::assert_snapshot!(said("get_imports_of_file", &json!({"file": "shop/__init__.py"})), @"shop/__init__.py imports nothing.");
    insta::assert_snapshot!(said("get_imports_of_file", &json!({"file": "shop/core/basket.py"})), @"TOLD: There is no file `shop/core/basket.py`. Did you mean shop/core/base.py, shop/core/money.py?");
}

#[test]
fn search_class() {
    insta::assert_snapshot!(said("search_class", &json!({"file": "shop/core/money.py", "class": "Money"})), @r#"
    shop/core/money.py::Money (class, lines 1-8)
    class Money:
        """An amount."""

        class Inner:
            pass

        def __init__(self, amount):
            self.amount = amount
    "#);
    insta::assert_snapshot!(said("search_class", &json!({"file": "money.py", "class": "Inner"})), @r"
    shop/core/money.py::Money.Inner (class, lines 4-5)
        class Inner:
            pass
    ");
    insta::assert_snapshot!(said("search_class", &json!({"file": "shop/cart.py", "class": "Carts"})), @"TOLD: shop/cart.py has no class `Carts`. Did you mean Cart?");
    insta::assert_snapshot!(said("search_class", &json!({"file": "shop/cart.py", "class": "Money"})), @"TOLD: shop/cart.py has no class `Money`. Did you mean shop/core/money.py::Money, web/money.ts::Money?");
    insta::assert_snapshot!(said("search_class", &json!({"file": "shop/cart.py", "class": "load"})), @"TOLD: `load` in shop/cart.py is a function, no class; search_function shows it.");
    let fixture = Fixture::new();
    let small = fixture.context.with_budget(Budget {
        max_lines: 14,
        ..Budget::default()
    });
    insta::assert_snapshot!(call(&small, "search_class", &json!({"file": "shop/cart.py", "class": "Cart"})), @r#"
    shop/cart.py::Cart (class, lines 9-36)
    [28 lines are too many to show: the bodies of 6 members are left out]
    class Cart(Describable):
        """What a customer wants to buy."""

        LIMIT = 10

        def __init__(self, owner):
        … lines 15-16

        def add(self, item):
        … lines 19-21

        @property
    … 12 more lines
    "#);
}

#[test]
fn search_function() {
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/cart.py", "function": "load"})), @r"
    shop/cart.py::load (function, lines 44-51)
    def load(path):
        def parse(text):
            return json.loads(text)

        cart = Cart(None)
        for item in parse(P(path).read_text()):
            cart.add(item)
        return cart
    ");
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/cart.py", "function": "load.parse"})), @r"
    shop/cart.py::load.parse (function, lines 45-46)
        def parse(text):
            return json.loads(text)
    ");
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/cart.py", "function": "total"})), @"TOLD: `total` in shop/cart.py is a method; search_class_method shows it. Did you mean Cart.total, WishList.total?");
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/cart.py", "function": "laod"})), @"TOLD: shop/cart.py has no function `laod`. Did you mean load?");
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/cart.py", "function": "round_half"})), @"TOLD: shop/cart.py has no function `round_half`. Did you mean shop/core/money.py::round_half?");
    insta::assert_snapshot!(said("search_function", &json!({"file": "shop/crat.py", "function": "load"})), @"TOLD: There is no file `shop/crat.py`. Did you mean shop/cart.py, web/cart.ts?");
}

#[test]
fn search_class_method() {
    let cart = |method: &str| {
        said(
            "search_class_method",
            &json!({"file": "shop/cart.py", "class": "Cart", "method": method}),
        )
    };
    insta::assert_snapshot!(cart("size"), @r"
    shop/cart.py::Cart.size (method, lines 23-25)
        @property
        def size(self):
            return len(self.items)

    shop/cart.py::Cart.size (method, lines 27-29)
        @size.setter
        def size(self, value):
            del self.items[value:]
    ");
    insta::assert_snapshot!(cart("Cart.fetch"), @r"
    shop/cart.py::Cart.fetch (method, lines 35-36)
        async def fetch(self, session):
            return await session.get(self.owner)
    ");
    insta::assert_snapshot!(cart("describe"), @"TOLD: `Cart` in shop/cart.py does not define `describe` itself but may inherit it. Did you mean shop/core/base.py::Describable.describe?");
    insta::assert_snapshot!(cart("totl"), @"TOLD: `Cart` in shop/cart.py has no method `totl`. Did you mean total?");
    insta::assert_snapshot!(cart("load"), @"TOLD: `load` in shop/cart.py is no method of `Cart`; search_function shows it.");
    insta::assert_snapshot!(cart("zzz"), @"TOLD: `Cart` in shop/cart.py has no method `zzz`.");
}

#[test]
fn the_released_dialect() {
    let class = json!({"file_name": "shop/core/money.py", "class_name": "Rounding"});
    insta::assert_snapshot!(said("get_code_of_class", &class), @r"
    The source of class Rounding in shop/core/money.py:
    <code>
    class Rounding:
        HALF = 1
    </code>
    Does it have to change to resolve the issue? Look further where you must, and call exit() as soon as the places are known.
    ");
    insta::assert_snapshot!(said("get_code_of_class", &json!({"file_name": "money.py", "class_name": "Rounding"})), @"TOLD: There is no file `money.py`. Did you mean shop/core/money.py, web/money.ts?");
    insta::assert_snapshot!(said("get_code_of_class", &json!({"file_name": "shop/cart.py", "class_name": "cart"})), @"TOLD: There is no class cart in shop/cart.py: one of the two names is wrong. Did you mean Cart?");
    let method =
        |name: &str| json!({"file_name": "shop/cart.py", "class_name": "Cart", "func_name": name});
    insta::assert_snapshot!(said("get_code_of_class_function", &method("fetch")), @r"
    The source of method fetch of class Cart in shop/cart.py:
    <code>
        async def fetch(self, session):
            return await session.get(self.owner)
    </code>
    Does it have to change to resolve the issue? Look further where you must, and call exit() as soon as the places are known.
    ");
    insta::assert_snapshot!(said("get_code_of_class_function", &method("load")), @"TOLD: There is no method load in class Cart of shop/cart.py; it is a function of the file: use get_code_of_file_function.");
    let function = |name: &str| json!({"file_name": "shop/cart.py", "func_name": name});
    insta::assert_snapshot!(said("get_code_of_file_function", &function("load")), @r"
    The source of function load in shop/cart.py:
    <code>
    def load(path):
        def parse(text):
            return json.loads(text)

        cart = Cart(None)
        for item in parse(P(path).read_text()):
            cart.add(item)
        return cart
    </code>
    Does it have to change to resolve the issue? Look further where you must, and call exit() as soon as the places are known.
    ");
    insta::assert_snapshot!(said("get_code_of_file_function", &function("fetch")), @"TOLD: There is no function fetch in shop/cart.py; it is a method of a class: use get_code_of_class_function. Did you mean Cart.fetch?");
}

#[test]
fn search_text() {
    insta::assert_snapshot!(said("search_text", &json!({"text": "round_half"})), @r"
    5 lines in 3 files:
    shop/cart.py
      5: from .core.money import Money, round_half as rounded
    shop/core/money.py
      15 (round_half): def round_half(money):
    tests/test_cart.py
      2: from shop.core.money import round_half
      10 (test_round_half): def test_round_half():
      11 (test_round_half): assert round_half(0.3) == 0.5
    ");
    insta::assert_snapshot!(said("search_text", &json!({"text": "ROUND", "ignore_case": true, "files": "shop/core"})), @r"
    3 lines in 1 file in shop/core:
    shop/core/money.py
      11 (Rounding): class Rounding:
      15 (round_half): def round_half(money):
      16 (round_half): return round(money.amount * 2) / 2
    ");
    insta::assert_snapshot!(said("search_text", &json!({"text": "def (to|si)", "regex": true, "files": "*.py"})), @r"
    4 lines in 1 file in *.py:
    shop/cart.py
      24 (Cart.size): def size(self):
      28 (Cart.size): def size(self, value):
      31 (Cart.total): def total(self):
      40 (WishList.total): def total(self):
    ");
    insta::assert_snapshot!(said("search_text", &json!({"text": "nowhere to be found"})), @"No line holds `nowhere to be found`.");
    insta::assert_snapshot!(said("search_text", &json!({"text": "x", "files": "*.rb"})), @"TOLD: No source file fits `*.rb`.");
    insta::assert_snapshot!(said("search_text", &json!({"text": "(", "regex": "true"})), @"TOLD: Wrong arguments for search_text: `(` is no regular expression that can be used: unclosed group. Call it as search_text(text: string, regex?: boolean, ignore_case?: boolean, files?: string).");
    insta::assert_snapshot!(said("search_text", &json!({"text": ""})), @"TOLD: Wrong arguments for search_text: there is nothing to look for in an empty text. Call it as search_text(text: string, regex?: boolean, ignore_case?: boolean, files?: string).");
    let fixture = Fixture::new();
    let small = fixture.context.with_budget(Budget {
        max_lines: 3,
        ..Budget::default()
    });
    insta::assert_snapshot!(call(&small, "search_text", &json!({"text": "return"})), @r"
    9 lines in 4 files:
    shop/cart.py
      25 (Cart.size): return len(self.items)
    … 11 more lines
    ");
}

#[test]
fn read_lines() {
    insta::assert_snapshot!(said("read_lines", &json!({"file": "shop/cart.py", "start": 22, "end": "24"})), @r"
    shop/cart.py (lines 22-24 of 51, in Cart)
    22  
    23      @property
    24      def size(self):
    ");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "README.md"})), @r"
    README.md (lines 1-3 of 3)
    1  # Shop
    2  
    3  A shop.
    ");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "shop/cart.py", "start": 900})), @"TOLD: shop/cart.py has 51 lines; line 900 lies behind its end.");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "shop/cart.py", "start": 9, "end": 3})), @"TOLD: Line 3 lies before line 9.");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "logo.bin"})), @"TOLD: `logo.bin` is binary (3 bytes).");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "nothing.txt"})), @"TOLD: There is no file `nothing.txt`. Did you mean empty.py?");
    insta::assert_snapshot!(said("read_lines", &json!({"file": "empty.py"})), @"empty.py is empty.");
}

#[test]
fn find_callers() {
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "round_half"})), @r"
    2 calls of shop/core/money.py::round_half:
    shop/cart.py::Cart.total (line 33, imported): return rounded(Money(amount))
    tests/test_cart.py::test_round_half (line 11, imported): assert round_half(0.3) == 0.5
    ");
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "shop/cart.py::Cart.total"})), @r#"
    3 calls of shop/cart.py::Cart.total:
    shop/cart.py::WishList.total (line 41, inherited): return super().total()
    shop/core/base.py::Describable.describe (line 3, one of 2 with this name): return f"{type(self).__name__}: {self.total()}"
    tests/test_cart.py::test_total (line 7, instance): assert cart.total() == 0
    It is overridden by shop/cart.py::WishList.total
    "#);
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "shop/cart.py::Cart"})), @r#"
    2 calls of shop/cart.py::Cart:
    shop/cart.py::load (line 48, constructor): cart = Cart(None)
    tests/test_cart.py::test_total (line 6, constructor): cart = Cart("me")
    "#);
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "Rounding"})), @"No call of shop/core/money.py::Rounding was found; search_text finds mentions of its name.");
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "total"})), @"TOLD: `total` may be any of 3 definitions; give its id. Did you mean shop/cart.py::Cart.total, shop/cart.py::WishList.total, web/cart.ts::Cart.total?");
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "round_hlaf"})), @"TOLD: Nothing here is called `round_hlaf`. Did you mean round_half, test_round_half?");
    insta::assert_snapshot!(said("find_callers", &json!({"symbol": "shop/cart.py::Cart.adds"})), @"TOLD: shop/cart.py defines no `Cart.adds`. Did you mean shop/cart.py::Cart.add?");
}

#[test]
fn find_callees() {
    insta::assert_snapshot!(said("find_callees", &json!({"symbol": "shop/cart.py::load"})), @r"
    shop/cart.py::load calls:
    48: cart = Cart(None)
      -> shop/cart.py::Cart (constructor)
    49: for item in parse(P(path).read_text()):
      -> shop/cart.py::load.parse (same file)
    50: cart.add(item)
      -> shop/cart.py::Cart.add (instance)
    ");
    insta::assert_snapshot!(said("find_callees", &json!({"symbol": "shop/cart.py::Cart"})), @r#"
    shop/cart.py::Cart calls:
    20: raise errors.CartFull("the cart is full")
      -> shop/errors.py::CartFull (constructor)
    33: return rounded(Money(amount))
      -> shop/core/money.py::Money (constructor)
      -> shop/core/money.py::round_half (imported)
    "#);
    insta::assert_snapshot!(said("find_callees", &json!({"symbol": "Rounding"})), @"shop/core/money.py::Rounding calls nothing that is defined in this repository.");
}

#[test]
fn find_subclasses() {
    insta::assert_snapshot!(said("find_subclasses", &json!({"class": "Describable"})), @r"
    2 classes derive from shop/core/base.py::Describable:
      shop/cart.py::Cart (imported)
        shop/cart.py::WishList (same file)
    ");
    insta::assert_snapshot!(said("find_subclasses", &json!({"class": "shop/cart.py::WishList"})), @r"
    shop/cart.py::WishList derives from shop/cart.py::Cart (same file)
    Nothing in this repository derives from shop/cart.py::WishList.
    ");
    insta::assert_snapshot!(said("find_subclasses", &json!({"class": "shop/cart.py::load"})), @"TOLD: `shop/cart.py::load` is no class.");
}

#[test]
fn find_tests() {
    insta::assert_snapshot!(said("find_tests", &json!({"symbol": "round_half"})), @r"
    2 tests for shop/core/money.py::round_half:
    tests/test_cart.py::test_round_half (line 11, calls it)
    tests/test_cart.py (imports its file and mentions it)
    ");
    insta::assert_snapshot!(said("find_tests", &json!({"symbol": "shop/cart.py::Cart.total"})), @r"
    1 test for shop/cart.py::Cart.total:
    tests/test_cart.py::test_total (line 7, calls it)
    ");
    insta::assert_snapshot!(said("find_tests", &json!({"symbol": "Rounding"})), @"No test mentions shop/core/money.py::Rounding.");
}

#[test]
fn find_similar_fixes() {
    insta::assert_snapshot!(said("find_similar_fixes", &json!({"text": "cart is full"})), @"TOLD: There is no history here: the files do not come from a repository with commits.");
    let (context, _dir) = with_history();
    insta::assert_snapshot!(call(&context, "find_similar_fixes", &json!({"text": "the cart is full"})), @r"
    The nearest of 5 commits:
    09e706ec8c (90 days before): A full cart refuses more items
      shop/cart.py
    714205ed49 (0 days before): Carts are fetched asynchronously
      empty.py
      shop/__init__.py
      shop/cart.py
      shop/core/base.py
      shop/core/money.py
      shop/errors.py
      tests/test_cart.py
      web/cart.ts
      web/money.ts
    ");
    insta::assert_snapshot!(call(&context, "find_similar_fixes", &json!({"text": "rounding", "commits": 1})), @r"
    The nearest of 5 commits:
    0281f0e6fb (30 days before): Round amounts half up
      shop/core/money.py
      tests/test_cart.py
    ");
    insta::assert_snapshot!(call(&context, "find_similar_fixes", &json!({"text": "zebra"})), @"None of 5 commits resembles this.");
    insta::assert_snapshot!(call(&context, "find_similar_fixes", &json!({"text": "?"})), @"TOLD: `?` holds no word to look for.");
    let small = context.with_budget(Budget {
        max_lines: 2,
        ..Budget::default()
    });
    insta::assert_snapshot!(call(&small, "find_similar_fixes", &json!({"text": "cart"})), @r"
    The nearest of 5 commits:
    714205ed49 (0 days before): Carts are fetched asynchronously
    … 11 more lines
    ");
}

#[test]
fn exit_ends_the_episode() {
    let fixture = Fixture::new();
    for arguments in [json!({}), Value::Null, json!(""), json!("{}")] {
        let output = tool("exit")
            .unwrap()
            .call(&fixture.context, &arguments)
            .unwrap();
        assert!(output.ends_episode);
    }
}

#[test]
fn outputs_name_what_they_show() {
    let fixture = Fixture::new();
    for (name, arguments, expect) in [
        (
            "search_class",
            json!({"file": "shop/core/money.py", "class": "Money"}),
            "shop/core/money.py::Money",
        ),
        (
            "search_class_method",
            json!({"file": "cart.py", "class": "Cart", "method": "size"}),
            "shop/cart.py::Cart.size",
        ),
        (
            "read_lines",
            json!({"file": "shop/cart.py", "start": 23}),
            "shop/cart.py::Cart.size",
        ),
        ("read_lines", json!({"file": "README.md"}), "README.md"),
    ] {
        let output = tool(name)
            .unwrap()
            .call(&fixture.context, &arguments)
            .unwrap();
        let shown: Vec<String> = output.shown.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [expect], "{name}");
    }
}

/// Arguments that make each tool say something on the fixture.
const CALLS: &[(&str, &str)] = &[
    ("get_repo_structure", r#"{"tests": true}"#),
    ("get_imports_of_file", r#"{"file": "shop/cart.py"}"#),
    (
        "search_class",
        r#"{"file": "shop/cart.py", "class": "Cart"}"#,
    ),
    (
        "search_function",
        r#"{"file": "shop/cart.py", "function": "load"}"#,
    ),
    (
        "search_class_method",
        r#"{"file": "shop/cart.py", "class": "Cart", "method": "total"}"#,
    ),
    (
        "get_code_of_class",
        r#"{"file_name": "shop/cart.py", "class_name": "Cart"}"#,
    ),
    (
        "get_code_of_class_function",
        r#"{"file_name": "shop/cart.py", "class_name": "Cart", "func_name": "total"}"#,
    ),
    (
        "get_code_of_file_function",
        r#"{"file_name": "shop/cart.py", "func_name": "load"}"#,
    ),
    ("search_text", r#"{"text": "return"}"#),
    ("read_lines", r#"{"file": "shop/cart.py"}"#),
    ("find_callers", r#"{"symbol": "round_half"}"#),
    ("find_callees", r#"{"symbol": "shop/cart.py::Cart"}"#),
    ("find_subclasses", r#"{"class": "Describable"}"#),
    ("find_tests", r#"{"symbol": "round_half"}"#),
    ("search", r#"{"words": "round price"}"#),
    ("open", r#"{"symbol": "shop/cart.py::Cart"}"#),
    ("callers", r#"{"symbol": "round_half"}"#),
    ("callees", r#"{"symbol": "shop/cart.py::Cart"}"#),
    ("exit", "{}"),
];

#[test]
fn every_tool_keeps_the_budget_and_repeats_itself() {
    let fixture = Fixture::new();
    let covered: Vec<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    for tool in ALL_TOOLS.iter().filter(|tool| !tool.needs_history()) {
        assert!(
            covered.contains(&tool.name()),
            "no call of {} is tested",
            tool.name()
        );
    }
    for (name, arguments) in CALLS {
        let arguments: Value = serde_json::from_str(arguments).unwrap();
        let whole = call(&fixture.context, name, &arguments);
        assert_eq!(
            whole,
            call(&Fixture::new().context, name, &arguments),
            "{name}"
        );
        for max_lines in [0, 1, 2, 3, 7] {
            for max_bytes in [0, 60, 200] {
                let budget = Budget {
                    max_lines,
                    max_bytes,
                    max_line_bytes: 30,
                };
                let context = fixture.context.clone().with_budget(budget);
                let output = tool(name).unwrap().call(&context, &arguments).unwrap();
                if matches!(*name, "exit") {
                    continue;
                }
                // The note about what is left out, and the released tools' closing words, are extra.
                let extra = if name.starts_with("get_code") { 3 } else { 1 };
                assert!(
                    output.text.lines().count() <= max_lines + extra,
                    "{name} {max_lines}: {}",
                    output.text
                );
                assert!(
                    output.text.len() <= max_bytes + 40 + 160 * (extra - 1),
                    "{name}: {}",
                    output.text
                );
                let note = output
                    .text
                    .lines()
                    .find(|line| line.starts_with("… ") && line.contains(" more line"));
                assert_eq!(
                    note.is_some(),
                    output.n_left_out > 0,
                    "{name}: {}",
                    output.text
                );
            }
        }
    }
}

#[test]
fn wrong_arguments_say_how_it_is_done() {
    let fixture = Fixture::new();
    for tool in ALL_TOOLS {
        for arguments in [
            json!([1]),
            json!({"no such argument": 1}),
            json!("not JSON"),
        ] {
            if tool.name() == "exit" && arguments.is_object() {
                continue;
            }
            let error = tool.call(&fixture.context, &arguments).unwrap_err();
            assert!(matches!(error, ToolError::Told(_)), "{error}");
            assert!(
                error
                    .to_string()
                    .contains(&format!("Call it as {}(", tool.name())),
                "{error}"
            );
        }
    }
}

#[test]
fn schemas_of_all_tools() {
    let declared: Vec<String> = ALL_TOOLS
        .iter()
        .map(|tool| tool.declaration()["function"].to_string())
        .collect();
    insta::assert_snapshot!(declared.join("\n"), @r#"
    {"name":"get_repo_structure","description":"Shows the tree of the repository's source files, or of one folder of it. Folders that are too large are closed; ask for them by name.","parameters":{"type":"object","additionalProperties":false,"properties":{"folder":{"type":["string","null"],"description":"Only this folder; the whole repository where it is left out."},"tests":{"type":"boolean","description":"Whether tests are shown too.","default":false}}}}
    {"name":"get_imports_of_file","description":"Lists the imports of a file, and for those from this repository the files that they bring in.","parameters":{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"Path of the file from the root of the repository."}},"required":["file"]}}
    {"name":"search_class","description":"Shows the source of a class of a file. A class that is too long is shown without its methods' bodies.","parameters":{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"Path of the file from the root of the repository."},"class":{"type":"string","description":"Name of the class; of a nested one `Outer.Inner`, or the last part."}},"required":["file","class"]}}
    {"name":"search_function","description":"Shows the source of a function of a file that is not part of a class.","parameters":{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"Path of the file from the root of the repository."},"function":{"type":"string","description":"Name of the function."}},"required":["file","function"]}}
    {"name":"search_class_method","description":"Shows the source of a method of a class of a file.","parameters":{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"Path of the file from the root of the repository."},"class":{"type":"string","description":"Name of the class."},"method":{"type":"string","description":"Name of the method."}},"required":["file","class","method"]}}
    {"name":"search_text","description":"Lists the lines of the source files that contain a text, or match a regular expression.","parameters":{"type":"object","additionalProperties":false,"properties":{"text":{"type":"string","description":"What to look for."},"regex":{"type":"boolean","description":"Whether `text` is a regular expression (of Rust's regex crate: no look-around, no back-references), matched line by line.","default":false},"ignore_case":{"type":"boolean","description":"Whether upper and lower case are the same.","default":false},"files":{"type":["string","null"],"description":"Only these files: a path, the end of one, a folder, or a pattern such as `django/**/*.py`."}},"required":["text"]}}
    {"name":"read_lines","description":"Shows lines of a file with their numbers. Works for any text file.","parameters":{"type":"object","additionalProperties":false,"properties":{"file":{"type":"string","description":"Path of the file from the root of the repository."},"start":{"type":["integer","null"],"description":"First line, from 1; 1 where it is left out.","minimum":0},"end":{"type":["integer","null"],"description":"Last line; 200 lines are shown where it is left out.","minimum":0}},"required":["file"]}}
    {"name":"find_callers","description":"Lists the places where a function, method or class is called.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"find_callees","description":"Lists what a function, method or class calls, as far as it is defined in this repository.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"find_subclasses","description":"Shows what a class derives from, and all classes that derive from it.","parameters":{"type":"object","additionalProperties":false,"properties":{"class":{"type":"string","description":"The class: `path/to/file.py::Class`, or its name if only one class has it."}},"required":["class"]}}
    {"name":"find_tests","description":"Lists the tests that call or mention a function, method or class.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"find_similar_fixes","description":"Lists past commits whose messages resemble a text, with the files that they changed.","parameters":{"type":"object","additionalProperties":false,"properties":{"text":{"type":"string","description":"What the fix is about: the issue's title, an error message, a few words."},"commits":{"type":["integer","null"],"description":"How many commits, at most 60; 10 where it is left out.","minimum":0}},"required":["text"]}}
    {"name":"get_code_of_class","description":"Gives the source code of a class of a file.","parameters":{"type":"object","additionalProperties":false,"properties":{"file_name":{"type":"string","description":"Path of the file from the root of the repository."},"class_name":{"type":"string","description":"Name of the class."}},"required":["file_name","class_name"]}}
    {"name":"get_code_of_class_function","description":"Gives the source code of a method of a class of a file.","parameters":{"type":"object","additionalProperties":false,"properties":{"file_name":{"type":"string","description":"Path of the file from the root of the repository."},"class_name":{"type":"string","description":"Name of the class."},"func_name":{"type":"string","description":"Name of the method."}},"required":["file_name","class_name","func_name"]}}
    {"name":"get_code_of_file_function","description":"Gives the source code of a function of a file that is not part of a class.","parameters":{"type":"object","additionalProperties":false,"properties":{"file_name":{"type":"string","description":"Path of the file from the root of the repository."},"func_name":{"type":"string","description":"Name of the function."}},"required":["file_name","func_name"]}}
    {"name":"search","description":"Lists the six functions, methods and classes that hold the words best.","parameters":{"type":"object","additionalProperties":false,"properties":{"words":{"type":"string","description":"Words or names, with spaces between."}},"required":["words"]}}
    {"name":"open","description":"Shows the first eight lines of a function, method or class.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"callers","description":"Lists what calls a function, method or class.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"callees","description":"Lists what a function, method or class calls.","parameters":{"type":"object","additionalProperties":false,"properties":{"symbol":{"type":"string","description":"The definition: `path/to/file.py::Class.method`, or a name if only one thing has it."}},"required":["symbol"]}}
    {"name":"exit","description":"Ends the search, when the places that must change are known.","parameters":{"type":"object","properties":{}}}
    "#);
}

#[test]
fn sets_hold_known_tools_and_call_them() {
    let fixture = Fixture::new();
    for set in TOOL_SETS {
        assert!(
            set.tools.iter().all(|member| tool(member.name()).is_some()),
            "{}",
            set.name
        );
        assert!(set.tool("exit").is_some(), "{}", set.name);
        assert_eq!(
            set.declarations().as_array().unwrap().len(),
            set.tools.len()
        );
    }
    let released = tool_set("reposearcher-released").unwrap();
    let error = released
        .call(&fixture.context, "search_class", &json!({}))
        .unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"There is no tool `search_class`. The tools are get_code_of_class, get_code_of_class_function, get_code_of_file_function, exit.");
    assert!(
        released
            .call(&fixture.context, "exit", &Value::Null)
            .unwrap()
            .ends_episode
    );
    assert!(tool_set("nothing").is_none());
}

#[test]
fn the_reference_page_is_what_the_code_declares() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tools.md");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == bughound_tools::reference_page(),
        "docs/tools.md is out of date: cargo run -p bughound-tools --example tools_page > docs/tools.md"
    );
}
