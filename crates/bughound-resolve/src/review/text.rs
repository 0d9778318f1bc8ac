//! A review for people. Every line of prose begins with `#`, so that the whole is a patch that git and `patch` apply.

use std::fmt::Write as _;

use super::{Outcome, Review, Reviewed};

/// How many names of a list are told.
const N_NAMES: usize = 5;

/// The review as text; `how` says how the commands were found, `not_checked` what nobody looked at.
pub fn text_of(review: &Review, how: &str, not_checked: &[String]) -> String {
    let mut text = String::new();
    let mut say = |line: &str| {
        for line in line.lines() {
            let _ = writeln!(text, "# {line}");
        }
    };
    match &review.chosen {
        Some(chosen) => {
            let names = review.changes[chosen.change].candidates.join(", ");
            say(&format!(
                "{}: {names} ({} of {} candidates that apply)",
                if chosen.clean {
                    "Chosen"
                } else {
                    "Best, and not good"
                },
                chosen.votes,
                chosen.of
            ));
            for (rank, name) in &chosen.places {
                say(&format!("  changes {name}, ranked {rank}"));
            }
            for path in &chosen.elsewhere {
                say(&format!("  changes {path}, where no place was ranked"));
            }
        }
        None if review.changes.is_empty() => say("No candidate could be applied."),
        None => say("Nothing was chosen: nothing is known of any change."),
    }
    if let Some(fault) = &review.fault {
        say(&format!("Not run, the testbed failed: {}", fault.what));
    }
    if let Some(before) = &review.before {
        say(&format!("Run ({how}):"));
        for argv in &review.commands {
            say(&format!("  {}", shown(argv)));
        }
        let mut line = format!(
            "Before: {}, {} tests, {} pass",
            if before.built {
                "builds"
            } else {
                "does not build"
            },
            before.n_tests,
            before.n_passed
        );
        if let Some(it) = &before.reproduction {
            line.push_str(if it.passed {
                ", the reproduction passes: it does not show the issue"
            } else {
                ", the reproduction fails"
            });
        }
        say(&line);
        if !before.flaky.is_empty() {
            say(&format!(
                "  not counted, change by themselves: {}",
                names(&before.flaky)
            ));
        }
    }
    if let Some(argv) = &review.reproduce {
        say(&format!("Reproduction: {}", shown(argv)));
    }
    let chosen = review.chosen.as_ref().map(|it| it.change);
    for (at, reviewed) in review.changes.iter().enumerate() {
        let mark = if chosen == Some(at) { "*" } else { " " };
        say(&format!(
            "{mark} {}: {}",
            reviewed.candidates.join(", "),
            after(reviewed)
        ));
    }
    for told in &review.candidates {
        let id = &told.id;
        match &told.outcome {
            Outcome::NotUnderstood { why } => say(&format!("- {id}: not understood: {why}")),
            Outcome::NotApplied { refused } => {
                for refusal in refused {
                    say(&format!("- {id}: not applied: {refusal}"));
                }
            }
            Outcome::OutOfScope { paths } => say(&format!(
                "- {id}: refused: {} may not be changed",
                paths.join(", ")
            )),
            Outcome::OnlyProtected => say(&format!("- {id}: it changes protected files alone")),
            Outcome::Applied { .. } => {}
        }
        for note in told.notes.iter().chain(&told.left_out) {
            say(&format!("  {id}: {note}"));
        }
    }
    if review.stopped {
        say("Stopped before all changes were run.");
    }
    for line in not_checked {
        say(&format!("Not checked: {line}"));
    }
    if let Some(chosen) = &review.chosen {
        text.push('\n');
        text.push_str(&chosen.diff);
    }
    text
}

fn after(reviewed: &Reviewed) -> String {
    let mut said = Vec::new();
    if let Some(first) = reviewed.syntax.first() {
        said.push(format!("does not parse: {first}"));
    }
    if let Some(fault) = &reviewed.fault {
        said.push(format!(
            "nothing is known, the testbed failed: {}",
            fault.what
        ));
    }
    match &reviewed.check {
        None if reviewed.fault.is_none() && reviewed.syntax.is_empty() => {
            said.push("parses; not run".to_owned());
        }
        None => {}
        Some(check) => {
            if !check.built {
                said.push("does not build".to_owned());
            }
            said.push(match check.regressed.as_slice() {
                [] => "nothing is worse".to_owned(),
                worse => format!("{} worse: {}", worse.len(), names(worse)),
            });
            if !check.mended.is_empty() {
                said.push(format!(
                    "{} mended: {}",
                    check.mended.len(),
                    names(&check.mended)
                ));
            }
            if let Some(it) = &check.reproduction {
                said.push(format!(
                    "the reproduction {}",
                    if it.passed { "passes" } else { "fails" }
                ));
            }
            for blocked in &check.blocked {
                said.push(format!("{} was left out: {}", blocked.path, blocked.why));
            }
        }
    }
    said.join("; ")
}

fn names(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(N_NAMES)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > N_NAMES {
        let _ = write!(text, " and {} more", names.len() - N_NAMES);
    }
    text
}

fn shown(argv: &[String]) -> String {
    argv.join(" ")
}
