//! Two kinds of failure.

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// The policy asked for something that cannot be given; its message is the observation.
    #[error("{0}")]
    Told(#[from] Told),
    /// The environment failed: no call can help, and the episode must not count against the policy.
    #[error("{tool} failed: {reason}")]
    Fault {
        /// The tool that was called.
        tool: &'static str,
        /// What failed.
        reason: String,
    },
}

/// What the policy is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Told {
    /// No tool of the set has this name.
    #[error("There is no tool `{name}`. The tools are {}.", names.join(", "))]
    UnknownTool {
        /// The name that was called.
        name: String,
        /// The tools that there are.
        names: Vec<String>,
    },
    /// The arguments do not fit the schema.
    #[error("Wrong arguments for {tool}: {problem}. Call it as {usage}.")]
    WrongArguments {
        /// The tool that was called.
        tool: &'static str,
        /// What is wrong with them.
        problem: String,
        /// How it is called: `read_lines(file: string, start?: integer)`.
        usage: String,
    },
    /// What was asked for does not exist, or is not unique.
    #[error("{}", miss(problem, suggestions))]
    Miss {
        /// What was looked for and where.
        problem: String,
        /// Names or ids that may have been meant, best first.
        suggestions: Vec<String>,
    },
}

fn miss(problem: &str, suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        return format!("{problem}.");
    }
    format!("{problem}. Did you mean {}?", suggestions.join(", "))
}

impl ToolError {
    /// A miss.
    pub fn miss(problem: impl Into<String>, suggestions: Vec<String>) -> Self {
        Self::Told(Told::Miss {
            problem: problem.into(),
            suggestions,
        })
    }
}
