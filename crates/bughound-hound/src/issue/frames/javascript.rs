//! Traces of Node, Chrome, Firefox and Safari:
//!
//! ```text
//! TypeError: x is not a function
//!     at Box.open (/srv/app/box.js:10:5)       open@http://host/box.js:10:5
//!     at async main (file:///srv/app/main.mjs:3:1)
//!     at node:internal/main:1:2
//! ```

use super::super::lines::Line;
use super::super::scan::path_and_line;
use super::{Found, Reading, error_class};

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let is_error =
        error_class(lines[at].trimmed().trim_start_matches("Uncaught "), false).is_some();
    let first = at + usize::from(is_error);
    let mut frames = Vec::new();
    let mut next = first;
    while let Some(found) = lines.get(next).and_then(|line| frame(line.trimmed())) {
        frames.push(found);
        next += 1;
    }
    (!frames.is_empty()).then_some(Reading {
        start: at,
        end: next,
        frames,
        errors: at..first,
    })
}

fn frame(text: &str) -> Option<Found> {
    let (name, place) = match text.strip_prefix("at ") {
        Some(rest) => match rest
            .strip_suffix(')')
            .and_then(|rest| rest.rsplit_once(" ("))
        {
            Some((name, place)) => (name, place),
            None => ("", rest.strip_prefix("async ").unwrap_or(rest)),
        },
        None => {
            let (name, place) = text.split_once('@')?;
            if name.contains(' ') {
                return None;
            }
            (name, place)
        }
    };
    if place.contains(' ') && !place.starts_with("file:") && !place.starts_with(['/', 'C']) {
        return None;
    }
    let (path, line) = path_and_line(place)?;
    let is_script = [
        ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte",
    ]
    .iter()
    .any(|ending| path.split('?').next().unwrap_or(path).ends_with(ending));
    if !is_script
        && !path.starts_with("node:")
        && !path.starts_with("internal/")
        && !path.starts_with("webpack")
    {
        return None;
    }
    Some(Found {
        path: without_scheme(path).to_owned(),
        line: Some(line),
        function: function(name),
        ..Found::default()
    })
}

/// The path behind `file://`, `http://host`, `webpack://name/./`, without a query.
fn without_scheme(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or(path);
    match path.split_once("://") {
        Some(("file", rest)) => rest,
        Some((_, rest)) => rest
            .split_once('/')
            .map_or(rest, |(_, path)| path.trim_start_matches("./")),
        None => path,
    }
}

/// `Box.open` of `async Box.open [as run]`, `new Box`.
fn function(name: &str) -> Option<String> {
    let name = name.strip_prefix("async ").unwrap_or(name);
    let name = name.split(" [as ").next().unwrap_or(name);
    let name = name.strip_prefix("Object.").unwrap_or(name).trim();
    let name = match name.strip_prefix("new ") {
        Some(class) => return Some(format!("{class}.constructor")),
        None => name,
    };
    (!name.is_empty() && name != "<anonymous>").then(|| name.to_owned())
}
