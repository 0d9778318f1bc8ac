//! Which of the ranked places does a change touch?

use bughound_core::Location;
use bughound_repo::diff_lines;
use bughound_sandbox::{Change, What};
use bughound_testbed::Tree;

/// Ranked places that a change touches (rank from 1 and name), and changed files without one.
pub(super) fn places_of(
    tree: &Tree,
    changes: &[Change],
    locations: &[Location],
) -> (Vec<(usize, String)>, Vec<String>) {
    let mut places = Vec::new();
    let mut elsewhere = Vec::new();
    for change in changes {
        let path = change.path.to_string_lossy();
        let old = tree.files.get(&*path).map_or(&[][..], |file| &file.bytes);
        let new = match &change.what {
            What::File { bytes, .. } => bytes.as_slice(),
            _ => &[],
        };
        let hunks = diff_lines(old, new);
        let before = places.len();
        for (rank, location) in (1..).zip(locations) {
            if location.path.as_str() != path {
                continue;
            }
            let touches = location.lines.is_none_or(|lines| {
                hunks.iter().any(|hunk| {
                    // What is only added stands behind the line before it.
                    let first = hunk.old_start.saturating_sub(u32::from(hunk.old_len == 0));
                    let last = hunk.old_start + hunk.old_len.saturating_sub(1);
                    first <= lines.end && last >= lines.start
                })
            });
            if touches {
                let name = match &location.qualified_name {
                    Some(name) => format!("{path}::{name}"),
                    None => path.to_string(),
                };
                places.push((rank, name));
            }
        }
        if places.len() == before {
            elsewhere.push(path.into_owned());
        }
    }
    places.sort();
    (places, elsewhere)
}
