//! A sandbox that is a container.

use std::fs;
use std::io::{Error, Read, Result as IoResult, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use bughound_sandbox::{
    Change, ChangeFilter, Command, End, Finished, Kept, LayerCopy, Sandbox, SandboxError, What,
    World,
};

use crate::archive::{self, Step};
use crate::container::{Container, GRACE, NOTES, Swept, drain};
use crate::create::{self, Copied, FIRST, USER};
use crate::exec::{Input, Pumped};
use crate::scripts::{self, words};
use crate::settings::Engine;
use crate::stream::Output;

/// The system's number for a program or folder that is not there.
const ENOENT: i32 = 2;

pub(crate) struct EngineSandbox {
    // First, so that the container is gone before the files that it sees.
    container: Container,
    copy: LayerCopy,
    engine: Engine,
    world: World,
    /// The counters after the last command.
    before: Swept,
}

impl EngineSandbox {
    /// Starts a container with the tree of a copy, which is emptied then.
    pub(crate) fn open(
        engine: &Engine,
        world: &World,
        copy: LayerCopy,
    ) -> Result<Self, SandboxError> {
        let failed = |step: &'static str| {
            let path = engine.settings.socket.clone();
            move |source| SandboxError::Make { step, path, source }
        };
        let copied = Copied {
            n_bytes: n_bytes(&copy.tree()).map_err(failed("measure the layers"))?,
        };
        let image = &engine.settings.image;
        let body = create::body(world, image, std::process::id(), &copy.files(), copied)?;
        let container =
            Container::start(&engine.api, &body).map_err(failed("start a container"))?;
        let mut opened = Self {
            container,
            copy,
            engine: engine.clone(),
            world: world.clone(),
            before: Swept::default(),
        };
        opened.fill().map_err(failed("fill a container"))?;
        Ok(opened)
    }

    fn fill(&mut self) -> IoResult<()> {
        let root = self.root().to_owned();
        for folder in [&*root, "/tmp"] {
            let (mut missing, clear) = (Kept::new(100), words(scripts::CLEAR, [folder]));
            let cleared = self
                .container
                .help(FIRST, &clear, None, &mut |piece| missing.push(piece))?;
            match cleared {
                (0, _) => {}
                (8, _) => {
                    let tool = missing.finish().text();
                    return Err(Error::other(format!(
                        "the image has no program {}",
                        tool.trim()
                    )));
                }
                (code, complaint) => {
                    return Err(Error::other(format!("status {code}: {complaint}")));
                }
            }
        }
        let tree = self.copy.tree();
        self.send(&root, &tree)?;
        fs::remove_dir_all(&tree)?;
        fs::create_dir(&tree)?;
        self.before = self.sweep(0)?;
        Ok(())
    }

    /// As text: engines were told of no other path.
    fn root(&self) -> &str {
        self.world.root.to_str().unwrap_or_default()
    }

    fn sweep(&self, n_kept: usize) -> IoResult<Swept> {
        let processes = self.world.limits.processes.saturating_add(4);
        self.container.sweep(USER, processes, n_kept)
    }

    /// Puts what is in a folder of ours into one of the container's.
    fn send(&self, target: &str, folder: &Path) -> IoResult<()> {
        if fs::read_dir(folder)?.next().is_none() {
            return Ok(());
        }
        let folder = folder.to_owned();
        let input: Input = Box::new(move |to: &mut dyn Write| archive::pack(&folder, to));
        let unpack = words(scripts::UNPACK, [target, "p"]);
        self.container.must(USER, &unpack, Some(input), &mut |_| {})
    }

    /// The mount points in the tree, relative.
    fn mount_points(&self) -> Vec<PathBuf> {
        let targets = self.world.binds.iter().map(|bind| &bind.target);
        let below = targets.filter_map(|target| target.strip_prefix(&self.world.root).ok());
        below.map(Path::to_owned).collect()
    }

    /// Copies a folder of the container, without some of it, into an empty one; names what cannot be copied.
    fn fetch(&self, source: &str, without: &[PathBuf], into: &Path) -> IoResult<Vec<PathBuf>> {
        let is_plain = |text: &&str| !text.contains(['*', '?', '[', ']', '\\']);
        let excluded: Vec<String> = without
            .iter()
            .filter_map(|path| path.to_str().filter(is_plain))
            .map(|path| format!("--exclude=./{path}"))
            .collect();
        let arguments = [source]
            .into_iter()
            .chain(excluded.iter().map(String::as_str));
        let spool = into.with_extension("tar");
        let mut file = fs::File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&spool)?;
        fs::remove_file(&spool)?;
        let limit = self.most_bytes();
        let (mut n_bytes, mut written) = (0, Ok(()));
        let mut tell = |piece: &[u8]| {
            n_bytes += piece.len() as u64;
            if n_bytes > limit {
                written = Err(Error::other("there is more in the tree than it may hold"));
            } else if written.is_ok() {
                written = file.write_all(piece);
            }
        };
        let pack = words(scripts::PACK, arguments);
        self.container.must(USER, &pack, None, &mut tell)?;
        written?;
        file.seek(SeekFrom::Start(0))?;
        let is_wanted = |path: &Path| !without.iter().any(|without| path.starts_with(without));
        archive::unpack(
            std::io::BufReader::new(file).take(limit),
            into,
            limit,
            &is_wanted,
        )
    }

    /// Far more than an archive of the tree can have, but for files with holes.
    fn most_bytes(&self) -> u64 {
        let limits = &self.world.limits;
        limits
            .disk_bytes
            .saturating_add(limits.memory_bytes)
            .saturating_mul(4)
            .max(64 << 20)
    }

    fn try_running(&mut self, command: &Command) -> IoResult<Finished> {
        let mut stdout = Kept::new(command.output_bytes);
        let mut stderr = Kept::new(command.output_bytes);
        let mut tell = |output, piece: &[u8]| match output {
            Output::Stdout => stdout.push(piece),
            Output::Stderr => stderr.push(piece),
        };
        let stdin = command.stdin.clone();
        let input: Input = Box::new(move |to: &mut dyn Write| to.write_all(&stdin));
        let started = Instant::now();
        let deadline = started + command.wall;
        let mut exec = self.container.exec(USER, &run(command), Some(input))?;
        let mut pumped = exec.pump(deadline, &mut tell)?;
        // A command may close its outputs and go on.
        if pumped == Pumped::Ended && !exec.wait(deadline)? {
            pumped = Pumped::Late;
        }
        let seconds = started.elapsed().as_secs_f64();
        let swept = self.sweep(command.output_bytes)?;
        if pumped != Pumped::Ended {
            drain(&mut exec, GRACE, &mut tell)?;
        }
        // That it did not read all its input is its own affair.
        let (code, _) = exec.finish()?;
        let micros = swept.cpu_micros.saturating_sub(self.before.cpu_micros);
        let finished = Finished {
            end: end(code, pumped == Pumped::Late, &swept, &self.before),
            stdout: stdout.finish(),
            stderr: stderr.finish(),
            report: swept.report.clone(),
            seconds,
            cpu_seconds: std::time::Duration::from_micros(micros).as_secs_f64(),
            n_left: swept.n_left,
        };
        self.before = swept;
        Ok(finished)
    }

    fn fetched(&self) -> IoResult<(LayerCopy, Vec<PathBuf>)> {
        let temporary = &self.engine.settings.temporary;
        let copy = LayerCopy::empty(&self.world, temporary).map_err(Error::other)?;
        let special = self.fetch(self.root(), &self.mount_points(), &copy.tree())?;
        Ok((copy, special))
    }
}

/// The words that run a command.
fn run(command: &Command) -> Vec<String> {
    let seconds = command.cpu.map_or(0, |cpu| cpu.as_secs().max(1));
    let path = command.env.get("PATH").map_or("", String::as_str);
    let program = command.argv.first().map_or("", String::as_str);
    let cwd = command.cwd.to_string_lossy();
    let (seconds, report) = (seconds.to_string(), if command.report { "1" } else { "0" });
    let start = [NOTES, &*cwd, &*seconds, report, program, path];
    let mut run = words(scripts::RUN, start);
    let env = command.env.iter();
    run.extend(env.map(|(name, value)| format!("{name}={value}")));
    run.extend_from_slice(&command.argv);
    run
}

/// How a command ended, of what the engine says and what was found.
fn end(code: i64, was_late: bool, swept: &Swept, before: &Swept) -> End {
    match i32::try_from(code).unwrap_or(i32::MAX) {
        _ if was_late => End::TimedOut,
        127 if swept.did_not_start => End::NotStarted { errno: ENOENT },
        137 if swept.n_kills > before.n_kills => End::OutOfMemory,
        code @ 129..=192 => End::Signalled(code - 128),
        code => End::Exited(code),
    }
}

/// What a tree takes of memory.
fn n_bytes(folder: &Path) -> IoResult<u64> {
    let mut n = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        n += match meta.is_dir() {
            true => n_bytes(&entry.path())?,
            false => meta.len().next_multiple_of(4096),
        };
    }
    Ok(n)
}

impl Sandbox for EngineSandbox {
    fn run(&mut self, command: &Command) -> Result<Finished, SandboxError> {
        self.try_running(command)
            .map_err(|error| SandboxError::Gone {
                doing: "run a command",
                why: error.to_string(),
            })
    }

    fn changes(&mut self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        let (copy, special) = self
            .fetched()
            .map_err(tree("copy the tree", Path::new("")))?;
        let points = self.mount_points();
        let mut changes = copy.changes(filter)?;
        changes.retain(|change| {
            let path = &change.path;
            let is_above = points.iter().any(|point| point.starts_with(path));
            let is_below = points.iter().any(|point| path.starts_with(point));
            !(is_below || special.contains(path) || is_above && change.what == What::Folder)
        });
        let is_wanted = |path: &PathBuf| {
            path.starts_with(&filter.under)
                && !filter
                    .without
                    .iter()
                    .any(|without| path.starts_with(without))
        };
        let wanted = special.into_iter().filter(is_wanted);
        changes.extend(wanted.map(|path| Change {
            path,
            what: What::Special,
        }));
        // Stable: what stands for a folder that was removed and made again keeps its order.
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), SandboxError> {
        let refused = |(path, step): (&Path, &'static str)| {
            tree(step, path)(std::io::ErrorKind::InvalidInput.into())
        };
        for step in archive::steps(changes).map_err(refused)? {
            match step {
                Step::Prepare(pairs) => {
                    let first = PathBuf::from(pairs.get(1).map_or("", String::as_str));
                    let start = [self.root()].into_iter();
                    let all = start.chain(pairs.iter().map(String::as_str));
                    let prepare = words(scripts::CHANGE, all);
                    self.container
                        .must(USER, &prepare, None, &mut |_| {})
                        .map_err(tree("make room at or after", &first))?;
                }
                Step::Unpack(some) => {
                    let first = some.first().map(|change| change.path.clone());
                    let some: Vec<Change> = some.into_iter().cloned().collect();
                    let input: Input =
                        Box::new(move |to: &mut dyn Write| archive::pack_changes(&some, to));
                    let unpack = words(scripts::UNPACK, [self.root(), "m"]);
                    self.container
                        .must(USER, &unpack, Some(input), &mut |_| {})
                        .map_err(tree("write at or after", &first.unwrap_or_default()))?;
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, path: &Path, limit: u64) -> Result<Option<(Vec<u8>, u64)>, SandboxError> {
        let Some(text) = path.to_str() else {
            return Ok(None);
        };
        let (text, limit) = (format!("./{text}"), limit.to_string());
        let mut said = Vec::new();
        let read = words(scripts::READ, [self.root(), &text, &limit]);
        let done = self
            .container
            .help(USER, &read, None, &mut |piece| {
                said.extend_from_slice(piece);
            })
            .map_err(tree("read", path))?;
        let wrong = |what: String| tree("read", path)(Error::other(what));
        match done {
            (3, _) => return Ok(None),
            (0, _) => {}
            (code, complaint) => return Err(wrong(format!("status {code}: {complaint}"))),
        }
        let end = said.iter().position(|&byte| byte == b'\n').unwrap_or(0);
        let bytes = said.split_off((end + 1).min(said.len()));
        let length = String::from_utf8_lossy(&said);
        let length = length.trim().parse();
        let length = length.map_err(|_| wrong("it was not said how long it is".to_owned()))?;
        Ok(Some((bytes, length)))
    }

    fn fork(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        let (copy, _) = self
            .fetched()
            .map_err(tree("copy the tree", Path::new("")))?;
        Ok(Box::new(Self::open(&self.engine, &self.world, copy)?))
    }
}

fn tree(step: &'static str, path: &Path) -> impl Fn(Error) -> SandboxError + use<> {
    let path = path.to_owned();
    move |source| SandboxError::Tree {
        step,
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_apart() {
        #[track_caller]
        fn check(code: i64, was_late: bool, line: (bool, u64), expected: End) {
            let swept = Swept {
                did_not_start: line.0,
                n_kills: line.1,
                ..Swept::default()
            };
            let before = Swept {
                n_kills: 1,
                ..Swept::default()
            };
            assert_eq!(end(code, was_late, &swept, &before), expected);
        }
        check(0, false, (false, 1), End::Exited(0));
        check(3, false, (false, 1), End::Exited(3));
        check(127, false, (false, 1), End::Exited(127));
        check(127, false, (true, 1), End::NotStarted { errno: 2 });
        check(1, false, (true, 1), End::Exited(1));
        check(137, false, (false, 1), End::Signalled(9));
        check(137, false, (false, 2), End::OutOfMemory);
        check(137, true, (false, 2), End::TimedOut);
        check(139, false, (false, 1), End::Signalled(11));
        check(255, false, (false, 1), End::Exited(255));
    }
}
