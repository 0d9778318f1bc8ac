//! One policy per file.

mod hound;
mod replay;
mod scripted;

pub use hound::HoundPolicy;
pub use replay::ReplayPolicy;
pub use scripted::ScriptedPolicy;
