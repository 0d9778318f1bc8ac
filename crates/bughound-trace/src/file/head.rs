//! As much of a trace as is needed to know which one it is.

use serde::Deserialize;

use crate::EndReason;

/// Which episode a trace is of, and how it ended. Reading heads alone is several times faster than reading
/// whole traces.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct TraceHead {
    /// The version of the shape.
    pub format: u32,
    /// The task's id.
    #[serde(rename = "task", deserialize_with = "instance_id")]
    pub instance_id: String,
    /// Which attempt at the task.
    pub attempt: u32,
    /// The seed of this attempt.
    pub seed: u64,
    /// Why it ended.
    pub end: EndReason,
}

impl TraceHead {
    /// What tells the traces of one file apart: `instance#attempt`.
    pub fn id(&self) -> String {
        format!("{}#{}", self.instance_id, self.attempt)
    }
}

fn instance_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    struct Task {
        instance_id: String,
    }
    Ok(Task::deserialize(deserializer)?.instance_id)
}
