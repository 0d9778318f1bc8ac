//! All files of a tree object and the trees below it.

use bughound_core::{Problem, RepoPath};
use gix::objs::{Find, TreeRefIter};

use crate::error::reasons;
use crate::repo::ObjectDatabase;
use crate::{Entry, EntryKind, ObjectId, RepoError};

/// A tree with more entries than this is cut short. (Trees that share subtrees can be tiny on disk and
/// list more files than fit into memory; the largest known real ones have about a million files.)
const MAX_ENTRIES: usize = 4_000_000;

/// Lists what is below `root`, sorted by path.
pub(crate) fn list(
    objects: &ObjectDatabase,
    root: ObjectId,
) -> Result<(Vec<Entry>, Vec<Problem>), RepoError> {
    let mut listing = Listing {
        objects,
        entries: Vec::new(),
        problems: Vec::new(),
        pending: Vec::new(),
    };
    let mut buffer = Vec::new();
    listing
        .read(root, "", &mut buffer)
        .map_err(|reason| RepoError::Object {
            kind: "tree",
            id: root,
            reason,
        })?;
    while let Some((prefix, id)) = listing.pending.pop() {
        if listing.entries.len() > MAX_ENTRIES {
            listing.problems.push(Problem::general(format!(
                "the tree has more than {MAX_ENTRIES} files; the rest was left out"
            )));
            break;
        }
        if let Err(reason) = listing.read(id, &prefix, &mut buffer) {
            let folder = RepoPath::from(prefix.trim_end_matches('/'));
            let message = format!("the tree {id} of this folder was left out: {reason}");
            listing.problems.push(Problem::in_file(folder, message));
        }
    }
    let Listing {
        mut entries,
        mut problems,
        ..
    } = listing;
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((entries, problems))
}

struct Listing<'a> {
    objects: &'a ObjectDatabase,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    /// Folders (with a final `/`) that are still to be read.
    pending: Vec<(String, ObjectId)>,
}

impl Listing<'_> {
    /// Reads one tree. What cannot be decoded is told, what was decoded before it is kept.
    fn read(&mut self, id: ObjectId, prefix: &str, buffer: &mut Vec<u8>) -> Result<(), String> {
        let data = match self.objects.try_find(&id.to_gix(), buffer) {
            Ok(Some(data)) => data,
            Ok(None) => return Err("it is not in the object database".to_owned()),
            Err(error) => return Err(reasons(&error)),
        };
        if data.kind != gix::objs::Kind::Tree {
            return Err(format!("it is a {}", data.kind));
        }
        let mut path = String::from(prefix);
        for entry in TreeRefIter::from_bytes(data.data, gix::hash::Kind::Sha1) {
            let entry = entry.map_err(|_| "its content is damaged".to_owned())?;
            let Some(id) = ObjectId::from_gix(entry.oid) else {
                continue;
            };
            path.truncate(prefix.len());
            if push_name(&mut path, entry.filename) {
                self.problems
                    .push(Problem::note(RepoPath::from(path.as_str()), NOT_UTF8));
            }
            if entry.mode.is_tree() {
                path.push('/');
                self.pending.push((path.clone(), id));
                continue;
            }
            let kind = if entry.mode.is_link() {
                EntryKind::Symlink
            } else if entry.mode.is_commit() {
                EntryKind::Submodule
            } else {
                EntryKind::File
            };
            self.entries.push(Entry {
                path: RepoPath::from(path.as_str()),
                id,
                kind,
            });
        }
        Ok(())
    }
}

/// What is noted about a name that had to be escaped.
pub(crate) const NOT_UTF8: &str = "the name is not UTF-8; its other bytes are written as \\xNN";

/// Appends one component; the flag is `true` where bytes had to be escaped.
fn push_name(path: &mut String, name: &[u8]) -> bool {
    if let Ok(name) = std::str::from_utf8(name) {
        path.push_str(name);
        return false;
    }
    path.push_str(RepoPath::from_git(name).0.as_str());
    true
}
