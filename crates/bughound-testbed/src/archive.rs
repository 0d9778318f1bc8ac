//! A released archive (`.tar.gz`, `.crate`, `.tgz`) as a tree.

use std::io::Read;
use std::path::Component;

use flate2::read::GzDecoder;

use crate::tree::Tree;

/// More than this is no source distribution that a task could be made of.
const MAX_BYTES: u64 = 512 << 20;

/// Reads a gzipped tar. Its only top folder is left out, or, where `folder` names one below it, all that is not in that.
/// Links and special files are left out, too.
///
/// # Errors
/// Says what is wrong with the archive.
pub(crate) fn unpack(bytes: &[u8], folder: &str) -> Result<Tree, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(MAX_BYTES));
    let mut tree = Tree::default();
    let entries = archive
        .entries()
        .map_err(|error| format!("not a gzipped tar: {error}"))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| format!("the archive is damaged: {error}"))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry
            .path()
            .map_err(|error| format!("a name in the archive is damaged: {error}"))?;
        let Some(path) = inner_path(&path, folder)? else {
            continue;
        };
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .map_err(|error| format!("{path} in the archive is damaged: {error}"))?;
        tree.put(path, content, executable);
    }
    if tree.files.is_empty() {
        return Err(match folder {
            "" => "the archive has no files".to_owned(),
            folder => format!("the archive has no files in {folder:?}"),
        });
    }
    Ok(tree)
}

/// A path below the top folder (and below `folder` in that).
fn inner_path(path: &std::path::Path, folder: &str) -> Result<Option<String>, String> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => match part.to_str() {
                Some(part) => parts.push(part),
                None => return Ok(None),
            },
            Component::CurDir => {}
            _ => {
                return Err(format!(
                    "the archive has a path that leaves it: {}",
                    path.display()
                ));
            }
        }
    }
    let mut inner = parts.into_iter().skip(1).peekable();
    for wanted in folder.split('/').filter(|part| !part.is_empty()) {
        if inner.next() != Some(wanted) {
            return Ok(None);
        }
    }
    let inner: Vec<&str> = inner.collect();
    Ok((!inner.is_empty()).then(|| inner.join("/")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// A gzipped tar of files with these names, each containing its name.
    fn archive(names: &[&str]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = tar::Header::new_gnu();
            // Set by hand: the builder refuses names that leave the archive.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(name.len() as u64);
            header.set_mode(if name.ends_with(".sh") { 0o755 } else { 0o644 });
            header.set_cksum();
            tar.append(&header, name.as_bytes()).unwrap();
        }
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(&tar.into_inner().unwrap()).unwrap();
        gz.finish().unwrap()
    }

    #[test]
    fn the_top_folder_goes_and_a_folder_can_be_chosen() {
        let check = |names: &[&str], folder: &str, expected: Result<&[&str], &str>| {
            let got = unpack(&archive(names), folder)
                .map(|tree| tree.files.into_keys().collect::<Vec<String>>());
            let expected = expected
                .map(|names| names.iter().map(|&name| name.to_owned()).collect())
                .map_err(str::to_owned);
            assert_eq!(got, expected, "{names:?} {folder:?}");
        };
        let names = [
            "p-1/setup.py",
            "p-1/src/a.c",
            "p-1/src/lib/b.c",
            "p-1/run.sh",
        ];
        check(
            &names,
            "",
            Ok(&["run.sh", "setup.py", "src/a.c", "src/lib/b.c"]),
        );
        check(&names, "src", Ok(&["a.c", "lib/b.c"]));
        check(&names, "src/lib", Ok(&["b.c"]));
        check(&names, "none", Err("the archive has no files in \"none\""));
        check(
            &["p-1/../../x"],
            "",
            Err("the archive has a path that leaves it: p-1/../../x"),
        );
        check(
            &["/etc/x"],
            "",
            Err("the archive has a path that leaves it: /etc/x"),
        );
        let tree = unpack(&archive(&names), "").unwrap();
        assert!(tree.files["run.sh"].executable && !tree.files["setup.py"].executable);
    }

    #[test]
    fn damaged_archives_are_refused() {
        // What is cut off after the last file is noticed by its digest.
        let whole = archive(&["p-1/a", "p-1/b"]);
        let complete = unpack(&whole, "").unwrap();
        for n in 0..whole.len() {
            let cut = unpack(&whole[..n], "");
            assert!(
                cut.is_err() || cut.is_ok_and(|tree| tree == complete),
                "cut off at {n}"
            );
        }
        assert!(unpack(b"<html>not found</html>", "").is_err());
    }
}
