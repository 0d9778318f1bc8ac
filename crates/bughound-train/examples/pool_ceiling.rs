//! How much of what fixes change is in the pool, by its size: `pool_ceiling TASKS REPOS CACHE`.
//!
//! TASKS is a file of tasks, REPOS a folder of repositories as `tasks mine` takes it, CACHE a folder to keep computed
//! values in.

#![expect(clippy::print_stdout, reason = "a measuring program")]

use std::collections::HashMap;
use std::path::Path;

use bughound_hound::{Context, pool_of};
use bughound_rollout::{open_repos, open_world};
use bughound_store::Store;
use bughound_tasks::{OnMalformed, RepoMap, ground_truth_at, read_tasks};

const SIZES: [usize; 6] = [5, 50, 100, 200, 300, 500];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, tasks, repos, cache] = arguments.as_slice() else {
        return Err("pool_ceiling TASKS REPOS CACHE".into());
    };
    let tasks = read_tasks(Path::new(tasks), OnMalformed::Skip)?.tasks;
    let mut map = RepoMap::new();
    map.add_folder(Path::new(repos))?;
    let opened = open_repos(&tasks, &map);
    let store = Store::at(cache);
    let mut sums = [0.0; SIZES.len()];
    let mut n = 0.0;
    for task in &tasks {
        let world = match open_world(task, &opened, &store, true, &|_| {}) {
            Ok(world) => world,
            Err(obstacle) => {
                println!("{}: {}", task.instance_id, obstacle.message);
                continue;
            }
        };
        let (truth, _) = ground_truth_at(task, &world.snapshot);
        let mut gold: Vec<String> = truth.truth().locations.into_iter().collect();
        gold.retain(|id| id.contains("::"));
        if gold.is_empty() {
            continue;
        }
        let index = world.index.as_ref();
        let context = Context {
            history: world.history.as_deref(),
            ..Context::default()
        };
        let most = SIZES[SIZES.len() - 1];
        let pool = pool_of(index, &task.problem_statement, &context, most);
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, symbol) in pool.into_iter().enumerate() {
            places
                .entry(index.symbol(symbol).id().to_string())
                .or_insert(place);
        }
        n += 1.0;
        for (sum, size) in sums.iter_mut().zip(SIZES) {
            let found = gold
                .iter()
                .filter(|id| places.get(*id).is_some_and(|&place| place < size));
            *sum += found.count() as f64 / gold.len() as f64;
        }
    }
    println!("{n} tasks whose fix changes a function or class");
    for (sum, size) in sums.iter().zip(SIZES) {
        println!("first {size}: {:.1} %", 100.0 * sum / n);
    }
    Ok(())
}
