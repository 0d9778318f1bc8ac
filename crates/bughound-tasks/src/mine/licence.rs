//! Under which licence a repository stands.

use bughound_repo::Snapshot;

/// Phrases of licences and their SPDX identifiers; the first that is found counts, so narrower ones go first.
const PHRASES: [(&str, &str); 14] = [
    ("gnu affero general public license", "AGPL"),
    ("gnu lesser general public license", "LGPL"),
    ("gnu library general public license", "LGPL"),
    ("gnu general public license", "GPL"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("mozilla public license, version 2.0", "MPL-2.0"),
    ("apache license version 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("python software foundation license", "PSF-2.0"),
    ("permission is hereby granted, free of charge", "MIT"),
    (
        "permission to use, copy, modify, and/or distribute this software",
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
        let text = String::from_utf8_lossy(&buffer).to_lowercase();
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        let known = PHRASES.iter().position(|(phrase, _)| text.contains(phrase));
        // Of several files (`LICENSE-MIT`, `COPYING`) the most restrictive counts.
        found = match (found, known) {
            (Some(a), Some(b)) => Some(std::cmp::min::<usize>(a, b)),
            (a, b) => a.or(b),
        };
    }
    found.map(|at| PHRASES[at].1)
}
