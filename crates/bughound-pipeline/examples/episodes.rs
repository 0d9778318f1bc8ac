//! How many validated repair episodes a second, and where does their time go?
//!
//! ```text
//! cargo run --release -p bughound-pipeline --example episodes -- CACHE [SECONDS [JOBS [TASK...]]]
//! ```
//!
//! The policy that knows the fix repairs quick tasks in the simplified pipeline, over and over: a workspace is made, the fix
//! written with the tools, validated when the policy asks and once more in a fresh copy. CACHE is a cache folder in which the
//! tasks are prepared, such as that of `bughound tasks check`; what is missing there is made first. Every call of a
//! sandbox is timed; what is left of an episode's wall time is Bughound's own (the state machine, reading and writing
//! tool calls, reading results of tests, putting verdicts together).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and ends at what goes wrong"
)]

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bughound_agent::{Cancel, NoClock, RunOptions};
use bughound_pipeline::{KnownFixPolicy, Repairing, SIMPLIFIED, repair};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_sandbox::{
    Backend, Change, ChangeFilter, Command, Embedded, Finished, Sandbox, SandboxError, World,
};
use bughound_testbed::systems::Host;
use bughound_testbed::{Prepared, Suite, Testbed};

/// Those whose episodes are the quickest, one or two of each language.
const QUICK: [&str; 8] = [
    "c-meter-no-common",
    "c-luaconf-lua-5.4",
    "go-store-cgo",
    "js-minimist-1.2.8-mutation-1",
    "js-shell-quote-1.8.1-mutation-1",
    "py-wcwidth-0.2.13-mutation-1",
    "rs-strsim-0.11.1-environment-1",
    "rs-strsim-0.11.1-mutation-1",
];

/// Where the time of an episode goes.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// Sandboxes made and ended.
    making: f64,
    /// Inside the task's own commands, as the sandbox's first process measures them.
    commands: f64,
    /// Around them: starting, asking, collecting output.
    around: f64,
    /// Reading and writing files of sandboxes.
    files: f64,
}

thread_local! {
    static SPENT: Cell<Spent> = const { Cell::new(Spent { making: 0.0, commands: 0.0, around: 0.0, files: 0.0 }) };
}

fn add(f: impl FnOnce(&mut Spent)) {
    let mut spent = SPENT.get();
    f(&mut spent);
    SPENT.set(spent);
}

/// A backend that times what is done with it.
struct Timed<B>(B);

struct TimedSandbox(Option<Box<dyn Sandbox>>);

impl TimedSandbox {
    fn files<T>(&mut self, f: impl FnOnce(&mut dyn Sandbox) -> T) -> T {
        let begun = Instant::now();
        let result = f(self.0.as_mut().unwrap().as_mut());
        add(|spent| spent.files += begun.elapsed().as_secs_f64());
        result
    }
}

impl<B: Backend> Backend for Timed<B> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn open(&self, world: &World) -> Result<Box<dyn Sandbox>, SandboxError> {
        let begun = Instant::now();
        let sandbox = self.0.open(world)?;
        add(|spent| spent.making += begun.elapsed().as_secs_f64());
        Ok(Box::new(TimedSandbox(Some(sandbox))))
    }
}

impl Sandbox for TimedSandbox {
    fn run(&mut self, command: &Command) -> Result<Finished, SandboxError> {
        let begun = Instant::now();
        let finished = self.0.as_mut().unwrap().run(command)?;
        add(|spent| {
            spent.commands += finished.seconds;
            spent.around += (begun.elapsed().as_secs_f64() - finished.seconds).max(0.0);
        });
        Ok(finished)
    }

    fn changes(&mut self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        self.files(|sandbox| sandbox.changes(filter))
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), SandboxError> {
        self.files(|sandbox| sandbox.write(changes))
    }

    fn read(&mut self, path: &Path, limit: u64) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        self.files(|sandbox| sandbox.read(path, limit))
    }

    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        let forked = self.files(|sandbox| sandbox.fork())?;
        Ok(Box::new(Self(Some(forked))))
    }
}

impl Drop for TimedSandbox {
    fn drop(&mut self) {
        let begun = Instant::now();
        drop(self.0.take());
        add(|spent| spent.making += begun.elapsed().as_secs_f64());
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let cache = PathBuf::from(arguments.next().expect("CACHE: a cache folder"));
    let seconds: f64 = arguments.next().map_or(20.0, |it| it.parse().unwrap());
    let jobs: usize = arguments.next().map_or(2, |it| it.parse().unwrap());
    let named: Vec<String> = arguments.collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let host = Host::new(std::env::split_paths(&path).collect(), std::env::home_dir());
    let backend = Arc::new(Timed(Embedded::start().unwrap()));
    let testbed = Testbed::new(backend, cache.join("testbed"), host);
    let suite = Suite::shipped();
    let is_wanted = |id: &str| match named.as_slice() {
        [] => QUICK.contains(&id),
        named => named.iter().any(|name| name == id),
    };
    let tasks: Vec<Arc<Prepared>> = suite
        .entries
        .iter()
        .filter(|entry| is_wanted(&entry.id))
        .map(|entry| {
            let task = entry.task.as_ref().unwrap();
            Arc::new(
                testbed
                    .prepare(task, &|what| println!("{}: {what}", entry.id))
                    .unwrap(),
            )
        })
        .collect();
    let known = KnownFixPolicy::new(tasks.iter().map(AsRef::as_ref));
    println!("load before: {}", load());
    println!(
        "{:34} {:>8} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "task", "episodes", "per s", "our cpu", "commands", "around", "making", "files", "own"
    );
    let mut all = Total::default();
    for task in &tasks {
        let total = measure(
            &testbed,
            std::slice::from_ref(task),
            &known,
            seconds / tasks.len() as f64,
            jobs,
        );
        total.print(&task.task.recipe.id);
        all.add(&total);
    }
    all.print("one after the other");
    measure(&testbed, &tasks, &known, seconds, jobs).print("by turns");
    println!("load after: {}", load());
}

#[derive(Default)]
struct Total {
    episodes: usize,
    wall: f64,
    /// Seconds of processors, of our own processes.
    processors: f64,
    /// The sum of the episodes' own wall times.
    within: f64,
    spent: Spent,
}

impl Total {
    fn add(&mut self, other: &Self) {
        self.episodes += other.episodes;
        self.wall += other.wall;
        self.processors += other.processors;
        self.within += other.within;
        self.spent.making += other.spent.making;
        self.spent.commands += other.spent.commands;
        self.spent.around += other.spent.around;
        self.spent.files += other.spent.files;
    }

    fn print(&self, name: &str) {
        let Spent {
            making,
            commands,
            around,
            files,
        } = self.spent;
        let own = self.within - making - commands - around - files;
        let share = |part: f64| format!("{:.1} %", part / self.within * 100.0);
        println!(
            "{name:34} {:>8} {:>7.2} {:>7.3} {:>9} {:>9} {:>9} {:>9} {:>9}",
            self.episodes,
            self.episodes as f64 / self.wall,
            self.processors / self.episodes as f64,
            share(commands),
            share(around),
            share(making),
            share(files),
            share(own)
        );
    }
}

fn measure(
    testbed: &Testbed,
    tasks: &[Arc<Prepared>],
    known: &KnownFixPolicy,
    seconds: f64,
    jobs: usize,
) -> Total {
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Total::default());
    let cancel = Cancel::new();
    let before = processor_seconds();
    let begun = Instant::now();
    let enough = Duration::from_secs_f64(seconds);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                SPENT.set(Spent::default());
                let mut mine = Total::default();
                while begun.elapsed() < enough {
                    let task = &tasks[next.fetch_add(1, Ordering::Relaxed) % tasks.len()];
                    let one = Instant::now();
                    let repaired = repair(
                        &Repairing {
                            testbed,
                            prepared: task,
                            pipeline: &SIMPLIFIED,
                            policy: known,
                            knowledge: &Knowledge::default(),
                            judge: None,
                            tools: WorkbenchSettings::default(),
                            attempt: 0,
                            seed: 0,
                        },
                        &RunOptions {
                            clock: &NoClock,
                            cancel: &cancel,
                            parallel_calls: 1,
                            on_happening: &|_| {},
                        },
                    )
                    .unwrap();
                    assert_eq!(repaired.solved(), Some(true), "{:?}", repaired.judged);
                    mine.within += one.elapsed().as_secs_f64();
                    mine.episodes += 1;
                }
                mine.spent = SPENT.get();
                total.lock().unwrap().add(&mine);
            });
        }
    });
    let mut total = total.into_inner().unwrap();
    total.wall = begun.elapsed().as_secs_f64();
    total.processors = processor_seconds() - before;
    total
}

/// Seconds of processors that Bughound's own two processes have used: this one and the spawner of sandboxes. What ran in
/// sandboxes is not among them.
fn processor_seconds() -> f64 {
    let me = std::process::id().to_string();
    let mut ticks = 0.0;
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name, in brackets, may hold anything; behind it are state, parent, ..., and from the twelfth on the times.
        let Some((_, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        if entry.file_name().to_str() == Some(&me) || fields.get(1) == Some(&me.as_str()) {
            ticks += fields[11..15]
                .iter()
                .map(|field| field.parse::<f64>().unwrap())
                .sum::<f64>();
        }
    }
    // USER_HZ, which is 100 wherever Linux runs.
    ticks / 100.0
}

/// How busy the machine is, and with what number of processors.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let n = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!(
        "{} on {n} processors",
        load.split_whitespace()
            .take(3)
            .collect::<Vec<_>>()
            .join(" ")
    )
}
