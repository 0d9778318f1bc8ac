//! What a patch says about where the policy saw the fault.

use crate::{Answer, AnswerItem, Expects, Resolution};

/// A submitted patch as an answer: the files that it edits or deletes, in its order. `None` where it edits
/// none.
pub(crate) fn answer_of_patch(patch: &str) -> Option<Answer> {
    let mut items: Vec<AnswerItem> = Vec::new();
    for line in patch.lines() {
        let Some(path) = line.strip_prefix("--- a/") else {
            continue;
        };
        let path = path.split('\t').next().unwrap_or(path).trim_end();
        if items.iter().any(|item| item.path.as_deref() == Some(path)) {
            continue;
        }
        items.push(AnswerItem {
            path: Some(path.to_owned()),
            name: None,
            resolution: Resolution::Unresolved,
            id: None,
            kind: None,
            lines: None,
        });
    }
    (!items.is_empty()).then(|| Answer {
        expects: Expects::Files,
        text: patch.to_owned(),
        items,
    })
}
