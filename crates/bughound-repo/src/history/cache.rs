//! What has been read of a repository's history before.

use bughound_core::{Problem, Severity};
use bughound_store::{Key, Store, StoreError, Table};

use crate::content::blob_id;
use crate::history::columns::Columns;
use crate::history::encode::{self, VERSION};
use crate::{ObjectId, Repo};

/// Beyond so many parts, they are merged.
const MAX_PARTS: usize = 4;

/// The table of one repository. Each value is a part of its history: commits that were read at one time.
pub(crate) struct Cache {
    table: Table,
}

impl Cache {
    /// The table's name stands for the folder of the repository and for where it is shallow: a clone that is
    /// deepened later gets a new one. Everything else about a commit is a function of its id.
    pub(crate) fn open(repo: &Repo, store: &Store, shallow: &[u8]) -> Self {
        let place = repo.common_dir();
        let place = place.canonicalize().unwrap_or(place);
        let name = [place.as_os_str().as_encoded_bytes(), &[0], shallow].concat();
        let name = blob_id(&name).unwrap_or(ObjectId::NULL).to_string();
        Self {
            table: store.table(&format!("history-{}", &name[..16]), VERSION),
        }
    }

    /// All parts.
    pub(crate) fn load(&self) -> Vec<Columns> {
        self.table
            .keys()
            .iter()
            .filter_map(|key| encode::decode(self.table.get(key)?))
            .collect()
    }

    /// What was wrong with the table.
    pub(crate) fn findings(&self) -> Vec<Problem> {
        let note = |finding| Problem {
            severity: Severity::Note,
            ..Problem::general(finding)
        };
        self.table.findings().into_iter().map(note).collect()
    }

    /// Keeps the last of the parts; the others are those that were loaded. Where there are many, or the last
    /// is large beside them, all are merged into one.
    pub(crate) fn keep(&self, parts: &mut Vec<Columns>) -> Result<(), StoreError> {
        let n_new = parts.last().map_or(0, Columns::len);
        let n_all: usize = parts.iter().map(Columns::len).sum();
        let merge = parts.len() > 1 && (parts.len() > MAX_PARTS || n_new * 8 > n_all);
        if merge {
            *parts = vec![Columns::merge(std::mem::take(parts))];
        }
        let Some(value) = parts.last().and_then(encode::encode) else {
            return Ok(());
        };
        let entries = [(key(parts.last()), value)];
        if merge {
            self.table.replace_all(&entries)
        } else {
            self.table.put_all(&entries)
        }
    }
}

/// The id of the newest commit, with the number of commits in place of its last bytes.
fn key(part: Option<&Columns>) -> Key {
    let mut key = part
        .and_then(|part| part.ids.first())
        .map_or([0; 20], |id| id.0);
    let n = part.map_or(0, Columns::len) as u64;
    key[12..].copy_from_slice(&n.to_le_bytes());
    key
}
