//! How deep may the syntax tree of a Python text be?
//!
//! The tree is dropped and walked by recursion, so its depth has to be known before. Every level of it needs
//! at least one token of its own that is no atom (name, number, string), and such a token serves one node.
//! Between two commas at the same level of brackets, the depth is therefore at most the number of these
//! tokens plus the depth of the deepest pair of brackets among them. The bound is loose only for long
//! operator chains; tables of data, however large, stay shallow.

use ruff_python_ast::token::TokenKind;

/// One open bracket, or the statement itself.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Tokens that may make nodes since the last comma.
    n_tokens: usize,
    /// Depth of the deepest pair of brackets since the last comma.
    deepest_child: usize,
    /// Depth of the deepest segment before the last comma.
    deepest_segment: usize,
    /// A `lambda` has commas of its own, so after it they end nothing.
    has_lambda: bool,
}

impl Level {
    fn depth(self) -> usize {
        self.deepest_segment.max(self.n_tokens + self.deepest_child)
    }
}

/// A looser bound than [`Nesting`]'s, in a fraction of its time: the tokens of the longest statement, and the
/// deepest indentation.
#[derive(Default)]
pub(crate) struct StatementLength {
    n_tokens: usize,
    longest: usize,
    n_indents: usize,
    most_indents: usize,
}

impl StatementLength {
    pub(crate) fn token(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Name
            | TokenKind::String
            | TokenKind::Comma
            | TokenKind::NonLogicalNewline => {}
            TokenKind::Newline => self.end_statement(),
            TokenKind::Indent => {
                self.n_indents += 1;
                self.most_indents = self.most_indents.max(self.n_indents);
            }
            TokenKind::Dedent => self.n_indents = self.n_indents.saturating_sub(1),
            _ => self.n_tokens += 1,
        }
    }

    /// A bound on the depth, counted after the last token.
    pub(crate) fn bound(&mut self) -> usize {
        self.end_statement();
        self.longest + self.most_indents * NODES_PER_INDENT
    }

    fn end_statement(&mut self) {
        self.longest = self.longest.max(self.n_tokens);
        self.n_tokens = 0;
    }
}

/// Counts tokens as they come.
pub(crate) struct Nesting {
    /// Never empty.
    levels: Vec<Level>,
    n_indents: usize,
    deepest: usize,
}

/// Nodes that one level of indentation may add (a clause, its statement, its list).
const NODES_PER_INDENT: usize = 4;

impl Nesting {
    pub(crate) fn new() -> Self {
        Self {
            levels: vec![Level::default()],
            n_indents: 0,
            deepest: 0,
        }
    }

    pub(crate) fn token(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}
            TokenKind::Comma => {
                let level = self.level();
                if !level.has_lambda {
                    *level = Level {
                        deepest_segment: level.depth(),
                        ..Level::default()
                    };
                }
            }
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                self.level().n_tokens += 1;
                self.levels.push(Level::default());
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                if self.levels.len() > 1 {
                    self.close();
                }
            }
            TokenKind::Newline | TokenKind::EndOfFile => self.end_statement(),
            TokenKind::Indent => self.n_indents += 1,
            TokenKind::Dedent => self.n_indents = self.n_indents.saturating_sub(1),
            TokenKind::Lambda => {
                let level = self.level();
                level.has_lambda = true;
                level.n_tokens += 1;
            }
            _ => self.level().n_tokens += 1,
        }
    }

    /// A bound on the depth so far, counted after the end of the file.
    pub(crate) fn bound(&self) -> usize {
        self.deepest
    }

    /// Brackets that are open now.
    pub(crate) fn n_open(&self) -> usize {
        self.levels.len() - 1
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn close(&mut self) {
        let depth = self.levels.pop().map_or(0, Level::depth);
        let level = self.level();
        level.deepest_child = level.deepest_child.max(depth);
    }

    fn end_statement(&mut self) {
        while self.levels.len() > 1 {
            self.close();
        }
        let depth = self.level().depth() + self.n_indents * NODES_PER_INDENT;
        self.deepest = self.deepest.max(depth);
        *self.level() = Level::default();
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::{Mode, lexer};

    use super::*;

    fn bound(text: &str) -> usize {
        let mut lexer = lexer::lex(text, Mode::Module);
        let mut nesting = Nesting::new();
        let mut length = StatementLength::default();
        loop {
            let kind = lexer.next_token();
            nesting.token(kind);
            length.token(kind);
            if kind == TokenKind::EndOfFile {
                assert!(length.bound() >= nesting.bound(), "{text}");
                return nesting.bound();
            }
        }
    }

    #[test]
    fn data_is_shallow_and_chains_are_deep() {
        assert!(bound(&format!("x = [{}]\n", "{'a': (1, 2)}, ".repeat(1000))) < 10);
        assert!(bound(&"x = 1\n".repeat(1000)) < 5);
        assert!(bound(&format!("x = ({})\n", "'piece' ".repeat(1000))) < 5);
        for deep in [
            "(".repeat(1000) + &")".repeat(1000),
            "(".repeat(1000),
            "-".repeat(1000) + "1",
            "not ".repeat(1000) + "x",
            "a.".repeat(1000) + "b",
            "f(x)".to_owned() + &"(1, 2)".repeat(1000),
            "1+".repeat(1000) + "1",
            "lambda a, b: ".repeat(1000) + "1",
            "((1)) ".to_owned() + &".x".repeat(1000),
            "1 if 1 else ".repeat(1000) + "1",
        ] {
            assert!(bound(&format!("{deep}\n")) >= 1000, "{deep}");
        }
        let blocks: String = (0..100)
            .map(|i| format!("{}if x:\n", " ".repeat(i)))
            .collect();
        assert!(bound(&blocks) >= 99);
    }
}
