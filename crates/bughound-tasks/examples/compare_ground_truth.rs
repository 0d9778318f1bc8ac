//! Works out the ground truth of tasks and compares it with a file of ground truth, field by field.
//!
//! `compare_ground_truth TASKS… --repos DIR [--repo-map FILE] --ground-truth FILE [--write FILE]`
//!
//! `--write` keeps ours in the same form.
//! Prints one line per difference: the task, the field, and what only we (`+`) or only the file (`-`) have.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use bughound_tasks::{GroundTruth, OnMalformed, RepoMap, check_tasks, read_tasks};

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut files, mut repos) = (Vec::new(), RepoMap::new());
    let (mut truth_file, mut write) = (None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--repos" => repos.add_folder(&PathBuf::from(value()?))?,
            "--repo-map" => repos.add_file(&PathBuf::from(value()?))?,
            "--ground-truth" => truth_file = Some(PathBuf::from(value()?)),
            "--write" => write = Some(PathBuf::from(value()?)),
            _ => files.push(PathBuf::from(argument)),
        }
    }
    let text = std::fs::read(truth_file.ok_or("--ground-truth FILE is missing")?)?;
    let theirs: BTreeMap<String, GroundTruth> = serde_json::from_slice(&text)?;
    let mut tasks = Vec::new();
    for file in files {
        tasks.extend(read_tasks(&file, OnMalformed::Stop)?.tasks);
    }
    let start = Instant::now();
    let checks = check_tasks(&tasks, &repos, &|| {});
    let seconds = start.elapsed().as_secs_f64();
    if let Some(path) = write {
        let ours: BTreeMap<&str, &GroundTruth> = checks
            .iter()
            .filter_map(|check| Some((check.instance_id.as_str(), check.ground_truth.as_ref()?)))
            .collect();
        std::fs::write(path, serde_json::to_string_pretty(&ours)?)?;
    }
    let (mut n_differing, mut n_compared) = (0, 0);
    for check in &checks {
        for finding in &check.findings {
            println!("! {finding}");
        }
        let (Some(ours), Some(theirs)) = (&check.ground_truth, theirs.get(&check.instance_id))
        else {
            continue;
        };
        n_compared += 1;
        let differences = differences(ours, theirs);
        n_differing += usize::from(!differences.is_empty());
        for difference in differences {
            println!("{}: {difference}", check.instance_id);
        }
    }
    println!("{n_compared} tasks compared in {seconds:.2} s, {n_differing} differ");
    Ok(())
}

fn differences(ours: &GroundTruth, theirs: &GroundTruth) -> Vec<String> {
    let fields = [
        ("files", &ours.files, &theirs.files),
        ("functions", &ours.functions, &theirs.functions),
        ("classes", &ours.classes, &theirs.classes),
        ("locations", &ours.locations, &theirs.locations),
        ("module_level", &ours.module_level, &theirs.module_level),
        ("new_functions", &ours.new_functions, &theirs.new_functions),
        ("new_files", &ours.new_files, &theirs.new_files),
    ];
    let mut all = Vec::new();
    for (field, ours, theirs) in fields {
        let only = |a: &[String], b: &[String], mark: char| -> Vec<String> {
            a.iter()
                .filter(|item| !b.contains(item))
                .map(|item| format!("{field} {mark} {item}"))
                .collect()
        };
        all.extend(only(ours, theirs, '+'));
        all.extend(only(theirs, ours, '-'));
    }
    all
}
