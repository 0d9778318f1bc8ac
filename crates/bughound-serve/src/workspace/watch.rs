//! Hears of changes in a working directory.
//!
//! Each folder that is not ignored is watched by itself, so that build folders and the like cost nothing. A
//! change only counts: what changed is found by listing the files again, which reads those alone that have
//! another stamp.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bughound_repo::Snapshot;
use notify::event::{AccessKind, AccessMode, ModifyKind, RemoveKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::fence::Fence;
use super::git_places::GitPlaces;
use super::ignored::Ignored;

/// A watched working directory.
pub(super) struct Watch {
    root: PathBuf,
    heard: Arc<Heard>,
    followed: Mutex<Followed>,
}

struct Followed {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

/// What the thread that hears of changes tells the others. It must never wait for one that is adding a
/// folder: adding waits for that thread.
struct Heard {
    n_changes: AtomicU64,
    fence: Option<Arc<Fence>>,
    places: RwLock<Option<GitPlaces>>,
    ignored: RwLock<Ignored>,
    lost: Mutex<Lost>,
}

/// Folders that are no longer where they were.
#[derive(Default)]
struct Lost {
    folders: BTreeSet<PathBuf>,
    all: bool,
}

/// More lost folders than this are not counted one by one.
const MAX_LOST: usize = 1000;

impl Watch {
    /// Begins to watch the folders of a listing.
    ///
    /// # Errors
    /// Where the system does not let us: too many folders are watched already, for example.
    pub(super) fn new(
        root: &Path,
        fence: Option<Arc<Fence>>,
        listed: &Arc<Snapshot>,
    ) -> notify::Result<Self> {
        let heard = Arc::new(Heard {
            n_changes: AtomicU64::new(0),
            fence,
            places: RwLock::default(),
            ignored: RwLock::new(Ignored::new(root, listed)),
            lost: Mutex::default(),
        });
        let hears = Arc::clone(&heard);
        let mut watcher = notify::recommended_watcher(move |event| hears.hear(event))?;
        if let Some(fence) = &heard.fence {
            watcher.watch(fence.folder(), RecursiveMode::NonRecursive)?;
        }
        let watch = Self {
            root: root.to_owned(),
            heard,
            followed: Mutex::new(Followed {
                watcher,
                folders: BTreeSet::new(),
            }),
        };
        watch.follow(listed)?;
        Ok(watch)
    }

    /// The number of changes that have been heard of.
    pub(super) fn n_changes(&self) -> u64 {
        self.heard.n_changes.load(Ordering::SeqCst)
    }

    /// Waits until everything that happened before has been heard of; `false` where that cannot be told.
    pub(super) fn catch_up(&self) -> bool {
        self.heard.fence.as_ref().is_none_or(|fence| fence.pass())
    }

    /// Watches the folders of a newer listing. `false` where one had to be added: what happened in it before
    /// was not heard of, so the files must be listed once more.
    ///
    /// # Errors
    /// As [`Watch::new`].
    pub(super) fn follow(&self, listed: &Arc<Snapshot>) -> notify::Result<bool> {
        let places = GitPlaces::of(&self.root);
        let mut wanted: BTreeSet<PathBuf> = listed.folders().iter().cloned().collect();
        if let Some(places) = &places {
            wanted.extend(places.folders().into_iter().map(Path::to_owned));
        }
        *write(&self.heard.places) = places;
        *write(&self.heard.ignored) = Ignored::new(&self.root, listed);

        let mut followed = lock(&self.followed);
        let Followed { watcher, folders } = &mut *followed;
        let lost = std::mem::take(&mut *lock(&self.heard.lost));
        let is_gone = |folder: &PathBuf| {
            lost.all
                || !wanted.contains(folder)
                || folder.ancestors().any(|above| lost.folders.contains(above))
        };
        let gone: Vec<PathBuf> = folders.iter().filter(|it| is_gone(it)).cloned().collect();
        for folder in gone {
            // The system forgets removed folders by itself.
            let _ = watcher.unwatch(&folder);
            folders.remove(&folder);
        }
        let mut had_all = true;
        for folder in wanted {
            if folders.contains(&folder) {
                continue;
            }
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    folders.insert(folder);
                    had_all = false;
                }
                // Gone since it was listed, or not for us to read.
                Err(error) if is_about_the_folder(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(had_all)
    }
}

fn is_about_the_folder(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => matches!(
            error.kind(),
            std::io::ErrorKind::NotFound
                | std::io::ErrorKind::NotADirectory
                | std::io::ErrorKind::PermissionDenied
        ),
        _ => false,
    }
}

impl Heard {
    fn hear(&self, event: notify::Result<Event>) {
        let event = match event {
            Ok(event) if !event.need_rescan() => event,
            // Something was missed.
            _ => {
                lock(&self.lost).all = true;
                self.count();
                return;
            }
        };
        if !is_change(&event.kind) {
            return;
        }
        let may_lose = matches!(
            event.kind,
            EventKind::Remove(RemoveKind::Folder | RemoveKind::Any | RemoveKind::Other)
                | EventKind::Modify(ModifyKind::Name(_))
        );
        for path in &event.paths {
            if self
                .fence
                .as_ref()
                .is_some_and(|fence| fence.announce(path))
            {
                continue;
            }
            if may_lose {
                self.lose(path);
            }
            if self.matters(path) {
                self.count();
            }
        }
    }

    fn matters(&self, path: &Path) -> bool {
        let of_git = read(&self.places)
            .as_ref()
            .and_then(|places| places.matters(path));
        of_git.unwrap_or_else(|| read(&self.ignored).matters(path))
    }

    fn lose(&self, path: &Path) {
        let mut lost = lock(&self.lost);
        if lost.folders.len() < MAX_LOST {
            lost.folders.insert(path.to_owned());
        } else {
            lost.all = true;
        }
    }

    fn count(&self) {
        self.n_changes.fetch_add(1, Ordering::SeqCst);
    }
}

/// Reading changes nothing.
fn is_change(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

// What the locks hold is whole even where another thread panicked.

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
