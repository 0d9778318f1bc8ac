//! Who was right, where the logs do not say it: reports of SWE-bench's evaluation and others of its kind.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Reward, RewardPart, Trace};

/// Which tasks of a run were resolved.
///
/// Read from a JSON object with the list `resolved_ids` or `resolved`; every other list of ids in it (`unresolved_ids`,
/// `empty_patch_ids`, `error_ids`, `submitted_ids`, …) names tasks that were evaluated and not resolved. Tasks that were
/// never handed in (`incomplete_ids`) and tasks that no list names are unknown, and get no reward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvedReport {
    resolved: BTreeMap<String, bool>,
}

impl ResolvedReport {
    /// Reads a report.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("not JSON: {error}"))?;
        let ids = |value: &Value| -> Option<BTreeSet<String>> {
            let list = value.as_array()?;
            list.iter()
                .map(|id| id.as_str().map(str::to_owned))
                .collect()
        };
        let resolved = ["resolved_ids", "resolved"]
            .iter()
            .find_map(|name| ids(value.get(name)?));
        let (Some(resolved), Some(fields)) = (resolved, value.as_object()) else {
            return Err(
                "no report: it has neither of the lists `resolved_ids` and `resolved`".to_owned(),
            );
        };
        let mut report = Self::default();
        let others = fields
            .iter()
            .filter(|(name, _)| name.as_str() != "incomplete_ids");
        for id in others.filter_map(|(_, value)| ids(value)).flatten() {
            report.resolved.insert(id, false);
        }
        for id in resolved {
            report.resolved.insert(id, true);
        }
        Ok(report)
    }

    /// How many tasks it knows, and how many of them were resolved.
    pub fn counts(&self) -> (usize, usize) {
        (
            self.resolved.len(),
            self.resolved.values().filter(|resolved| **resolved).count(),
        )
    }

    /// Gives a trace the reward that the report has for its task; whether it has one.
    pub fn reward(&self, trace: &mut Trace) -> bool {
        let Some(resolved) = self.resolved.get(&trace.task.instance_id) else {
            return false;
        };
        let value = f64::from(u8::from(*resolved));
        trace.reward = Some(Reward {
            value,
            parts: vec![RewardPart {
                name: "resolved".to_owned(),
                definition: "as the report of the evaluation says".to_owned(),
                weight: 1.0,
                value,
            }],
            truth: Vec::new(),
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports() {
        let check = |report: &str, expect: &str| {
            let got = match ResolvedReport::read(report.as_bytes()) {
                Ok(report) => format!("{:?}", report.resolved),
                Err(problem) => problem,
            };
            assert_eq!(got, expect, "{report}");
        };
        check(
            r#"{"resolved": ["a"], "unresolved_ids": ["b"], "submitted_ids": ["a", "b"], "incomplete_ids": ["c"], "total_instances": 3}"#,
            r#"{"a": true, "b": false}"#,
        );
        check(
            r#"{"resolved_ids": [], "empty_patch_ids": ["x"]}"#,
            r#"{"x": false}"#,
        );
        check(
            r#"{"resolved": 3}"#,
            "no report: it has neither of the lists `resolved_ids` and `resolved`",
        );
        check("[", "not JSON: EOF while parsing a list at line 1 column 1");
    }
}
