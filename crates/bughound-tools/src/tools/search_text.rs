//! `search_text`: lines that hold a text or match a pattern.

use bughound_index::{FileIdx, FileRole};
use memchr::memmem;
use rayon::prelude::*;
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{Told, ToolContext, ToolError, ToolOutput, TypedTool, glob, show};

/// Bytes that a compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Lists the lines of source files that hold a text or match a regular expression, product code first,
/// each with its number and the definition around it.
pub(crate) struct SearchText;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// What to look for.
    text: String,
    /// Whether `text` is a regular expression (of Rust's regex crate: no look-around, no back-references),
    /// matched line by line.
    #[serde(default)]
    regex: bool,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    ignore_case: bool,
    /// Only these files: a path, the end of one, a folder, or a pattern such as `django/**/*.py`.
    files: Option<String>,
}

impl TypedTool for SearchText {
    type Arguments = Arguments;

    const NAME: &'static str = "search_text";

    const DESCRIPTION: &'static str =
        "Lists the lines of the source files that contain a text, or match a regular expression.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        if arguments.text.is_empty() {
            return Err(wrong(
                "there is nothing to look for in an empty text".to_owned(),
            ));
        }
        let filter = arguments.files.unwrap_or_default();
        let mut files: Vec<FileIdx> = index
            .file_idxs()
            .filter(|&file| {
                filter.is_empty() || glob::passes(index.file(file).path().as_str(), &filter)
            })
            .collect();
        if files.is_empty() {
            return Err(ToolError::miss(
                format!("No source file fits `{filter}`"),
                Vec::new(),
            ));
        }
        files.sort_by_key(|&file| (role_order(index.file(file).role()), file));
        let needle = Needle::new(&arguments.text, arguments.regex, arguments.ignore_case)?;
        let found: Vec<Result<Vec<(u32, String)>, ToolError>> = files
            .par_iter()
            .with_min_len(32)
            .map(|&file| Ok(needle.lines(&context.text(Self::NAME, file)?)))
            .collect();

        let mut page = Page::new(context.budget());
        let mut hits = Vec::new();
        for (file, lines) in files.iter().zip(found) {
            let lines = lines?;
            if !lines.is_empty() {
                hits.push((*file, lines));
            }
        }
        let n_lines: usize = hits.iter().map(|(_, lines)| lines.len()).sum();
        let place = if filter.is_empty() {
            String::new()
        } else {
            format!(" in {filter}")
        };
        if n_lines == 0 {
            return Ok(ToolOutput {
                text: format!("No line holds `{}`{place}.", arguments.text),
                ..ToolOutput::default()
            });
        }
        page.line(&format!(
            "{} in {}{place}:",
            show::count(n_lines, "line"),
            show::count(hits.len(), "file")
        ));
        for (file, lines) in hits {
            page.line(index.file(file).path().as_str());
            for (number, line) in lines {
                let within = index
                    .symbol_at(file, number)
                    .map(|idx| index.symbol(idx).qualified_name());
                match within {
                    Some(name) => page.line(&format!("  {number} ({name}): {}", line.trim())),
                    None => page.line(&format!("  {number}: {}", line.trim())),
                }
            }
        }
        Ok(page.finish())
    }
}

fn role_order(role: FileRole) -> u8 {
    match role {
        FileRole::Source => 0,
        FileRole::Support => 1,
        FileRole::Vendored => 2,
        FileRole::Test => 3,
    }
}

fn wrong(problem: String) -> ToolError {
    let usage = "search_text(text: string, regex?: boolean, ignore_case?: boolean, files?: string)"
        .to_owned();
    ToolError::Told(Told::WrongArguments {
        tool: SearchText::NAME,
        problem,
        usage,
    })
}

enum Needle {
    Literal(Box<memmem::Finder<'static>>),
    Pattern(Regex),
}

impl Needle {
    fn new(text: &str, is_regex: bool, ignore_case: bool) -> Result<Self, ToolError> {
        if !is_regex && !ignore_case {
            return Ok(Self::Literal(Box::new(
                memmem::Finder::new(text.as_bytes()).into_owned(),
            )));
        }
        let pattern = if is_regex {
            text.to_owned()
        } else {
            regex::escape(text)
        };
        RegexBuilder::new(&pattern)
            .case_insensitive(ignore_case)
            .multi_line(true)
            .crlf(true)
            .size_limit(MAX_PATTERN_BYTES)
            .build()
            .map(Self::Pattern)
            .map_err(|error| {
                let reason = error.to_string();
                let reason = reason
                    .lines()
                    .last()
                    .unwrap_or(&reason)
                    .trim_start_matches("error: ")
                    .to_owned();
                wrong(format!(
                    "`{text}` is no regular expression that can be used: {reason}"
                ))
            })
    }

    /// The lines that match, each once, with their numbers.
    fn lines(&self, text: &str) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        let mut counted = 0;
        let mut number = 1u32;
        let mut at = 0;
        while at <= text.len() {
            let hit = match self {
                Self::Literal(finder) => finder.find(&text.as_bytes()[at..]).map(|hit| at + hit),
                Self::Pattern(regex) => regex.find_at(text, at).map(|hit| hit.start()),
            };
            let Some(hit) = hit.filter(|&hit| hit < text.len()) else {
                break;
            };
            let start =
                memchr::memrchr(b'\n', &text.as_bytes()[..hit]).map_or(0, |newline| newline + 1);
            let end = memchr::memchr(b'\n', &text.as_bytes()[hit..])
                .map_or(text.len(), |newline| hit + newline);
            number +=
                u32::try_from(memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count())
                    .unwrap_or(0);
            counted = start;
            found.push((number, text[start..end].to_owned()));
            at = end + 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Needle;

    fn check(text: &str, is_regex: bool, ignore_case: bool, haystack: &str, expect: &[u32]) {
        let found = Needle::new(text, is_regex, ignore_case)
            .unwrap()
            .lines(haystack);
        let numbers: Vec<u32> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, expect, "{text}");
    }

    #[test]
    fn lines_are_numbered_and_given_once() {
        let text = "one\ntwo one one\n\nThree\r\none";
        check("one", false, false, text, &[1, 2, 5]);
        check("three", false, false, text, &[]);
        check("three", false, true, text, &[4]);
        check("^three$", true, true, text, &[4]);
        check("^$", true, false, text, &[3]);
        check("o.e$", true, false, text, &[1, 2, 5]);
        check("a.b", false, true, "axb\na.b", &[2]);
        check("x*", true, false, "", &[]);
        check("é", false, false, "a\né", &[2]);
    }

    #[test]
    fn patterns_that_cannot_be_used_are_told() {
        for pattern in ["(", "a{99999}{99999}", r"(?=x)"] {
            let error = Needle::new(pattern, true, false).err().unwrap().to_string();
            assert!(error.contains("is no regular expression"), "{error}");
        }
    }
}
