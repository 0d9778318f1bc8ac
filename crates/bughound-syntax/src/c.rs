//! C, through tree-sitter. What it extracts is described in `c_family`.

use std::sync::OnceLock;

use tree_sitter::Node;

use crate::c_family::{self, Kind};
use crate::tree::{Enter, Grammar, Table, Walk};
use crate::{FrontEnd, Outline};

/// The front end for C.
pub(crate) struct C;

impl FrontEnd for C {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::C
    }

    fn read(&self, text: &str) -> Outline {
        c_family::read::<Self>(text)
    }
}

impl Grammar for C {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<C>> = OnceLock::new();
        TABLE.get_or_init(|| Table::new(tree_sitter_c::LANGUAGE.into(), c_family::kind))
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        c_family::enter(walk, node, kind)
    }
}
