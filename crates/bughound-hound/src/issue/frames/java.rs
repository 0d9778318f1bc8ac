//! Traces of the JVM and of .NET:
//!
//! ```text
//! Exception in thread "main" java.lang.IllegalStateException: bad
//!     at com.acme.Box.open(Box.java:12)
//! Caused by: java.io.IOException: worse
//!     ... 3 more
//!    at Acme.Box.Open(Int32 x) in C:\src\Box.cs:line 12
//! ```

use super::super::lines::Line;
use super::super::scan::number;
use super::{Found, Reading, error_class};

pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let is_error = is_error(lines[at].text);
    let mut next = at + usize::from(is_error);
    let mut frames = Vec::new();
    let mut end = next;
    while let Some(line) = lines.get(next) {
        let text = line.trimmed();
        if let Some(found) = frame(text) {
            frames.push(found);
            end = next + 1;
        } else if text.starts_with("... ") && !frames.is_empty() {
            end = next + 1;
        } else {
            break;
        }
        next += 1;
    }
    (!frames.is_empty()).then(|| Reading {
        start: at,
        end,
        frames,
        errors: at..at + usize::from(is_error),
    })
}

fn is_error(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix("Caused by: ").unwrap_or(line);
    line.starts_with("Exception in thread ")
        || line.starts_with("Unhandled exception. ")
        || (line.contains('.') && error_class(line, false).is_some())
}

fn frame(text: &str) -> Option<Found> {
    let rest = text.strip_prefix("at ")?;
    if let Some((call, place)) = rest.split_once(" in ") {
        let (path, line) = place.rsplit_once(":line ")?;
        let name = call.split('(').next()?;
        return Some(Found {
            path: path.to_owned(),
            line: number(line).map(|(value, _)| value),
            function: Some(last_two(name)),
            ..Found::default()
        });
    }
    let (name, place) = rest.strip_suffix(')')?.split_once('(')?;
    // A class loader or a module stands before the name: `java.base/`, `app//`.
    let name = name.rsplit('/').next()?;
    if name.contains(' ')
        || !name.contains('.')
        || place.contains(['/', ' ', '\\'])
            && !place.ends_with(" Method")
            && place != "Unknown Source"
    {
        return None;
    }
    let (file, line) = match place.rsplit_once(':') {
        Some((file, line)) => (file, Some(number(line)?.0)),
        None => (place, None),
    };
    let is_file = [".java", ".kt", ".scala", ".groovy", ".clj"]
        .iter()
        .any(|ending| file.ends_with(ending));
    if !is_file && file != "Native Method" && file != "Unknown Source" {
        return None;
    }
    let path = if is_file {
        path(name, file)
    } else {
        String::new()
    };
    Some(Found {
        path,
        line,
        function: Some(last_two(name)),
        ..Found::default()
    })
}

/// `com/acme/Box.java` of `com.acme.Box.open` and `Box.java`: packages are folders by convention.
fn path(name: &str, file: &str) -> String {
    let mut path = String::new();
    for part in name
        .split('.')
        .take_while(|part| part.starts_with(|c: char| c.is_lowercase()))
    {
        path.push_str(part);
        path.push('/');
    }
    path.push_str(file);
    path
}

/// `Box.open` of `com.acme.Box.open`, `Box.Inner.open` of `com.acme.Box$Inner.open`.
fn last_two(name: &str) -> String {
    let name = name.replace('$', ".");
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let first_upper = name
        .match_indices('.')
        .map(|(at, _)| at + 1)
        .find(|&at| name[at..].starts_with(|c: char| c.is_uppercase()));
    match first_upper.or_else(|| dots.nth(1).map(|at| at + 1)) {
        Some(start) => name[start..].to_owned(),
        None => name,
    }
}
