//! Which changes are tried, and in which order: spread over operators and files, by a seed.

use std::collections::BTreeMap;

use bughound_core::Language;
use bughound_mutate::{Mutant, MutantKind, is_product, manifest_mutants, mutants};
use bughound_testbed::{Kind, Recipe, Tree};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::rng::Rng;

/// A change that may be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) path: String,
    pub(crate) mutant: Mutant,
}

/// All changes of a kind, in the order in which they are tried: one of each operator in turn, files and places within an
/// operator as the seed has it.
pub(crate) fn choices(recipe: &Recipe, tree: &Tree, kind: Kind, seed: u64) -> Vec<Choice> {
    let mut by_operator: BTreeMap<&'static str, Vec<Choice>> = BTreeMap::new();
    for choice in all(recipe, tree, kind) {
        by_operator
            .entry(choice.mutant.operator)
            .or_default()
            .push(choice);
    }
    let mut rng = Rng::new(seed, &format!("{} {kind:?}", recipe.id));
    let mut lists: Vec<Vec<Choice>> = by_operator.into_values().collect();
    rng.shuffle(&mut lists);
    for list in &mut lists {
        rng.shuffle(list);
    }
    let mut chosen = Vec::new();
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    for round in 0..longest {
        chosen.extend(lists.iter().filter_map(|list| list.get(round)).cloned());
    }
    chosen
}

fn all(recipe: &Recipe, tree: &Tree, kind: Kind) -> Vec<Choice> {
    let (allowed, protected) = (globs(&recipe.paths.allowed), globs(&recipe.paths.protected));
    let held_out = globs(&recipe.paths.held_out);
    let mut found = Vec::new();
    for (path, file) in &tree.files {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            continue;
        };
        let of_file = match kind {
            Kind::Configuration
                if !held_out.is_match(path) && is_product(path) && may_be_allowed(recipe, path) =>
            {
                manifest_mutants(path, text)
            }
            Kind::Mutation | Kind::Compile => {
                let is_ours = allowed.is_match(path)
                    && !protected.is_match(path)
                    && !held_out.is_match(path)
                    && is_product(path);
                match language(path).filter(|_| is_ours) {
                    Some(language) => mutants(language, text),
                    None => continue,
                }
            }
            _ => continue,
        };
        let wanted = match kind {
            Kind::Mutation => MutantKind::Mutation,
            Kind::Compile => MutantKind::Compile,
            _ => MutantKind::Configuration,
        };
        found.extend(
            of_file
                .into_iter()
                .filter(|mutant| mutant.kind == wanted)
                .map(|mutant| Choice {
                    path: path.clone(),
                    mutant,
                }),
        );
    }
    found
}

fn language(path: &str) -> Option<Language> {
    let (_, extension) = path.rsplit_once('.')?;
    Language::from_extension(extension)
}

/// Globs as recipes mean them: `*` does not cross folders.
pub(crate) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| glob(pattern)) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

fn glob(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .ok()
}

/// Whether what protects a file, if anything does, protects nothing else: only then may a fix be let change it.
fn may_be_allowed(recipe: &Recipe, path: &str) -> bool {
    let others: Vec<String> = recipe
        .paths
        .protected
        .iter()
        .filter(|pattern| *pattern != path)
        .cloned()
        .collect();
    !globs(&others).is_match(path)
}

/// Lets a fix change `path`: takes it out of the protected, where it is named alone, and puts it among the allowed.
pub(crate) fn allow(recipe: &mut Recipe, path: &str) {
    recipe.paths.protected.retain(|pattern| pattern != path);
    if !globs(&recipe.paths.allowed).is_match(path) {
        recipe.paths.allowed.push(path.to_owned());
    }
}
