//! Who is told how training goes.

use serde_json::Value;

use crate::TuneError;

/// Whoever shows progress, writes records, or wants to stop.
pub trait Watch {
    /// A stage begins, or goes on, at step `from` of `steps`.
    ///
    /// # Errors
    /// Where records cannot be opened.
    fn begin(&mut self, stage: &str, from: u64, steps: u64) -> Result<(), TuneError> {
        let _ = (stage, from, steps);
        Ok(())
    }

    /// A step was made; `record` is an object of numbers.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn step(&mut self, stage: &str, step: u64, record: &Value) -> Result<(), TuneError> {
        let _ = (stage, step, record);
        Ok(())
    }

    /// Quality on held-out tasks after `step` steps.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn held_out(&mut self, stage: &str, step: u64, quality: &Value) -> Result<(), TuneError> {
        let _ = (stage, step, quality);
        Ok(())
    }

    /// Asked between steps.
    fn should_stop(&self) -> bool {
        false
    }

    /// Seconds since any moment, for shares of time; 0 where times shall not be recorded.
    fn seconds(&self) -> f64 {
        0.0
    }
}

/// Nobody.
impl Watch for () {}
