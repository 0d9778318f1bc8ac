//! File systems on which other machines may change files without our hearing of it.

use std::path::Path;

/// How a server hears of changes in a working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watching {
    /// The system announces them, for so many folders at most (of all programs of this user together), where
    /// that is known.
    Announced {
        /// The limit.
        limit: Option<usize>,
    },
    /// They are not announced on this kind of file system: every call lists the files.
    Unannounced(String),
}

impl Watching {
    /// Of a folder.
    pub fn of(folder: &Path) -> Self {
        if let Some(kind) = unannounced(folder) {
            return Self::Unannounced(kind);
        }
        let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches");
        Self::Announced {
            limit: limit.ok().and_then(|limit| limit.trim().parse().ok()),
        }
    }
}

/// Kinds of file systems as Linux names them, whose files others may change: of other machines, of a host,
/// or made up by a program.
const SHARED: [&str; 12] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse",
    "glusterfs",
    "lustre",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "vboxsf",
];

/// The kind of file system that a folder lies on, where changes of its files are not announced reliably.
/// `None` where they are, and where that cannot be told.
pub(super) fn unannounced(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let kind = kind_of(&mounts, folder)?;
    let family = kind.split('.').next().unwrap_or(kind);
    SHARED.contains(&family).then(|| kind.to_owned())
}

/// The kind of the file system of a folder, by the lines of `mountinfo` (proc(5)):
/// `36 35 98:0 /root /mount/point options optional... - kind source super-options`.
fn kind_of<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((place, kind)) = mount(line) else {
            continue;
        };
        let depth = Path::new(&place).components().count();
        // Of two on one point, the later one lies on top.
        if folder.starts_with(&place) && best.is_none_or(|(deepest, _)| depth >= deepest) {
            best = Some((depth, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

fn mount(line: &str) -> Option<(String, &str)> {
    let (left, right) = line.split_once(" - ")?;
    let place = left.split(' ').nth(4)?;
    let kind = right.split(' ').next()?;
    // Blanks and a few others are written in octal.
    let place = place
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
    Some((place, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
25 22 0:5 / /dev rw - devtmpfs udev rw
40 22 0:44 / /home rw shared:9 master:1 - nfs4 server:/home rw,vers=4.2
41 40 0:45 / /home/ada/local rw - btrfs /dev/vdb rw
42 22 0:46 / /mnt/my\\040share rw - fuse.sshfs ada@host: rw
43 22 0:47 / /over rw - nfs server:/x rw
44 22 0:48 / /over rw - overlay overlay rw
broken line
";

    #[test]
    fn folders_for_temporary_files_are_announced() {
        let dir = tempfile::tempdir().unwrap();
        let watching = Watching::of(dir.path());
        if cfg!(target_os = "linux") {
            assert!(
                matches!(
                    watching,
                    Watching::Announced { limit: Some(1..) } | Watching::Unannounced(_)
                ),
                "{watching:?}"
            );
        } else {
            assert_eq!(watching, Watching::Announced { limit: None });
        }
    }

    #[test]
    fn the_deepest_mount_tells() {
        for (folder, kind) in [
            ("/", "ext4"),
            ("/src/project", "ext4"),
            ("/home/ada/project", "nfs4"),
            ("/homes", "ext4"),
            ("/home/ada/local/project", "btrfs"),
            ("/mnt/my share/x", "fuse.sshfs"),
            ("/over/x", "overlay"),
        ] {
            assert_eq!(kind_of(MOUNTS, Path::new(folder)), Some(kind), "{folder}");
        }
        assert_eq!(kind_of("", Path::new("/x")), None);
    }
}
