//! What each protocol says.

use bughound_agent::{HoundPolicy, PROTOCOLS};
use bughound_trace::Budgets;

use crate::shop::{brief, run};

/// The stages with the beginnings of their opening messages, so that a change of a prompt is seen.
#[test]
fn openings() {
    let mut text = String::new();
    for protocol in PROTOCOLS {
        let trace = run(brief(protocol.name(), Budgets::default()), &HoundPolicy);
        text.push_str(&format!("== {}: {}\n", protocol.name(), protocol.about()));
        for stage in &trace.stages {
            text.push_str(&format!("-- {} [{}]\n", stage.name, stage.tools.join(" ")));
            let opening = stage
                .messages
                .iter()
                .take_while(|message| message.reply.is_none());
            if let Some(message) = opening.last() {
                text.push_str(&message.message.content);
                text.push('\n');
            }
        }
    }
    insta::assert_snapshot!(text);
}
