//! Chains of names.

use super::zones::{N_ZONES, Zone};

/// A chain of names: `module.Class.method`, `krate::module::f`, `Class#method`, `Class().method`.
///
/// One entry per distinct chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DottedName {
    /// The names, outermost first; at least two.
    pub parts: Vec<String>,
    /// How often it stands in each zone (`Zone as usize`).
    pub zone_counts: [u16; N_ZONES],
    /// Whether a `(` follows it anywhere.
    pub called: bool,
    /// Whether it stands between backticks anywhere, the title's included.
    pub inlined: bool,
    /// Whether it comes from the address of a documentation page (`…/api.html#package.Class.method`).
    pub from_url: bool,
    /// Its first byte in the text.
    pub first_at: usize,
}

impl DottedName {
    /// The weightiest zone that it stands in: title before inline, code, prose, traceback, boilerplate.
    pub fn best_zone(&self) -> Zone {
        best_zone(&self.zone_counts)
    }
}

/// Zones by how much a name in them says.
const ORDER: [Zone; N_ZONES] = [
    Zone::Title,
    Zone::Inline,
    Zone::Code,
    Zone::Prose,
    Zone::Traceback,
    Zone::Boilerplate,
];

pub(super) fn best_zone(zone_counts: &[u16; N_ZONES]) -> Zone {
    ORDER
        .into_iter()
        .find(|zone| zone_counts[*zone as usize] > 0)
        .unwrap_or(Zone::Boilerplate)
}
