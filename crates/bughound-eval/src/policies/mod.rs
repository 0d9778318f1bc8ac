//! One policy per file.

mod agent;
mod hound;

pub use agent::AgentPolicy;
pub use hound::HoundPolicy;

use crate::policy::{Policy, UnknownPolicy};

/// Every policy, the default first.
pub fn policies() -> [&'static dyn Policy; 1] {
    const HOUND: HoundPolicy<'static> = HoundPolicy {
        judge: bughound_hound::Judge::Learned,
    };
    [&HOUND]
}

/// The policy with this name.
///
/// # Errors
/// [`UnknownPolicy`], which lists the names that there are.
pub fn policy_named(name: &str) -> Result<&'static dyn Policy, UnknownPolicy> {
    policies()
        .into_iter()
        .find(|policy| policy.name() == name)
        .ok_or_else(|| UnknownPolicy(name.to_owned()))
}
