//! How many of many tasks do a system's predictions resolve? FAIL_TO_PASS and PASS_TO_PASS, in the testbed.

mod instance;
mod journal;
mod predictions;
mod report;
mod resolve;

pub use instance::{Instance, Origin, Tests, of_swe_bench, of_task};
pub use journal::{Journal, JournalError};
pub use predictions::{NotPredictions, Prediction, of_traces, read_predictions, to_json_lines};
pub use report::{Summary, report_text, summary};
pub use resolve::{Outcome, Resolved, measure, resolve};
