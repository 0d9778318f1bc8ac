//! How the process ends: exit codes by kind of error, and errors as people see them.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use bughound_agent::UnknownProtocol;
use bughound_eval::EvalError;
use bughound_repo::RepoError;
use bughound_rollout::RolloutError;
use bughound_serve::ServeError;
use bughound_store::StoreError;
use bughound_tasks::TasksError;
use bughound_trace::TraceError;
use bughound_train::TrainError;
use bughound_tune::TuneError;
use clap::builder::styling::{AnsiColor, Style};

use crate::environment::Environment;

/// How work ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Found, or done: 0.
    Found,
    /// All went well and there is nothing to show: 1.
    NothingFound,
    /// What was compared differs: 1, as with `diff`.
    Differs,
}

/// What kind of error it was; its number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The arguments make no sense together.
    Usage = 2,
    /// What the arguments name is not what it should be.
    BadInput = 3,
    /// The system failed.
    Infrastructure = 4,
    /// The user stopped it.
    Interrupted = 130,
}

/// An error of the command line itself: its kind, what was wrong, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

impl Failure {
    /// The arguments make no sense together.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// What the arguments name is not what it should be.
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Kind::BadInput, message)
    }

    /// The system failed.
    pub(crate) fn infrastructure(message: impl Into<String>) -> Self {
        Self::new(Kind::Infrastructure, message)
    }

    /// An error of a kind.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Adds a line that says what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Prints an error, if there is one, and picks the exit code.
pub(crate) fn report(result: anyhow::Result<Outcome>, environment: &Environment) -> ExitCode {
    let error = match result {
        Ok(Outcome::Found) => return ExitCode::SUCCESS,
        Ok(Outcome::NothingFound | Outcome::Differs) => return ExitCode::from(1),
        Err(error) => error,
    };
    // Whoever reads our output has seen enough: `bughound ... | head`.
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    let colored = environment.stderr_is_terminal && !environment.no_color;
    // There is nobody left to tell where standard error is gone.
    let _ = io::stderr()
        .lock()
        .write_all(render(&error, colored).as_bytes());
    ExitCode::from(kind(&error) as u8)
}

/// Prints wrong usage, or the help or version that was asked for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Kind::Usage as u8))
}

/// `error: ...` with causes, and `hint: ...` lines.
fn render(error: &anyhow::Error, colored: bool) -> String {
    let style = |color: AnsiColor| {
        if colored {
            color.on_default().bold()
        } else {
            Style::new()
        }
    };
    let (red, cyan) = (style(AnsiColor::Red), style(AnsiColor::Cyan));
    let mut text = String::new();
    let mut said = String::new();
    for (depth, cause) in error.chain().enumerate() {
        let cause = cause.to_string();
        if depth == 0 {
            text.push_str(&format!("{red}error{red:#}: {cause}\n"));
        } else if !said.contains(&cause) {
            text.push_str(&format!("  {red}caused by{red:#}: {cause}\n"));
        }
        said = cause;
    }
    for hint in error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Failure>())
        .flat_map(|it| &it.hints)
    {
        text.push_str(&format!("{cyan}hint{cyan:#}: {hint}\n"));
    }
    text
}

/// The kind of an error: that of the first cause whose kind is known.
fn kind(error: &anyhow::Error) -> Kind {
    error
        .chain()
        .find_map(kind_of_cause)
        .unwrap_or(Kind::Infrastructure)
}

fn kind_of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Kind> {
    if let Some(failure) = cause.downcast_ref::<Failure>() {
        Some(failure.kind)
    } else if let Some(error) = cause.downcast_ref::<RepoError>() {
        Some(match error {
            RepoError::NotARepository { .. }
            | RepoError::UnknownRevision { .. }
            | RepoError::AbsentCommit { .. }
            | RepoError::AmbiguousRevision { .. }
            | RepoError::NotACommit { .. }
            | RepoError::NoCommits { .. } => Kind::BadInput,
            RepoError::Open { .. } | RepoError::Object { .. } | RepoError::Worktree { .. } => {
                Kind::Infrastructure
            }
        })
    } else if let Some(error) = cause.downcast_ref::<EvalError>() {
        Some(kind_of_eval_error(error))
    } else if let Some(error) = cause.downcast_ref::<RolloutError>() {
        Some(kind_of_rollout_error(error))
    } else if let Some(error) = cause.downcast_ref::<TrainError>() {
        Some(match error {
            TrainError::Malformed { .. } | TrainError::Weights(_) | TrainError::TooMuch => {
                Kind::BadInput
            }
            TrainError::Io { .. } | TrainError::Workers(_) => Kind::Infrastructure,
            TrainError::Stopped => Kind::Interrupted,
        })
    } else if let Some(error) = cause.downcast_ref::<TuneError>() {
        Some(match error {
            TuneError::OtherRun { .. } | TuneError::Nothing(_) | TuneError::Tokens(_) => {
                Kind::BadInput
            }
            TuneError::Io { .. } | TuneError::Model(_) | TuneError::NotFinite { .. } => {
                Kind::Infrastructure
            }
            TuneError::Stopped => Kind::Interrupted,
        })
    } else if let Some(error) = cause.downcast_ref::<TraceError>() {
        Some(kind_of_trace_error(error))
    } else if cause.is::<UnknownProtocol>() {
        Some(Kind::Usage)
    } else if let Some(error) = cause.downcast_ref::<TasksError>() {
        Some(kind_of_tasks_error(error))
    } else if let Some(error) = cause.downcast_ref::<ServeError>() {
        Some(kind_of_serve_error(error))
    } else if cause.is::<StoreError>() || cause.is::<io::Error>() {
        Some(Kind::Infrastructure)
    } else {
        None
    }
}

fn kind_of_eval_error(error: &EvalError) -> Kind {
    match error {
        EvalError::Tasks(error) => kind_of_tasks_error(error),
        EvalError::Trace(error) => kind_of_trace_error(error),
        EvalError::UnknownScorer(_)
        | EvalError::UnknownPolicy(_)
        | EvalError::NoGroundTruth { .. } => Kind::Usage,
        EvalError::SettingsDiffer { .. }
        | EvalError::NotARun { .. }
        | EvalError::UnknownInstances { .. }
        | EvalError::NoTasks { .. }
        | EvalError::NoPredictions { .. } => Kind::BadInput,
        EvalError::Io { .. } | EvalError::Busy { .. } | EvalError::Workers(_) => {
            Kind::Infrastructure
        }
        EvalError::Stopped { .. } => Kind::Interrupted,
    }
}

fn kind_of_rollout_error(error: &RolloutError) -> Kind {
    match error {
        RolloutError::Trace(error) => kind_of_trace_error(error),
        RolloutError::UnknownProtocol(_) => Kind::Usage,
        RolloutError::SettingsDiffer { .. } | RolloutError::NotARun { .. } => Kind::BadInput,
        RolloutError::Io { .. } | RolloutError::Busy { .. } | RolloutError::Workers(_) => {
            Kind::Infrastructure
        }
        RolloutError::Stopped { .. } => Kind::Interrupted,
    }
}

fn kind_of_trace_error(error: &TraceError) -> Kind {
    match error {
        TraceError::NewerFormat { .. } | TraceError::NotTraces { .. } => Kind::BadInput,
        TraceError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => Kind::BadInput,
        TraceError::Io { .. } | TraceError::Append { .. } | TraceError::Busy { .. } => {
            Kind::Infrastructure
        }
    }
}

fn kind_of_serve_error(error: &ServeError) -> Kind {
    match error {
        ServeError::Protocol(_) => Kind::BadInput,
        ServeError::Start(_) | ServeError::Bind { .. } | ServeError::Http(_) => {
            Kind::Infrastructure
        }
    }
}

fn kind_of_tasks_error(error: &TasksError) -> Kind {
    match error {
        TasksError::Malformed { .. } | TasksError::Format { .. } => Kind::BadInput,
        TasksError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            Kind::BadInput
        }
        TasksError::Read { .. } | TasksError::Write(_) => Kind::Infrastructure,
    }
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn kinds_pick_the_exit_code() {
        let check =
            |error: anyhow::Error, code: u8| assert_eq!(kind(&error) as u8, code, "{error:?}");
        check(Failure::usage("x").into(), 2);
        check(Failure::bad_input("x").into(), 3);
        check(RepoError::NotARepository { path: "x".into() }.into(), 3);
        check(
            RepoError::Open {
                path: "x".into(),
                reason: "y".into(),
            }
            .into(),
            4,
        );
        check(io::Error::other("disk").into(), 4);
        check(anyhow::anyhow!("unknown"), 4);
        let inner: anyhow::Result<()> = Err(Failure::new(Kind::Interrupted, "stopped").into());
        check(inner.context("while walking").unwrap_err(), 130);
    }

    #[test]
    fn causes_and_hints_are_shown() {
        let inner: anyhow::Result<()> = Err(Failure::bad_input("line 3 is no JSON")
            .hint("pass --keep-going")
            .into());
        let error = inner.context("cannot read tasks.jsonl").unwrap_err();
        insta::assert_snapshot!(render(&error, false), @r"
        error: cannot read tasks.jsonl
          caused by: line 3 is no JSON
        hint: pass --keep-going
        ");
    }
}
