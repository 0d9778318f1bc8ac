//! From what the user typed to a commit.

use std::collections::HashSet;

use gix::hash::Prefix;
use gix::objs::Kind;
use gix::revision::spec::parse::{Error as SpecError, ObjectKindHint, Options, RefsHint};

use crate::{ObjectId, RepoError};

/// At most so many alternatives are suggested.
const MAX_NEAR: usize = 5;

pub(crate) fn resolve(repo: &gix::Repository, rev: &str) -> Result<ObjectId, RepoError> {
    let options = Options {
        refs_hint: RefsHint::PreferObjectOnFullLengthHexShaUseRefOtherwise,
        object_kind_hint: Some(ObjectKindHint::Committish),
    };
    let spec = match gix::revision::Spec::from_bstr(rev, repo, options) {
        Ok(spec) => spec,
        Err(error) => return Err(unresolved(repo, rev, &error)),
    };
    let Some(id) = spec.single() else {
        return Err(RepoError::NotACommit {
            rev: rev.to_owned(),
            what: "a range of commits".to_owned(),
        });
    };
    let Ok(object) = repo.find_object(id) else {
        return Err(unknown(repo, rev));
    };
    let object = match object.kind {
        Kind::Tag => object.peel_tags_to_end().map_err(|_| unknown(repo, rev))?,
        _ => object,
    };
    match (object.kind, ObjectId::from_gix(&object.id)) {
        (Kind::Commit, Some(id)) => Ok(id),
        (kind, _) => Err(RepoError::NotACommit {
            rev: rev.to_owned(),
            what: format!("a {kind}"),
        }),
    }
}

fn unresolved(repo: &gix::Repository, rev: &str, error: &gix::Error) -> RepoError {
    if let Some(SpecError::AmbiguousPrefix { candidates, .. }) = error.downcast_any_ref() {
        let candidates = candidates
            .iter()
            .map(|(id, what)| format!("{id} ({what})"))
            .collect();
        return RepoError::AmbiguousRevision {
            rev: rev.to_owned(),
            candidates,
        };
    }
    let unborn = |head: gix::Head<'_>| head.is_unborn();
    if (rev.starts_with("HEAD") || rev.starts_with('@')) && repo.head().is_ok_and(unborn) {
        return RepoError::NoCommits {
            rev: rev.to_owned(),
        };
    }
    unknown(repo, rev)
}

fn unknown(repo: &gix::Repository, rev: &str) -> RepoError {
    match ObjectId::from_hex(rev) {
        Some(id) => RepoError::AbsentCommit { id },
        None => RepoError::UnknownRevision {
            rev: rev.to_owned(),
            near: near(repo, rev),
        },
    }
}

/// Names that look like `rev`: refs by edit distance, short ids by their longest common prefix.
fn near(repo: &gix::Repository, rev: &str) -> Vec<String> {
    // What follows the name proper: `main~3`, `main^2`, `main@{1}`.
    let name = rev.split(['~', '^', ':']).next().unwrap_or(rev);
    let name = name.split("@{").next().unwrap_or(name);
    if name.is_empty() {
        return Vec::new();
    }
    let mut scored = near_refs(repo, name);
    scored.sort();
    scored.dedup();
    let mut names: Vec<_> = scored.into_iter().map(|(_, name)| name).collect();
    names.extend(near_ids(repo, name));
    names.truncate(MAX_NEAR);
    names
}

fn near_refs(repo: &gix::Repository, name: &str) -> Vec<(usize, String)> {
    let Ok(platform) = repo.references() else {
        return Vec::new();
    };
    let Ok(all) = platform.all() else {
        return Vec::new();
    };
    let wanted = name.to_lowercase();
    let allowed = 1 + wanted.chars().count() / 3;
    all.filter_map(Result::ok)
        .filter_map(|reference| {
            let short = reference.name().shorten().to_string();
            let lower = short.to_lowercase();
            // The name alone also stands for `origin/name`, `stable/name`.
            let last = lower.rsplit('/').next().unwrap_or(&lower);
            let whole = strsim::osa_distance(&wanted, &lower);
            let distance = whole.min(strsim::osa_distance(&wanted, last) + 1);
            let distance = if wanted.len() >= 3 && lower.contains(&wanted) {
                distance.min(2)
            } else {
                distance
            };
            (distance <= allowed.max(2)).then_some((distance, short))
        })
        .collect()
}

fn near_ids(repo: &gix::Repository, name: &str) -> Vec<String> {
    if !(5..40).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Vec::new();
    }
    for len in (4..name.len()).rev() {
        let Ok(prefix) = Prefix::from_hex(&name[..len]) else {
            return Vec::new();
        };
        let mut found = HashSet::new();
        if repo
            .objects
            .lookup_prefix(prefix, Some(&mut found))
            .is_err()
        {
            return Vec::new();
        }
        let mut commits: Vec<_> = found
            .into_iter()
            .filter(|id| {
                repo.find_header(*id)
                    .is_ok_and(|header| header.kind() == Kind::Commit)
            })
            .map(|id| id.to_hex_with_len(12).to_string())
            .collect();
        if !commits.is_empty() {
            commits.sort();
            return commits;
        }
    }
    Vec::new()
}
