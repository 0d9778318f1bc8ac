//! When Bughound is killed, nothing of its sandboxes is left.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bughound_sandbox::{Backend, SandboxError};
use rustix::process::{Pid, Signal};

use crate::support::{sh, started, world};

/// Run as a program of its own: many sandboxes in which commands run.
#[test]
#[ignore = "runs as a program of its own, to be killed"]
fn orchestrator() {
    let backend = started();
    let mut sandboxes: Vec<_> = (0..50)
        .map(|_| backend.open(&world(&[])).unwrap())
        .collect();
    std::thread::scope(|scope| {
        for sandbox in &mut sandboxes {
            scope.spawn(|| sandbox.run(&sh("sleep 600 & setsid sleep 600 & sleep 600")));
        }
        while descendants(std::process::id()).len() < 200 {
            std::thread::sleep(Duration::from_millis(50));
        }
        println!("\nready");
    });
}

fn start_orchestrator() -> (Child, BTreeSet<(u32, String)>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "orphans::orchestrator",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "ready"));
    let below = descendants(child.id());
    assert!(below.len() >= 200, "{}", below.len());
    (child, below)
}

fn stat(pid: u32) -> Option<(u32, String)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields[1].parse().ok()?, fields[19].to_owned()))
}

/// Processes and when they were started.
fn descendants(root: u32) -> BTreeSet<(u32, String)> {
    let all: Vec<(u32, u32, String)> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| stat(pid).map(|(parent, start)| (pid, parent, start)))
        .collect();
    let mut found = BTreeSet::from([root]);
    loop {
        let below = all.iter().filter(|(_, parent, _)| found.contains(parent));
        let more: BTreeSet<u32> = below.map(|(pid, _, _)| *pid).chain([root]).collect();
        if more == found {
            break;
        }
        found = more;
    }
    let is_below = |(pid, _, _): &&(u32, u32, String)| *pid != root && found.contains(pid);
    all.iter()
        .filter(is_below)
        .map(|(pid, _, start)| (*pid, start.clone()))
        .collect()
}

fn assert_gone(processes: &BTreeSet<(u32, String)>, within: Duration) {
    let deadline = Instant::now() + within;
    loop {
        let lives =
            |(pid, start): &&(u32, String)| stat(*pid).is_some_and(|(_, now)| now == *start);
        let n = processes.iter().filter(lives).count();
        if n == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{n} are left");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn groups_of(pid: u32, folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let name = entry.file_name().into_string().unwrap_or_default();
            if name.starts_with("bughound-") && name.contains(&format!("-{pid}-")) {
                found.push(entry.path());
            }
            groups_of(pid, &entry.path(), found);
        }
    }
}

fn groups(pid: u32) -> Vec<PathBuf> {
    let mut found = Vec::new();
    groups_of(pid, Path::new("/sys/fs/cgroup"), &mut found);
    found
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, Signal::KILL).unwrap();
}

#[test]
fn a_killed_orchestrator_leaves_nothing() {
    let (mut child, below) = start_orchestrator();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_gone(&below, Duration::from_secs(20));
    assert_eq!(groups(child.id()), [""; 0].map(PathBuf::from));
}

#[test]
fn what_interrupts_the_orchestrator_does_not_interrupt_the_spawner() {
    let backend = started();
    let mut sandbox = backend.open(&world(&[])).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", backend.spawner_id())).unwrap();
    let group: u32 = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .nth(2)
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(group, backend.spawner_id(), "a process group of its own");
    assert!(sandbox.run(&sh("true")).unwrap().succeeded());
}

#[test]
fn nor_does_one_that_is_killed_with_its_spawner() {
    let (mut child, below) = start_orchestrator();
    let spawner = below
        .iter()
        .find(|(pid, _)| stat(*pid).unwrap().0 == child.id());
    child.kill().unwrap();
    kill(spawner.unwrap().0);
    child.wait().unwrap();
    assert_gone(&below, Duration::from_secs(20));
    // Its groups are removed by the next one.
    drop(started());
    assert_eq!(groups(child.id()), [""; 0].map(PathBuf::from));
}

#[test]
fn without_its_spawner_sandboxes_end() {
    let backend = started();
    let mut sandbox = backend.open(&world(&[])).unwrap();
    let mut busy = backend.open(&world(&[])).unwrap();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| busy.run(&sh("sleep 600")).map(drop));
        let spawner = backend.spawner_id();
        std::thread::sleep(Duration::from_millis(200));
        kill(spawner);
        assert!(matches!(
            run.join().unwrap(),
            Err(SandboxError::Gone { .. })
        ));
    });
    let gone = sandbox.run(&sh("true"));
    assert!(matches!(gone, Err(SandboxError::Gone { .. })), "{gone:?}");
    let gone = backend.open(&world(&[])).map(drop);
    assert!(matches!(gone, Err(SandboxError::Gone { .. })), "{gone:?}");
}

#[test]
fn a_dropped_sandbox_leaves_nothing() {
    let backend = started();
    let mut sandbox = backend.open(&world(&[])).unwrap();
    sandbox.run(&sh("true")).unwrap();
    let below = descendants(backend.spawner_id());
    assert_eq!(below.len(), 1);
    let spawner = BTreeSet::from([(backend.spawner_id(), stat(backend.spawner_id()).unwrap().1)]);
    drop(sandbox);
    assert_gone(&below, Duration::from_secs(5));
    drop(backend);
    assert_gone(&spawner, Duration::from_secs(5));
}
