//! The answer as a SARIF 2.1.0 log (OASIS standard, 27 March 2020), for code scanning and editors.

use bughound_core::{Location, SymbolKind};
use serde_json::{Value, json};

use super::{kind_name, name};

/// A log with one run; one result per location.
///
/// `root` is the URI of the repository's root (with a `/` at its end); `commit` the revision, where it is
/// one. `rank` is the probability in percent, or the score relative to the best.
pub(crate) fn sarif(locations: &[Location], root: &str, commit: Option<&str>) -> Value {
    let best = locations
        .first()
        .map_or(1.0, |location| location.score)
        .max(f32::MIN_POSITIVE);
    let results: Vec<Value> = (1..)
        .zip(locations)
        .map(|(rank, location)| result(rank, location, best))
        .collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "bughound",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": [{
                "id": RULE,
                "name": "ProbablePlace",
                "shortDescription": { "text": "A place that must probably change to resolve the issue." },
                "defaultConfiguration": { "level": "note" }
            }]
        }},
        "originalUriBaseIds": { ROOT: { "uri": root } },
        "columnKind": "unicodeCodePoints",
        "results": results
    });
    if let Some(commit) = commit {
        run["versionControlProvenance"] = json!([{ "repositoryUri": root, "revisionId": commit }]);
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run]
    })
}

const RULE: &str = "probable-place";
const ROOT: &str = "REPOSITORY";

fn result(rank: u32, location: &Location, best: f32) -> Value {
    let reasons: Vec<&str> = location
        .reasons
        .iter()
        .map(|reason| reason.text.as_str())
        .collect();
    let because = if reasons.is_empty() {
        String::new()
    } else {
        format!(": {}", reasons.join("; "))
    };
    let mut place = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": encode(location.path.as_str()), "uriBaseId": ROOT }
        }
    });
    if let Some(lines) = location.lines {
        place["physicalLocation"]["region"] =
            json!({ "startLine": lines.start, "endLine": lines.end });
    }
    if let Some(qualified_name) = &location.qualified_name {
        place["logicalLocations"] = json!([{
            "name": qualified_name.rsplit('.').next().unwrap_or(qualified_name),
            "fullyQualifiedName": format!("{}::{qualified_name}", location.path),
            "kind": logical_kind(location.kind)
        }]);
    }
    json!({
        "ruleId": RULE,
        "ruleIndex": 0,
        "level": "note",
        "message": { "text": format!("{rank}. {} {}{because}", kind_name(location), name(location)) },
        "rank": rank_of(location, best),
        "locations": [place],
        "properties": properties(location)
    })
}

/// The probability where it is known, else the score relative to the best.
fn rank_of(location: &Location, best: f32) -> f64 {
    let share = match location.probability {
        Some(probability) => f64::from(probability),
        None => f64::from(location.score) / f64::from(best),
    };
    (share * 100.0).clamp(0.0, 100.0)
}

fn properties(location: &Location) -> Value {
    let (score, reasons) = (location.score, &location.reasons);
    match location.probability {
        Some(probability) => {
            json!({ "score": score, "probability": probability, "reasons": reasons })
        }
        None => json!({ "score": score, "reasons": reasons }),
    }
}

/// The word that the standard has for a kind (section 3.33.7).
fn logical_kind(kind: Option<SymbolKind>) -> &'static str {
    match kind {
        Some(SymbolKind::Method) => "member",
        Some(SymbolKind::Namespace) => "namespace",
        Some(kind) if kind.is_type() => "type",
        _ => "function",
    }
}

/// A relative path as a URI reference (RFC 3986): all but unreserved characters and `/` percent-encoded.
pub(crate) fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_with_one_run() {
        let log = sarif(
            &super::super::fixture::locations(),
            "file:///src/",
            Some("0123abcd"),
        );
        insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).unwrap(), @r#"
    [
      {
        "ruleId": "probable-place",
        "ruleIndex": 0,
        "level": "note",
        "message": {
          "text": "1. method Reader.load: a traceback frame is at line 4; its words are the issue's: load, reader"
        },
        "rank": 62.5,
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "pkg/a%20file.py",
                "uriBaseId": "REPOSITORY"
              },
              "region": {
                "startLine": 2,
                "endLine": 5
              }
            },
            "logicalLocations": [
              {
                "name": "load",
                "fullyQualifiedName": "pkg/a file.py::Reader.load",
                "kind": "member"
              }
            ]
          }
        ],
        "properties": {
          "score": 2.0,
          "probability": 0.625,
          "reasons": [
            {
              "feature": "traceback",
              "text": "a traceback frame is at line 4",
              "contribution": 1.25
            },
            {
              "feature": "words",
              "text": "its words are the issue's: load, reader",
              "contribution": 0.5
            }
          ]
        }
      },
      {
        "ruleId": "probable-place",
        "ruleIndex": 0,
        "level": "note",
        "message": {
          "text": "2. file pkg/b.py"
        },
        "rank": 25.0,
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "pkg/b.py",
                "uriBaseId": "REPOSITORY"
              }
            }
          }
        ],
        "properties": {
          "score": 0.5,
          "reasons": []
        }
      }
    ]
    "#);
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(
            log["runs"][0]["versionControlProvenance"][0]["revisionId"],
            "0123abcd"
        );
        assert_eq!(
            log["runs"][0]["originalUriBaseIds"]["REPOSITORY"]["uri"],
            "file:///src/"
        );
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(encode("a b/ü#1.py"), "a%20b/%C3%BC%231.py");
    }
}
