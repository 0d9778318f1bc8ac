//! Which task next? Tasks of one repository stay with one worker, so that two workers do not parse the
//! same files at the same time; who has none left helps where most is left.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Tasks in groups, to be handed out to workers.
#[derive(Debug)]
pub struct Queue {
    groups: Mutex<Vec<Group>>,
}

#[derive(Debug)]
struct Group {
    tasks: VecDeque<usize>,
    taken: bool,
}

/// What a worker remembers between its tasks.
#[derive(Debug, Default)]
pub struct Worker {
    group: Option<usize>,
}

impl Queue {
    /// A queue of groups, each a list of task numbers.
    pub fn new(groups: impl IntoIterator<Item = Vec<usize>>) -> Self {
        let groups = groups
            .into_iter()
            .map(|tasks| Group {
                tasks: tasks.into(),
                taken: false,
            })
            .collect();
        Self {
            groups: Mutex::new(groups),
        }
    }

    /// The next task for a worker: of its own group; else of the largest group that nobody works on; else
    /// of the group with most tasks left. Ties go to the earlier group. `None` once all are handed out.
    pub fn next(&self, worker: &mut Worker) -> Option<usize> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |groups: &[Group], at: usize| groups[at].tasks.len();
        if worker.group.is_none_or(|at| left(&groups, at) == 0) {
            worker.group = (0..groups.len())
                .filter(|&at| left(&groups, at) > 0)
                .max_by_key(|&at| (!groups[at].taken, left(&groups, at), std::cmp::Reverse(at)));
        }
        let group = &mut groups[worker.group?];
        group.taken = true;
        group.tasks.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `turns` says which worker asks; the answers are the tasks in that order.
    fn check(groups: &[&[usize]], turns: &[usize], expect: &[Option<usize>]) {
        let queue = Queue::new(groups.iter().map(|group| group.to_vec()));
        let mut workers = [Worker::default(), Worker::default(), Worker::default()];
        let got: Vec<_> = turns
            .iter()
            .map(|&who| queue.next(&mut workers[who]))
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn groups_stay_with_their_worker() {
        check(
            &[&[1], &[2, 3, 4], &[5, 6]],
            &[0, 1, 0, 1, 0, 1, 1],
            &[Some(2), Some(5), Some(3), Some(6), Some(4), Some(1), None],
        );
    }

    #[test]
    fn idle_workers_help_where_most_is_left() {
        check(
            &[&[1, 2, 3, 4], &[5, 6]],
            &[0, 1, 2, 2, 2, 1, 0],
            &[Some(1), Some(5), Some(2), Some(3), Some(4), Some(6), None],
        );
    }

    #[test]
    fn nothing_to_do() {
        check(&[], &[0], &[None]);
        check(&[&[], &[7]], &[0, 0], &[Some(7), None]);
    }
}
