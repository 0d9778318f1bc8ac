//! One `exec` in a container, from its start to its end.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Api;
use crate::stream::{Frames, Output};

/// Writes what an `exec` reads.
pub(crate) type Input = Box<dyn FnOnce(&mut dyn Write) -> Result<()> + Send>;

/// A process that was started, and the connection to it.
pub(crate) struct Exec<'a> {
    api: &'a Api,
    id: String,
    stream: UnixStream,
    frames: Frames,
    early: Vec<u8>,
    writer: Option<JoinHandle<Result<()>>>,
}

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pumped {
    /// Nobody can write any more.
    Ended,
    /// The process has ended, but somebody that it left may still write.
    Left,
    /// The time is over.
    Late,
}

impl<'a> Exec<'a> {
    /// Starts words as a user, with nothing in the environment but a `PATH`.
    pub(crate) fn start(
        api: &'a Api,
        container: &str,
        user: &str,
        words: &[String],
        input: Option<Input>,
    ) -> Result<Self> {
        let body = json!({
            "AttachStdin": input.is_some(),
            "AttachStdout": true,
            "AttachStderr": true,
            "Tty": false,
            "Privileged": false,
            "User": user,
            "WorkingDir": "/",
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": words,
        });
        let made = api.ask(
            "POST",
            &format!("/containers/{container}/exec"),
            Some(&body),
        )?;
        let made = made.json()?;
        let id = made["Id"]
            .as_str()
            .ok_or_else(|| Error::other("the engine names no exec"))?
            .to_owned();
        let body = json!({"Detach": false, "Tty": false});
        let (stream, early) = api.hijack(&format!("/exec/{id}/start"), Some(&body))?;
        let writer = match input {
            Some(input) => {
                let mut target = stream.try_clone()?;
                target.set_write_timeout(None)?;
                Some(std::thread::spawn(move || {
                    let mut buffered = std::io::BufWriter::with_capacity(1 << 16, &mut target);
                    let written = input(&mut buffered).and_then(|()| buffered.flush());
                    drop(buffered);
                    let closed = target.shutdown(Shutdown::Write);
                    written.and(closed)
                }))
            }
            None => None,
        };
        Ok(Self {
            api,
            id,
            stream,
            frames: Frames::default(),
            early,
            writer,
        })
    }

    /// Reads until there is no more, the process has ended, or the time is over.
    pub(crate) fn pump(
        &mut self,
        deadline: Instant,
        tell: &mut dyn FnMut(Output, &[u8]),
    ) -> Result<Pumped> {
        let wrong = |what| Error::new(ErrorKind::InvalidData, what);
        let early = std::mem::take(&mut self.early);
        self.frames.push(&early, tell).map_err(wrong)?;
        let mut buffer = vec![0; 1 << 16];
        let mut pause = Duration::from_millis(50);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Pumped::Late);
            }
            self.stream.set_read_timeout(Some(pause.min(left)))?;
            match self.stream.read(&mut buffer) {
                Ok(0) if self.frames.is_complete() => return Ok(Pumped::Ended),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.frames.push(&buffer[..n], tell).map_err(wrong)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The other end was closed over input that nobody read; what it sent before has been read.
                Err(error)
                    if error.kind() == ErrorKind::ConnectionReset && self.frames.is_complete() =>
                {
                    return Ok(Pumped::Ended);
                }
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if self.exit_code()?.is_some() {
                        return Ok(Pumped::Left);
                    }
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// How it ended; `None` while it runs.
    fn exit_code(&self) -> Result<Option<i64>> {
        let path = format!("/exec/{}/json", self.id);
        let said = self.api.ask("GET", &path, None)?.json()?;
        if said["Running"].as_bool().unwrap_or(false) {
            return Ok(None);
        }
        Ok(said["ExitCode"].as_i64())
    }

    /// Waits for its end, and tells whether it came in time.
    pub(crate) fn wait(&self, deadline: Instant) -> Result<bool> {
        Ok(self.exit_code_until(deadline)?.is_some())
    }

    fn exit_code_until(&self, deadline: Instant) -> Result<Option<i64>> {
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(code) = self.exit_code()? {
                return Ok(Some(code));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }

    /// Its exit code, for which it is waited a little after its outputs have ended, and whether its input was written.
    pub(crate) fn finish(mut self) -> Result<(i64, Result<()>)> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let Some(code) = self.exit_code_until(deadline)? else {
            return Err(Error::new(
                ErrorKind::TimedOut,
                "its outputs ended but it did not",
            ));
        };
        // Whoever did not read its input does not now.
        let _ = self.stream.shutdown(Shutdown::Both);
        let written = match self.writer.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written,
            Some(Err(_)) => Err(Error::other("writing its input panicked")),
        };
        Ok((code, written))
    }
}

impl Drop for Exec<'_> {
    fn drop(&mut self) {
        // The thread that writes must not wait for a reader that there is not.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}
