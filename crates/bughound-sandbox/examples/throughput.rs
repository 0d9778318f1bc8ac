//! How fast are sandboxes made and ended, and is anything of them left?
//!
//! ```text
//! cargo run --release -p bughound-sandbox --example throughput -- [PART...]
//! ```
//!
//! Parts: `sequence`, `parallel`, `idle`, `leak`, `rivals`, `pytest=PYTHON`; all but the last when none is named.
//! `tree=FOLDER` takes (and, where it is missing, makes) the tree there. Each sandbox is made over a tree of some 200 MB, runs `true` and is ended; times are those of all three.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a measurement prints, and ends at what goes wrong"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bughound_sandbox::{Backend, Bind, Command, Embedded, Limits, Network, Sandbox, Upper, World};

/// What is copied until the tree is large enough.
const SOURCES: [&str; 4] = [
    "/usr/lib/python3",
    "/usr/share/doc",
    "/usr/include",
    "/usr/lib/x86_64-linux-gnu",
];
const TREE_BYTES: u64 = 200_000_000;

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let is_all = parts.iter().all(|part| part.starts_with("tree="));
    let wanted = |part: &str| is_all || parts.iter().any(|wanted| wanted == part);
    let folder = tempfile::tempdir().unwrap();
    let place = parts.iter().find_map(|part| part.strip_prefix("tree="));
    let tree = Tree::make(place.map_or(folder.path().join("tree"), PathBuf::from));
    println!(
        "tree: {:.0} MB in {} files",
        tree.n_bytes as f64 / 1e6,
        tree.n_files
    );
    let backend = Embedded::start().unwrap();
    let world = world(std::slice::from_ref(&tree.path));
    let once = || cycle(&backend, &world);
    for _ in 0..20 {
        once();
    }
    if wanted("sequence") {
        measure("in sequence", 1, 1000, &once);
    }
    if wanted("parallel") {
        measure("2 in parallel", 2, 2000, &once);
        measure("4 in parallel", 4, 2000, &once);
    }
    if wanted("rivals") {
        rivals(&tree.path, &once);
    }
    if wanted("idle") {
        idle(&backend, &world);
    }
    if wanted("leak") {
        leak(&once);
    }
    for part in &parts {
        if let Some(python) = part.strip_prefix("pytest=") {
            pytest(&backend, Path::new(python));
        }
    }
}

struct Tree {
    path: PathBuf,
    n_files: usize,
    n_bytes: u64,
}

impl Tree {
    fn make(path: PathBuf) -> Self {
        let is_there = path.is_dir();
        let mut tree = Self {
            path,
            n_files: 0,
            n_bytes: 0,
        };
        let target = tree.path.clone();
        if is_there {
            tree.count(&target);
            return tree;
        }
        for source in SOURCES {
            tree.copy(Path::new(source), &target.join(&source[1..]));
        }
        tree
    }

    fn count(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                self.count(&entry.path());
            } else {
                self.n_bytes += meta.len();
                self.n_files += 1;
            }
        }
    }

    fn copy(&mut self, source: &Path, target: &Path) {
        fs::create_dir_all(target).unwrap();
        for entry in fs::read_dir(source).into_iter().flatten().flatten() {
            if self.n_bytes >= TREE_BYTES {
                return;
            }
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let target = target.join(entry.file_name());
            if kind.is_dir() {
                self.copy(&path, &target);
            } else if kind.is_file()
                && let Ok(n) = fs::copy(&path, &target)
            {
                self.n_bytes += n;
                self.n_files += 1;
            }
        }
    }
}

fn world(layers: &[PathBuf]) -> World {
    World {
        layers: layers.to_vec(),
        root: "/tree".into(),
        upper: Upper::Memory,
        binds: Vec::new(),
        files: Vec::new(),
        network: Network::None,
        limits: Limits::default(),
    }
}

fn command(argv: &[&str]) -> Command {
    Command {
        argv: argv.iter().map(|&word| word.to_owned()).collect(),
        cwd: "/tree".into(),
        env: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        stdin: Vec::new(),
        wall: Duration::from_secs(300),
        cpu: None,
        output_bytes: 1 << 16,
        report: false,
    }
}

fn cycle(backend: &Embedded, world: &World) {
    let mut sandbox = backend.open(world).unwrap();
    assert!(sandbox.run(&command(&["true"])).unwrap().succeeded());
}

/// Does a thing `n` times on some threads and says how fast.
fn measure(name: &str, n_threads: usize, n: usize, once: &(dyn Fn() + Sync)) -> f64 {
    let left = AtomicUsize::new(n);
    let started = Instant::now();
    let mut times: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let mut times = Vec::new();
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_ok()
            {
                let started = Instant::now();
                once();
                times.push(started.elapsed().as_secs_f64() * 1e3);
            }
            times
        };
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.flatten().collect()
    });
    let rate = n as f64 / started.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {rate:.0} per second, p50 {:.1} ms, p99 {:.1} ms, n {n}",
        at(0.5),
        at(0.99)
    );
    rate
}

/// What of the machine sandboxes use.
#[derive(Debug)]
#[expect(dead_code, reason = "all of it is printed")]
struct Used {
    processes: usize,
    descriptors: usize,
    mounts: usize,
    groups: usize,
    available_kb: i64,
    own_kb: i64,
}

impl Used {
    fn now() -> Self {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let is_number =
            |entry: &fs::DirEntry| entry.file_name().to_str().unwrap().parse::<u32>().is_ok();
        Self {
            processes: processes.filter(is_number).count(),
            descriptors: fs::read_dir("/proc/self/fd").unwrap().count(),
            mounts: fs::read_to_string("/proc/self/mountinfo")
                .unwrap()
                .lines()
                .count(),
            groups: fs::read_to_string("/proc/cgroups")
                .unwrap_or_default()
                .lines()
                .filter_map(|line| line.split_whitespace().nth(2)?.parse::<usize>().ok())
                .sum(),
            available_kb: field("/proc/meminfo", "MemAvailable:"),
            own_kb: field("/proc/self/status", "VmRSS:"),
        }
    }
}

fn field(path: &str, name: &str) -> i64 {
    let text = fs::read_to_string(path).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn idle(backend: &Embedded, world: &World) {
    let n = 1000;
    let before = Used::now();
    let started = Instant::now();
    let sandboxes: Vec<Box<dyn Sandbox>> = (0..n).map(|_| backend.open(world).unwrap()).collect();
    let opened = started.elapsed().as_secs_f64();
    let during = Used::now();
    let started = Instant::now();
    drop(sandboxes);
    let per_sandbox = (before.available_kb - during.available_kb) as f64 / f64::from(n);
    println!(
        "{n} idle at once: {} processes more, {per_sandbox:.0} KiB each; opened in {opened:.1} s, ended in {:.1} s",
        during.processes - before.processes,
        started.elapsed().as_secs_f64()
    );
    println!("  before {before:?}\n  after  {:?}", settled());
}

fn leak(once: &(dyn Fn() + Sync)) {
    let before = settled();
    measure("10,000 in a row, 4 in parallel", 4, 10_000, once);
    println!("  before {before:?}\n  after  {:?}", settled());
}

/// The system takes namespaces apart behind our back.
fn settled() -> Used {
    std::thread::sleep(Duration::from_secs(5));
    Used::now()
}

fn rivals(tree: &Path, ours: &(dyn Fn() + Sync)) {
    let n = 200;
    measure("embedded, beside the rivals", 1, n, ours);
    let rival = |name: &str, argv: &[&str]| {
        let once = || {
            let status = std::process::Command::new(argv[0])
                .args(&argv[1..])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            status.is_ok_and(|status| status.success())
        };
        if once() {
            measure(name, 1, n, &|| assert!(once(), "{argv:?}"));
        } else {
            println!("{name}: not here, or does not run");
        }
    };
    let tree = tree.to_str().unwrap();
    let common = "bwrap --unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/bin /bin \
                  --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp";
    let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    let mut argv = words(common);
    argv.extend(["--ro-bind", tree, "/tree", "true"]);
    rival("bwrap, tree read-only", &argv);
    let mut argv = words(common);
    argv.extend(["--overlay-src", tree, "--tmp-overlay", "/tree", "true"]);
    rival("bwrap, tree in an overlay", &argv);
    let bundle = tempfile::tempdir().unwrap();
    if runc_bundle(bundle.path(), tree) {
        let path = bundle.path().to_str().unwrap();
        rival(
            "runc, tree read-only",
            &["sh", "-c", &format!("runc run -b {path} bench-$$")],
        );
    } else {
        println!("runc: not here");
    }
}

/// A bundle whose root is the host's /usr, read-only, and the tree.
fn runc_bundle(bundle: &Path, tree: &str) -> bool {
    let made = std::process::Command::new("runc")
        .args(["spec", "-b"])
        .arg(bundle)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return false;
    }
    let root = bundle.join("rootfs");
    for folder in ["usr", "work", "proc", "dev", "sys", "tmp"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    for (name, target) in [
        ("bin", "usr/bin"),
        ("lib", "usr/lib"),
        ("lib64", "usr/lib64"),
    ] {
        std::os::unix::fs::symlink(target, root.join(name)).unwrap();
    }
    let config = bundle.join("config.json");
    let text = fs::read_to_string(&config).unwrap();
    let bind = |source: &str, target: &str| {
        format!(
            r#"{{"destination":"{target}","type":"bind","source":"{source}","options":["rbind","ro"]}},"#
        )
    };
    let binds = bind("/usr", "/usr") + &bind(tree, "/tree");
    let text = text
        .replace(r#""terminal": true"#, r#""terminal": false"#)
        .replace(r#""sh""#, r#""true""#)
        .replacen(r#""mounts": ["#, &format!(r#""mounts": [{binds}"#), 1);
    // Where the system lacks what the default asks for.
    let rlimits = text.find(r#""rlimits""#);
    let end = rlimits.and_then(|start| Some(start + text[start..].find("],")? + 2));
    let text = match (rlimits, end) {
        (Some(start), Some(end)) => text[..start].to_owned() + &text[end..],
        _ => text,
    };
    fs::write(config, text).unwrap();
    true
}

/// A short test run on the host and in a sandbox, by turns.
fn pytest(backend: &Embedded, python: &Path) {
    let project = tempfile::tempdir().unwrap();
    let test = "def test_sum():\n    assert sum(range(10)) == 45\n";
    fs::write(project.path().join("test_sum.py"), test).unwrap();
    let home = python.parent().and_then(Path::parent).unwrap();
    let mut world = world(std::slice::from_ref(&project.path().to_owned()));
    world.binds.push(Bind {
        source: home.to_owned(),
        target: home.to_owned(),
    });
    let shown = python.to_str().unwrap();
    let argv = [shown, "-m", "pytest", "-q", "-p", "no:cacheprovider"];
    let (mut bare, mut boxed, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..40 {
        let started = Instant::now();
        let status = std::process::Command::new(argv[0])
            .args(&argv[1..])
            .current_dir(project.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success());
        bare.push(started.elapsed().as_secs_f64() * 1e3);
        let started = Instant::now();
        let mut sandbox = backend.open(&world).unwrap();
        let finished = sandbox.run(&command(&argv)).unwrap();
        assert!(finished.succeeded(), "{}", finished.stdout.text());
        drop(sandbox);
        boxed.push(finished.seconds * 1e3);
        whole.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (bare, boxed, whole) = (median(bare), median(boxed), median(whole));
    println!(
        "pytest, medians of 40: bare {bare:.0} ms, in a sandbox {boxed:.0} ms ({:+.1} %), \
         with making and ending it {whole:.0} ms ({:+.1} %)",
        (boxed / bare - 1.0) * 100.0,
        (whole / bare - 1.0) * 100.0
    );
}
