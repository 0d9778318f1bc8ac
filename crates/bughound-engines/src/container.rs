//! A container that lives as long as we do, and our own small commands in it.

use std::io::{Error, ErrorKind, Result};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use bughound_sandbox::Kept;
use serde_json::{Value, json};

use crate::exec::{Exec, Input, Pumped};
use crate::http::Api;
use crate::scripts;
use crate::stream::Output;

/// For what is done to whole trees.
const PATIENCE: Duration = Duration::from_secs(600);
/// For outputs to end once all who could write are gone.
pub(crate) const GRACE: Duration = Duration::from_secs(20);
/// Our notes in a container.
pub(crate) const NOTES: &str = "/tmp/.bughound";
/// Processes above the limit that may be there while a command is being ended that uses all of them up.
const SPARE: u64 = 64;

/// A started container. It is removed when this is dropped.
pub(crate) struct Container {
    api: Api,
    id: String,
    /// What its first process reads: at the end of this it ends. Nothing is ever written.
    lifeline: Option<UnixStream>,
}

/// What is known after a command was ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Swept {
    pub(crate) n_left: usize,
    pub(crate) did_not_start: bool,
    /// Kills for want of memory since the container began.
    pub(crate) n_kills: u64,
    /// Processor time since the container began.
    pub(crate) cpu_micros: u64,
    pub(crate) report: bughound_sandbox::Captured,
}

impl Container {
    /// Makes it and starts it.
    pub(crate) fn start(api: &Api, body: &Value) -> Result<Self> {
        let made = api.ask("POST", "/containers/create", Some(body))?.json()?;
        let id = made["Id"].as_str().unwrap_or_default();
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(Error::other("the engine names no container"));
        }
        let mut container = Self {
            api: api.clone(),
            id: id.to_owned(),
            lifeline: None,
        };
        let (lifeline, _) =
            api.hijack(&format!("/containers/{id}/attach?stream=1&stdin=1"), None)?;
        container.lifeline = Some(lifeline);
        api.ask("POST", &format!("/containers/{id}/start"), None)?
            .check()?;
        Ok(container)
    }

    /// Starts a process in it.
    pub(crate) fn exec(
        &self,
        user: &str,
        words: &[String],
        input: Option<Input>,
    ) -> Result<Exec<'_>> {
        Exec::start(&self.api, &self.id, user, words, input)
    }

    /// Runs something of ours to its end: its status, and what it complained of.
    pub(crate) fn help(
        &self,
        user: &str,
        words: &[String],
        input: Option<Input>,
        tell: &mut dyn FnMut(&[u8]),
    ) -> Result<(i64, String)> {
        let mut exec = self.exec(user, words, input)?;
        let mut complaint = Kept::new(4096);
        let outputs = &mut |output, piece: &[u8]| match output {
            Output::Stdout => tell(piece),
            Output::Stderr => complaint.push(piece),
        };
        drain(&mut exec, PATIENCE, outputs)?;
        let (code, written) = exec.finish()?;
        let complaint = complaint.finish().text().trim().to_owned();
        if code == 0 {
            written?;
        }
        Ok((code, complaint))
    }

    /// As [`help`](Self::help), where any status but 0 is an error.
    pub(crate) fn must(
        &self,
        user: &str,
        words: &[String],
        input: Option<Input>,
        tell: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        match self.help(user, words, input, tell)? {
            (0, _) => Ok(()),
            (code, complaint) => Err(Error::other(format!("status {code}: {complaint}"))),
        }
    }

    /// Ends all processes of commands. Where those use up all processes that there may be, there may be more for
    /// a moment.
    pub(crate) fn sweep(&self, user: &str, processes: u64, n_kept: usize) -> Result<Swept> {
        self.try_sweep(user, n_kept).or_else(|_| {
            self.limit(processes.saturating_add(SPARE))?;
            let swept = self.try_sweep(user, n_kept)?;
            self.limit(processes)?;
            Ok(swept)
        })
    }

    fn limit(&self, processes: u64) -> Result<()> {
        let path = format!("/containers/{}/update", self.id);
        let body = json!({"PidsLimit": processes});
        self.api.ask("POST", &path, Some(&body))?.check()
    }

    fn try_sweep(&self, user: &str, n_kept: usize) -> Result<Swept> {
        let (mut line, mut is_over, mut report) = (Vec::new(), false, Kept::new(n_kept));
        let mut tell = |piece: &[u8]| {
            let end = piece.iter().position(|&byte| byte == b'\n');
            match end {
                _ if is_over => report.push(piece),
                Some(end) => {
                    is_over = true;
                    line.extend_from_slice(&piece[..end]);
                    report.push(&piece[end + 1..]);
                }
                None => line.extend_from_slice(piece),
            }
        };
        let words = scripts::words(&scripts::sweep(), [NOTES]);
        self.must(user, &words, None, &mut tell)?;
        let line = String::from_utf8_lossy(&line);
        let mut swept = numbers(&line)
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, format!("not understood: {line}")))?;
        swept.report = report.finish();
        Ok(swept)
    }
}

/// Reads to the end, also beyond that of the process: what it wrote may still be on its way.
pub(crate) fn drain(
    exec: &mut Exec<'_>,
    wait: Duration,
    tell: &mut dyn FnMut(Output, &[u8]),
) -> Result<()> {
    let mut deadline = Instant::now() + wait;
    let mut has_ended = false;
    loop {
        match exec.pump(deadline, tell)? {
            Pumped::Ended => return Ok(()),
            Pumped::Left if has_ended => {}
            Pumped::Left => {
                has_ended = true;
                deadline = deadline.min(Instant::now() + GRACE);
            }
            Pumped::Late => {
                return Err(Error::new(
                    ErrorKind::TimedOut,
                    "the engine's stream does not end",
                ));
            }
        }
    }
}

/// The line of [`COLLECT`](scripts::COLLECT).
fn numbers(line: &str) -> Option<Swept> {
    let words: Vec<u64> = line
        .split(' ')
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    let &[n_left, did_not_start, n_kills, cpu_micros] = words.as_slice() else {
        return None;
    };
    Some(Swept {
        n_left: usize::try_from(n_left).ok()?,
        did_not_start: did_not_start != 0,
        n_kills,
        cpu_micros,
        report: bughound_sandbox::Captured::default(),
    })
}

impl Drop for Container {
    fn drop(&mut self) {
        // Where the engine does not answer any more, the end of the lifeline says the same.
        let path = format!("/containers/{}?force=1&v=1", self.id);
        let _ = self.api.ask("DELETE", &path, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_four() {
        #[track_caller]
        fn check(line: &str, expected: Option<(usize, bool, u64, u64)>) {
            let found = numbers(line).map(|swept| {
                let Swept {
                    n_left,
                    did_not_start,
                    n_kills,
                    cpu_micros,
                    ..
                } = swept;
                (n_left, did_not_start, n_kills, cpu_micros)
            });
            assert_eq!(found, expected);
        }
        check("0 0 0 0", Some((0, false, 0, 0)));
        check("3 1 2 1500", Some((3, true, 2, 1500)));
        check("", None);
        check("1 2 3", None);
        check("1 2 3 4 5", None);
        check("1 2 x 4", None);
    }
}
