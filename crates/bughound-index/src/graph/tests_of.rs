//! Which tests exercise a definition.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::index::{FileIdx, Index, SymbolIdx, u32_of};
use crate::names::NameIdx;
use crate::record::Field;
use crate::references::owners;
use crate::role::FileRole;
use crate::tokens;

/// Why a test is taken to be about a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestEvidence {
    /// It calls it, and the call was resolved.
    Calls,
    /// It mentions the name, and its file imports the definition's file.
    ImportsAndMentions,
    /// It mentions the method's name and the name of its class.
    MentionsWithClass,
    /// It mentions the name.
    Mentions,
}

/// A test that mentions a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct TestMention {
    /// The test's file.
    pub file: FileIdx,
    /// The candidate with the mention; `None` at the top of the file.
    pub test: Option<SymbolIdx>,
    /// The line of the first call by this name, where it is called.
    pub line: Option<u32>,
    /// How often the name stands there.
    pub n_mentions: u32,
    /// Why it counts.
    pub evidence: TestEvidence,
    /// Higher is better; tests are sorted by it.
    pub score: f32,
}

/// A mention in a test: file, unit of its record, candidate, how often.
#[derive(Clone, Copy)]
struct Mention {
    file: FileIdx,
    owner: Option<SymbolIdx>,
    count: u32,
}

/// The mentions of definitions' names in tests, by name.
pub(crate) struct TestMentions {
    at: Vec<u32>,
    mentions: Vec<Mention>,
}

impl TestMentions {
    pub(crate) fn build(index: &Index) -> Self {
        let names = index.names();
        let tests: Vec<FileIdx> = index
            .file_idxs()
            .filter(|&file| index.file(file).role() == FileRole::Test)
            .collect();
        let mut found: Vec<(u32, Mention)> = tests
            .par_iter()
            .with_min_len(16)
            .flat_map_iter(|&file| mentions_in(index, file))
            .collect();
        // Stable, so that mentions of one name stay in the order of files.
        found.par_sort_by_key(|(name, _)| *name);
        let mut at = vec![0; names.len() + 1];
        for (name, _) in &found {
            at[*name as usize + 1] += 1;
        }
        for i in 0..names.len() {
            at[i + 1] += at[i];
        }
        Self {
            at,
            mentions: found.into_iter().map(|(_, mention)| mention).collect(),
        }
    }

    fn of(&self, name: NameIdx) -> &[Mention] {
        let i = name.0 as usize;
        &self.mentions[self.at[i] as usize..self.at[i + 1] as usize]
    }
}

fn mentions_in(index: &Index, file: FileIdx) -> Vec<(u32, Mention)> {
    let names = index.names();
    let record = index.file(file).record();
    let first = index.symbol_range(file).start;
    let known: Vec<Option<NameIdx>> = record
        .idents
        .iter()
        .map(|&hash| names.by_hash(hash))
        .collect();
    let mut counts: FxHashMap<(u32, Option<u32>), u32> = FxHashMap::default();
    for (unit, owner) in owners(record).into_iter().enumerate() {
        for posting in record.unit_postings(unit) {
            let in_text = posting.field() != Field::Name as usize;
            if in_text && let Some(name) = known[posting.ident() as usize] {
                *counts.entry((name.0, owner)).or_default() += posting.count();
            }
        }
    }
    let mut counts: Vec<((u32, Option<u32>), u32)> = counts.into_iter().collect();
    counts.sort_unstable();
    let mention = |owner: Option<u32>, count| Mention {
        file,
        owner: owner.map(|def| SymbolIdx(first + def)),
        count,
    };
    counts
        .into_iter()
        .map(|((name, owner), count)| (name, mention(owner, count)))
        .collect()
}

/// What is the same for all mentions in one file.
struct FileFacts {
    imports: bool,
    names_module: bool,
    has_class: bool,
}

impl Index {
    /// The tests that mention a definition, best first: those that call it, then those whose file imports its
    /// file, then those that name its class too. A test named after it counts more, and so does one in a file
    /// named after its file. Tests' own definitions have none.
    pub fn tests_of(&self, symbol: SymbolIdx) -> Vec<TestMention> {
        let names = self.names();
        let target = self.symbol(symbol);
        let home = self.file_of(symbol);
        if target.file.role() == FileRole::Test {
            return Vec::new();
        }
        let class = self.graph().hierarchy().container(symbol);
        let class_hash = class.map(|class| tokens::identifier_hash(self.symbol(class).name()));
        let mut called: FxHashMap<(FileIdx, Option<SymbolIdx>), (bool, u32)> = FxHashMap::default();
        for call in self.graph().callers(symbol) {
            let slot = called
                .entry((call.file, call.from))
                .or_insert((false, call.line));
            slot.0 |= call.evidence.is_resolved();
            slot.1 = slot.1.min(call.line);
        }
        let importers = self.imports().importers_of(home);
        let words = name_words(target.name());
        let module = name_words(match target.path().stem() {
            "__init__" | "index" | "mod" => target.path().parent().rsplit('/').next().unwrap_or(""),
            stem => stem,
        });
        let mut out = Vec::new();
        let mut facts: Option<(FileIdx, FileFacts)> = None;
        for mention in self.test_mentions().of(names.of(symbol)) {
            let is_known = matches!(&facts, Some((file, _)) if *file == mention.file);
            if !is_known {
                let file = self.file(mention.file);
                let found = FileFacts {
                    imports: importers.binary_search(&mention.file).is_ok(),
                    names_module: contains_words(file.path().stem(), &module),
                    has_class: class_hash.is_some_and(|hash| file.record().idents.contains(&hash)),
                };
                facts = Some((mention.file, found));
            }
            let Some((_, facts)) = &facts else { continue };
            let call = called.get(&(mention.file, mention.owner));
            let evidence = match call {
                Some((true, _)) => TestEvidence::Calls,
                _ if facts.imports => TestEvidence::ImportsAndMentions,
                _ if facts.has_class => TestEvidence::MentionsWithClass,
                _ => TestEvidence::Mentions,
            };
            let mut score = match evidence {
                TestEvidence::Calls => 4.0,
                TestEvidence::ImportsAndMentions => 3.0,
                TestEvidence::MentionsWithClass => 2.0,
                TestEvidence::Mentions => 1.0,
            };
            let is_named_after = mention
                .owner
                .is_some_and(|test| contains_words(self.symbol(test).name(), &words));
            score +=
                if is_named_after { 1.5 } else { 0.0 } + if facts.names_module { 1.0 } else { 0.0 };
            score += if facts.has_class { 0.5 } else { 0.0 };
            // Repetitions count little: ln(2) for one, 1.1 for two.
            score += 0.3 * (1.0 + mention.count as f32).ln();
            out.push(TestMention {
                file: mention.file,
                test: mention.owner,
                line: call.map(|(_, line)| *line),
                n_mentions: mention.count,
                evidence,
                score,
            });
        }
        out.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then((a.file, a.test).cmp(&(b.file, b.test)))
        });
        out
    }

    fn test_mentions(&self) -> &TestMentions {
        self.test_mentions.get_or_init(|| TestMentions::build(self))
    }
}

/// The lower-cased words of a name, `test` left out.
fn name_words(name: &str) -> Vec<String> {
    let words = tokens::parts(name).map(str::to_lowercase);
    words
        .filter(|word| word != "test" && word != "tests")
        .collect()
}

/// Whether a test's name holds these words, in order and side by side.
fn contains_words(name: &str, words: &[String]) -> bool {
    if words.is_empty() || name.len() < u32_of(words.len()) as usize {
        return false;
    }
    let own = name_words(name);
    own.windows(words.len()).any(|window| window == words)
}
