//! The protocol for tiny models: numbers stand for places.

use bughound_agent::{HoundPolicy, ScriptedPolicy};
use bughound_trace::{Budgets, EndReason, Trace};
use serde_json::json;

use crate::shop::{brief, play, run, tell};

/// The whole conversation, as a model reads it.
fn read(trace: &Trace) -> String {
    let mut text = String::new();
    for message in trace.messages() {
        let message = &message.message;
        text.push_str(&format!("<{}> {}", message.role.name(), message.content));
        for call in &message.tool_calls {
            text.push_str(&format!("{} {}", call.name, call.arguments));
        }
        text.push('\n');
    }
    text
}

#[test]
fn hound_shows_how_it_is_done() {
    let trace = run(brief("compact", Budgets::default()), &HoundPolicy);
    insta::assert_snapshot!(read(&trace), @r#"
    <system> Find what must change to fix the issue. One call a turn: search WORDS, open N, callers N, callees N. Found places have numbers. Answer with the numbers, best first: 3 1 4
    <user> Cart.add raises too early
    `Cart.add` says "the cart is full" although one more item would fit.
    <assistant> search {"words":"Cart add raises early"}
    <tool> 1 shop/cart.py::Cart.add
    2 shop/cart.py::Cart
    3 shop/errors.py::CartFull
    4 shop/cart.py::load
    5 shop/cart.py::Cart.total
    6 shop/legacy/cart.py::load_old
    <assistant> open {"symbol":"1"}
    <tool> 1 add
     def add(self, item):
         if len(self.items) >= self.LIMIT:
             raise CartFull('the cart is full')
         self.items.append(item)
    <assistant> 1 2 5 4 3
    "#);
}

#[test]
fn numbers_stand_for_places_and_names_are_understood_too() {
    let call = |name: &str, argument: &str, value: &str| {
        ScriptedPolicy::call(name, &json!({ argument: value }))
    };
    let trace = play(
        "compact",
        Budgets::default(),
        vec![
            call("open", "symbol", "1"),
            call("search", "words", "cart"),
            call("open", "symbol", "9"),
            ScriptedPolicy::call("callers", &json!({"symbol": 2})),
            call("open", "symbol", "Cart.total"),
            ScriptedPolicy::text("I think 2"),
            ScriptedPolicy::text("2, 77, 1"),
        ],
    );
    assert_eq!(trace.end, EndReason::Answered);
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant:  -> open({"symbol":"1"})
    tool: There is no place 1 yet. Search first. [miss]
    assistant:  -> search({"words":"cart"})
    tool: 1 shop/cart.py::Cart [ok]
    assistant:  -> open({"symbol":"9"})
    tool: There is no place 9. The numbers so far are 1 to 6. [miss]
    assistant:  -> callers({"symbol":2})
    tool: 4 add [ok]
    assistant:  -> open({"symbol":"Cart.total"})
    tool: 5 total [ok]
    assistant: I think 2
    user: Call search, open, callers or callees, or answer with numbers.
    assistant: 2, 77, 1
    = answered
    * shop/errors.py::CartFull (exact)
    * shop/cart.py::Cart (exact)
    end: answered
    "#);
}

#[test]
fn who_exits_is_asked_for_numbers() {
    let trace = play(
        "compact",
        Budgets::default(),
        vec![
            ScriptedPolicy::call("search", &json!({"words": "cart full"})),
            ScriptedPolicy::call("exit", &json!({})),
            ScriptedPolicy::text("1"),
        ],
    );
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant:  -> search({"words":"cart full"})
    tool: 1 shop/errors.py::CartFull [ok]
    assistant:  -> exit({})
    tool: The search is over. [ok]
    user: Answer with numbers, best first.
    assistant: 1
    = exit
    * shop/errors.py::CartFull (exact)
    end: exit
    "#);
}
