//! Which repositories the tasks speak of.

use bughound_tasks::RepoMap;

use crate::args::RepoMapArgs;
use crate::exit::Failure;

/// The map that was asked for.
///
/// # Errors
/// Where a folder or a map cannot be read.
pub(crate) fn repo_map(args: &RepoMapArgs) -> anyhow::Result<RepoMap> {
    let mut map = RepoMap::new();
    for file in &args.repo_map {
        map.add_file(file)?;
    }
    for folder in &args.repos {
        map.add_folder(folder)?;
    }
    Ok(map)
}

/// [`repo_map`], where one is needed.
///
/// # Errors
/// As [`repo_map`], and where nothing was asked for.
pub(crate) fn needed_repo_map(args: &RepoMapArgs) -> anyhow::Result<RepoMap> {
    if !args.any() {
        let failure = Failure::usage("nothing says where the repositories of the tasks lie");
        return Err(failure.hint("give --repos DIR or --repo-map FILE").into());
    }
    repo_map(args)
}
