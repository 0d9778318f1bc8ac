//! Bombs of all kinds: the command fails, its sandbox and all others go on.

use std::time::Duration;

use bughound_sandbox::{End, PrimitiveKind, World};

use crate::support::{changes, embedded, layer, open, run, says, sh, world};

const MIB: u64 = 1 << 20;

fn small() -> World {
    let mut world = world(&[]);
    world.limits.memory_bytes = 64 * MIB;
    world.limits.disk_bytes = 16 * MIB;
    world.limits.processes = 30;
    world.limits.file_bytes = 8 * MIB;
    world.limits.open_files = 50;
    world
}

fn by_group(kind: PrimitiveKind) -> bool {
    let primitives = embedded().probe();
    let found = primitives.iter().find(|one| one.kind == kind);
    found.unwrap().how.starts_with("control groups v")
}

#[test]
fn a_fork_bomb_fills_its_own_sandbox_only() {
    let world = small();
    let (mut bombed, mut other) = (open(&world), open(&world));
    std::thread::scope(|scope| {
        let bomb = scope.spawn(|| {
            let mut command = sh("bomb() { bomb | bomb & bomb; }; bomb");
            command.wall = Duration::from_secs(3);
            bombed.run(&command).unwrap()
        });
        for _ in 0..20 {
            let threads = says(
                &mut *other,
                "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.01 & done; wait; echo ok",
            );
            assert_eq!(threads, "ok\n");
        }
        let finished = bomb.join().unwrap();
        assert!(!finished.succeeded());
        assert!(finished.n_left <= 31, "{}", finished.n_left);
        let said = finished.stderr.text();
        assert!(
            said.contains("fork") || finished.end == End::TimedOut,
            "{said}"
        );
    });
    assert_eq!(says(&mut *bombed, "echo alive"), "alive\n");
}

#[test]
fn memory_is_limited() {
    let mut sandbox = open(&small());
    let finished = run(&mut *sandbox, "exec tail /dev/zero");
    assert!(!finished.succeeded(), "{finished:?}");
    if by_group(PrimitiveKind::Memory) {
        assert_eq!(finished.end, End::OutOfMemory);
        // What lies in the file system in memory counts too.
        let mut world = small();
        world.limits.disk_bytes = 256 * MIB;
        world.limits.file_bytes = 256 * MIB;
        let mut sandbox = open(&world);
        let finished = run(&mut *sandbox, "exec head -c 200M /dev/zero > large");
        assert_eq!(finished.end, End::OutOfMemory);
        assert!(sandbox.read("large".as_ref(), 1).unwrap().is_some());
    }
    assert_eq!(says(&mut *sandbox, "echo alive"), "alive\n");
}

#[test]
fn the_disk_is_limited() {
    let mut sandbox = open(&small());
    let script = "for i in 1 2 3 4 5 6; do head -c 6M /dev/zero > /tree/$i || exit 9; done";
    let finished = run(&mut *sandbox, script);
    assert!(
        finished.stderr.text().contains("No space left"),
        "{finished:?}"
    );
    assert_eq!(
        says(
            &mut *sandbox,
            "rm /tree/*; echo fits > /tree/x; cat /tree/x"
        ),
        "fits\n"
    );
    for place in ["/tmp", "/dev/shm"] {
        let script = format!(
            "head -c 7M /dev/zero > {place}/1 && head -c 7M /dev/zero > {place}/2 && head -c 7M /dev/zero > {place}/3"
        );
        assert!(!run(&mut *sandbox, &script).succeeded());
        says(&mut *sandbox, &format!("rm {place}/*"));
    }
    let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); : > f$i || exit 9; done";
    let finished = run(&mut *sandbox, script);
    assert_eq!(finished.end, End::Exited(2), "{}", finished.stderr.text());
    says(&mut *sandbox, "find . -type f -delete; echo x > y");
    assert_eq!(changes(&mut *sandbox), "file y: x\n");
}

#[test]
fn files_are_limited() {
    let mut sandbox = open(&small());
    let finished = run(&mut *sandbox, "exec head -c 9M /dev/zero > x");
    assert!(
        finished.end == End::Signalled(25) || finished.stderr.text().contains("too large"),
        "{finished:?}"
    );
    assert_eq!(says(&mut *sandbox, "ulimit -n; ulimit -c"), "50\n0\n");
}

#[test]
fn a_flood_is_counted_and_dropped() {
    let mut sandbox = open(&small());
    let mut command = sh("yes & yes >&2");
    command.wall = Duration::from_secs(2);
    command.output_bytes = 100;
    let finished = sandbox.run(&command).unwrap();
    assert_eq!(finished.end, End::TimedOut);
    for captured in [&finished.stdout, &finished.stderr] {
        assert_eq!((captured.head.len(), captured.tail.len()), (50, 50));
        assert!(captured.n_left_out > 100_000, "{captured:?}");
    }
}

#[test]
fn a_stopped_command_times_out() {
    let mut sandbox = open(&small());
    let mut command = sh("kill -STOP $$");
    command.wall = Duration::from_millis(500);
    assert_eq!(sandbox.run(&command).unwrap().end, End::TimedOut);
    assert!(run(&mut *sandbox, "true").succeeded());
}

#[test]
fn processors_are_limited_where_groups_can_be_made() {
    let mut world = small();
    world.limits.cpu_percent = Some(20);
    let mut sandbox = open(&world);
    let mut command = sh("while :; do :; done");
    command.wall = Duration::from_secs(3);
    let finished = sandbox.run(&command).unwrap();
    if by_group(PrimitiveKind::Processors) {
        assert!(finished.cpu_seconds < 1.2, "{}", finished.cpu_seconds);
    }
}

#[test]
fn daemons_do_not_outlive_their_command() {
    let layer = layer(&[]);
    let mut sandbox = open(&world(&[layer.path()]));
    let finished = run(
        &mut *sandbox,
        "setsid sh -c '(sleep 1000 &) ; sleep 1000' > /dev/null 2>&1 < /dev/null &
         nohup sleep 1000 > /dev/null 2>&1 & (trap '' TERM HUP; sleep 1000) & sleep 0.3; echo done",
    );
    assert!(finished.succeeded());
    assert!(finished.n_left >= 4, "{}", finished.n_left);
    let there = says(&mut *sandbox, "ls /proc | grep -c '^[0-9]'");
    // The first process, the shell, and the two of the pipe.
    assert_eq!(there, "4\n");
}
