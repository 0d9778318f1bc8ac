//! What an operator is, and which there are.

use std::sync::OnceLock;

use bughound_core::Language;
use serde::Serialize;

use crate::MutantKind;
use crate::operators::ALL;
use crate::site::{Changes, Site};
use crate::tree::grammar;

/// Makes one kind of change.
pub(crate) trait Operator: Sync {
    /// Its name, as recorded: `comparison`.
    fn name(&self) -> &'static str;

    /// What it does, in one line, for the documentation.
    fn about(&self) -> &'static str;

    /// What its changes break in a language.
    fn kind(&self, language: Language) -> MutantKind;

    /// Kinds of nodes that it looks at, over all grammars: those that a grammar does not have do not occur.
    fn kinds(&self) -> &'static [&'static str];

    /// Whether no change needs to be parsed to know whether it does: one word stands for another of its kind, or a
    /// bracket is open for good.
    fn is_certain(&self) -> bool {
        false
    }

    /// Finds the changes at one node.
    fn at(&self, site: &Site<'_, '_>, out: &mut Changes);
}

/// An operator, for those who list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorInfo {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// The operators on source files.
pub fn operators() -> impl Iterator<Item = OperatorInfo> {
    ALL.iter().map(|operator| OperatorInfo {
        name: operator.name(),
        about: operator.about(),
    })
}

/// Whether a language checks types and names before it runs.
pub(crate) fn is_compiled(language: Language) -> bool {
    matches!(
        language,
        Language::Rust
            | Language::Java
            | Language::Go
            | Language::C
            | Language::Cpp
            | Language::TypeScript
            | Language::Tsx
    )
}

/// [`MutantKind::Compile`] where the compiler sees it, [`MutantKind::Mutation`] elsewhere.
pub(crate) fn compile_if_checked(language: Language) -> MutantKind {
    if is_compiled(language) {
        MutantKind::Compile
    } else {
        MutantKind::Mutation
    }
}

/// Which operators look at a kind of node: bits of [`ALL`], by the number of the kind.
pub(crate) fn interested(language: Language) -> &'static [u64] {
    static TABLES: [OnceLock<Vec<u64>>; 10] = [const { OnceLock::new() }; 10];
    TABLES[language as usize].get_or_init(|| {
        let Some(grammar) = grammar(language) else {
            return Vec::new();
        };
        let n_kinds = u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        (0..n_kinds)
            .map(|id| {
                let name = grammar.node_kind_for_id(id).unwrap_or("");
                let looks = |(bit, operator): (usize, &&dyn Operator)| {
                    u64::from(operator.kinds().contains(&name)) << bit
                };
                ALL.iter().enumerate().map(looks).sum()
            })
            .collect()
    })
}
