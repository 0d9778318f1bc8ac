//! How many calls are running.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How many calls are running.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<(Mutex<usize>, Condvar)>);

/// Who waits for a quiet moment does not wait for ever.
const PATIENCE: Duration = Duration::from_secs(2);

impl Running {
    /// One more, until the value is dropped.
    pub(super) fn begin(&self) -> Begun {
        *lock(&self.0.0) += 1;
        self.0.1.notify_all();
        Begun(self.clone())
    }

    /// Waits for a call to begin.
    pub(super) fn wait_for_one(&self, patience: Duration) {
        let (n, changed) = &*self.0;
        let _ = changed.wait_timeout_while(lock(n), patience, |n| *n == 0);
    }

    /// Waits until no call is running, for two seconds at most.
    pub(super) fn wait_for_none(&self) {
        let (n, changed) = &*self.0;
        // Whatever comes out of it, the waiting is over.
        let _ = changed.wait_timeout_while(lock(n), PATIENCE, |n| *n > 0);
    }
}

/// A call that is running.
pub(super) struct Begun(Running);

impl Drop for Begun {
    fn drop(&mut self) {
        let (n, changed) = &*self.0.0;
        *lock(n) -= 1;
        changed.notify_all();
    }
}

fn lock(mutex: &Mutex<usize>) -> std::sync::MutexGuard<'_, usize> {
    // A number is whole even where another thread panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_for_the_last_call() {
        let running = Running::default();
        running.wait_for_none();
        running.wait_for_one(Duration::ZERO);
        let (a, b) = (running.begin(), running.begin());
        drop(a);
        running.wait_for_one(Duration::MAX);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| running.wait_for_none());
            drop(b);
            waiting.join().unwrap();
        });
        assert_eq!(*lock(&running.0.0), 0);
    }
}
