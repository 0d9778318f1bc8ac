//! TypeScript and TSX, through tree-sitter. What they extract is described in `ecma`.

use std::sync::OnceLock;

use tree_sitter::Node;

use crate::ecma::{self, Kind};
use crate::tree::{Enter, Grammar, Table, Walk, read};
use crate::{FrontEnd, Outline};

/// The front end for TypeScript without JSX, where `<T>x` is a cast.
pub(crate) struct TypeScript;

impl FrontEnd for TypeScript {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::TypeScript
    }

    fn read(&self, text: &str) -> Outline {
        read::<Self>(text)
    }
}

impl Grammar for TypeScript {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<TypeScript>> = OnceLock::new();
        TABLE.get_or_init(|| {
            Table::new(
                tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
                ecma::kind,
            )
        })
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        ecma::enter(walk, node, kind)
    }
}

/// The front end for TypeScript with JSX.
pub(crate) struct Tsx;

impl FrontEnd for Tsx {
    fn language(&self) -> bughound_core::Language {
        bughound_core::Language::Tsx
    }

    fn read(&self, text: &str) -> Outline {
        read::<Self>(text)
    }
}

impl Grammar for Tsx {
    type Kind = Kind;

    fn table() -> &'static Table<Self> {
        static TABLE: OnceLock<Table<Tsx>> = OnceLock::new();
        TABLE.get_or_init(|| Table::new(tree_sitter_typescript::LANGUAGE_TSX.into(), ecma::kind))
    }

    fn enter<'t, 'n>(walk: &mut Walk<'t, 'n, Self>, node: Node<'n>, kind: Kind) -> Enter {
        ecma::enter(walk, node, kind)
    }
}
