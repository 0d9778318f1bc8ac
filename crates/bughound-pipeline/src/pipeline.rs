//! The two pipelines, as settings.

use bughound_trace::Budgets;

/// How an episode of repair goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The name by which settings choose it, and the protocol's.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The tool set.
    pub tools: &'static str,
    /// Turns of one attempt.
    pub max_turns: u32,
    /// Calls of one turn that are carried out; `None` for the usual number. One, where what is counted is calls.
    pub calls_per_turn: Option<u32>,
    /// Milliseconds of the whole episode.
    pub max_milliseconds: u64,
    /// Whether it goes on after an attempt; `None` for one attempt.
    pub outer: Option<Outer>,
    /// Whether a judge must accept the change, where there is one.
    pub judged: bool,
    /// What it is about.
    pub about_what: AboutWhat,
}

/// What an episode is about, and so what the policy is told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboutWhat {
    /// A build that fails: its main error.
    Build,
    /// An issue that somebody wrote; the build may be well.
    Issue,
}

/// The loop over errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// Attempts at one error.
    pub tries: u32,
    /// Attempts of an episode. Each takes a look and a conversation of the state machine, which has room for 16.
    pub attempts: u32,
}

/// As published: 50 calls an attempt, 80 minutes, at most three tries for an error, a judge.
pub const FULL: Pipeline = Pipeline {
    name: "repair-full",
    about: "from error to error: what was reached is kept, what was not is taken back; a judge may be asked",
    tools: "repair",
    max_turns: 50,
    calls_per_turn: Some(1),
    max_milliseconds: 80 * 60 * 1000,
    outer: Some(Outer {
        tries: 3,
        attempts: 12,
    }),
    judged: true,
    about_what: AboutWhat::Build,
};

/// As published: one attempt of 30 steps, the build's result alone.
pub const SIMPLIFIED: Pipeline = Pipeline {
    name: "repair-simplified",
    about: "one attempt at one error, the build's result alone",
    tools: "repair",
    max_turns: 30,
    calls_per_turn: None,
    max_milliseconds: 80 * 60 * 1000,
    outer: None,
    judged: false,
    about_what: AboutWhat::Build,
};

/// One attempt at an issue; no part of what `transfer` compares.
pub const ISSUE: Pipeline = Pipeline {
    name: "repair-issue",
    about: "one attempt at an issue that somebody wrote, in a project whose build may be well",
    tools: "repair-extended",
    max_turns: 50,
    calls_per_turn: None,
    max_milliseconds: 80 * 60 * 1000,
    outer: None,
    judged: false,
    about_what: AboutWhat::Issue,
};

/// Both that repair builds.
pub const PIPELINES: [&Pipeline; 2] = [&FULL, &SIMPLIFIED];

/// The pipeline of a name: `full` and `repair-full` are the same.
pub fn pipeline(name: &str) -> Option<&'static Pipeline> {
    PIPELINES.into_iter().find(|pipeline| {
        pipeline.name == name || pipeline.name.strip_prefix("repair-") == Some(name)
    })
}

impl Pipeline {
    /// What an episode may spend; tokens as everywhere.
    pub fn budgets(&self) -> Budgets {
        Budgets {
            max_turns: self.max_turns,
            max_milliseconds: self.max_milliseconds,
            ..Budgets::default()
        }
    }
}
