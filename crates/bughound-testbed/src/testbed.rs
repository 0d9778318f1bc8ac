//! The testbed: a way to isolate, a place to keep what was prepared, and what is known of the machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bughound_sandbox::{Backend, Network, Upper};

use crate::store::Store;
use crate::systems::Host;
use crate::{Prepared, TestbedError, Workspace};

/// Prepares tasks, hands out workspaces, judges changes. Cheap to clone; threads may share it.
#[derive(Clone)]
pub struct Testbed {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) store: Store,
    pub(crate) host: Host,
    making: Arc<Making>,
}

/// Names of what is being made in this process.
#[derive(Default)]
struct Making {
    names: Mutex<BTreeMap<String, ()>>,
    done: Condvar,
}

/// While it lives, nobody else of this process makes the same.
pub(crate) struct MakingLock<'a> {
    making: &'a Making,
    name: String,
}

impl Testbed {
    /// A testbed that keeps what it prepares in `folder`.
    pub fn new(backend: Arc<dyn Backend>, folder: PathBuf, host: Host) -> Self {
        Self {
            backend,
            store: Store::at(folder),
            host,
            making: Arc::default(),
        }
    }

    /// A place to work on the task: a copy-on-write layer on what is prepared.
    ///
    /// # Errors
    /// The sandbox's.
    pub fn workspace(&self, prepared: &Arc<Prepared>) -> Result<Workspace, TestbedError> {
        let world = prepared
            .setting
            .world(prepared.layers.clone(), Upper::Memory, Network::None);
        Ok(Workspace::new(
            self.backend.open(&world)?,
            Arc::clone(prepared),
        ))
    }

    /// Waits until nobody of this process makes `name`, and makes sure that nobody begins.
    pub(crate) fn lock(&self, name: &str) -> MakingLock<'_> {
        let mut names = self
            .making
            .names
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while names.contains_key(name) {
            names = self
                .making
                .done
                .wait(names)
                .unwrap_or_else(PoisonError::into_inner);
        }
        names.insert(name.to_owned(), ());
        MakingLock {
            making: &self.making,
            name: name.to_owned(),
        }
    }
}

impl Drop for MakingLock<'_> {
    fn drop(&mut self) {
        let mut names = self
            .making
            .names
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.name);
        self.making.done.notify_all();
    }
}
