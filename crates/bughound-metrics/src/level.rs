//! How finely truth and answers are cut.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What counts as one thing to find.
///
/// The benchmarks mix functions, methods and classes under the name "function"; so does
/// [`ScoreLevel::Function`], and the two `…Only` levels take them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreLevel {
    /// Files: [`Truth::files`](crate::Truth::files).
    File,
    /// Classes that hold a change: those in [`Truth::classes`](crate::Truth::classes) and those around a
    /// changed function.
    Class,
    /// Functions, methods and classes: [`Truth::locations`](crate::Truth::locations).
    Function,
    /// Functions and methods alone: [`Truth::functions`](crate::Truth::functions).
    FunctionOnly,
    /// Classes whose own lines change: [`Truth::classes`](crate::Truth::classes).
    ClassOnly,
    /// LocAgent's modules: the outermost class or function around a changed function.
    Module,
}

impl ScoreLevel {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Class => "class",
            Self::Function => "function",
            Self::FunctionOnly => "function-only",
            Self::ClassOnly => "class-only",
            Self::Module => "module",
        }
    }
}

impl fmt::Display for ScoreLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
