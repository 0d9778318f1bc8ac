//! `missing_import`: an import that got lost.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::scope::FUNCTIONS;
use crate::site::{Changes, Site, parts};

pub(crate) struct MissingImport;

impl Operator for MissingImport {
    fn name(&self) -> &'static str {
        "missing_import"
    }

    fn about(&self) -> &'static str {
        "an import is removed, or one of the names that it brings in"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Compile
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "import_statement",
            "import_from_statement",
            "use_declaration",
            "import_declaration",
            "import_spec",
            "preproc_include",
            "use_list",
            "named_imports",
        ]
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        if site.own().contains("__future__") || site.is_within(FUNCTIONS) {
            return;
        }
        match site.kind {
            "use_list" | "named_imports" => one_name(site, out),
            // The specs of a list are removed one by one.
            "import_declaration" if site.own().contains('(') => {}
            "import_spec" if site.ancestor_kind(0) != "import_spec_list" => {}
            _ => {
                // The grammar of C counts the end of the line to the directive.
                let start = site.node.start_byte();
                let span = start..start + site.own().trim_end().len();
                if let Some(lines) = site.whole_lines(span) {
                    let first = site.own().lines().next().unwrap_or("").trim();
                    out.push(lines, "", format!("`{first}` is removed"));
                }
                if site.kind == "import_from_statement" {
                    python_name(site, out);
                }
            }
        }
    }
}

/// One name of `{a, b}`: the last, with the comma before it.
fn one_name(site: &Site<'_, '_>, out: &mut Changes) {
    if let [.., before, last] = parts(site.node).as_slice() {
        let name = site.slice(*last);
        out.push(
            before.end_byte()..last.end_byte(),
            "",
            format!("`{name}` is no longer imported"),
        );
    }
}

fn python_name(site: &Site<'_, '_>, out: &mut Changes) {
    let mut cursor = site.node.walk();
    let names: Vec<_> = site
        .node
        .children_by_field_name("name", &mut cursor)
        .collect();
    if let [.., before, last] = names.as_slice() {
        let name = site.slice(*last);
        out.push(
            before.end_byte()..last.end_byte(),
            "",
            format!("`{name}` is no longer imported"),
        );
    }
}
