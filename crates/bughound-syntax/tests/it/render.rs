//! An outline as text, one fact per line, for tests that are tables.

use std::fmt::Write;

use bughound_core::Language;
use bughound_syntax::{Definition, DefinitionFlags, Outline, outline};

const FLAGS: [(DefinitionFlags, &str); 8] = [
    (DefinitionFlags::ASYNC, "async"),
    (DefinitionFlags::GETTER, "getter"),
    (DefinitionFlags::SETTER, "setter"),
    (DefinitionFlags::STATIC, "static"),
    (DefinitionFlags::DECLARATION, "declaration"),
    (DefinitionFlags::NESTED, "nested"),
    (DefinitionFlags::TEST, "test"),
    (DefinitionFlags::ABSTRACT, "abstract"),
];

/// Asserts the definitions of `text`: `kind qualified.name lines [@name line] [flags] [(bases)] [@decorators]`.
#[track_caller]
pub(crate) fn definitions(language: Language, text: &str, expect: &[&str]) {
    let outline = outline(language, text);
    let found: Vec<String> = outline.definitions.iter().map(definition).collect();
    assert_eq!(found, expect, "{text}\n{:?}", outline.problems);
}

fn definition(d: &Definition) -> String {
    let mut line = format!("{} {} {}", d.kind, d.qualified_name, d.lines);
    if d.name_line != d.lines.start {
        write!(line, " @{}", d.name_line).unwrap();
    }
    for (flag, name) in FLAGS {
        if d.flags.has(flag) {
            write!(line, " {name}").unwrap();
        }
    }
    if !d.bases.is_empty() {
        write!(line, " ({})", d.bases.join(", ")).unwrap();
    }
    for decorator in &d.decorators {
        write!(line, " @{decorator}").unwrap();
    }
    line
}

/// Asserts signature, body and documentation of each definition: `signature | body | docstring`.
#[track_caller]
pub(crate) fn parts(language: Language, text: &str, expect: &[&str]) {
    let outline = outline(language, text);
    let found: Vec<String> = outline
        .definitions
        .iter()
        .map(|d| {
            let docstring = d.docstring.map_or("-", |span| span.text(text));
            format!(
                "{} | {} | {docstring}",
                d.signature.text(text),
                d.body.text(text)
            )
        })
        .collect();
    assert_eq!(found, expect, "{text}");
}

/// Asserts everything else: imports, calls, strings, assignments, comments, the module's documentation.
#[track_caller]
pub(crate) fn facts(language: Language, text: &str, expect: &[&str]) {
    let outline = outline(language, text);
    let found = all_facts(&outline, text);
    assert_eq!(found, expect, "{text}\n{:?}", outline.problems);
}

fn all_facts(outline: &Outline, text: &str) -> Vec<String> {
    let owner = |within: Option<u32>| match within {
        Some(index) => format!(" in {}", outline.definitions[index as usize].qualified_name),
        None => String::new(),
    };
    let mut facts = Vec::new();
    if let Some(span) = outline.docstring {
        facts.push(format!("doc {}", span.text(text)));
    }
    for import in &outline.imports {
        let mut line = format!(
            "import {}: {}{}",
            import.line,
            ".".repeat(import.level as usize),
            import.module
        );
        if let Some(alias) = &import.alias {
            write!(line, " as {alias}").unwrap();
        }
        for name in &import.names {
            write!(line, " {{{}", name.name).unwrap();
            if let Some(alias) = &name.alias {
                write!(line, " as {alias}").unwrap();
            }
            line.push('}');
        }
        facts.push(line);
    }
    for call in &outline.calls {
        let word = if call.raised { "raise" } else { "call" };
        facts.push(format!(
            "{word} {}: {}{}",
            call.line,
            call.callee.text(text),
            owner(call.within)
        ));
    }
    for string in &outline.strings {
        let word = if string.raised { "message" } else { "string" };
        facts.push(format!(
            "{word} {}: {}{}",
            string.line,
            string.span.text(text),
            owner(string.within)
        ));
    }
    for assignment in &outline.assignments {
        facts.push(format!(
            "let {}: {}{}",
            assignment.lines,
            assignment.name,
            owner(assignment.within)
        ));
    }
    for comment in &outline.comments {
        facts.push(format!("comment {}", comment.text(text)));
    }
    facts
}

/// Asserts that there are problems, and on which lines.
#[track_caller]
pub(crate) fn problem_lines(language: Language, text: &str, expect: &[u32]) {
    let outline = outline(language, text);
    let mut lines: Vec<u32> = outline
        .problems
        .iter()
        .map(|problem| problem.line)
        .collect();
    lines.dedup();
    assert_eq!(lines, expect, "{text}\n{:?}", outline.problems);
}
