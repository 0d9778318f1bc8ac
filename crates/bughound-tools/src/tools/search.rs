//! `search`: functions, methods and classes by words.

use bughound_index::{Bm25f, Index, SymbolIdx, tokens};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{ToolContext, ToolError, ToolOutput, TypedTool, short};

/// Lists the definitions outside of tests that hold the words, by BM25F over path, names, signature, documentation and
/// body. Names are found by their parts, too.
pub(crate) struct Search;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Words or names, with spaces between.
    words: String,
}

impl TypedTool for Search {
    type Arguments = Arguments;

    const NAME: &'static str = "search";

    const DESCRIPTION: &'static str =
        "Lists the six functions, methods and classes that hold the words best.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let mut terms: Vec<String> = Vec::new();
        let text = arguments.words.as_str();
        tokens::for_each_identifier(text.as_bytes(), |range| {
            for term in text.get(range).map(tokens::terms_of).unwrap_or_default() {
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        });
        if terms.is_empty() {
            let problem =
                "There is no word to search for: common words and single letters are left out";
            return Err(ToolError::miss(problem, Vec::new()));
        }
        let found = best(index, &terms);
        Ok(short::places(context, found.into_iter(), "Nothing.", false))
    }
}

/// The definitions with a score, best first.
fn best(index: &Index, terms: &[String]) -> Vec<SymbolIdx> {
    let hashes: Vec<u64> = terms.iter().map(|term| tokens::term_hash(term)).collect();
    let hits = index.find_terms(&hashes);
    let scored = hits.score_candidates(index, &Bm25f::default(), &[vec![1.0; terms.len()]]);
    let mut ranked: Vec<(f32, SymbolIdx)> = scored
        .scores
        .iter()
        .flatten()
        .copied()
        .zip(scored.candidates.iter().copied())
        .filter(|(score, _)| *score > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.into_iter().map(|(_, symbol)| symbol).collect()
}
