//! A mutant as an edit of a recipe: a text that is found again, short and readable.

use bughound_mutate::Mutant;
use bughound_testbed::{Edit, EditWhat};

/// A recipe quotes no more of a file than this.
const MAX_QUOTED: usize = 240;

/// The edit that makes a mutant of `text`. It quotes the line, or the few lines, on which the mutant is; the characters
/// alone where that would be much.
pub(crate) fn edit(path: &str, text: &str, mutant: &Mutant) -> Edit {
    let span = &mutant.span;
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = if text[..span.end].ends_with('\n') && span.end > span.start {
        // Whole lines; their end belongs to them.
        span.end
    } else {
        text[span.end..]
            .find('\n')
            .map_or(text.len(), |at| span.end + at)
    };
    // Indentation says nothing, but where whole lines go it goes with them.
    let indent = text[start..end].len() - text[start..end].trim_start().len();
    let start = if start + indent <= span.start {
        start + indent
    } else {
        start
    };
    let quoted = if end - start <= MAX_QUOTED {
        start..end
    } else {
        span.clone()
    };
    let whole = &text[quoted.clone()];
    let replace = format!(
        "{}{}{}",
        &text[quoted.start..span.start],
        mutant.replacement,
        &text[span.end..quoted.end]
    );
    locate(text, quoted.start, whole)
        .map(|(nth, of)| (whole.to_owned(), replace, nth, of))
        .or_else(|| {
            let (nth, of) = locate(text, span.start, &mutant.original)?;
            Some((mutant.original.clone(), mutant.replacement.clone(), nth, of))
        })
        .map_or_else(
            || whole_file(path, text, mutant),
            |(find, replace, nth, of)| Edit {
                path: path.to_owned(),
                what: EditWhat::Replace {
                    find,
                    replace,
                    nth,
                    of,
                },
            },
        )
}

/// Which of how many occurrences of a text begins at `start`. Occurrences do not overlap, as edits count them.
fn locate(text: &str, start: usize, find: &str) -> Option<(usize, usize)> {
    if find.is_empty() {
        return None;
    }
    let starts: Vec<usize> = text.match_indices(find).map(|(at, _)| at).collect();
    let nth = starts.iter().position(|&at| at == start)? + 1;
    Some((nth, starts.len()))
}

/// What no text marks, such as an insertion into an empty file: the file with the change.
fn whole_file(path: &str, text: &str, mutant: &Mutant) -> Edit {
    Edit {
        path: path.to_owned(),
        what: EditWhat::Write {
            content: mutant.apply(text).unwrap_or_else(|_| text.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use bughound_core::Language;
    use bughound_mutate::{manifest_mutants, mutants};

    use super::edit;

    #[test]
    fn edits_do_what_mutants_do() {
        let sources = [
            (
                Language::Python,
                "def f(a, b):\n    if a < b:\n        return a\n    if a < b:\n        g(a, b)\n    g(a, b)\n    return b\n\n\nclass A:\n    x = f(1, 2)\n    y = f(1, 2)\n",
            ),
            (
                Language::Rust,
                "use a::{b, c};\nfn f(a: usize) -> usize {\n    if a < 2 {\n        return 1;\n    }\n    g(&a)?;\n    a + a\n}\n",
            ),
        ];
        for (language, text) in sources {
            let found = mutants(language, text);
            assert!(found.len() > 10);
            for mutant in found {
                let edited = edit("a", text, &mutant)
                    .apply(Some(text.as_bytes()))
                    .unwrap()
                    .unwrap();
                assert_eq!(
                    String::from_utf8(edited).unwrap(),
                    mutant.apply(text).unwrap(),
                    "{mutant:?}"
                );
            }
        }
        let text = "[package]\nedition = \"2021\"\n\n[dependencies]\na = \"1\"\nb = \"1\"\n";
        for mutant in manifest_mutants("Cargo.toml", text) {
            let edited = edit("a", text, &mutant)
                .apply(Some(text.as_bytes()))
                .unwrap()
                .unwrap();
            assert_eq!(
                String::from_utf8(edited).unwrap(),
                mutant.apply(text).unwrap(),
                "{mutant:?}"
            );
        }
    }
}
