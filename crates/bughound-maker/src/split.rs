//! A suite divided by time: what is tested on is newer than what is learnt from.

use serde::Serialize;

/// Names of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Split {
    /// The oldest four fifths.
    pub train: Vec<String>,
    /// The tenth that follows.
    pub validation: Vec<String>,
    /// The newest tenth.
    pub test: Vec<String>,
}

/// Divides tasks, each a name, its day and its project, 80/10/10 in the order of their days. Tasks of one project on one
/// day stay together, in the earlier part, so that no part knows another's project at that release.
pub fn split(tasks: &[(String, String, String)]) -> Split {
    let mut sorted: Vec<&(String, String, String)> = tasks.iter().collect();
    sorted.sort_by(|(a, day_a, of_a), (b, day_b, of_b)| (day_a, of_a, a).cmp(&(day_b, of_b, b)));
    let n = sorted.len();
    let mut split = Split::default();
    let mut last: Option<(&str, &str, usize)> = None;
    for (at, (id, day, project)) in sorted.into_iter().enumerate() {
        // Of `n`, the first eight tenths, the next, the last.
        let own = usize::from(at * 10 >= n * 8) + usize::from(at * 10 >= n * 9);
        let part = match last {
            Some((last_day, last_project, part)) if last_day == day && last_project == project => {
                part
            }
            _ => own,
        };
        last = Some((day, project, part));
        match part {
            0 => split.train.push(id.clone()),
            1 => split.validation.push(id.clone()),
            _ => split.test.push(id.clone()),
        }
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_tested_on_and_projects_stay_together() {
        let task = |id: &str, day: &str, project: &str| {
            (id.to_owned(), day.to_owned(), project.to_owned())
        };
        let mut tasks: Vec<_> = (0..10)
            .map(|n| {
                task(
                    &format!("t{n}"),
                    &format!("2024-01-{:02}", 20 - n),
                    &format!("p{n}"),
                )
            })
            .collect();
        let found = split(&tasks);
        assert_eq!(found.train.len(), 8);
        assert_eq!(found.validation, ["t1"]);
        assert_eq!(found.test, ["t0"]);
        // The two newest are of one project on one day: they stay together.
        tasks[0] = task("t0", "2024-01-19", "p1");
        let found = split(&tasks);
        assert_eq!(found.validation, ["t0", "t1"]);
        assert!(found.test.is_empty());
        assert_eq!(split(&[]), Split::default());
    }
}
