//! What holds for every mutant of every text.

use std::path::{Path, PathBuf};

use bughound_core::Language;
use bughound_mutate::{MutantKind, manifest_mutants, mutants, parses};
use bughound_syntax::outline;
use proptest::prelude::*;

/// Sources of this workspace, which are real and always there.
fn sources() -> Vec<(PathBuf, Language, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        root.join("src"),
        root.join("src/operators"),
        root.join("../../scripts"),
    ];
    let mut found = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let language = path
                .extension()
                .and_then(|extension| Language::from_extension(extension.to_str()?));
            if let Some(language) = language {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, language, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn mutants_of_real_files_apply_revert_and_parse_as_they_say() {
    let mut n_checked = 0;
    let mut operators = std::collections::BTreeSet::new();
    for (path, language, text) in sources() {
        let found = mutants(language, &text);
        assert_eq!(found, mutants(language, &text), "{}", path.display());
        assert!(
            found.is_sorted_by_key(|it| (it.span.start, it.span.end)),
            "{}",
            path.display()
        );
        let n_problems = outline(language, &text).problems.len();
        for (at, mutant) in found.iter().enumerate() {
            let changed = mutant.apply(&text).unwrap();
            assert_ne!(changed, text, "{mutant:?}");
            assert_eq!(mutant.revert(&changed).unwrap(), text, "{mutant:?}");
            operators.insert(mutant.operator);
            // Parsing all of them takes long unoptimised.
            if at % 7 == 0 {
                let breaks = matches!(mutant.operator, "bracket_removed" | "mark_removed");
                assert_eq!(
                    parses(language, &changed, &text),
                    !breaks,
                    "{}: {mutant:?}",
                    path.display()
                );
                if mutant.kind == MutantKind::Mutation {
                    let problems = outline(language, &changed).problems;
                    assert!(
                        problems.len() <= n_problems,
                        "{}: {mutant:?} {problems:?}",
                        path.display()
                    );
                }
                n_checked += 1;
            }
        }
    }
    assert!(n_checked > 300, "{n_checked}");
    assert!(operators.len() > 20, "{operators:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_does_harm(
        text in "([a-zé(){}\\[\\]:;=<>+,.\"'#! 0-9\n\t]|def |if |fn |let |return |import |=> ){0,60}",
        language in 0u8..10,
        manifest in prop::sample::select(vec!["pyproject.toml", "setup.cfg", "Cargo.toml", "package.json", "CMakeLists.txt", "Makefile", "go.mod", "pom.xml"]),
    ) {
        let language = Language::from_u8(language).unwrap();
        for mutant in mutants(language, &text).into_iter().chain(manifest_mutants(manifest, &text)) {
            let changed = mutant.apply(&text).unwrap();
            prop_assert_ne!(&changed, &text);
            prop_assert_eq!(mutant.revert(&changed).unwrap(), text.clone());
        }
    }
}
