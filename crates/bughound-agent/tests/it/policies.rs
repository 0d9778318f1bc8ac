//! The built-in policy and the replay, in every protocol.

use bughound_agent::{HoundPolicy, PROTOCOLS, ReplayPolicy, ranking_of};
use bughound_trace::{Budgets, EndReason, Trace};

use crate::shop::{brief, run, tell};

#[test]
fn hound_searches_by_every_protocol() {
    for protocol in PROTOCOLS {
        let trace = run(brief(protocol.name(), Budgets::default()), &HoundPolicy);
        // Where an answer is a few numbers, it is given without a word before.
        let end = match protocol.name() {
            "compact" => EndReason::Answered,
            _ => EndReason::Exit,
        };
        assert_eq!(trace.end, end, "{}", tell(&trace));
        let ranking = ranking_of(&trace);
        let best = ranking.functions.first().unwrap();
        assert_eq!(
            best.qualified_name.as_deref(),
            Some("Cart.add"),
            "{}",
            tell(&trace)
        );
        assert_eq!(ranking.files[0].path.as_str(), "shop/cart.py");
    }
}

#[test]
fn hound_opens_its_candidates() {
    let trace = run(brief("hound", Budgets::default()), &HoundPolicy);
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant:  -> search_class_method({"file":"shop/cart.py","class":"Cart","method":"add"}) -> search_class({"file":"shop/cart.py","class":"Cart"}) -> search_class_method({"file":"shop/cart.py","class":"Cart","method":"total"}) -> search_function({"file":"shop/cart.py","function":"load"}) -> search_class({"file":"shop/errors.py","class":"CartFull"})
    tool: shop/cart.py::Cart.add (method, lines 7-10) [ok]
    tool: shop/cart.py::Cart (class, lines 4-16) [ok]
    tool: shop/cart.py::Cart.total (method, lines 12-16) [ok]
    tool: shop/cart.py::load (function, lines 19-20) [ok]
    tool: shop/errors.py::CartFull (class, lines 1-2) [ok]
    assistant:  -> exit({})
    tool: The search is over. [ok]
    user: List the functions, methods and classes that must change to fix the issue, the most certai
    assistant: ```
    = exit
    * shop/cart.py::Cart.add (exact)
    * shop/cart.py::Cart (exact)
    * shop/cart.py::Cart.total (exact)
    * shop/cart.py::load (exact)
    * shop/errors.py::CartFull (exact)
    end: exit
    "#);
}

#[test]
fn a_replay_goes_as_the_recording_went() {
    for protocol in PROTOCOLS {
        let recorded = run(brief(protocol.name(), Budgets::default()), &HoundPolicy);
        let text = serde_json::to_string(&recorded).unwrap();
        let read: Trace = serde_json::from_str(&text).unwrap();
        assert_eq!(read, recorded);
        let replay = ReplayPolicy::new([&read], "traces.jsonl.zst");
        let again = run(brief(protocol.name(), Budgets::default()), &replay);
        assert_eq!(again.policy.name, "replay");
        assert_eq!(
            Trace {
                policy: recorded.policy.clone(),
                ..again
            },
            recorded
        );
    }
}

#[test]
fn what_was_not_recorded_cannot_be_replayed() {
    let trace = run(brief("hound", Budgets::default()), &ReplayPolicy::default());
    assert_eq!(trace.end, EndReason::PolicyFault);
    assert_eq!(
        trace.fault.as_deref(),
        Some("no episode shop-1#0 was recorded")
    );
}
