//! Worlds and commands for tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use bughound_sandbox::{
    Backend, Change, ChangeFilter, Command, Embedded, Finished, Limits, Network, Sandbox, Upper,
    What, World,
};

/// One backend for all tests of this program.
pub(crate) fn embedded() -> &'static Embedded {
    static EMBEDDED: OnceLock<Embedded> = OnceLock::new();
    EMBEDDED.get_or_init(started)
}

/// A backend of its own. Where this machine cannot isolate anything there is nothing to test: that is said, and the program
/// ends.
pub(crate) fn started() -> Embedded {
    if !bughound_sandbox::probe().is_safe() {
        eprintln!(
            "skipped, all of it: this machine cannot isolate commands (`bughound doctor` says why)"
        );
        std::process::exit(0);
    }
    Embedded::start().unwrap()
}

/// A folder with files: path and content; a path that ends with `/` is a folder.
pub(crate) fn layer(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    open_to_all(folder.path());
    for (path, content) in files {
        let path = folder.path().join(path);
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    folder
}

pub(crate) fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn world(layers: &[&Path]) -> World {
    World {
        layers: layers.iter().map(|path| path.to_path_buf()).collect(),
        root: PathBuf::from("/tree"),
        upper: Upper::Memory,
        binds: Vec::new(),
        files: Vec::new(),
        network: Network::None,
        limits: Limits::default(),
    }
}

pub(crate) fn open(world: &World) -> Box<dyn Sandbox> {
    embedded().open(world).unwrap()
}

pub(crate) fn sh(script: &str) -> Command {
    Command {
        argv: ["sh", "-c", script].map(str::to_owned).to_vec(),
        cwd: PathBuf::from("/tree"),
        env: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        stdin: Vec::new(),
        wall: Duration::from_secs(60),
        cpu: None,
        output_bytes: 1 << 16,
        report: false,
    }
}

/// Runs a script and gives what it printed, having succeeded.
pub(crate) fn says(sandbox: &mut dyn Sandbox, script: &str) -> String {
    let finished = sandbox.run(&sh(script)).unwrap();
    assert!(
        finished.succeeded(),
        "{script}: {:?}\n{}{}",
        finished.end,
        finished.stdout.text(),
        finished.stderr.text()
    );
    finished.stdout.text()
}

pub(crate) fn run(sandbox: &mut dyn Sandbox, script: &str) -> Finished {
    sandbox.run(&sh(script)).unwrap()
}

pub(crate) fn all() -> ChangeFilter {
    ChangeFilter {
        under: PathBuf::new(),
        without: Vec::new(),
        file_bytes: 1 << 20,
        total_bytes: 1 << 24,
    }
}

/// Changes, one per line, for comparison.
pub(crate) fn shown(changes: &[Change]) -> String {
    let mut lines = String::new();
    for Change { path, what } in changes {
        let path = path.display();
        let line = match what {
            What::File { bytes, executable } => {
                let x = if *executable { "x" } else { "" };
                format!(
                    "file{x} {path}: {}",
                    String::from_utf8_lossy(bytes).trim_end()
                )
            }
            What::Folder => format!("folder {path}"),
            What::Removed => format!("removed {path}"),
            What::Link { target } => format!("link {path} -> {}", target.display()),
            What::TooLarge { n_bytes } => format!("too large {path}: {n_bytes}"),
            What::Special => format!("special {path}"),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

pub(crate) fn changes(sandbox: &mut dyn Sandbox) -> String {
    shown(&sandbox.changes(&all()).unwrap())
}

/// Where this program itself is seen in a sandbox of [`with_probe`].
const PROBE: &str = "/probe";

/// A world in which this program can look around.
pub(crate) fn with_probe(mut world: World) -> World {
    world.binds.push(bughound_sandbox::Bind {
        source: std::env::current_exe().unwrap(),
        target: PROBE.into(),
    });
    world
}

/// Runs one of the checks in `inside`, which panic where they find what should not be.
pub(crate) fn inside(sandbox: &mut dyn Sandbox, check: &str, env: &[(&str, &str)]) {
    let name = format!("inside::{check}");
    let mut command = sh("");
    command.argv = [PROBE, "--exact", &name, "--ignored", "--nocapture"]
        .map(str::to_owned)
        .to_vec();
    let env = env.iter();
    command
        .env
        .extend(env.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let finished = sandbox.run(&command).unwrap();
    let (stdout, stderr) = (finished.stdout.text(), finished.stderr.text());
    assert!(
        finished.succeeded(),
        "{check}: {:?}\n{stdout}{stderr}",
        finished.end
    );
    assert!(
        stdout.contains("1 passed"),
        "{check} was not run:\n{stdout}"
    );
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
