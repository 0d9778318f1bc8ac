//! A review, printed.

use bughound_resolve::score::Prediction;
use bughound_resolve::{Review, text_of};
use serde_json::json;

use super::ground::Project;
use super::{Work, is_text};
use crate::args::RepairFormat;
use crate::output;

/// What nobody looked at.
pub(super) fn not_checked(work: &Work<'_>, project: &Project, review: &Review) -> Vec<String> {
    let mut lines = Vec::new();
    match (&review.before, &project.why_not) {
        (_, Some(why)) => lines.push(format!(
            "nothing was run, patches were read, applied to a copy and parsed only ({why})"
        )),
        (Some(before), None) => {
            let mended = review
                .chosen
                .as_ref()
                .and_then(|chosen| review.changes[chosen.change].check.as_ref())
                .is_some_and(|check| !check.mended.is_empty());
            let shows = before.reproduction.as_ref().is_some_and(|it| !it.passed);
            if !shows && !mended {
                lines.push(
                    "whether the issue is resolved: no command fails as long as it is there (--reproduce), and no failing test passes now"
                        .to_owned(),
                );
            }
            if before.n_tests == 0 {
                lines.push("single tests: only how the commands end is known".to_owned());
            }
        }
        (None, None) => {}
    }
    let left_out = &work.ground.files.left_out;
    if let Some(first) = left_out.first() {
        lines.push(format!(
            "files that were not copied: {} ({first}{})",
            left_out.len(),
            if left_out.len() > 1 { ", ..." } else { "" }
        ));
    }
    lines
}

pub(super) fn print(
    work: &Work<'_>,
    project: &Project,
    review: &Review,
    not_checked: &[String],
    applied: &[String],
) -> anyhow::Result<()> {
    let args = work.args;
    let settings = work.settings;
    let described = work.target().describe(work.index.snapshot());
    match args.format {
        RepairFormat::Text => {
            settings.note(&format!("Repairing {described}"));
            output::print(&text_of(review, &project.open.how, not_checked))?;
        }
        RepairFormat::Json => output::print_json(&json!({
            "format": "bughound-repair/1",
            "instance_id": args.instance_id,
            "repository": described,
            "revision": work.target().describe_revision(work.index.snapshot()),
            "locations": work.locations,
            "environment": project.open.how,
            "review": review,
            "not_checked": not_checked,
            "applied": applied,
        }))?,
        RepairFormat::Diff => {
            if let Some(chosen) = &review.chosen {
                output::print(&chosen.diff)?;
            }
        }
        RepairFormat::Predictions => {
            let chosen = review.chosen.as_ref();
            let prediction = Prediction {
                instance_id: args.instance_id.clone(),
                model_name_or_path: args
                    .agent
                    .model
                    .clone()
                    .unwrap_or_else(|| "bughound-repair".to_owned()),
                model_patch: chosen.map(|it| it.diff.clone()).unwrap_or_default(),
            };
            let lines = bughound_resolve::score::to_json_lines(&[prediction]);
            output::print(&lines)?;
        }
    }
    if !is_text(args) {
        for line in not_checked {
            settings.warn(&format!("not checked: {line}"));
        }
    }
    if !applied.is_empty() {
        settings.note(&format!("Written: {}", applied.join(", ")));
    }
    Ok(())
}
