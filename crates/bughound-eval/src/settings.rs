//! What decides the result of a run: `settings.toml`.

use bughound_metrics::BootstrapSettings;
use bughound_rollout::differences;
use serde::{Deserialize, Serialize};

use crate::{Selection, Sha256};

/// How many locations of each level a prediction holds, where there are as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    /// Files.
    pub files: usize,
    /// Functions, methods and types.
    pub functions: usize,
    /// Classes and other types.
    pub classes: usize,
}

impl Default for Depth {
    fn default() -> Self {
        Self {
            files: 100,
            functions: 200,
            classes: 100,
        }
    }
}

/// Everything that decides the result of a run. Paths of this machine, the number of threads and the cache
/// are not here: they change how long a run takes, not what it finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSettings {
    /// The version of this file's shape: [`RunSettings::FORMAT`].
    pub format: u32,
    /// The version of Bughound.
    pub bughound: String,
    /// The policy's name.
    pub policy: String,
    /// Which tasks.
    pub tasks: SelectedTasks,
    /// How deep predictions go.
    pub depth: Depth,
    /// What the policy says of itself.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub policy_settings: toml::Table,
    /// How the answers were scored. Another scoring does not make another run.
    pub scoring: ScoringSettings,
}

/// The tasks of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelectedTasks {
    /// Name of the file, without folders.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// How many tasks were selected.
    pub count: usize,
    /// Which.
    #[serde(flatten)]
    pub selection: Selection,
}

/// How a run is scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoringSettings {
    /// The scorer of `metrics.json`.
    pub scorer: String,
    /// Where ground truth came from: `patches`, or the name of a file.
    pub ground_truth: String,
    /// How intervals are drawn.
    pub bootstrap: BootstrapSettings,
}

impl RunSettings {
    /// The shape that this version reads and writes.
    pub const FORMAT: u32 = 1;

    /// The text of `settings.toml`.
    pub(crate) fn to_toml(&self) -> String {
        let body = toml::to_string(self).unwrap_or_else(|error| format!("# {error}\n"));
        format!(
            "# What decided this run. Written by `bughound eval`; see docs/evaluation.md.\n{body}"
        )
    }

    /// What a run that was begun with `self` and is continued with `now` would mix, one phrase per
    /// setting. Scoring and the name of the tasks file are not compared.
    pub(crate) fn differences(&self, now: &Self) -> Vec<String> {
        differences(&self.compared(), &now.compared())
    }

    /// All settings that must not change.
    fn compared(&self) -> toml::Table {
        let mut table = toml::Table::try_from(self).unwrap_or_default();
        table.remove("scoring");
        if let Some(toml::Value::Table(tasks)) = table.get_mut("tasks") {
            tasks.remove("file");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> RunSettings {
        RunSettings {
            format: RunSettings::FORMAT,
            bughound: "0.1.0".to_owned(),
            policy: "hound".to_owned(),
            tasks: SelectedTasks {
                file: "t.jsonl".to_owned(),
                sha256: Sha256::of(b"tasks"),
                count: 2,
                selection: Selection::default(),
            },
            depth: Depth::default(),
            policy_settings: toml::Table::new(),
            scoring: ScoringSettings {
                scorer: "path".to_owned(),
                ground_truth: "patches".to_owned(),
                bootstrap: BootstrapSettings::default(),
            },
        }
    }

    fn check(change: impl Fn(&mut RunSettings), expect: &[&str]) {
        let mut now = settings();
        change(&mut now);
        assert_eq!(settings().differences(&now), expect);
    }

    #[test]
    fn differences_are_named() {
        check(|_| {}, &[]);
        check(
            |s| s.policy = "other".into(),
            &[r#"policy was "hound", now "other""#],
        );
        check(
            |s| s.tasks.selection.limit = Some(1),
            &["tasks.limit was not given, now 1"],
        );
        check(
            |s| {
                s.depth.files = 7;
                s.policy_settings.insert("weights".into(), "b".into());
            },
            &[
                "depth.files was 100, now 7",
                r#"policy_settings.weights was not given, now "b""#,
            ],
        );
    }

    #[test]
    fn what_changes_no_answer_is_not_compared() {
        check(|s| s.tasks.file = "moved.jsonl".into(), &[]);
        check(|s| s.scoring.scorer = "fleval".into(), &[]);
        check(|s| s.scoring.bootstrap.seed = 5, &[]);
    }

    #[test]
    fn settings_round_trip() {
        let mut full = settings();
        full.tasks.selection = Selection {
            instances: vec!["a__b-1".to_owned()],
            limit: Some(3),
        };
        full.policy_settings.insert("threshold".into(), 0.5.into());
        for settings in [settings(), full] {
            let text = settings.to_toml();
            assert_eq!(
                toml::from_str::<RunSettings>(&text).unwrap(),
                settings,
                "{text}"
            );
        }
    }
}
