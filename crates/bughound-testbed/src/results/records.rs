//! Records of our own reporters: one JSON object a line, each with the nonce and its number.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Collector, FindingKind};

/// Reads the records of one report. Several runs may follow each other; each begins with number 0, a `begin`, and ends
/// with an `end`. Lines that are no records of ours are findings, and so is an end that is missing.
pub(super) fn read<T: DeserializeOwned>(
    report: &str,
    nonce: &str,
    collector: &mut Collector,
    mut each: impl FnMut(&mut Collector, T),
) {
    let mut expected = 0;
    let mut is_open = false;
    let mut n_runs = 0;
    for line in report.lines().filter(|line| !line.trim().is_empty()) {
        let Ok(mut value) = serde_json::from_str::<Value>(line) else {
            let start: String = line.chars().take(60).collect();
            collector.finding(FindingKind::NotUnderstood, format!("no record: {start}"));
            continue;
        };
        if !nonce.is_empty() && value["nonce"] != nonce {
            collector.finding(FindingKind::Forged, "a record has another nonce");
            continue;
        }
        let what = value["what"].as_str().unwrap_or("").to_owned();
        let n = value["n"].as_u64();
        if what == "begin" {
            if is_open {
                collector.finding(FindingKind::Incomplete, "a run has no end record");
            }
            (expected, is_open, n_runs) = (0, true, n_runs + 1);
        }
        if !is_open || n != Some(expected) {
            let number = n.map_or_else(|| "none".to_owned(), |n| n.to_string());
            collector.finding(
                FindingKind::Forged,
                format!("a record has number {number} where {expected} comes"),
            );
            continue;
        }
        expected += 1;
        match what.as_str() {
            "begin" => {}
            "end" => is_open = false,
            _ => {
                if let Some(object) = value.as_object_mut() {
                    object.shift_remove("nonce");
                    object.shift_remove("n");
                }
                match serde_json::from_value(value) {
                    Ok(record) => each(collector, record),
                    Err(error) => {
                        collector.finding(FindingKind::NotUnderstood, format!("record {error}"));
                    }
                }
            }
        }
    }
    if is_open {
        collector.finding(FindingKind::Incomplete, "there is no end record");
    } else if n_runs == 0 {
        collector.finding(FindingKind::Incomplete, "there are no records");
    }
}
