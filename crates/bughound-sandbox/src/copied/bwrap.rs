//! Bubblewrap: one start of `bwrap` for every command.

use std::fs::{self, File};
use std::io::{Error, Read, Result, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::{Launched, Launcher, Place, wrapper};
use crate::embedded::{Kept, etc, filter_bytes, reap};
use crate::{Backend, Captured, Command, End, Sandbox, SandboxError, World};

/// Whom commands are for the host where Bughound is root: root they must not be, who may write to `/proc/sys`.
const UNPRIVILEGED: u32 = 65533;

/// Isolates commands with the program `bwrap`, for machines on which it may make namespaces and Bughound may not.
///
/// Layers are copied for every sandbox; memory is limited for each process, the disk only for each file; who was
/// left running is killed but not counted; a signal and a status above 128 look the same.
#[derive(Clone)]
pub struct Bubblewrap {
    launcher: Arc<dyn Launcher>,
    owner: Option<u32>,
    temporary: PathBuf,
}

struct Program {
    path: PathBuf,
    owner: Option<u32>,
}

impl Bubblewrap {
    /// Tries the program at this path; `temporary` is a folder for the files of sandboxes.
    ///
    /// # Errors
    /// [`SandboxError::Unavailable`] where it cannot isolate a command.
    pub fn find(program: &Path, temporary: &Path) -> std::result::Result<Self, SandboxError> {
        let owner = rustix::process::geteuid().is_root().then_some(UNPRIVILEGED);
        let found = Self {
            launcher: Arc::new(Program {
                path: program.to_owned(),
                owner,
            }),
            owner,
            temporary: temporary.to_owned(),
        };
        let unavailable = |missing: String| SandboxError::Unavailable {
            backend: "bwrap",
            missing,
            remedy: "install bubblewrap 0.8 or newer, and allow user namespaces".to_owned(),
        };
        let mut sandbox = found
            .open(&World {
                layers: Vec::new(),
                root: "/tree".into(),
                upper: crate::Upper::Memory,
                binds: Vec::new(),
                files: Vec::new(),
                network: crate::Network::None,
                limits: crate::Limits::default(),
            })
            .map_err(|error| unavailable(error.to_string()))?;
        let tried = sandbox.run(&Command {
            argv: vec!["true".to_owned()],
            cwd: "/tree".into(),
            env: [("PATH".to_owned(), "/usr/bin:/bin".to_owned())].into(),
            stdin: Vec::new(),
            wall: Duration::from_secs(20),
            cpu: None,
            output_bytes: 4096,
            report: false,
        });
        match tried {
            Ok(finished) if finished.succeeded() => Ok(found),
            Ok(finished) => Err(unavailable(finished.stderr.text().trim().to_owned())),
            Err(error) => Err(unavailable(error.to_string())),
        }
    }
}

impl Backend for Bubblewrap {
    fn name(&self) -> &'static str {
        "bwrap"
    }

    fn open(&self, world: &World) -> std::result::Result<Box<dyn Sandbox>, SandboxError> {
        super::open(&self.launcher, world, self.owner, &self.temporary)
    }
}

/// All that `bwrap` is told, without the command itself.
fn arguments(
    world: &World,
    place: &Place,
    command: &Command,
    links: &[(String, String)],
) -> Vec<String> {
    let mut arguments: Vec<String> = Vec::new();
    let mut add = |words: &[&str]| arguments.extend(words.iter().map(|&word| word.to_owned()));
    add(&[
        "--unshare-user",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
    ]);
    add(&[
        "--unshare-cgroup-try",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
    ]);
    add(&[
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--hostname",
        "sandbox",
        "--cap-drop",
        "ALL",
    ]);
    add(&["--clearenv", "--seccomp", "0", "--ro-bind", "/usr", "/usr"]);
    for (name, target) in links {
        match target.as_str() {
            "" => add(&["--ro-bind", name, name]),
            target => add(&["--symlink", target, name]),
        }
    }
    for path in ["/etc/alternatives", "/etc/ld.so.cache"] {
        add(&["--ro-bind-try", path, path]);
    }
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    for path in etc(world).keys() {
        let below = path.strip_prefix("/").unwrap_or(path);
        add(&[
            "--ro-bind",
            &shown(&place.files().join(below)),
            &shown(path),
        ]);
    }
    add(&[
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--bind",
        &shown(&place.tmp()),
        "/tmp",
    ]);
    add(&["--bind", &shown(&place.tree()), &shown(&world.root)]);
    for bind in &world.binds {
        add(&["--ro-bind", &shown(&bind.source), &shown(&bind.target)]);
    }
    add(&["--ro-bind", &shown(&place.stdin()), "/.bughound/stdin"]);
    add(&["--bind", &shown(&place.report()), "/.bughound/report"]);
    add(&["--bind", &shown(&place.status()), "/.bughound/status"]);
    add(&["--remount-ro", "/"]);
    for (name, value) in &command.env {
        add(&["--setenv", name, value]);
    }
    arguments
}

/// Links of the host's root to its `/usr`; an empty target for what is a folder of its own.
fn links() -> Vec<(String, String)> {
    let mut links = Vec::new();
    for name in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
        match fs::symlink_metadata(name) {
            Ok(meta) if meta.is_symlink() => {
                if let Ok(target) = fs::read_link(name) {
                    links.push((name.to_owned(), target.to_string_lossy().into_owned()));
                }
            }
            Ok(_) => links.push((name.to_owned(), String::new())),
            Err(_) => {}
        }
    }
    links
}

impl Launcher for Program {
    fn name(&self) -> &'static str {
        "bwrap"
    }

    fn launch(&self, world: &World, place: &Place, command: &Command) -> Result<Launched> {
        let filter = place.filter();
        File::create(&filter)?.write_all(&filter_bytes())?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this crate is the one that starts processes"
        )]
        let mut start = std::process::Command::new(&self.path);
        start
            .args(arguments(world, place, command, &links()))
            .args(["--", "/bin/sh", "-c", &wrapper(world, command)])
            .arg(&command.cwd)
            .args(&command.argv)
            .env_clear()
            .current_dir("/")
            .stdin(File::open(&filter)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(owner) = self.owner {
            start.uid(owner).gid(owner);
        }
        let started = Instant::now();
        let mut child = start.spawn()?;
        let stdout = capture_aside(child.stdout.take(), command.output_bytes);
        let stderr = capture_aside(child.stderr.take(), command.output_bytes);
        let (end, cpu_seconds) = wait(&mut child, started + command.wall)?;
        let seconds = started.elapsed().as_secs_f64();
        let said = |from: Receiver<Captured>| {
            from.recv_timeout(Duration::from_secs(10))
                .map_err(|_| Error::other("the command's output does not end"))
        };
        Ok(Launched {
            end,
            stdout: said(stdout)?,
            stderr: said(stderr)?,
            seconds,
            cpu_seconds,
        })
    }
}

/// Waits for the program, or kills it when the time is over; with it goes its pid namespace.
fn wait(child: &mut Child, deadline: Instant) -> Result<(End, f64)> {
    let (mut timed_out, mut pause) = (false, Duration::from_micros(200));
    loop {
        if let Some((status, cpu_seconds)) = reap(child.id())? {
            let end = match status {
                _ if timed_out => End::TimedOut,
                status @ 129..=192 => End::Signalled(status - 128),
                status => End::Exited(status),
            };
            return Ok((end, cpu_seconds));
        }
        if Instant::now() >= deadline && !timed_out {
            timed_out = true;
            child.kill()?;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn capture_aside(pipe: Option<impl Read + Send + 'static>, limit: usize) -> Receiver<Captured> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        std::thread::spawn(move || {
            let (mut kept, mut buffer) = (Kept::new(limit), vec![0; 1 << 16]);
            while let Ok(n @ 1..) = pipe.read(&mut buffer) {
                kept.push(&buffer[..n]);
            }
            // Whoever asked may have gone.
            let _ = sender.send(kept.finish());
        });
    }
    receiver
}
