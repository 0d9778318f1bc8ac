//! One policy per file.

mod hound;
mod hound_compact;
mod http;
mod navigator;
mod pace;
mod replay;
mod scripted;

pub use hound::HoundPolicy;
pub use http::HttpPolicy;
pub use navigator::NavigatorPolicy;
pub use replay::ReplayPolicy;
pub use scripted::ScriptedPolicy;
