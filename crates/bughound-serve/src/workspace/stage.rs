//! How far the first answer is.

use tokio::sync::watch;

/// What is being done at this moment, for those who wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stage {
    files: FilesStage,
    /// Commits that have been read and that are known, while a history is being read.
    history: Option<(usize, usize)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum FilesStage {
    #[default]
    Waiting,
    Listing,
    Indexing(usize),
    Done,
}

impl Stage {
    /// How much is done, of 1. It is no promise about time.
    pub(crate) fn done(&self) -> f64 {
        let files = match self.files {
            FilesStage::Waiting => 0.0,
            FilesStage::Listing => 0.05,
            FilesStage::Indexing(_) => 0.1,
            FilesStage::Done => 0.4,
        };
        let history = match self.history {
            Some((done, found)) => 0.5 * done as f64 / found.max(1) as f64,
            None => 0.0,
        };
        files + history
    }

    /// Whether all is made.
    pub(crate) fn is_idle(&self) -> bool {
        self.files == FilesStage::Done && self.history.is_none()
    }

    /// What is being done, for a person.
    pub(crate) fn text(&self) -> String {
        match (&self.files, self.history) {
            (FilesStage::Listing, _) => "Listing files".to_owned(),
            (FilesStage::Indexing(n), _) => format!("Indexing {n} files"),
            (_, Some((done, found))) => format!("Reading history: {done} of {found} commits"),
            _ => "Working".to_owned(),
        }
    }
}

/// Says how far things are, to whoever listens.
#[derive(Debug)]
pub(crate) struct Stages(watch::Sender<Stage>);

impl Stages {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Stage::default()))
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Stage> {
        self.0.subscribe()
    }

    pub(crate) fn listing(&self) {
        self.0
            .send_modify(|stage| stage.files = FilesStage::Listing);
    }

    pub(crate) fn indexing(&self, n_files: usize) {
        self.0
            .send_modify(|stage| stage.files = FilesStage::Indexing(n_files));
    }

    pub(crate) fn indexed(&self) {
        self.0.send_modify(|stage| stage.files = FilesStage::Done);
    }

    pub(crate) fn history(&self, done: usize, found: usize) {
        self.0
            .send_modify(|stage| stage.history = Some((done, found)));
    }

    pub(crate) fn history_read(&self) {
        self.0.send_modify(|stage| stage.history = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_say_what_is_going_on() {
        let stages = Stages::new();
        let listener = stages.subscribe();
        let check = |done: f64, text: &str| {
            let stage = listener.borrow();
            assert!((stage.done() - done).abs() < 1e-9, "{stage:?}");
            assert_eq!(stage.text(), text);
        };
        check(0.0, "Working");
        stages.listing();
        check(0.05, "Listing files");
        stages.history(0, 0);
        stages.indexing(7);
        check(0.1, "Indexing 7 files");
        stages.history(5, 10);
        stages.indexed();
        check(0.65, "Reading history: 5 of 10 commits");
        assert!(!listener.borrow().is_idle());
        stages.history_read();
        check(0.4, "Working");
        assert!(listener.borrow().is_idle());
    }
}
