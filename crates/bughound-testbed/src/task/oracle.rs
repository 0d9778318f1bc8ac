//! Cases whose right answers are known outside the sandbox.

use serde::{Deserialize, Serialize};

/// What product code must answer, asked in a process that is told the inputs and nothing else. The answers are compared by
/// whoever asked, so that nothing that runs in the sandbox can forge the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oracle {
    /// How product code is reached.
    pub driver: Driver,
    /// Files that are laid over the tree to ask, relative to its root: a program, or functions that a driver calls where
    /// what is asked takes more than plain arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file: Vec<OracleFile>,
    /// The program; it is started once for each case. Only for [`Driver::Program`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<String>,
    /// What is asked.
    pub case: Vec<OracleCase>,
}

/// How product code is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// `module:function` is called by a driver of ours.
    Python,
    /// `file.js:function` is called by a driver of ours.
    Node,
    /// A program of the task reads a case from its standard input and writes the answer to its standard output.
    Program,
}

/// A file that is laid over the tree to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OracleFile {
    /// Relative to the tree's root.
    pub path: String,
    /// Its whole content.
    pub content: String,
}

/// One question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OracleCase {
    /// What is called: `module:function` or `module:Class.method` of Python, `file.js:export` of JavaScript.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub call: String,
    /// Its arguments: a JSON array.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub args: String,
    /// What a program reads.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stdin: String,
    /// The right answer: JSON, or the text that a program writes. Where it is absent it is what the known fix answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}
