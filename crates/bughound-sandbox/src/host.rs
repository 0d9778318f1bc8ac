//! Runs a program of the host, unconfined, to ask what it is.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Bytes that are kept of each output; the rest is read and dropped.
const KEPT: usize = 4 << 20;

/// What a program of the host said.
#[derive(Clone, Debug)]
pub struct HostOutput {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output, the first 4 MiB.
    pub stdout: Vec<u8>,
    /// Its standard error, the first 4 MiB.
    pub stderr: Vec<u8>,
}

/// Runs a program of the host with this whole environment and no input, and waits for its end.
///
/// For programs that the user of Bughound trusts, such as `cargo --version`; never for what a task brings along.
///
/// # Errors
/// That it does not start; [`ErrorKind::TimedOut`] when it took longer than `wall` and was killed.
pub fn capture(
    program: &Path,
    arguments: &[&str],
    env: &BTreeMap<String, String>,
    wall: Duration,
) -> Result<HostOutput> {
    let deadline = Instant::now() + wall;
    #[expect(
        clippy::disallowed_methods,
        reason = "this crate is the one that starts processes"
    )]
    let mut child = std::process::Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(env)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    let Some(status) = wait_until(&mut child, deadline)? else {
        child.kill()?;
        child.wait()?;
        let shown = program.display();
        return Err(Error::new(
            ErrorKind::TimedOut,
            format!("{shown} took longer than {} s", wall.as_secs_f64()),
        ));
    };
    // What the program left running may keep the pipes open: it is not waited for.
    let grace = Duration::from_secs(1);
    Ok(HostOutput {
        status,
        stdout: stdout.recv_timeout(grace).unwrap_or_default(),
        stderr: stderr.recv_timeout(grace).unwrap_or_default(),
    })
}

fn wait_until(child: &mut Child, deadline: Instant) -> Result<Option<ExitStatus>> {
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a pipe on a thread of its own, since a full pipe would stop the program.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        std::thread::spawn(move || {
            let (mut kept, mut buffer) = (Vec::new(), [0; 16 << 10]);
            while let Ok(n @ 1..) = pipe.read(&mut buffer) {
                let room = KEPT - kept.len();
                kept.extend_from_slice(&buffer[..n.min(room)]);
            }
            // Whoever asked may have gone.
            let _ = sender.send(kept);
        });
    }
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, wall: Duration) -> Result<HostOutput> {
        let env = BTreeMap::from([("SAID".to_owned(), "yes".to_owned())]);
        capture(Path::new("/bin/sh"), &["-c", script], &env, wall)
    }

    #[test]
    fn says_what_the_program_said_and_gives_it_nothing_else() {
        let said = sh(
            "echo $SAID; echo $HOME >&2; exit 3",
            Duration::from_secs(10),
        )
        .unwrap();
        assert_eq!(said.status.code(), Some(3));
        assert_eq!(said.stdout, b"yes\n");
        assert_eq!(said.stderr, b"\n");
    }

    #[test]
    fn a_program_that_hangs_is_killed() {
        let error = sh("exec sleep 100", Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let missing = Path::new("/nowhere/at/all");
        let error = capture(missing, &[], &BTreeMap::new(), Duration::from_secs(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
