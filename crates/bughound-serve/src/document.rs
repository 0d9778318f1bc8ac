//! A ranked answer as one JSON document: what `bughound locate --format json` prints and what the tool
//! `locate` gives as structured content (`docs/output.md`).

use std::path::Path;

use bughound_core::{Language, Level, Location};
use bughound_index::Index;
use serde::Serialize;
use serde_json::{Value, json};

/// Raised when a field changes its meaning or goes away; new fields may come at any time.
const VERSION: u32 = 1;

/// A ranked answer.
#[derive(Clone, Debug, Serialize)]
pub struct LocateDocument<'a> {
    version: u32,
    bughound: &'static str,
    repository: String,
    /// A commit id, or `worktree`.
    revision: String,
    /// Where the history that was used starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    history_from: Option<String>,
    level: Level,
    locations: &'a [Location],
    files: usize,
    symbols: usize,
    commits: usize,
    problems: usize,
    milliseconds: Milliseconds,
}

/// How long each part took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Milliseconds {
    /// Listing and indexing the files, or waiting until that was done.
    pub index: f64,
    /// Reading the history.
    pub history: f64,
    /// Ranking.
    pub locate: f64,
    /// All of it.
    pub total: f64,
}

impl<'a> LocateDocument<'a> {
    /// What was found at one level in an index, with the help of `n_commits` commits of history.
    pub fn new(
        root: &Path,
        index: &Index,
        level: Level,
        locations: &'a [Location],
        n_commits: usize,
        milliseconds: Milliseconds,
    ) -> Self {
        let snapshot = index.snapshot();
        let tip = || snapshot.history_tip().map(|(_, tip)| tip.to_string());
        Self {
            version: VERSION,
            bughound: env!("CARGO_PKG_VERSION"),
            repository: root.display().to_string(),
            revision: snapshot
                .commit()
                .map_or_else(|| "worktree".to_owned(), |commit| commit.to_string()),
            history_from: (n_commits > 0).then(tip).flatten(),
            level,
            locations,
            files: index.files().len(),
            symbols: index.n_symbols(),
            commits: n_commits,
            problems: index.problems().len(),
            milliseconds,
        }
    }

    /// JSON schema (2020-12) of the document.
    pub(crate) fn schema() -> Value {
        let number = |description: &str| json!({ "type": "number", "description": description });
        let count = |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
        let text = |description: &str| json!({ "type": "string", "description": description });
        json!({
            "type": "object",
            "properties": {
                "version": { "type": "integer", "const": VERSION },
                "bughound": text("The program's version."),
                "repository": text("The root of the working directory, or the git directory."),
                "revision": text("A commit id, or `worktree` for the files of the working directory."),
                "history_from": text("The commit where the history that was used starts."),
                "level": { "type": "string", "enum": ["file", "class", "function"] },
                "locations": {
                    "type": "array",
                    "description": "The answer, best first.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "path": text("The file, from the repository's root."),
                            "qualified_name": text("The dotted name inside the file; absent for a whole file."),
                            "kind": text("class, function, method, ...; absent for a whole file."),
                            "lines": {
                                "type": "object",
                                "description": "Lines from 1, both ends included; absent for a whole file.",
                                "properties": { "start": count("First line."), "end": count("Last line.") },
                                "required": ["start", "end"]
                            },
                            "score": number("Higher is better; comparable within this answer only."),
                            "probability": number("How likely the fix changes it, from 0 to 1; absent where that is not known."),
                            "reasons": {
                                "type": "array",
                                "description": "Why it is here, strongest first.",
                                "items": {
                                    "type": "object",
                                    "properties": {
                                        "feature": text("The name of the feature."),
                                        "text": text("What was seen."),
                                        "contribution": number("Its share of the score.")
                                    },
                                    "required": ["feature", "text", "contribution"]
                                }
                            }
                        },
                        "required": ["path", "score", "reasons"]
                    }
                },
                "files": count("Source files that were searched."),
                "symbols": count("Definitions that were searched."),
                "commits": count("Commits of history that were used."),
                "problems": count("Findings about the sources, such as files that do not parse."),
                "milliseconds": {
                    "type": "object",
                    "properties": {
                        "index": number("Listing and indexing the files."),
                        "history": number("Reading the history."),
                        "locate": number("Ranking."),
                        "total": number("All of it.")
                    },
                    "required": ["index", "history", "locate", "total"]
                }
            },
            "required": [
                "version", "bughound", "repository", "revision", "level", "locations", "files", "symbols",
                "commits", "problems", "milliseconds"
            ]
        })
    }
}

/// Why an answer is empty, and what helps.
pub fn why_nothing(index: &Index) -> String {
    if index.files().is_empty() {
        let languages: Vec<&str> = Language::ALL
            .iter()
            .map(|language| language.name())
            .collect();
        return format!(
            "Nothing found: there is no source file in a language that is understood ({})",
            languages.join(", ")
        );
    }
    "Nothing found: no source file says anything that the issue says. Names of functions, error messages and stack \
     traces help most"
        .to_owned()
}
