//! What decides the result of a run of episodes: `settings.toml`.

use bughound_trace::Budgets;
use serde::{Deserialize, Serialize};

/// Everything that decides what the episodes of a run are. Paths of this machine, the number of threads and the
/// cache are not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RolloutSettings {
    /// The version of this file's shape: [`RolloutSettings::FORMAT`].
    pub format: u32,
    /// The version of Bughound.
    pub bughound: String,
    /// The policy's name.
    pub policy: String,
    /// The protocol's name.
    pub protocol: String,
    /// Episodes per task.
    pub n: u32,
    /// The run's seed.
    pub seed: u64,
    /// What an episode may spend.
    pub budgets: Budgets,
    /// What the policy says of itself.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub policy_settings: toml::Table,
}

impl RolloutSettings {
    /// The shape that this version reads and writes.
    pub const FORMAT: u32 = 1;
}

/// What a run that was begun with `was` and is continued with `is` would mix, one phrase per setting.
pub fn differences(was: &toml::Table, is: &toml::Table) -> Vec<String> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    flatten("", was, &mut before);
    flatten("", is, &mut after);
    let mut differences = Vec::new();
    for (name, value) in &before {
        match after.iter().find(|(other, _)| other == name) {
            Some((_, now)) if now == value => {}
            Some((_, now)) => differences.push(format!("{name} was {value}, now {now}")),
            None => differences.push(format!("{name} was {value}, now not given")),
        }
    }
    for (name, now) in &after {
        if !before.iter().any(|(other, _)| other == name) {
            differences.push(format!("{name} was not given, now {now}"));
        }
    }
    differences
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut Vec<(String, String)>) {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{name}."), inner, into),
            other => into.push((name, other.to_string())),
        }
    }
}
