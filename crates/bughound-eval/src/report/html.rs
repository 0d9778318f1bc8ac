//! The report as one page that loads nothing.

use std::fmt::Write as _;

use super::ReportInput;
use super::model::{Block, Section, Table};
use super::sections::{sections, title};
use super::svg::escape;

/// The report as one page: no scripts, no fonts and no pictures from elsewhere; readable on a light and on
/// a dark ground.
pub(crate) fn to_html(input: &ReportInput<'_>) -> String {
    let title = escape(&title(input));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    let sections = sections(input);
    page.push_str("<nav>");
    for section in &sections {
        let _ = write!(
            page,
            "<a href=\"#{}\">{}</a> ",
            anchor(section),
            escape(section.title)
        );
    }
    page.push_str("</nav>\n");
    for section in &sections {
        write_section(&mut page, section);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn anchor(section: &Section) -> String {
    section.title.to_lowercase().replace(' ', "-")
}

fn write_section(page: &mut String, section: &Section) {
    let _ = writeln!(
        page,
        "<section id=\"{}\">\n<h2>{}</h2>",
        anchor(section),
        escape(section.title)
    );
    for block in &section.blocks {
        match block {
            Block::Text(text) => {
                let _ = writeln!(page, "<p>{}</p>", escape(text));
            }
            Block::Table(table) => write_table(page, table),
            Block::Plot { caption, svg } => {
                let caption = escape(caption);
                let _ = writeln!(
                    page,
                    "<figure>\n{svg}\n<figcaption>{caption}</figcaption>\n</figure>"
                );
            }
        }
    }
    page.push_str("</section>\n");
}

fn write_table(page: &mut String, table: &Table) {
    if let Some(title) = &table.folded {
        let _ = writeln!(page, "<details>\n<summary>{}</summary>", escape(title));
    }
    page.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for (column, cell) in table.head.iter().enumerate() {
        write_cell(page, "th", table.is_text(column), cell);
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        page.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            write_cell(page, "td", table.is_text(column), cell);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
    if table.folded.is_some() {
        page.push_str("</details>\n");
    }
}

fn write_cell(page: &mut String, element: &str, is_text: bool, cell: &str) {
    let class = if is_text { "" } else { " class=\"n\"" };
    let _ = write!(page, "<{element}{class}>{}</{element}>", escape(cell));
}

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #5b6470; --line: #d5dae0; --ground: #ffffff; \
--soft: #f3f5f7; --a: #0b66c3; --b: #b3500b; --c: #2a7d46; --d: #8446b5; --e: #9a6b00; --f: #00767f; --g: #b3264f; \
--h: #5b6470; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --dim: #9aa4af; --line: #39414a; --ground: #14181c; \
--soft: #1d2329; --a: #62a8f5; --b: #f0954f; --c: #62c083; --d: #c394ea; --e: #dcb04a; --f: #4fc0c9; --g: #f0799b; \
--h: #9aa4af; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.15rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
nav a { margin-right: .8rem; }
a { color: var(--a); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--soft); font-weight: 600; }
.n { text-align: right; white-space: nowrap; }
figure { margin: 1.25rem 0; }
figcaption { color: var(--dim); font-size: .9rem; }
svg { max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .dim { fill: var(--dim); }
svg .grid { stroke: var(--line); }
summary { cursor: pointer; }
";
