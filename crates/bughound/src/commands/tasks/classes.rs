//! `bughound tasks classes`: of which class is each task's error?

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bughound_testbed::classes::{careful, published};
use serde_json::json;

use super::{chosen_suite, suite};
use crate::args::{ReportFormat, TasksClassesArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Prepares the tasks, and holds the classes of their logs beside those that their recipes state.
pub(super) fn run(args: &TasksClassesArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let suite = chosen_suite(args.suite.as_deref(), &args.instance, args.limit)?;
    if let Some(error) = suite
        .entries
        .iter()
        .find_map(|entry| entry.task.as_ref().err())
    {
        return Err(Failure::bad_input(error.to_string()).into());
    }
    let testbed = settings.testbed()?;
    let prepared = suite::prepared(&testbed, &suite, settings)?;
    let ids: Vec<&String> = prepared.iter().map(|it| &it.task.recipe.id).collect();
    let failed: Vec<&String> = suite
        .entries
        .iter()
        .map(|entry| &entry.id)
        .filter(|id| !ids.contains(id))
        .collect();
    let rows: Vec<_> = prepared
        .iter()
        .map(|prepared| {
            (
                prepared.task.recipe.id.clone(),
                prepared.task.recipe.symptom.class,
                careful(&prepared.log),
                published(&prepared.log),
            )
        })
        .collect();
    match args.format {
        ReportFormat::Json => {
            let tasks: Vec<_> = rows
                .iter()
                .map(|(id, stated, careful, published)| {
                    json!({"id": id, "stated": stated, "careful": careful, "published": published})
                })
                .collect();
            output::print_json(
                &json!({"format": "bughound-build-tasks-classes/1", "tasks": tasks, "failed": failed}),
            )?;
        }
        ReportFormat::Text => {
            let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
            let mut text = format!(
                "{:width$}  {:13}  {:13}  published rule\n",
                "task", "stated", "careful rule"
            );
            let mut totals: BTreeMap<String, usize> = BTreeMap::new();
            let mut agree = (0, 0);
            for (id, stated, careful, published) in &rows {
                let name = |class| format!("{class:?}");
                let _ = writeln!(
                    text,
                    "{id:width$}  {:13}  {:13}  {}",
                    name(stated),
                    name(careful),
                    name(published)
                );
                *totals.entry(name(stated)).or_default() += 1;
                agree.0 += usize::from(stated == careful);
                agree.1 += usize::from(stated == published);
            }
            let totals: Vec<String> = totals
                .iter()
                .map(|(class, n)| format!("{class} {n}"))
                .collect();
            let _ = writeln!(text, "{} tasks: {}", rows.len(), totals.join(", "));
            let _ = writeln!(
                text,
                "as stated: careful rule {}, published rule {}",
                agree.0, agree.1
            );
            output::print(&text)?;
        }
    }
    Ok(Outcome::Found)
}
