//! The report in Markdown.

use std::fmt::Write as _;

use super::ReportInput;
use super::model::{Block, Table};
use super::sections::{sections, title};

/// The report in Markdown.
pub(crate) fn to_markdown(input: &ReportInput<'_>) -> String {
    let mut text = format!("# {}\n", title(input));
    for section in sections(input) {
        let _ = write!(text, "\n## {}\n", section.title);
        for block in &section.blocks {
            match block {
                Block::Text(paragraph) => {
                    let _ = write!(text, "\n{}\n", escape(paragraph));
                }
                Block::Table(table) => write_table(&mut text, table),
                Block::Plot { .. } => {}
            }
        }
    }
    text
}

fn write_table(text: &mut String, table: &Table) {
    if let Some(title) = &table.folded {
        let _ = write!(text, "\n{}:\n", escape(title));
    }
    text.push('\n');
    write_row(text, &table.head);
    for column in 0..table.head.len() {
        text.push_str(if table.is_text(column) {
            "|---"
        } else {
            "|---:"
        });
    }
    text.push_str("|\n");
    for row in &table.rows {
        write_row(text, row);
    }
}

fn write_row(text: &mut String, cells: &[String]) {
    for cell in cells {
        let _ = write!(text, "| {} ", escape(cell));
    }
    text.push_str("|\n");
}

/// Text as it is: signs that Markdown or HTML would read are escaped, line breaks become blanks.
/// Underscores inside a word mean nothing.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        match sign {
            '\n' | '\r' => escaped.push(' '),
            '_' if is_inside_word(text, at) => escaped.push('_'),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            _ => escaped.push(sign),
        }
    }
    escaped
}

/// Whether the run of underscores around `at` has letters or digits on both sides.
fn is_inside_word(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches('_').chars().next_back();
    let after = text[at..].trim_start_matches('_').chars().next();
    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_stays_what_it_is() {
        for (text, expect) in [
            ("a__b-1 x_y", "a__b-1 x_y"),
            ("m.py::C.__init__", "m.py::C.\\_\\_init\\_\\_"),
            ("_a", "\\_a"),
            ("a|b <c>\nd `e`", "a\\|b \\<c\\> d \\`e\\`"),
        ] {
            assert_eq!(escape(text), expect);
        }
    }
}
