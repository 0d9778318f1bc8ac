//! Which rewards are fooled, and by what?
//!
//! A [`Case`] is a small program that does to a task what a policy might do: cheat, or mend it honestly. The tasks are small
//! projects of our own whose known fix passes. Every case is carried out in a workspace of its own, and every reward is asked
//! about what is left there: an attack that is rewarded has fooled it, an honest fix that is not has been refused.

mod agreement;
mod case;
mod recorded;
mod report;
mod run;

pub use agreement::{Agreement, Estimate};
pub use case::{Case, CaseError, Intent, Projects, shipped};
pub use recorded::recorded;
pub use report::{Tally, Told};
pub use run::{RunSettings, run};
