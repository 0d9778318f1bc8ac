//! Python, through ruff's error-recovering parser.
//!
//! One parse, one pass over the tokens (comments, depth of nesting), one walk of the tree in source order.
//!
//! Not extracted: attributes that methods assign (`self.x = …`), names bound by `for`, `with`, `except`,
//! `:=` or `global`, lambdas (one that is assigned is an assignment), calls of anything but a name or an
//! attribute (`handlers[k]()`, `f()()`), and what strings hold (string annotations, doctests, `exec`).

mod definitions;
mod expressions;
mod nesting;
mod walk;

use bughound_core::Language;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::{Mode, ParseOptions, lexer, parse_unchecked};

use crate::builder::Builder;
use crate::{FrontEnd, Outline};
use nesting::{Nesting, StatementLength};
use walk::Walker;

/// The front end for Python.
pub(crate) struct Python;

/// From this depth on a tree is not built: 130,000 nested parentheses took 280 MB, most of it the parser's
/// stack.
const MAX_NESTING: usize = 50_000;
/// Shorter texts cannot nest much deeper than [`MAX_NESTING`], so only longer ones are measured before they
/// are parsed, which costs a second run of the lexer.
const ALWAYS_PARSED_BYTES: usize = 64 * 1024;
/// Trees up to this depth are walked and dropped on the stack as it is.
const SHALLOW: usize = 200;
/// Stack for one level of a deeper tree; a fifth of it was enough in unoptimised builds.
const STACK_PER_LEVEL: usize = 4 * 1024;

impl FrontEnd for Python {
    fn language(&self) -> Language {
        Language::Python
    }

    fn read(&self, text: &str) -> Outline {
        let mut builder = Builder::new(text);
        if text.len() > ALWAYS_PARSED_BYTES && is_too_deep(text) {
            builder.problem(
                0,
                format!("nested deeper than {MAX_NESTING} levels; not parsed"),
            );
            return builder.finish();
        }
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
        let mut length = StatementLength::default();
        for token in parsed.tokens() {
            let (kind, range) = token.as_tuple();
            length.token(kind);
            if kind == TokenKind::Comment {
                let span = builder.span(range.start().to_u32(), range.end().to_u32());
                builder.comment(span);
            }
        }
        for error in parsed.errors() {
            if builder.is_full_of_problems() {
                break;
            }
            builder.problem(error.location.start().to_u32(), error.error.to_string());
        }
        // The looser bound is cheaper and nearly always enough.
        let mut bound = length.bound();
        if bound > SHALLOW {
            bound = nesting_of(parsed.tokens());
        }
        let Mod::Module(module) = parsed.into_syntax() else {
            return builder.finish();
        };
        if bound <= SHALLOW {
            read_tree(builder, module.body)
        } else {
            stacker::grow(bound * STACK_PER_LEVEL, || read_tree(builder, module.body))
        }
    }
}

/// Walks and drops the tree, both by recursion.
fn read_tree(builder: Builder<'_>, body: impl AsRef<[Stmt]>) -> Outline {
    let mut walker = Walker::new(builder);
    walker.module(body.as_ref());
    walker.finish()
}

fn nesting_of(tokens: &Tokens) -> usize {
    let mut nesting = Nesting::new();
    for token in tokens {
        nesting.token(token.kind());
    }
    // The last statement may lack its newline.
    nesting.token(TokenKind::EndOfFile);
    nesting.bound()
}

/// Whether some bracket or expression nests too deeply to be parsed.
fn is_too_deep(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut nesting = Nesting::new();
    loop {
        let kind = lexer.next_token();
        nesting.token(kind);
        if nesting.n_open() > MAX_NESTING || nesting.bound() > MAX_NESTING {
            return true;
        }
        if kind == TokenKind::EndOfFile {
            return false;
        }
    }
}
