//! Steps and files, in few words.

use bughound_sandbox::{Change, What};

use super::{REPO, ROOT, Step};
use crate::TaskCommand;

pub(super) fn words(argv: &[&str]) -> TaskCommand {
    argv.iter().map(|&word| word.to_owned()).collect()
}

/// A step at the root of the merged tree.
pub(super) fn step(what: &str, argv: &[&str]) -> Step {
    Step {
        what: what.to_owned(),
        write: Vec::new(),
        argv: words(argv),
        cwd: ROOT.into(),
    }
}

/// A step in the project.
pub(super) fn in_repo(what: &str, argv: TaskCommand) -> Step {
    Step {
        argv,
        cwd: REPO.into(),
        ..step(what, &[])
    }
}

/// A plain file to write, relative to the root of the merged tree.
pub(super) fn file(path: &str, bytes: &[u8]) -> Change {
    Change {
        path: path.into(),
        what: What::File {
            bytes: bytes.to_vec(),
            executable: false,
        },
    }
}
