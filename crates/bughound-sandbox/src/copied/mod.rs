//! Backends that hand each command to another program: they know neither our layers nor our file system in
//! memory, so the layers are copied into a folder, which is the tree, and stays between commands.
//!
//! A [`Launcher`] runs one command over such a folder. What differs from the layers is found by comparing.

mod bwrap;
mod lend;
mod merge;

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use bwrap::Bubblewrap;
pub use lend::LayerCopy;

use crate::embedded::{Tree, spooled};
use crate::{
    Captured, Change, ChangeFilter, Command, End, Finished, Network, Sandbox, SandboxError, Upper,
    World,
};

/// Runs one command over a [`Place`].
pub(crate) trait Launcher: Send + Sync {
    /// Its name, as a backend.
    fn name(&self) -> &'static str;

    /// Runs it to its end, or kills it when its time is over, with all that it started.
    ///
    /// # Errors
    /// That the launcher itself failed.
    fn launch(&self, world: &World, place: &Place, command: &Command) -> std::io::Result<Launched>;
}

/// What became of a command.
pub(crate) struct Launched {
    pub(crate) end: End,
    pub(crate) stdout: Captured,
    pub(crate) stderr: Captured,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
}

/// Folders and files of one sandbox on the host.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
}

impl Place {
    /// The merged tree.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// A generated `/etc`, and other files that a world asks for, under their paths.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// What a command reads.
    pub(crate) fn stdin(&self) -> PathBuf {
        self.folder.join("stdin")
    }

    /// Where a command's descriptor 3 is written.
    pub(crate) fn report(&self) -> PathBuf {
        self.folder.join("report")
    }

    /// The filter of system calls.
    pub(crate) fn filter(&self) -> PathBuf {
        self.folder.join("filter")
    }

    /// Where it is said that a command could not be executed.
    pub(crate) fn status(&self) -> PathBuf {
        self.folder.join("status")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        merge::remove_all(&self.folder);
    }
}

/// A script that does in the sandbox what nobody outside can: limits, input, report.
pub(crate) fn wrapper(world: &World, command: &Command) -> String {
    let limits = &world.limits;
    let mut script = String::from("exec < /.bughound/stdin\n");
    let mut add = |line: String| {
        script.push_str(&line);
        script.push('\n');
    };
    if command.report {
        add("exec 3> /.bughound/report".to_owned());
    }
    add("ulimit -c 0".to_owned());
    add(format!("ulimit -n {}", limits.open_files));
    add(format!("ulimit -f {}", limits.file_bytes.div_ceil(512)));
    add(format!("ulimit -d {}", limits.memory_bytes.div_ceil(1024)));
    let processes = limits.processes.saturating_add(2);
    // One shell calls it this, another that.
    add(format!(
        "ulimit -u {processes} 2> /dev/null || ulimit -p {processes}"
    ));
    if let Some(cpu) = command.cpu {
        add(format!("ulimit -t {}", cpu.as_secs().max(1)));
    }
    add("cd \"$0\" || { echo 2 > /.bughound/status; exit 127; }".to_owned());
    add(
        "command -v -- \"$1\" > /dev/null 2>&1 || { echo 2 > /.bughound/status; exit 127; }"
            .to_owned(),
    );
    add("exec \"$@\"".to_owned());
    script
}

/// Opens a sandbox for a launcher.
pub(crate) fn open(
    launcher: &Arc<dyn Launcher>,
    world: &World,
    owner: Option<u32>,
    temporary: &Path,
) -> Result<Box<dyn Sandbox>, SandboxError> {
    crate::embedded::check(world)?;
    if world.upper != Upper::Memory || world.network == Network::Host {
        let name = launcher.name();
        return Err(SandboxError::Nonsense(format!(
            "{name} writes to a folder of its own and has no network; use the embedded backend to prepare"
        )));
    }
    let failed = |step: &'static str| {
        move |source| SandboxError::Make {
            step,
            path: PathBuf::new(),
            source,
        }
    };
    let place = make_place(temporary).map_err(failed("make a folder for its files"))?;
    for layer in &world.layers {
        merge::merge(layer, &place.tree()).map_err(|source| SandboxError::Make {
            step: "copy a layer",
            path: layer.clone(),
            source,
        })?;
    }
    make_files(world, &place).map_err(failed("make the files that it sees"))?;
    if let Some(owner) = owner {
        merge::own_all(&place.folder, owner).map_err(failed("hand its files over"))?;
    }
    Ok(Box::new(CopiedSandbox {
        launcher: launcher.clone(),
        world: world.clone(),
        place,
        owner,
        temporary: temporary.to_owned(),
    }))
}

/// A folder of a name that nobody else has.
fn make_place(temporary: &Path) -> std::io::Result<Place> {
    static N_MADE: AtomicU64 = AtomicU64::new(0);
    let number = N_MADE.fetch_add(1, Ordering::Relaxed);
    let folder = temporary.join(format!("bughound-{}-{number}", std::process::id()));
    fs::create_dir(&folder)?;
    let place = Place { folder };
    fs::set_permissions(&place.folder, fs::Permissions::from_mode(0o711))?;
    for folder in [place.tree(), place.tmp(), place.files()] {
        fs::create_dir(folder)?;
    }
    Ok(place)
}

fn make_files(world: &World, place: &Place) -> std::io::Result<()> {
    for (path, content) in crate::embedded::etc(world) {
        let path = place.files().join(path.strip_prefix("/").unwrap_or(&path));
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, content)?;
    }
    Ok(())
}

struct CopiedSandbox {
    launcher: Arc<dyn Launcher>,
    world: World,
    place: Place,
    owner: Option<u32>,
    temporary: PathBuf,
}

impl CopiedSandbox {
    fn tree(&self) -> Result<Tree, SandboxError> {
        Tree::of_copy(&self.place.tree(), &self.place.tmp(), &self.world.layers)
    }

    fn try_running(&self, command: &Command) -> std::io::Result<Finished> {
        let place = &self.place;
        fs::write(place.stdin(), &command.stdin)?;
        for path in [place.report(), place.status()] {
            // What a command left under this name is not written through.
            let _ = fs::remove_file(&path);
            File::create(&path)?;
            if let Some(owner) = self.owner {
                chown(&path, Some(owner), Some(owner))?;
            }
        }
        fs::set_permissions(place.stdin(), fs::Permissions::from_mode(0o644))?;
        let launched = self.launcher.launch(&self.world, place, command)?;
        let mut status = spooled(&place.status(), 16)?;
        let did_not_start = launched.end == End::Exited(127) && status.head.pop() == Some(b'\n');
        Ok(Finished {
            end: if did_not_start {
                End::NotStarted {
                    errno: libc::ENOENT,
                }
            } else {
                launched.end
            },
            stdout: launched.stdout,
            stderr: launched.stderr,
            report: spooled(&place.report(), command.output_bytes)?,
            seconds: launched.seconds,
            cpu_seconds: launched.cpu_seconds,
            n_left: 0,
        })
    }
}

impl Sandbox for CopiedSandbox {
    fn run(&mut self, command: &Command) -> Result<Finished, SandboxError> {
        self.try_running(command)
            .map_err(|error| SandboxError::Gone {
                doing: "run a command",
                why: error.to_string(),
            })
    }

    fn changes(&mut self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        self.tree()?.changes(filter)
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), SandboxError> {
        self.tree()?.write(changes)?;
        match self.owner {
            Some(owner) => {
                merge::own_all(&self.place.tree(), owner).map_err(|source| SandboxError::Tree {
                    step: "hand over what was written",
                    path: PathBuf::new(),
                    source,
                })
            }
            None => Ok(()),
        }
    }

    fn read(&mut self, path: &Path, limit: u64) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        self.tree()?.read(path, limit)
    }

    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        let failed = |source| SandboxError::Make {
            step: "copy its files",
            path: PathBuf::new(),
            source,
        };
        let place = make_place(&self.temporary).map_err(failed)?;
        let other = Tree::of_copy(&place.tree(), &place.tmp(), &self.world.layers)?;
        self.tree()?.copy_to(&other)?;
        make_files(&self.world, &place).map_err(failed)?;
        if let Some(owner) = self.owner {
            merge::own_all(&place.folder, owner).map_err(failed)?;
        }
        Ok(Box::new(Self {
            launcher: self.launcher.clone(),
            world: self.world.clone(),
            place,
            owner: self.owner,
            temporary: self.temporary.clone(),
        }))
    }
}
