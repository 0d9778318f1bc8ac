//! Under which licence a repository stands.

use bughound_repo::Snapshot;

/// Phrases of licences and their SPDX identifiers; the first that is found counts, so narrower ones go first.
const PHRASES: [(&str, &str); 18] = [
    ("gnu affero general public license version", "AGPL"),
    ("gnu lesser general public license version", "LGPL"),
    ("gnu lesser general public license as published", "LGPL"),
    ("gnu library general public license version", "LGPL"),
    // Other licences say that they are compatible with it.
    ("gnu general public license version", "GPL"),
    ("gnu general public license as published", "GPL"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("mozilla public license, version 2.0", "MPL-2.0"),
    ("mozilla public license, v. 2.0", "MPL-2.0"),
    ("apache license version 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("python software foundation license", "PSF-2.0"),
    ("permission is hereby granted, free of charge", "MIT"),
    (
        "permission to use, copy, modify, and/or distribute this software",
        "ISC",
    ),
    (
        "permission to use, copy, modify, and distribute this software for any purpose",
        "ISC",
    ),
    ("neither the name", "BSD-3-Clause"),
    (
        "redistribution and use in source and binary forms",
        "BSD-2-Clause",
    ),
    ("this is free and unencumbered software", "Unlicense"),
];

/// Licences under which derived data may be handed on with no more than a notice.
const PERMISSIVE: [&str; 7] = [
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "ISC",
    "PSF-2.0",
    "Unlicense",
];

/// Whether a licence (an SPDX identifier) is permissive.
pub fn is_permissive(licence: &str) -> bool {
    PERMISSIVE.contains(&licence)
}

/// The licence that the files at the root name, as an SPDX identifier (without the version for the GNU licences);
/// `None` where there is none that is known.
pub fn licence_of(snapshot: &Snapshot) -> Option<&'static str> {
    let mut reader = snapshot.reader();
    let mut buffer = Vec::new();
    let mut found = None;
    for entry in snapshot.entries() {
        let name = entry.path.as_str().to_ascii_uppercase();
        let is_licence = !name.contains('/')
            && ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"]
                .iter()
                .any(|word| name.starts_with(word));
        if !is_licence || reader.read(entry, &mut buffer).is_err() {
            continue;
        }
        let known = place_of(&String::from_utf8_lossy(&buffer));
        // Of several files (`LICENSE-MIT`, `COPYING`) the most restrictive counts.
        found = match (found, known) {
            (Some(a), Some(b)) => Some(std::cmp::min::<usize>(a, b)),
            (a, b) => a.or(b),
        };
    }
    found.map(|at| PHRASES[at].1)
}

/// The place in [`PHRASES`] of the licence that a text holds.
fn place_of(text: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let text = words.join(" ");
    PHRASES.iter().position(|(phrase, _)| text.contains(phrase))
}

#[cfg(test)]
fn of_text(text: &str) -> Option<&'static str> {
    place_of(text).map(|at| PHRASES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(of_text(text), expect, "{text}");
        check(
            "Permission is hereby granted, free\nof charge, to any person",
            Some("MIT"),
        );
        check(
            "GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007",
            Some("GPL"),
        );
        check(
            "Permission is hereby granted, free of charge. PSF: compatible with the GNU General Public License (GPL)",
            Some("MIT"),
        );
        check(
            "Apache License\n  Version 2.0, January 2004",
            Some("Apache-2.0"),
        );
        check("All rights reserved", None);
    }
}
