//! What the built-in policy does under the protocol `compact`: what it believes from its own retrieval it looks for with
//! words that the issue offers, so that whoever reads the episode sees nothing that the conversation does not show.
//!
//! It ranks by its own scores and names places that were found only. Each search is the one, of the words of the shown
//! issue alone and in pairs and of a few longer lists, that brings the most of its best candidates; a candidate that no
//! words bring may still be a caller or callee of one that was found. It opens what it believes in most, and answers.

use bughound_core::{Completion, Level, Message, ToolCall};
use bughound_hound::{Answer, IssueWords};
use bughound_index::{Bm25f, Index, SymbolIdx, tokens};
use bughound_tools::{MOST_PLACES, PLACE, ToolContext, tool};
use serde_json::json;

use super::hound::N_ANSWERED;
use crate::event::Purpose;
use crate::policy::Request;
use crate::protocols::compact::Numbers;

/// How many candidates are looked for.
const N_TARGETS: usize = 8;

/// The most searches and looks at neighbours.
const N_SEARCHES: usize = 3;

/// How many candidates are opened.
const N_OPENED: usize = 1;

/// The most words of one search.
const MOST_WORDS: usize = 8;

/// The words that are tried in pairs.
const N_PAIRED: usize = 10;

/// The words that are tried at all.
const N_WORDS: usize = 24;

/// A search that brings less than this of the best candidate's worth is not made.
const LEAST_GAIN: f64 = 0.3;

/// The policy in one episode.
pub(super) struct Walk {
    /// Ids of the best candidates, best first.
    targets: Vec<String>,
    /// Lists of words that may be searched for, and the ids that each would bring.
    queries: Vec<(String, Vec<String>)>,
    n_searches: usize,
    n_opened: usize,
    n_calls: usize,
}

impl Walk {
    /// A walk after the candidates of an answer, with the words of the issue as the conversation shows it.
    pub(super) fn new(index: &Index, answer: &Answer, issue: &str) -> Self {
        let best = answer.locations(index, Level::Function, N_TARGETS);
        let targets = best
            .iter()
            .filter_map(|location| {
                let name = location.qualified_name.as_deref()?;
                Some(format!("{}::{name}", location.path))
            })
            .collect();
        Self {
            targets,
            queries: queries(index, issue),
            n_searches: 0,
            n_opened: 0,
            n_calls: 0,
        }
    }

    /// The next step.
    pub(super) fn reply(&mut self, tools: &ToolContext, request: &Request<'_>) -> Completion {
        let numbers = Numbers::of(request.messages);
        if request.purpose == Purpose::Act {
            if self.n_searches < N_SEARCHES
                && let Some((name, argument, value)) = self.search(tools, &numbers)
            {
                self.n_searches += 1;
                return self.call(name, argument, &value);
            }
            let known = self.targets.iter().filter_map(|id| numbers.number_of(id));
            if let Some(number) = known.take(N_OPENED).nth(self.n_opened) {
                self.n_opened += 1;
                return self.call("open", "symbol", &number.to_string());
            }
        }
        let mut ranked: Vec<usize> = self
            .targets
            .iter()
            .filter_map(|id| numbers.number_of(id))
            .collect();
        if ranked.is_empty() {
            ranked.extend(1..=numbers.len());
        }
        ranked.truncate(N_ANSWERED);
        let ranked: Vec<String> = ranked.iter().map(usize::to_string).collect();
        Completion::of(Message::assistant(ranked.join(" ")))
    }

    /// The search that brings the most of what is not found yet: tool, argument, value.
    fn search(
        &self,
        tools: &ToolContext,
        numbers: &Numbers,
    ) -> Option<(&'static str, &'static str, String)> {
        let worth = |brought: &[String]| -> f64 {
            self.targets
                .iter()
                .enumerate()
                .filter(|(_, id)| numbers.number_of(id).is_none() && brought.contains(id))
                .map(|(rank, _)| 1.0 / (rank as f64 + 2.0).log2())
                .sum()
        };
        let mut best: Option<(f64, &'static str, &'static str, String)> = None;
        let mut consider = |gain: f64, tool, argument, value: String| {
            if gain >= LEAST_GAIN && best.as_ref().is_none_or(|(most, ..)| gain > *most) {
                best = Some((gain, tool, argument, value));
            }
        };
        for (words, brought) in &self.queries {
            consider(worth(brought), "search", "words", words.clone());
        }
        for id in self.targets.iter().take(2) {
            let Some(number) = numbers.number_of(id) else {
                continue;
            };
            for name in ["callees", "callers"] {
                let brought = neighbours(tools, name, id);
                consider(worth(&brought), name, "symbol", number.to_string());
            }
        }
        if let Some((_, tool, argument, value)) = best {
            return Some((tool, argument, value));
        }
        // Nothing to answer with is worse than anything that is found.
        let first = self.queries.get(self.n_searches)?;
        (numbers.len() == 0).then(|| ("search", "words", first.0.clone()))
    }

    fn call(&mut self, name: &str, argument: &str, value: &str) -> Completion {
        self.n_calls += 1;
        let call = ToolCall {
            id: format!("call_{}", self.n_calls),
            name: name.to_owned(),
            arguments: json!({ argument: value }).to_string(),
        };
        Completion::of(Message::assistant("").with_calls(vec![call]))
    }
}

/// What `callers` or `callees` would show.
fn neighbours(tools: &ToolContext, name: &str, id: &str) -> Vec<String> {
    let called = tool(name).and_then(|it| it.call(tools, &json!({ "symbol": id })).ok());
    let text = called.map(|output| output.text).unwrap_or_default();
    let places = text.lines().filter_map(|line| line.strip_prefix(PLACE));
    places.map(str::to_owned).collect()
}

/// A word of the issue with the terms that a search makes of it.
struct Word {
    text: String,
    terms: Vec<usize>,
    rarity: f32,
}

/// The searches that an issue offers, the longer ones first.
fn queries(index: &Index, issue: &str) -> Vec<(String, Vec<String>)> {
    let mut terms: Vec<u64> = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut n_title = 0;
    let title = issue.lines().next().map_or(0, str::len);
    tokens::for_each_identifier(issue.as_bytes(), |range| {
        let at = range.start;
        let Some(text) = issue.get(range) else { return };
        if words.iter().any(|word| word.text == text) {
            return;
        }
        let mut rarity = 0.0_f32;
        let mut own = Vec::new();
        for term in tokens::terms_of(text) {
            let hash = tokens::term_hash(&term);
            rarity = rarity.max(IssueWords::embedded().rarity(hash));
            let known = terms.iter().position(|known| *known == hash);
            own.push(known.unwrap_or_else(|| {
                terms.push(hash);
                terms.len() - 1
            }));
        }
        if own.is_empty() {
            return;
        }
        if at < title {
            n_title += 1;
        }
        words.push(Word {
            text: text.to_owned(),
            terms: own,
            rarity,
        });
    });
    let hits = index.find_terms(&terms);
    let titled: Vec<usize> = (0..n_title).collect();
    // Words that stand nowhere in the repository find nothing.
    let mut order: Vec<usize> = (0..words.len()).collect();
    let idf = hits.idf();
    let told = |at: &usize| {
        let word = &words[*at];
        let most = word.terms.iter().map(|&term| idf[term]).fold(0.0, f32::max);
        word.rarity * most
    };
    order.sort_by(|a, b| told(b).total_cmp(&told(a)).then(a.cmp(b)));
    order.truncate(N_WORDS);
    let mut lists: Vec<Vec<usize>> = vec![titled];
    for n in [MOST_WORDS, 5, 3] {
        let mut list: Vec<usize> = order.iter().copied().take(n).collect();
        list.sort_unstable();
        lists.push(list);
    }
    for (n, &a) in order.iter().take(N_PAIRED).enumerate() {
        for &b in order.iter().take(N_PAIRED).skip(n + 1) {
            lists.push(vec![a.min(b), a.max(b)]);
        }
    }
    lists.extend(order.iter().map(|&word| vec![word]));
    lists.retain(|list| !list.is_empty());
    lists.iter_mut().for_each(|list| list.truncate(MOST_WORDS));
    let weightings: Vec<Vec<f32>> = lists
        .iter()
        .map(|list| {
            let mut weighting = vec![0.0; terms.len()];
            let own = list.iter().flat_map(|&word| &words[word].terms);
            own.for_each(|&term| weighting[term] = 1.0);
            weighting
        })
        .collect();
    let scored = hits.score_candidates(index, &Bm25f::default(), &weightings);
    lists
        .iter()
        .zip(&scored.scores)
        .map(|(list, scores)| {
            let texts: Vec<&str> = list.iter().map(|&word| words[word].text.as_str()).collect();
            (texts.join(" "), best(index, &scored.candidates, scores))
        })
        .collect()
}

/// The ids that a search would list.
fn best(index: &Index, candidates: &[SymbolIdx], scores: &[f32]) -> Vec<String> {
    let mut ranked: Vec<(f32, SymbolIdx)> = scores
        .iter()
        .copied()
        .zip(candidates.iter().copied())
        .filter(|(score, _)| *score > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut ids: Vec<String> = Vec::new();
    for (_, symbol) in ranked {
        let id = index.symbol(symbol).id().to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
        if ids.len() == MOST_PLACES {
            break;
        }
    }
    ids
}
