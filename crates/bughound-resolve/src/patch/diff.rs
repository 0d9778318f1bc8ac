//! Changes as one unified diff.

use bughound_sandbox::{Change, What};
use bughound_tasks::unified_diff;
use bughound_testbed::Tree;

/// What `changes` do to `tree`, as git would write it. What is no plain file is left out.
pub fn diff_of(tree: &Tree, changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let path = change.path.to_string_lossy();
        let before = tree.files.get(&*path).map(|file| file.bytes.as_slice());
        let after = match &change.what {
            What::File { bytes, .. } => Some(bytes.as_slice()),
            What::Removed => None,
            _ => continue,
        };
        text.push_str(&unified_diff(&path, before, after));
    }
    text
}
