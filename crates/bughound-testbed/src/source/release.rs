//! Bringing one released archive, through the package manager of its registry, so that its user's settings hold.

use std::path::PathBuf;

use bughound_sandbox::{Change, What};

use crate::systems::{ROOT, Step};
use crate::task::{Release, Source};

/// Where the archive lies afterwards, relative to [`ROOT`].
pub(crate) const ARCHIVE: &str = "archive";

/// Finds the archive of a source distribution in the index that pip is set to, and brings it. pip itself would run the
/// project's build to learn its metadata.
const FETCH_SDIST: &str = include_str!("fetch_sdist.py");

/// The build system whose programs bring archives of this registry, and the release.
pub(crate) fn registry_system(source: &Source) -> Option<(&'static str, &Release)> {
    match source {
        Source::Pypi(release) => Some(("python", release)),
        Source::Crates(release) => Some(("cargo", release)),
        Source::Npm(release) => Some(("npm", release)),
        Source::Files | Source::Git { .. } => None,
    }
}

/// Steps after which the archive is at [`ARCHIVE`].
pub(crate) fn archive_steps(source: &Source) -> Vec<Step> {
    match source {
        Source::Pypi(release) => vec![step(
            release,
            vec![("fetch_sdist.py", FETCH_SDIST.to_owned())],
            &[
                "python3",
                "fetch_sdist.py",
                &release.name,
                &release.version,
                ARCHIVE,
            ],
        )],
        Source::Crates(release) => {
            let manifest = format!(
                "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\nwanted = {{ package = \"{}\", version = \"={}\", default-features = false }}\n",
                release.name, release.version
            );
            let script = format!(
                "cargo fetch --quiet && cp \"$CARGO_HOME\"/registry/cache/*/'{}-{}.crate' {ARCHIVE}",
                release.name, release.version
            );
            vec![step(
                release,
                vec![("Cargo.toml", manifest), ("src/lib.rs", String::new())],
                &["sh", "-c", &script],
            )]
        }
        Source::Npm(release) => {
            let script = format!(
                "npm pack --silent --ignore-scripts '{}@{}' && mv *.tgz {ARCHIVE}",
                release.name, release.version
            );
            vec![step(release, Vec::new(), &["sh", "-c", &script])]
        }
        Source::Files | Source::Git { .. } => Vec::new(),
    }
}

fn step(release: &Release, write: Vec<(&str, String)>, argv: &[&str]) -> Step {
    Step {
        what: format!("fetch {} {}", release.name, release.version),
        write: write
            .into_iter()
            .map(|(path, text)| Change {
                path: PathBuf::from(path),
                what: What::File {
                    bytes: text.into_bytes(),
                    executable: false,
                },
            })
            .collect(),
        argv: argv.iter().map(|&part| part.to_owned()).collect(),
        cwd: ROOT.into(),
    }
}
