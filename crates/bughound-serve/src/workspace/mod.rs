//! What is served: the files, indexed, as they are at each call.

mod fence;
mod git_places;
mod ignored;
mod mounts;
mod running;
mod stage;
mod view;
mod watch;

pub use mounts::Watching;
pub(crate) use stage::Stage;
pub(crate) use view::View;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use bughound_core::Severity;
use bughound_index::{HistoryIndex, Index, Past};
use bughound_repo::{History, HistoryOptions, ObjectId, Repo, RepoError, Snapshot};
use tokio::sync::watch::Receiver;

use crate::{Files, Options};
use fence::Fence;
use running::Running;
use stage::Stages;
use watch::Watch;

/// The files that are served, and what was made of them. All methods but [`Workspace::stages`] may take a
/// while: they are no work for a thread that serves.
pub(crate) struct Workspace {
    options: Options,
    stages: Stages,
    current: RwLock<Option<Current>>,
    /// Held by whoever looks for changes.
    refreshing: Mutex<Refreshing>,
    /// `None` inside where watching is impossible; empty before that has been tried.
    watch: OnceLock<Option<Watch>>,
    fence: Option<Arc<Fence>>,
    is_closed: AtomicBool,
    history: Mutex<Option<(ObjectId, Option<Arc<Past>>)>>,
    running: Running,
}

/// How long a first call may take to come that finds nothing prepared.
const FIRST_CALL: Duration = Duration::from_millis(50);

#[derive(Clone)]
struct Current {
    view: Arc<View>,
    /// The changes that had been heard of when the files were listed; `None` where nobody listened.
    n_changes: Option<u64>,
    /// Changes made before this moment are in the view.
    as_of: Instant,
}

#[derive(Default)]
struct Refreshing {
    /// The last listing; a newer one reads only what has changed since.
    listed: Option<Arc<Snapshot>>,
    /// Told already that watching has become impossible.
    has_lost_watch: bool,
}

impl Workspace {
    pub(crate) fn new(options: Options) -> Self {
        let scratch = match options.files {
            Files::Worktree(_) => options.scratch.as_deref(),
            Files::Commit { .. } => None,
        };
        Self {
            fence: scratch.and_then(|scratch| Fence::new(scratch).ok().map(Arc::new)),
            is_closed: AtomicBool::new(false),
            options,
            stages: Stages::new(),
            current: RwLock::default(),
            refreshing: Mutex::default(),
            watch: OnceLock::new(),
            history: Mutex::default(),
            running: Running::default(),
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// A call runs until the value is dropped; work that nobody waits for begins when none does.
    pub(crate) fn begin_call(&self) -> impl Drop {
        self.running.begin()
    }

    /// Tells how far things are.
    pub(crate) fn stages(&self) -> Receiver<Stage> {
        self.stages.subscribe()
    }

    /// The files as they are now, indexed.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub(crate) fn view(&self) -> Result<Arc<View>, RepoError> {
        let asked = Instant::now();
        if let Some(view) = self.known_to_be_fresh() {
            return Ok(view);
        }
        let mut refreshing = lock(&self.refreshing);
        // Somebody else may have looked while we waited.
        match self.current() {
            Some(current) if current.as_of >= asked => Ok(current.view),
            _ => self.refresh(&mut refreshing),
        }
    }

    /// The view without a look at the files, where it is certain that nothing has changed.
    fn known_to_be_fresh(&self) -> Option<Arc<View>> {
        if let Files::Commit { .. } = self.options.files {
            return Some(self.current()?.view);
        }
        let watch = self.watch.get()?.as_ref()?;
        let is_heard = watch.catch_up();
        let current = self.current()?;
        let is_fresh = is_heard && current.n_changes == Some(watch.n_changes());
        is_fresh.then_some(current.view)
    }

    /// Lists the files, and indexes them where they are others than before.
    fn refresh(&self, refreshing: &mut Refreshing) -> Result<Arc<View>, RepoError> {
        let watch = self.watch.get().and_then(Option::as_ref);
        let watch = watch.filter(|_| !refreshing.has_lost_watch);
        let (mut as_of, mut n_changes, mut listed);
        loop {
            as_of = Instant::now();
            n_changes = watch.map(Watch::n_changes);
            listed = Arc::new(self.list(refreshing.listed.as_deref())?);
            refreshing.listed = Some(Arc::clone(&listed));
            match watch.map(|watch| watch.follow(&listed)) {
                None | Some(Ok(true)) => break,
                // A new folder; what lies in it may have changed before it was watched.
                Some(Ok(false)) => {}
                Some(Err(error)) => {
                    n_changes = None;
                    refreshing.has_lost_watch = true;
                    self.tell_about_watch(&error.to_string());
                    break;
                }
            }
        }
        let earlier = self.current();
        let view = match &earlier {
            Some(earlier) if is_same(earlier.view.index.snapshot(), &listed) => {
                Arc::clone(&earlier.view)
            }
            _ => self.index(listed, earlier.as_ref().map(|it| &*it.view.index)),
        };
        let current = Current {
            view: Arc::clone(&view),
            n_changes,
            as_of,
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(current);
        Ok(view)
    }

    /// The view is no longer believed: a file was not what it should be.
    pub(crate) fn distrust(&self, view: &Arc<View>) {
        let mut refreshing = lock(&self.refreshing);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|it| Arc::ptr_eq(&it.view, view))
        {
            *current = None;
            refreshing.listed = None;
        }
    }

    fn list(&self, earlier: Option<&Snapshot>) -> Result<Snapshot, RepoError> {
        if earlier.is_none() {
            self.stages.listing();
        }
        match &self.options.files {
            Files::Worktree(root) => {
                let now = (self.options.now)();
                match earlier {
                    Some(_) => Snapshot::worktree_since(root, earlier, now),
                    None => Snapshot::worktree_cached(root, &self.options.store, now),
                }
            }
            Files::Commit { repo, commit } => Snapshot::at_commit(repo, *commit),
        }
    }

    fn index(&self, listed: Arc<Snapshot>, earlier: Option<&Index>) -> Arc<View> {
        self.stages.indexing(listed.entries().len());
        let (index, report) = Index::build_after(listed, &self.options.store, earlier);
        if let Some(error) = report.cache_error {
            let message = format!("{error} (no answer depends on it; --no-cache avoids this)");
            (self.options.tell)(Severity::Warning, &message);
        }
        self.stages.indexed();
        Arc::new(View::new(index))
    }

    /// What happened before a view's files. `None` outside of history and, with a warning, where it cannot be
    /// read: answers are then a little worse, not wrong.
    pub(crate) fn history(&self, view: &View) -> Option<Arc<HistoryIndex>> {
        if !self.options.history {
            return None;
        }
        let read = || {
            let (repo, tip) = view.index.snapshot().history_tip()?;
            let past = self.past_of(&repo, tip)?;
            let index = HistoryIndex::join(past, &view.index, &self.options.store);
            Some(Arc::new(index))
        };
        view.history.get_or_init(read).clone()
    }

    fn past_of(&self, repo: &Repo, tip: ObjectId) -> Option<Arc<Past>> {
        let mut known = lock(&self.history);
        if let Some((of, past)) = &*known
            && *of == tip
        {
            return past.clone();
        }
        let progress = |done: usize, found: usize| self.stages.history(done, found);
        let options = HistoryOptions {
            progress: Some(&progress),
            ..HistoryOptions::default()
        };
        let read = History::read_with(repo, tip, &self.options.store, options);
        self.stages.history_read();
        let past = match read {
            Ok(history) => {
                for problem in history.problems() {
                    (self.options.tell)(problem.severity, &problem.message);
                }
                Some(Arc::new(Past::new(&history, &self.options.store)))
            }
            Err(error) => {
                let message = format!("the history is not used: {error}");
                (self.options.tell)(Severity::Warning, &message);
                None
            }
        };
        *known = Some((tip, past.clone()));
        past
    }

    /// Reads the history that the first view will need, while that is being made on another thread.
    pub(crate) fn read_history_ahead(&self) {
        let start = match &self.options.files {
            _ if !self.options.history => None,
            Files::Commit { repo, commit } => Some((repo.clone(), *commit)),
            Files::Worktree(root) => Repo::open(root)
                .and_then(|repo| repo.resolve("HEAD").map(|tip| (repo, tip)))
                .ok(),
        };
        if let Some((repo, tip)) = start {
            self.past_of(&repo, tip);
        }
    }

    /// Makes the first view, so that calls find it ready; then watches for changes, and makes what the first
    /// calls would otherwise have to.
    ///
    /// A client that calls at once is left alone: files that are listed for it need no second look, as those
    /// would that were listed before it asked.
    pub(crate) fn prepare(&self) {
        self.running.wait_for_one(FIRST_CALL);
        self.running.wait_for_none();
        // Errors are told to whoever asks.
        let Ok(view) = self.view() else { return };
        self.history(&view);
        self.running.wait_for_none();
        self.watch();
        if self.is_closed() {
            return;
        }
        if let Ok(view) = self.view() {
            self.running.wait_for_none();
            view.index.references();
            view.index.graph();
            self.history(&view);
        }
    }

    /// Leaves nothing behind: threads may still be at work when the process ends.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        if let Some(fence) = &self.fence {
            fence.remove();
        }
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Begins to watch for changes.
    fn watch(&self) {
        let Files::Worktree(root) = &self.options.files else {
            return;
        };
        if let Some(kind) = mounts::unannounced(root) {
            let message = format!(
                "the working directory lies on a file system ({kind}) where changes are not announced: every call \
                 looks for them itself"
            );
            (self.options.tell)(Severity::Note, &message);
            let _ = self.watch.set(None);
            return;
        }
        let Some(listed) = lock(&self.refreshing).listed.clone() else {
            return;
        };
        let watch = Watch::new(root, self.fence.clone(), &listed);
        let watch = watch.inspect_err(|error| self.tell_about_watch(&error.to_string()));
        let _ = self.watch.set(watch.ok());
    }

    fn tell_about_watch(&self, reason: &str) {
        if self.is_closed() {
            return;
        }
        let message = format!(
            "the working directory cannot be watched: {reason}. Every call looks for changes itself, which takes \
             longer; on Linux `sysctl fs.inotify.max_user_watches` may be raised"
        );
        (self.options.tell)(Severity::Note, &message);
    }

    fn current(&self) -> Option<Current> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Whether two listings lead to the same index and history.
fn is_same(a: &Snapshot, b: &Snapshot) -> bool {
    let tip = |snapshot: &Snapshot| snapshot.history_tip().map(|(_, tip)| tip);
    a.entries() == b.entries() && tip(a) == tip(b)
}

/// What the locks hold is whole even where another thread panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
