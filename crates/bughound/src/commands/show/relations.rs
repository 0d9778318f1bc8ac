//! What a definition has to do with others.

use bughound_index::{CallEdge, FileIdx, Index, SymbolIdx, TestEvidence, TypeEdge};
use serde::Serialize;

/// What a definition has to do with others, each list surest or nearest first.
#[derive(Debug, Serialize)]
pub(super) struct Relations {
    callers: Vec<Relation>,
    callees: Vec<Relation>,
    superclasses: Vec<Relation>,
    subclasses: Vec<Relation>,
    overrides: Vec<Relation>,
    overridden_by: Vec<Relation>,
    tests: Vec<Relation>,
}

/// One other definition, or the top of a file.
#[derive(Debug, Serialize)]
pub(super) struct Relation {
    pub(super) path: String,
    /// Absent for code outside of any definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) qualified_name: Option<String>,
    /// Where the call stands; for other relations where the definition starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u32>,
    /// Why this definition is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<String>,
}

impl Relations {
    /// Looks them up.
    pub(super) fn of(index: &Index, symbol: SymbolIdx) -> Self {
        let caller = |call: &CallEdge| {
            relation(
                index,
                call.file,
                call.from,
                Some(call.line),
                call.evidence.to_string(),
            )
        };
        // The line of the call is in this very definition; that of the callee is of more use.
        let callee = |call: &CallEdge| defined(index, call.to, Some(call.evidence.to_string()));
        let typed = |edge: &TypeEdge| defined(index, edge.to, Some(edge.evidence.to_string()));
        let plain = |symbol: SymbolIdx| defined(index, symbol, None);
        let mut callees: Vec<Relation> = Vec::new();
        for call in index
            .callees(symbol)
            .iter()
            .filter(|call| call.to != symbol)
        {
            let callee = callee(call);
            let is_same = |known: &Relation| {
                known.path == callee.path
                    && known.qualified_name == callee.qualified_name
                    && known.line == callee.line
            };
            if !callees.iter().any(is_same) {
                callees.push(callee);
            }
        }
        Self {
            callers: index.callers(symbol).iter().map(caller).collect(),
            callees,
            superclasses: index.superclasses(symbol).iter().map(typed).collect(),
            subclasses: index.subclasses(symbol).iter().map(typed).collect(),
            overrides: index.overrides(symbol).into_iter().map(plain).collect(),
            overridden_by: index.overridden_by(symbol).into_iter().map(plain).collect(),
            tests: index
                .tests_of(symbol)
                .into_iter()
                .map(|test| {
                    relation(
                        index,
                        test.file,
                        test.test,
                        test.line,
                        test_evidence(test.evidence).to_owned(),
                    )
                })
                .collect(),
        }
    }

    /// The lists with titles for people.
    pub(super) fn titled(&self) -> [(&'static str, &[Relation]); 7] {
        [
            ("Called by", &self.callers),
            ("Calls", &self.callees),
            ("Types above", &self.superclasses),
            ("Types below", &self.subclasses),
            ("Overrides", &self.overrides),
            ("Overridden by", &self.overridden_by),
            ("Tests", &self.tests),
        ]
    }
}

fn defined(index: &Index, symbol: SymbolIdx, evidence: Option<String>) -> Relation {
    Relation {
        path: index.symbol(symbol).path().to_string(),
        qualified_name: Some(index.symbol(symbol).qualified_name().to_owned()),
        line: Some(index.symbol(symbol).lines().start),
        evidence,
    }
}

fn relation(
    index: &Index,
    file: FileIdx,
    symbol: Option<SymbolIdx>,
    line: Option<u32>,
    evidence: String,
) -> Relation {
    Relation {
        path: index.file(file).path().to_string(),
        qualified_name: symbol.map(|symbol| index.symbol(symbol).qualified_name().to_owned()),
        line: line.or_else(|| symbol.map(|symbol| index.symbol(symbol).lines().start)),
        evidence: Some(evidence),
    }
}

fn test_evidence(evidence: TestEvidence) -> &'static str {
    match evidence {
        TestEvidence::Calls => "calls it",
        TestEvidence::ImportsAndMentions => "imports its file and mentions it",
        TestEvidence::MentionsWithClass => "mentions it and its class",
        TestEvidence::Mentions => "mentions its name",
    }
}
