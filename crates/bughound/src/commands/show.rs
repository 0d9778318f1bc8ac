//! `bughound show`: the source of a definition, or the outline of a file.

mod find;
mod relations;

use std::fmt::Write;

use bughound_core::{LineSpan, SymbolKind};
use bughound_index::{Index, SymbolIdx};
use serde::Serialize;

use crate::args::{ReportFormat, ShowArgs};
use crate::exit::{Failure, Outcome};
use crate::output::plain::printable;
use crate::output::{self, Terminal};
use crate::settings::{Settings, Target};
use find::{Found, find};
use relations::{Relation, Relations};

/// Definitions whose relations are shown; more than that is a list to choose from.
const MAX_WITH_RELATIONS: usize = 3;
/// Relations of one kind that are listed for people.
const MAX_LISTED: usize = 10;

/// One definition, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    path: String,
    qualified_name: String,
    kind: SymbolKind,
    lines: LineSpan,
    /// Left out in outlines.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Left out in outlines, with `--no-relations`, and where many definitions are shown.
    #[serde(flatten)]
    relations: Option<Relations>,
}

#[derive(Debug, Serialize)]
struct Document {
    version: u32,
    repository: String,
    revision: String,
    symbols: Vec<Shown>,
}

/// Finds what is meant and prints it.
pub(crate) fn run(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let wanted = args.symbol.trim();
    if wanted.is_empty() {
        return Err(Failure::usage("no symbol is named")
            .hint("for example: bughound show Class.method")
            .into());
    }
    let target = Target::resolve(&args.repo)?;
    let opened = target.open(settings)?;
    opened.warn_about_cache(settings);
    let index = &opened.index;

    let (found, outline) = match find(index, wanted) {
        Found::Symbols(symbols) => (symbols, false),
        Found::Outline(file) => (index.symbols_of(file).collect(), true),
        Found::Nothing { reason, near } => {
            let place = target.describe(&opened.snapshot);
            settings.note(&format!("{reason} in {place}{}", did_you_mean(&near)));
            if args.format == ReportFormat::Json {
                output::print_json(&document(&target, &opened.snapshot, Vec::new()))?;
            }
            return Ok(Outcome::NothingFound);
        }
    };
    let with_relations = !outline && !args.no_relations && found.len() <= MAX_WITH_RELATIONS;
    let shown: Vec<Shown> = found
        .iter()
        .map(|&symbol| show(index, symbol, !outline, with_relations))
        .collect();
    match args.format {
        ReportFormat::Json => output::print_json(&document(&target, &opened.snapshot, shown))?,
        ReportFormat::Text if outline => {
            output::print(&outline_text(index, &found, settings.stdout))?;
        }
        ReportFormat::Text => output::print(&sources_text(&shown, settings.stdout))?,
    }
    Ok(Outcome::Found)
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", near.join(", "))
}

fn show(index: &Index, idx: SymbolIdx, with_source: bool, with_relations: bool) -> Shown {
    let symbol = index.symbol(idx);
    Shown {
        id: symbol.id().to_string(),
        path: symbol.path().to_string(),
        qualified_name: symbol.qualified_name().to_owned(),
        kind: symbol.kind(),
        lines: symbol.lines(),
        source: with_source.then(|| index.source(idx)),
        relations: with_relations.then(|| Relations::of(index, idx)),
    }
}

fn document(target: &Target, snapshot: &bughound_repo::Snapshot, symbols: Vec<Shown>) -> Document {
    Document {
        version: 1,
        repository: target.root.display().to_string(),
        revision: target.describe_revision(snapshot),
        symbols,
    }
}

fn sources_text(shown: &[Shown], terminal: Terminal) -> String {
    let (dim, name_style, path_style) = (terminal.dim(), terminal.name(), terminal.path());
    let mut out = String::new();
    for (at, symbol) in shown.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let _ = writeln!(
            out,
            "{name_style}{}{name_style:#}  {dim}{}{dim:#}\n{path_style}{}{path_style:#}:{}",
            printable(&symbol.qualified_name),
            symbol.kind,
            printable(&symbol.path),
            symbol.lines,
        );
        let digits = symbol.lines.end.to_string().len();
        for (number, line) in
            (symbol.lines.start..).zip(symbol.source.as_deref().unwrap_or_default().lines())
        {
            let line = format!("{dim}{number:>digits$} │{dim:#} {}", printable(line));
            let _ = writeln!(out, "{}", line.trim_end());
        }
        for (title, relations) in symbol.relations.iter().flat_map(Relations::titled) {
            list(&mut out, title, relations, terminal);
        }
    }
    out
}

fn list(out: &mut String, title: &str, relations: &[Relation], terminal: Terminal) {
    if relations.is_empty() {
        return;
    }
    let (bold, dim) = (terminal.bold(), terminal.dim());
    let _ = writeln!(out, "{bold}{title}{bold:#}");
    for relation in relations.iter().take(MAX_LISTED) {
        let line = relation
            .line
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        let why = relation
            .evidence
            .as_ref()
            .map(|why| format!("  {dim}{why}{dim:#}"))
            .unwrap_or_default();
        let place = format!("{}{line}", relation.path);
        let name = relation
            .qualified_name
            .as_deref()
            .unwrap_or("top of the file");
        let _ = writeln!(out, "  {}  {}{why}", printable(name), printable(&place));
    }
    if relations.len() > MAX_LISTED {
        let _ = writeln!(
            out,
            "  {dim}and {} more (--format json lists all){dim:#}",
            relations.len() - MAX_LISTED
        );
    }
}

fn outline_text(index: &Index, symbols: &[SymbolIdx], terminal: Terminal) -> String {
    let (dim, name_style) = (terminal.dim(), terminal.name());
    let mut out = String::new();
    for &idx in symbols {
        let symbol = index.symbol(idx);
        let depth =
            std::iter::successors(index.parent(idx), |&parent| index.parent(parent)).count();
        let _ = writeln!(
            out,
            "{:indent$}{name_style}{}{name_style:#}  {dim}{} {}{dim:#}",
            "",
            printable(symbol.name()),
            symbol.kind(),
            symbol.lines(),
            indent = depth * 2,
        );
    }
    out
}
