//! Patches in calls: which files they touch.

use crate::action::{Effect, How, Write};

/// What a patch does: unified diffs, and the form that begins with `*** Begin Patch`.
pub(crate) fn effects(patch: &str) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    let mut old = None;
    for line in patch.lines() {
        if let Some(path) = line.strip_prefix("--- ") {
            old = Some(path_of(path));
        } else if let (Some(path), Some(from)) = (line.strip_prefix("+++ "), &old) {
            let to = path_of(path);
            effects.push(match (from.as_str(), to.as_str()) {
                (from, "/dev/null") => Effect::Deletes(from.to_owned()),
                ("/dev/null", to) => write(to, How::Create),
                (_, to) => write(to, How::Edit),
            });
            old = None;
        } else if let Some(path) = line.strip_prefix("*** Update File: ") {
            effects.push(write(path.trim(), How::Edit));
        } else if let Some(path) = line.strip_prefix("*** Add File: ") {
            effects.push(write(path.trim(), How::Create));
        } else if let Some(path) = line.strip_prefix("*** Delete File: ") {
            effects.push(Effect::Deletes(path.trim().to_owned()));
        } else if let Some(Effect::Writes(write)) = effects.last_mut() {
            let into = match line.as_bytes().first() {
                Some(b'+') => &mut write.after,
                Some(b'-') => &mut write.before,
                _ => continue,
            };
            let text = into.get_or_insert_default();
            text.push_str(&line[1..]);
            text.push('\n');
        }
    }
    effects
}

fn write(path: &str, how: How) -> Effect {
    Effect::Writes(Write {
        path: path.to_owned(),
        how,
        before: None,
        after: None,
    })
}

fn path_of(text: &str) -> String {
    let path = text.split('\t').next().unwrap_or(text).trim();
    let bare = path.strip_prefix("a/").or_else(|| path.strip_prefix("b/"));
    bare.unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches() {
        let check = |patch: &str, expect: &str| {
            let shown = effects(patch).into_iter().map(|effect| match effect {
                Effect::Writes(w) => format!(
                    "{:?} {} -{:?} +{:?}",
                    w.how,
                    w.path,
                    w.before.unwrap_or_default(),
                    w.after.unwrap_or_default()
                ),
                Effect::Deletes(path) => format!("Delete {path}"),
                other => format!("{other:?}"),
            });
            assert_eq!(shown.collect::<Vec<_>>().join("; "), expect, "{patch}");
        };
        check("no patch", "");
        check(
            "--- a/x.py\t1\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n",
            "Edit x.py -\"a\\n\" +\"b\\n\"",
        );
        check(
            "--- /dev/null\n+++ b/x.py\n+a",
            "Create x.py -\"\" +\"a\\n\"",
        );
        check("--- a/x.py\n+++ /dev/null\n-a", "Delete x.py");
        check(
            "*** Begin Patch\n*** Update File: t.py\n-a\n*** Delete File: u.py\n",
            "Edit t.py -\"a\\n\" +\"\"; Delete u.py",
        );
    }
}
