//! What stands before a called name: read off the text around each call.

use bughound_core::Language;
use bughound_syntax::{Call, Outline};
use rustc_hash::{FxHashMap, FxHashSet};

/// As [`crate::Receiver`], with names as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written<'a> {
    Bare,
    Expression,
    Own,
    Super,
    Name(&'a str),
    Instance(&'a str),
    ImportedChain(&'a str),
    Chain(&'a str),
}

/// The receivers of the calls of one file.
pub(crate) struct Receivers<'a> {
    language: Language,
    text: &'a str,
    outline: &'a Outline,
    /// Names that imports bring in.
    imported: FxHashSet<&'a str>,
    /// What was assigned a new instance: the definition around it (the class for `self.x`), the name, and
    /// the class. `None` where two classes are assigned.
    made: FxHashMap<(Option<u32>, &'a str), Option<&'a str>>,
    /// Of Go methods, the name of the receiver.
    go_receivers: FxHashMap<u32, &'a str>,
}

impl<'a> Receivers<'a> {
    pub(crate) fn new(language: Language, text: &'a str, outline: &'a Outline) -> Self {
        let mut receivers = Self {
            language,
            text,
            outline,
            imported: FxHashSet::default(),
            made: FxHashMap::default(),
            go_receivers: FxHashMap::default(),
        };
        for import in &outline.imports {
            let names = import
                .names
                .iter()
                .map(|name| name.alias.as_deref().unwrap_or(&name.name));
            receivers.imported.extend(names);
            let module = match &import.alias {
                Some(alias) => Some(&**alias),
                None if !import.names.is_empty() => None,
                None if language == Language::Python => import.module.split('.').next(),
                None => import.module.rsplit(['/', ':', '.']).next(),
            };
            receivers.imported.extend(module);
        }
        if language == Language::Go {
            for (i, def) in (0..).zip(&outline.definitions) {
                let signature = def.signature.text(text);
                let variable = signature
                    .strip_prefix("func")
                    .and_then(|rest| rest.trim_start().strip_prefix('('))
                    .map(|rest| &rest[..identifier_len(rest)]);
                receivers
                    .go_receivers
                    .extend(variable.map(|name| (i, name)));
            }
        }
        receivers.find_instances();
        receivers
    }

    /// The called name and what stands before it; `None` where no name is called.
    pub(crate) fn of(&self, call: &Call) -> Option<(&'a str, Written<'a>)> {
        let callee = call.callee.text(self.text);
        let name = last_name(callee)?;
        let name_at = name.as_ptr() as usize - callee.as_ptr() as usize;
        let before = callee[..name_at].trim_end_matches(is_joint);
        if before.is_empty() {
            return Some((name, self.before(call.callee.start as usize)));
        }
        Some((name, self.receiver(before, call.within)))
    }

    /// What a callee of one name stands behind.
    fn before(&self, at: usize) -> Written<'a> {
        let before = self.text.get(..at).unwrap_or("");
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
        let is_joined = (before.ends_with('.') && !before.ends_with(".."))
            || before.ends_with("->")
            || before.ends_with("::");
        if !is_joined {
            return Written::Bare;
        }
        match made_before(before.trim_end_matches(is_joint)) {
            Some(class) => Written::Instance(class),
            None => Written::Expression,
        }
    }

    fn receiver(&self, before: &'a str, within: Option<u32>) -> Written<'a> {
        if before.starts_with("super(") || before == "super" {
            // `super().x.run()` is something else.
            let is_whole = before == "super" || before.ends_with(')');
            return if is_whole {
                Written::Super
            } else {
                Written::Expression
            };
        }
        let Some(last) = last_name(before) else {
            return Written::Expression;
        };
        let root = &before[..identifier_len(before)];
        if last.len() == before.len() {
            if self.is_own(last, within) {
                return Written::Own;
            }
            return match self.made_in(within, last) {
                Some(class) => Written::Instance(class),
                None => Written::Name(last),
            };
        }
        if self.is_own(root, within) {
            let is_attribute = before[root.len()..].trim_start_matches(is_joint) == last;
            let class = self.class_around(within);
            if is_attribute && let Some(&Some(class)) = self.made.get(&(class, last)) {
                return Written::Instance(class);
            }
            return Written::Chain(last);
        }
        if self.imported.contains(root) || (self.language == Language::Rust && root == "crate") {
            return Written::ImportedChain(last);
        }
        Written::Chain(last)
    }

    fn is_own(&self, name: &str, within: Option<u32>) -> bool {
        match self.language {
            Language::Python => matches!(name, "self" | "cls"),
            Language::Rust => matches!(name, "self" | "Self"),
            Language::Go => within
                .and_then(|def| self.go_receivers.get(&def))
                .is_some_and(|own| *own == name),
            Language::C => false,
            _ => name == "this",
        }
    }

    /// The definition that attributes of `self` belong to: the one around the outermost function.
    fn class_around(&self, within: Option<u32>) -> Option<u32> {
        let mut around = within;
        while let Some(def) = around.and_then(|def| self.outline.definitions.get(def as usize)) {
            if !def.kind.is_callable() {
                break;
            }
            around = def.parent;
        }
        around
    }

    /// The class of which a variable was made an instance, here or around here.
    fn made_in(&self, within: Option<u32>, name: &str) -> Option<&'a str> {
        if self.made.is_empty() {
            return None;
        }
        let mut around = within;
        loop {
            if let Some(class) = self.made.get(&(around, name)) {
                return *class;
            }
            around = self.outline.definitions.get(around? as usize)?.parent;
        }
    }

    /// Finds `x = Class(…)`, `x := pkg.Class(…)`, `self.x = new Class(…)`, `let x = Type::new(…)`.
    fn find_instances(&mut self) {
        for call in &self.outline.calls {
            let callee = call.callee.text(self.text);
            let Some(mut class) = last_name(callee) else {
                continue;
            };
            if !starts_upper(class) {
                // `Type::new(…)`.
                let class_at = class.as_ptr() as usize - callee.as_ptr() as usize;
                let before = callee[..class_at].trim_end_matches(is_joint);
                match last_name(before) {
                    Some(owner) if self.language == Language::Rust && starts_upper(owner) => {
                        class = owner;
                    }
                    _ => continue,
                }
            }
            let Some((is_own, variable)) = self.target(call) else {
                continue;
            };
            let scope = if is_own {
                self.class_around(call.within)
            } else {
                call.within
            };
            self.made
                .entry((scope, variable))
                .and_modify(|known| {
                    if *known != Some(class) {
                        *known = None;
                    }
                })
                .or_insert(Some(class));
        }
    }

    /// The variable, or attribute of the own object, that a call's value is assigned to.
    fn target(&self, call: &Call) -> Option<(bool, &'a str)> {
        let blank = |c: char| c == ' ' || c == '\t';
        let before = self
            .text
            .get(..call.callee.start as usize)?
            .trim_end_matches(blank);
        let before = ["new", "await", "&", "*"]
            .iter()
            .find_map(|word| before.strip_suffix(word))
            .unwrap_or(before)
            .trim_end_matches(blank);
        let before = before.strip_suffix('=')?;
        let before = before.strip_suffix(':').unwrap_or(before);
        if before.ends_with([
            '=', '!', '<', '>', '+', '-', '*', '/', '%', '|', '&', '^', '@',
        ]) {
            return None;
        }
        let target = before.trim_end_matches(blank);
        let name = last_name(target).filter(|name| target.ends_with(name))?;
        let rest = &target[..target.len() - name.len()];
        if !rest.ends_with(is_joint) {
            return Some((false, name));
        }
        let rest = rest.trim_end_matches(is_joint);
        let owner = last_name(rest).filter(|owner| rest.ends_with(owner))?;
        let is_whole = !rest[..rest.len() - owner.len()].ends_with(is_joint);
        (is_whole && self.is_own(owner, call.within)).then_some((true, name))
    }
}

/// The class of which the call that ends the text makes an instance: `Class` of `… = m.Class(a, (b))`.
fn made_before(text: &str) -> Option<&str> {
    const MAX_ARGUMENTS: usize = 400;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().rev().take(MAX_ARGUMENTS) {
        match byte {
            b')' => depth += 1,
            b'(' => depth = depth.checked_sub(1)?,
            // Strings may hold parentheses: better nothing than something wrong.
            b'"' | b'\'' => return None,
            _ => {}
        }
        if depth == 0 {
            let callee = text.get(..at)?;
            let class = last_name(callee).filter(|class| callee.ends_with(class))?;
            return (byte == b'(' && starts_upper(class)).then_some(class);
        }
    }
    None
}

/// What may stand between the names of a chain.
fn is_joint(c: char) -> bool {
    matches!(c, '.' | ':' | '-' | '>' | '?' | '!' | '#' | '~' | '$')
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn identifier_len(text: &str) -> usize {
    text.find(|c| !is_identifier(c)).unwrap_or(text.len())
}

/// The last identifier of a chain.
fn last_name(chain: &str) -> Option<&str> {
    chain
        .rsplit(|c| !is_identifier(c))
        .find(|name| !name.is_empty())
}

fn starts_upper(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The receivers of all calls, in source order, as `name: receiver`.
    fn check(source: &str, expect: &[&str]) {
        let outline = bughound_syntax::outline(Language::Python, source);
        let receivers = Receivers::new(Language::Python, source, &outline);
        let found: Vec<String> = outline
            .calls
            .iter()
            .filter_map(|call| receivers.of(call))
            .map(|(name, written)| format!("{name}: {written:?}"))
            .collect();
        assert_eq!(found, expect, "{source}");
    }

    #[test]
    fn text_of_other_scripts_before_a_call() {
        for text in ["”", "a ”", "f(”", "x = A(”)", "”)"] {
            assert!(
                made_before(text).is_none_or(|class| text.contains(class)),
                "{text}"
            );
        }
        assert_eq!(made_before("x = A(é)"), Some("A"));
    }

    #[test]
    fn names_that_end_in_what_no_name_holds() {
        // Bytes that are not UTF-8 are read as `\u{fffd}`, which is no part of a name but may end a callee.
        for source in [
            "x := t\u{fffd}(1)",
            "x := a.t\u{fffd}(1)",
            "x := \u{fffd}(1)",
        ] {
            let source = format!("package a\nfunc f() {{\n\t{source}\n}}\n");
            let outline = bughound_syntax::outline(Language::Go, &source);
            let receivers = Receivers::new(Language::Go, &source, &outline);
            for call in &outline.calls {
                let written = receivers.of(call).map(|(name, _)| name);
                assert!(written.is_none_or(|name| source.contains(name)), "{source}");
            }
        }
    }

    #[test]
    fn receivers_by_what_is_written() {
        check("f()", &["f: Bare"]);
        check("x.f()", &[r#"f: Name("x")"#]);
        check("f(x).g()", &["f: Bare", "g: Expression"]);
        check("x[0].g()", &["g: Expression"]);
        check("[*f()]", &["f: Bare"]);
        check("a.b.c()", &[r#"c: Chain("b")"#]);
        check("import a.b\na.b.c()", &[r#"c: ImportedChain("b")"#]);
        check("import x.a as a\na.b.c()", &[r#"c: ImportedChain("b")"#]);
        check("self.f()", &["f: Own"]);
        check("cls.f()", &["f: Own"]);
        check("self.x.f()", &[r#"f: Chain("x")"#]);
        check("super().f()", &["super: Bare", "f: Super"]);
        check("super(A, self).f()", &["super: Bare", "f: Super"]);
        check("super().x.f()", &["super: Bare", "f: Expression"]);
    }

    #[test]
    fn instances_in_place() {
        check(
            "A(f(x)).g()",
            &["A: Bare", "f: Bare", r#"g: Instance("A")"#],
        );
        check("a(x).g()", &["a: Bare", "g: Expression"]);
        check("A('(').g()", &["A: Bare", "g: Expression"]);
        check("(A).g()", &["g: Expression"]);
        check("A(x)[0].g()", &["A: Bare", "g: Expression"]);
    }

    #[test]
    fn instances_by_assignment() {
        check("x = A()\nx.f()", &["A: Bare", r#"f: Instance("A")"#]);
        check(
            "x = m.A()\nx.f()",
            &[r#"A: Name("m")"#, r#"f: Instance("A")"#],
        );
        check(
            "x = A()\nx = B()\nx.f()",
            &["A: Bare", "B: Bare", r#"f: Name("x")"#],
        );
        check("x == A()\nx.f()", &["A: Bare", r#"f: Name("x")"#]);
        check("x += A()\nx.f()", &["A: Bare", r#"f: Name("x")"#]);
        check("x = a()\nx.f()", &["a: Bare", r#"f: Name("x")"#]);
        check(
            "def f():\n    x = A()\ndef g():\n    x.f()",
            &["A: Bare", r#"f: Name("x")"#],
        );
        check(
            "x = A()\ndef g():\n    x.f()",
            &["A: Bare", r#"f: Instance("A")"#],
        );
        let source = "class C:\n    def __init__(self):\n        self.x = A()\n    def g(self):\n        self.x.f()";
        check(source, &["A: Bare", r#"f: Instance("A")"#]);
        check(
            "self.y.x = A()\nself.x.f()",
            &["A: Bare", r#"f: Chain("x")"#],
        );
    }
}
