//! No more requests than a server allows in a minute.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Cancel;

/// How often somebody who waits looks whether the episode was stopped.
const LOOK: Duration = Duration::from_millis(20);

/// Spaces requests evenly: each gets the next free moment, in the order in which they ask.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many requests a minute.
    pub(super) fn per_minute(requests: NonZeroU32) -> Self {
        Self {
            interval: Duration::from_secs(60) / requests.get(),
            next: Mutex::new(None),
        }
    }

    /// Waits for this request's moment; returns early where the episode is stopped or the deadline passes, which
    /// whoever sends the request then notices.
    pub(super) fn wait(&self, cancel: &Cancel, deadline: Option<Instant>) {
        let moment = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let moment = next.map_or(now, |next| next.max(now));
            *next = moment.checked_add(self.interval);
            moment
        };
        loop {
            let now = Instant::now();
            let is_late = deadline.is_some_and(|deadline| now >= deadline);
            if now >= moment || is_late || cancel.is_cancelled() {
                return;
            }
            std::thread::sleep(LOOK.min(moment - now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_get_their_moments_in_order() {
        let pace = Pace::per_minute(NonZeroU32::new(60 * 50).unwrap());
        let cancel = Cancel::default();
        let begun = Instant::now();
        for _ in 0..4 {
            pace.wait(&cancel, None);
        }
        assert!(begun.elapsed() >= Duration::from_millis(60));
    }

    #[test]
    fn nobody_waits_who_need_not() {
        let pace = Pace::per_minute(NonZeroU32::MIN);
        let cancel = Cancel::default();
        pace.wait(&cancel, None);
        pace.wait(&cancel, Some(Instant::now()));
        cancel.cancel();
        pace.wait(&cancel, None);
    }
}
