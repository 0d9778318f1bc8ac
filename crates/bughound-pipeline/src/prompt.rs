//! What a policy is told.

use bughound_repair::{Knowledge, PastFix};
use bughound_testbed::Task;
use bughound_testbed::classes::main_error;

use crate::AboutWhat;

/// How an attempt opens. The paper's own prompt is not published; what it says of it is kept: on its own, no questions, no
/// chatting, until the build is well.
pub(crate) const SYSTEM: &str = "\
You repair a broken build. You work alone in a copy of the project: nobody answers questions or approves steps, so do \
not ask and do not chat; every reply calls tools.

The project is the current folder. There is no network: what the project depends on is at hand already. Read what the \
error says, find its cause, change the project's files, and call validate_and_build. It builds your change in a fresh \
copy, runs the project's tests and tells what is still wrong. Tests and the files that say how they are run are \
protected: changing them has no effect. Going back to an older version of a dependency is no repair where the task is to \
work with the newer one.

The work is done when validate_and_build says PASSED. Until then go on. If you are sure that nothing more can be done, \
reply with the single word exit.";

/// How an attempt at an issue opens.
const SYSTEM_ISSUE: &str = "\
You resolve an issue of a software project. You work alone in a copy of the project: nobody answers questions or approves \
steps, so do not ask and do not chat; every reply calls tools.

The project is the current folder. There is no network: what the project depends on is at hand already. Find the cause of \
what the issue says, where you can show it with run_sh first, and change the project's files, as little as is needed. Then \
call validate_and_build: it builds your change in a fresh copy and runs the project's tests. Tests that are there are \
protected: changing them has no effect.

PASSED means that nothing that worked is broken, and ends your work, so call it when the issue is resolved. If you are sure \
that nothing more can be done, reply with the single word exit.";

/// How an attempt opens.
pub(crate) fn system(about: AboutWhat) -> &'static str {
    match about {
        AboutWhat::Build => SYSTEM,
        AboutWhat::Issue => SYSTEM_ISSUE,
    }
}

/// An issue, and what the project's tests say before anything is changed.
pub(crate) fn issue(task: &Task, log: &str) -> String {
    let recipe = &task.recipe;
    let issue = task.issue.as_deref().unwrap_or_default().trim();
    format!(
        "The project is in {}, its build system is {}.\n\n<issue>\n{issue}\n</issue>\n\nThis is what building and testing says \
         before anything is changed:\n<log>\n{}</log>\n",
        recipe.language,
        recipe.system,
        ends(log)
    )
}

/// Lines of the log that are told, from its start and from its end.
const N_HEAD: usize = 15;
const N_TAIL: usize = 60;

/// Past fixes that are told.
const N_FIXES: usize = 3;

/// What is broken now. `earlier` says how the last attempt ended, where there was one.
pub(crate) fn failure(
    task: &Task,
    log: &str,
    knowledge: &Knowledge,
    earlier: Option<&str>,
) -> String {
    let recipe = &task.recipe;
    let mut text = String::new();
    if let Some(earlier) = earlier {
        text.push_str(earlier);
        text.push_str("\n\n");
    }
    text.push_str(&format!(
        "The project is in {}, its build system is {}.\n",
        recipe.language, recipe.system
    ));
    if let Some(issue) = &task.issue {
        text.push_str(&format!("\n<issue>\n{}\n</issue>\n", issue.trim()));
    }
    let error = main_error(log).map(|error| error.line);
    if let Some(line) = &error {
        text.push_str(&format!("\nThe main error: {line}\n"));
    }
    let question = error.unwrap_or_else(|| ends(log));
    let fixes = knowledge.fixes_for(&question, &recipe.system);
    if !fixes.is_empty() {
        text.push_str("\nWhat helped with such errors in the past, best first:\n");
        for fix in fixes.into_iter().take(N_FIXES) {
            text.push_str(&past(fix));
        }
    }
    text.push_str(&format!("\n<log>\n{}</log>\n", ends(log)));
    if !recipe.dependencies.hold.is_empty() {
        let held: Vec<String> = recipe
            .dependencies
            .hold
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        text.push_str(&format!(
            "\nThese versions must stay: {}.\n",
            held.join(", ")
        ));
    }
    text
}

fn past(fix: &PastFix) -> String {
    format!(
        "- for «{}» ({} of {} times well afterwards): {}\n",
        fix.error, fix.succeeded, fix.tried, fix.change
    )
}

/// The first and the last lines.
fn ends(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let mut text = String::new();
    let n_left_out = lines.len().saturating_sub(N_HEAD + N_TAIL);
    for (n, line) in lines.iter().enumerate() {
        if n_left_out > 0 && n == N_HEAD {
            text.push_str(&format!("[{n_left_out} lines left out]\n"));
        }
        if n < N_HEAD || n >= N_HEAD + n_left_out {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
