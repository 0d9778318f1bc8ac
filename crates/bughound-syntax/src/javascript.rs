//! JavaScript with JSX, through tree-sitter. What it extracts is described in `ecma`.

use std::sync::OnceLock;

use tree_sitter::Node;

use crate::ecma::{self, Kind};
use crate::tree::{Enter, Grammar, Table, Walk, read};
use crate::{FrontEnd, Outline};

/// The front end for JavaScript.
pub(crate) struct JavaScript;

impl FrontEnd for JavaScript {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::JavaScript
    }

    fn read(&self, text: &str) -> Outline {
        read::<Self>(text)
    }
}

impl Grammar for JavaScript {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<JavaScript>> = OnceLock::new();
        TABLE.get_or_init(|| Table::new(tree_sitter_javascript::LANGUAGE.into(), ecma::kind))
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        ecma::enter(walk, node, kind)
    }
}
