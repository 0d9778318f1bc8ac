//! Beside the engine that is played.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bughound_sandbox::{
    Backend, Change, ChangeFilter, Command, End, Finished, Limits, Network, Sandbox, SandboxError,
    Upper, What, World,
};

use super::fake::Fake;
use crate::{Engine, EngineSettings};

pub(super) fn settings(socket: &Path, image: &str, temporary: &Path) -> EngineSettings {
    EngineSettings {
        name: "docker",
        socket: socket.to_owned(),
        image: image.to_owned(),
        temporary: temporary.to_owned(),
    }
}

pub(super) fn world(root: &Path, layers: &[&Path]) -> World {
    World {
        layers: layers.iter().map(|layer| (*layer).to_owned()).collect(),
        root: root.to_owned(),
        upper: Upper::Memory,
        binds: Vec::new(),
        files: Vec::new(),
        network: Network::None,
        limits: Limits::default(),
    }
}

pub(super) fn command(root: &Path, script: &str) -> Command {
    Command {
        argv: ["sh", "-c", script].map(str::to_owned).to_vec(),
        cwd: root.to_owned(),
        env: [("PATH".to_owned(), "/usr/bin:/bin".to_owned())].into(),
        stdin: Vec::new(),
        wall: Duration::from_secs(60),
        cpu: None,
        output_bytes: 4096,
        report: false,
    }
}

pub(super) fn changes(sandbox: &mut dyn Sandbox) -> String {
    let filter = ChangeFilter {
        under: "".into(),
        without: Vec::new(),
        file_bytes: 1 << 20,
        total_bytes: 1 << 20,
    };
    let changes = sandbox.changes(&filter).unwrap();
    let shown = changes.iter().map(|change| {
        let path = change.path.display();
        match &change.what {
            What::File { bytes, executable } => {
                let bytes = String::from_utf8_lossy(bytes);
                let mark = if *executable { "*" } else { "" };
                format!("{path}{mark}={}", bytes.trim())
            }
            What::Folder => format!("{path}/"),
            What::Removed => format!("-{path}"),
            What::Link { target } => format!("{path}->{}", target.display()),
            What::TooLarge { n_bytes } => format!("{path}:{n_bytes}"),
            What::Special => format!("{path}!"),
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

struct Beside {
    fake: Fake,
    engine: Engine,
    place: tempfile::TempDir,
}

impl Beside {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let fake = Fake::start(place.path());
        let socket = place.path().join("socket");
        let settings = settings(&socket, "there", &place.path().join("spare"));
        Self {
            fake,
            engine: Engine::find(settings).unwrap(),
            place,
        }
    }

    fn root(&self) -> std::path::PathBuf {
        self.place.path().join("root")
    }

    fn open(&self, layers: &[&Path]) -> Box<dyn Sandbox> {
        self.engine.open(&world(&self.root(), layers)).unwrap()
    }
}

#[test]
fn a_sandbox_is_a_container_that_is_removed() {
    let beside = Beside::new();
    // What an engine put there from the image is not the world's.
    fs::write(beside.root().join("of-the-image"), "").unwrap();
    let mut sandbox = beside.open(&[]);
    assert_eq!(changes(&mut *sandbox), "");
    drop(sandbox);
    insta::assert_snapshot!(beside.fake.log().join("\n"), @"
    GET /_ping
    GET /images/there/json
    POST /containers/create
    POST /containers/c0/attach?stream=1&stdin=1
    POST /containers/c0/start
    DELETE /containers/c0?force=1&v=1
    ");
    assert_eq!(beside.fake.created()[0]["Image"], "there");
    let spare = beside.place.path().join("spare");
    assert_eq!(fs::read_dir(spare).unwrap().count(), 0);
}

#[test]
fn commands_run_and_end() {
    let beside = Beside::new();
    let mut sandbox = beside.open(&[]);
    let root = beside.root();
    let mut run = |change: &dyn Fn(&mut Command), script: &str| -> Finished {
        let mut command = command(&root, script);
        change(&mut command);
        sandbox.run(&command).unwrap()
    };
    let done = run(&|_| {}, "echo out; echo err >&2; exit 3");
    assert_eq!(done.end, End::Exited(3));
    assert_eq!(
        (&*done.stdout.head, &*done.stderr.head),
        (&b"out\n"[..], &b"err\n"[..])
    );
    let done = run(&|command| command.stdin = vec![b'x'; 300_000], "wc -c");
    assert_eq!(done.stdout.text().trim(), "300000");
    let done = run(&|command| command.stdin = vec![b'x'; 300_000], "exit 0");
    assert!(done.succeeded());
    let done = run(&|command| command.report = true, "echo told >&3; echo said");
    assert_eq!(
        (done.report.text(), done.stdout.text()),
        ("told\n".into(), "said\n".into())
    );
    let done = run(&|command| command.output_bytes = 10, "seq 1000");
    assert_eq!(
        (&*done.stdout.head, &*done.stdout.tail),
        (&b"1\n2\n3"[..], &b"1000\n"[..])
    );
    assert_eq!(run(&|_| {}, "kill -11 $$").end, End::Signalled(11));
    let missing = |command: &mut Command| command.argv = vec!["no-such-program".into()];
    assert_eq!(run(&missing, "").end, End::NotStarted { errno: 2 });
    assert_eq!(
        run(&|command| command.cwd = "/no/such".into(), "").end,
        End::NotStarted { errno: 2 }
    );
    assert_eq!(run(&|_| {}, "exit 127").end, End::Exited(127));
    let own = |command: &mut Command| {
        command.env.insert("A".into(), "b c".into());
        command.argv = vec!["env".into()];
    };
    assert_eq!(run(&own, "").stdout.text(), "A=b c\nPATH=/usr/bin:/bin\n");
    // Who holds the output open is not waited for, and who takes too long is ended.
    assert_eq!(run(&|_| {}, "sleep 50 & echo away").stdout.text(), "away\n");
    let late = run(
        &|command| command.wall = Duration::from_millis(300),
        "echo on; sleep 50",
    );
    assert_eq!(
        (late.end, late.stdout.text()),
        (End::TimedOut, "on\n".into())
    );
    let quiet = run(&|_| {}, "exec > /dev/null 2>&1; sleep 1; exit 4");
    assert_eq!(quiet.end, End::Exited(4));
    // Where all processes are used up there may be more for a moment.
    beside.fake.refuse_a_sweep();
    assert!(run(&|_| {}, "true").succeeded());
    let log = beside.fake.log();
    assert_eq!(
        log.iter().filter(|line| line.ends_with("/update")).count(),
        2
    );
}

#[test]
fn files_go_in_and_come_out() {
    let beside = Beside::new();
    let layer = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("a", "a"),
        ("same", "s"),
        ("gone", ""),
        ("dir/b", "b"),
        ("dir2/c", ""),
    ] {
        let path = layer.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut sandbox = beside.open(&[layer.path()]);
    assert_eq!(changes(&mut *sandbox), "");
    let script = "echo x > a; rm gone; rm -r dir; mkdir dir; echo n > dir/n; rm -r dir2; ln -s /etc l; mkfifo p; \
        chmod +x same; mkdir locked; echo k > locked/k; chmod 0 locked";
    assert!(
        sandbox
            .run(&command(&beside.root(), script))
            .unwrap()
            .succeeded()
    );
    let expected = "a=x -dir/b dir/n=n -dir2 -gone l->/etc locked/ locked/k=k p! same*=s";
    assert_eq!(changes(&mut *sandbox), expected);
    let read = |sandbox: &mut dyn Sandbox, path: &str| sandbox.read(Path::new(path), 1).unwrap();
    assert_eq!(read(&mut *sandbox, "a"), Some((b"x".to_vec(), 2)));
    for nothing in ["l/passwd", "../socket", "none", "dir", "p", "/etc/passwd"] {
        assert_eq!(read(&mut *sandbox, nothing), None, "{nothing}");
    }
    let file = |path: &str, text: &str| Change {
        path: path.into(),
        what: What::File {
            bytes: text.into(),
            executable: false,
        },
    };
    let removed = |path: &str| Change {
        path: path.into(),
        what: What::Removed,
    };
    // A link where a folder must be goes; what lies behind a link is not removed.
    sandbox
        .write(&[
            removed("l/passwd"),
            file("l/deep/x", "1"),
            file("a/y", "2"),
            removed("p"),
            file("dir", "3"),
        ])
        .unwrap();
    assert!(Path::new("/etc/passwd").exists());
    let expected =
        "-a a/ a/y=2 -dir dir=3 -dir2 -gone l/ l/deep/ l/deep/x=1 locked/ locked/k=k same*=s";
    let now = changes(&mut *sandbox).replace("-dir dir=3", "dir=3");
    assert_eq!(now, expected.replace("-dir dir=3", "dir=3"));
    let refused = sandbox.write(&[file("../out", "")]);
    assert!(matches!(refused, Err(SandboxError::Tree { .. })));
    // The fake has one place for all containers, which a new one empties.
    let mut second = sandbox.fork().unwrap();
    assert_eq!(changes(&mut *second).replace("-dir dir=3", "dir=3"), now);
}

#[test]
fn what_is_not_there_is_said_with_a_remedy() {
    let place = tempfile::tempdir().unwrap();
    let _fake = Fake::start(place.path());
    let find = |socket: &str, image: &str| {
        let settings = settings(&place.path().join(socket), image, place.path());
        let error = Engine::find(settings).unwrap_err().to_string();
        error.replace(place.path().to_str().unwrap(), "")
    };
    insta::assert_snapshot!(find("none", "there"), @"docker cannot isolate commands on this machine: no engine answers at /none: No such file or directory (os error 2); start the engine, name its socket, and see that you may open it");
    insta::assert_snapshot!(find("socket", "debian:12"), @"docker cannot isolate commands on this machine: there is no image debian:12: the engine says 404: No such image; fetch it, which is never done by itself: docker pull debian:12");
    insta::assert_snapshot!(find("socket", "a b"), @r#"such a sandbox cannot be: an image named "a b""#);
}

#[test]
fn layers_are_not_written_by_engines() {
    let beside = Beside::new();
    let mut world = world(&beside.root(), &[]);
    world.upper = Upper::Folder("/x".into());
    assert!(matches!(
        beside.engine.open(&world),
        Err(SandboxError::Nonsense(_))
    ));
}
