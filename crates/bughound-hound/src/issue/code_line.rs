//! Does a line that nobody marked look like code?
//!
//! Trackers that lose their markup on export (Django's among them) leave code between sentences. The
//! rules look at one line; what its neighbours are is [`super::zones`]'s business.

/// How sure a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looks {
    /// A sentence.
    Prose,
    /// Code where its neighbours are: a comment, a closing bracket, a string.
    Either,
    /// Code.
    Code,
}

/// What the line looks like.
pub(super) fn looks(line: &str) -> Looks {
    let line = line.trim();
    if line.is_empty() {
        return Looks::Either;
    }
    if line.len() > 2000 {
        return Looks::Prose;
    }
    if is_prompt(line)
        || is_patch(line)
        || is_statement(line)
        || is_assignment(line)
        || is_call(line)
        || is_query(line)
        || is_tag(line)
    {
        return Looks::Code;
    }
    if is_comment(line) || line.chars().all(|c| !c.is_alphanumeric()) || is_literal_line(line) {
        return Looks::Either;
    }
    Looks::Prose
}

fn is_prompt(line: &str) -> bool {
    if line.starts_with(">>>")
        || line.starts_with("... ")
        || line.starts_with("$ ")
        || line == "..."
    {
        return true;
    }
    let numbered = line.strip_prefix("In").or_else(|| line.strip_prefix("Out"));
    numbered.is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.starts_with('[')
            && rest[1..]
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with("]:")
    })
}

/// The head of a patch.
fn is_patch(line: &str) -> bool {
    line.starts_with("diff --git ")
        || line.starts_with("@@ -")
        || line.starts_with("--- a/")
        || line.starts_with("+++ b/")
        || line
            .strip_prefix("index ")
            .is_some_and(|rest| rest.contains("..") && !rest.contains(' '))
}

/// Starts that hardly any sentence has.
const STARTS: &[&str] = &[
    "def ",
    "async def ",
    "@property",
    "#include",
    "#!",
    "pub fn ",
    "pub struct ",
    "impl ",
    "fn ",
    "func ",
    "public class ",
    "public static ",
    "private ",
    "const ",
    "let ",
    "var ",
    "#define ",
    "namespace ",
    "template<",
    "template <",
    "package ",
    "export ",
    "elif ",
    "raise ",
    "print(",
    "assert ",
    "yield ",
    "except:",
    "try:",
    "else:",
    "finally:",
    "while True",
    "not ok ",
    "pip install ",
    "python -",
    "python3 ",
    "git clone ",
    "cd ",
    "del ",
    "self.",
    "return self",
    "return None",
    "return (",
    "lambda ",
    ".. code",
];

fn is_statement(line: &str) -> bool {
    if STARTS.iter().any(|start| line.starts_with(start)) && !ends_like_sentence(line) {
        return true;
    }
    if let Some(rest) = line.strip_prefix("from ") {
        let mut words = rest.split_whitespace();
        let module = words.next().unwrap_or("");
        return words.next() == Some("import") && !module.contains(',');
    }
    if let Some(rest) = line.strip_prefix("import ") {
        let plain = |c: char| c.is_alphanumeric() || "_.,* {}'\"/@;-".contains(c);
        return rest.chars().all(plain)
            && rest.split_whitespace().count() <= 4
            && !rest.ends_with('.');
    }
    if let Some(rest) = line.strip_prefix("class ") {
        return rest.ends_with(':') || rest.ends_with('{') || rest.contains('(');
    }
    if let Some(rest) = line.strip_prefix("use ") {
        return rest.ends_with(';');
    }
    if let Some(rest) = line.strip_prefix('@') {
        let name = super::scan::dotted(rest);
        return !name.is_empty() && rest[name.len()..].starts_with('(');
    }
    if let Some(rest) = line.strip_prefix("return ") {
        return rest.contains(['(', '[', '{', '=', '_']) || !rest.contains(' ');
    }
    let opens = [
        "if ", "for ", "while ", "with ", "except ", "switch ", "else if ", "match ",
    ];
    if opens.iter().any(|start| line.starts_with(start)) {
        return (line.ends_with(':') || line.ends_with('{'))
            && line.contains(['(', '.', '_', '=', '<', '>', '['])
            || line.ends_with("):");
    }
    line.ends_with(';') && line.contains(['(', '=', '.']) && !ends_like_sentence(line)
        || line.ends_with(" {") && line.contains(['(', ':', '.'])
}

/// `a.b[c], d = …`, `x += 1`, `name: Type = …`.
fn is_assignment(line: &str) -> bool {
    let Some(equals) = line.find('=') else {
        return false;
    };
    let (target, value) = (&line[..equals], &line[equals + 1..]);
    if value.starts_with('=') || target.ends_with(['!', '<', '>']) {
        return false;
    }
    let target = target.trim_end_matches(['+', '-', '*', '/', '|', '&', '%', '^', ':', ' ']);
    if target.is_empty() || target.len() > 80 {
        return false;
    }
    let words = target.split_whitespace().count();
    let is_list = target.split(", ").all(|part| !part.trim().contains(' '))
        || (words == 2 && target.contains(": "));
    let plain = target
        .chars()
        .all(|c| c.is_alphanumeric() || "_.[]'\", ():*".contains(c));
    plain
        && (words == 1 || (is_list && words <= 4) || target.ends_with(']'))
        && target.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '(' || c == '*')
        && !value.trim().is_empty()
}

/// A line that is one call, or the start of one: `foo.bar(x)`, `migrations.RenameField(`.
fn is_call(line: &str) -> bool {
    let name = super::scan::dotted(line);
    if name.is_empty() {
        return false;
    }
    let rest = &line[name.len()..];
    if !rest.starts_with('(') && !rest.starts_with('[') {
        return false;
    }
    line.ends_with([')', '(', ',', ']', '[', '{', ';']) && !rest.contains(") ") || {
        // Trailing comment behind a call.
        rest.contains(")  #") || rest.contains(") # ") || rest.ends_with(")")
    }
}

const QUERY_STARTS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "FROM ",
    "WHERE ",
    "GROUP BY ",
    "ORDER BY ",
    "LEFT JOIN ",
    "LEFT OUTER JOIN ",
    "INNER JOIN ",
    "WITH ",
    "BEGIN;",
    "COMMIT;",
    "ON CONFLICT",
];

fn is_query(line: &str) -> bool {
    QUERY_STARTS.iter().any(|start| line.starts_with(start))
}

/// HTML, XML or a template tag that fills the line.
fn is_tag(line: &str) -> bool {
    (line.starts_with('<')
        && line.ends_with('>')
        && line[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !line.contains("://"))
        || (line.starts_with("{%") && line.ends_with("%}"))
        || (line.starts_with("{{") && line.ends_with("}}"))
}

/// A comment, or a decorator, which alone may as well be a person's handle.
fn is_comment(line: &str) -> bool {
    if line
        .strip_prefix('@')
        .is_some_and(|rest| super::scan::dotted(rest).len() == rest.len())
    {
        return true;
    }
    line.starts_with("# ")
        || line.starts_with("//")
        || line.starts_with("/*")
        || line.starts_with("* ")
        || line.starts_with("-- ")
}

/// Pieces of a longer expression: `'name', 3),`, `("x", "y"),`, `key: value,`.
fn is_literal_line(line: &str) -> bool {
    line.ends_with([',', '(', '[', '{']) && line.contains(['\'', '"', '(', '[', '=', '_'])
        || line.starts_with(['\'', '"', '(', '[', '{', ')', ']', '}', '.', '|', '+'])
            && !ends_like_sentence(line)
}

/// Several words and a full stop.
fn ends_like_sentence(line: &str) -> bool {
    line.ends_with(['.', '?', '!'])
        && line.split_whitespace().nth(3).is_some()
        && !line.ends_with("...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (line, expect) in [
            ("from django.db import models", Looks::Code),
            ("From the docs I read this", Looks::Prose),
            ("import numpy as np", Looks::Code),
            ("import of this module fails.", Looks::Prose),
            ("\tname = models.CharField(max_length=3)", Looks::Code),
            ("class Main(models.Model):", Looks::Code),
            ("class attributes are lost", Looks::Prose),
            ("print(a[:1].query) # good", Looks::Code),
            ("Main.objects.select_related('x').only('y')", Looks::Code),
            ("migrations.RenameField(", Looks::Code),
            ("),", Looks::Either),
            ("# views.py", Looks::Either),
            ("diff --git a/x.py b/x.py", Looks::Code),
            ("@@ -1,2 +1,3 @@ def f():", Looks::Code),
            (">>> f(1)", Looks::Code),
            ("@someone", Looks::Either),
            ("@a.b(3)", Looks::Code),
            ("Edit: Setting emit=True fails", Looks::Prose),
            ("x: int = 3", Looks::Code),
            ("a, b = c", Looks::Code),
            ("In [3]: x", Looks::Code),
            ("SELECT a FROM b", Looks::Code),
            ("Select a thing", Looks::Prose),
            ("{% extends 'a.html' %}", Looks::Code),
            ("if x == 3:", Looks::Code),
            ("if this happens:", Looks::Prose),
            ("The value of x = 3 is wrong", Looks::Prose),
            ("Calling foo(x) fails with an error.", Looks::Prose),
            ("foo(x) fails with an error.", Looks::Prose),
            ("let us see what happens.", Looks::Prose),
            ("let x = f(y);", Looks::Code),
            ("return HttpResponse()", Looks::Code),
            ("", Looks::Either),
        ] {
            assert_eq!(looks(line), expect, "{line}");
        }
    }
}
