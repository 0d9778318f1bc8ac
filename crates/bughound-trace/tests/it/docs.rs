//! `docs/traces.md` names every field.

use std::collections::BTreeSet;

use bughound_core::MalformedCall;
use bughound_trace::{CallOutcome, EndReason};
use serde_json::Value;

use crate::fixture::trace;

fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                into.insert(name.clone());
                // What is below is anybody's.
                if name != "extra" && name != "settings" {
                    names(value, into);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => {}
    }
}

#[test]
fn the_page_names_every_field() {
    let page = include_str!("../../../../docs/traces.md");
    let mut full = trace("a", 0);
    full.fault = Some("x".to_owned());
    let stage = &mut full.stages[0];
    stage.messages[2].message.reasoning = Some("x".to_owned());
    let reply = stage.messages[2].reply.as_mut().unwrap();
    reply.n_retries = 1;
    reply.usage.as_mut().unwrap().estimated = true;
    reply.malformed.push(MalformedCall {
        text: "x".to_owned(),
        problem: "x".to_owned(),
    });
    let tokens = reply.tokens.as_mut().unwrap();
    tokens.prompt_ids = vec![1];
    tokens.texts = vec!["x".to_owned()];
    let item = &mut stage.answer.as_mut().unwrap().items[0];
    item.kind = Some(bughound_core::SymbolKind::Method);
    item.lines = Some(bughound_core::LineSpan { start: 1, end: 2 });
    let mut words = BTreeSet::new();
    names(&serde_json::to_value(&full).unwrap(), &mut words);
    words.extend(CallOutcome::ALL.map(|outcome| outcome.name().to_owned()));
    words.extend(EndReason::ALL.map(|end| end.name().to_owned()));
    let missing: Vec<&String> = words
        .iter()
        .filter(|word| !page.contains(&format!("`{word}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
