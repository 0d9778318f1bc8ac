//! Time, as the driver is told it.

use std::time::Instant;

/// Says how much time has passed since an episode began.
pub trait Clock: Sync {
    /// Microseconds since the episode began.
    fn microseconds(&self) -> u64;
}

/// The time on the wall, from the moment of its making.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Instant);

impl WallClock {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for WallClock {
    fn microseconds(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// A clock that stands still: traces are then the same byte for byte.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoClock;

impl Clock for NoClock {
    fn microseconds(&self) -> u64 {
        0
    }
}
