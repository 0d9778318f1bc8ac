//! A proposed change as it came, and files of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A proposed change, as somebody wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name: `sample-3`, or the file's own.
    pub id: String,
    /// Who proposed it.
    pub origin: String,
    /// What was written.
    pub text: String,
}

/// A file holds no candidates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoCandidates(pub String);

/// Names of the field that holds the patch, in the order in which they are looked for.
const FIELDS: [&str; 4] = ["model_patch", "patch", "diff", "text"];

/// Candidates of a file: JSON Lines, a JSON list or one object, each entry a text or an object with `model_patch`, `patch`,
/// `diff` or `text` and perhaps `id`; whatever else is one candidate, a patch. `origin` names the file.
///
/// # Errors
/// [`NoCandidates`]: which entry has no patch.
pub fn read_candidates(text: &str, origin: &str) -> Result<Vec<Candidate>, NoCandidates> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(NoCandidates("there is nothing in it".to_owned()));
    }
    if !trimmed.starts_with(['{', '[', '"']) {
        return Ok(vec![Candidate {
            id: "patch-1".to_owned(),
            origin: origin.to_owned(),
            text: text.to_owned(),
        }]);
    }
    let entries = match serde_json::from_str::<Value>(trimmed) {
        Ok(Value::Array(entries)) => entries,
        Ok(entry) => vec![entry],
        Err(_) => (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| {
                serde_json::from_str(line)
                    .map_err(|error| NoCandidates(format!("line {number} is no JSON: {error}")))
            })
            .collect::<Result<_, _>>()?,
    };
    if entries.is_empty() {
        return Err(NoCandidates("the list is empty".to_owned()));
    }
    (1..)
        .zip(&entries)
        .map(|(number, entry)| {
            let patch = entry
                .as_str()
                .or_else(|| FIELDS.iter().find_map(|field| entry[field].as_str()));
            let Some(patch) = patch else {
                return Err(NoCandidates(format!(
                    "entry {number} has none of {}",
                    FIELDS.map(|field| format!("`{field}`")).join(", ")
                )));
            };
            Ok(Candidate {
                id: entry["id"]
                    .as_str()
                    .map_or_else(|| format!("patch-{number}"), str::to_owned),
                origin: origin.to_owned(),
                text: patch.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_candidates_have_many_shapes() {
        let check = |text: &str, expected: Result<&[(&str, &str)], &str>| {
            let read = read_candidates(text, "f");
            let said = read.as_ref().map(|candidates| {
                let pairs = candidates
                    .iter()
                    .map(|it| (it.id.as_str(), it.text.as_str()));
                pairs.collect::<Vec<_>>()
            });
            match (said, expected) {
                (Ok(said), Ok(expected)) => assert_eq!(said, expected, "{text}"),
                (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected, "{text}"),
                (said, _) => panic!("{text}: {said:?}"),
            }
        };
        check("--- a\n", Ok(&[("patch-1", "--- a\n")]));
        check(
            "[\"x\", {\"id\": \"b\", \"patch\": \"y\"}]",
            Ok(&[("patch-1", "x"), ("b", "y")]),
        );
        check("{\"model_patch\": \"x\"}", Ok(&[("patch-1", "x")]));
        check(
            "{\"diff\": \"x\"}\n\n{\"text\": \"y\"}\n",
            Ok(&[("patch-1", "x"), ("patch-2", "y")]),
        );
        check(" ", Err("there is nothing in it"));
        check("[]", Err("the list is empty"));
        check(
            "{\"a\": 1}",
            Err("entry 1 has none of `model_patch`, `patch`, `diff`, `text`"),
        );
        check(
            "{\"patch\": \"x\"}\n{\n",
            Err("line 2 is no JSON: EOF while parsing an object at line 1 column 1"),
        );
    }
}
