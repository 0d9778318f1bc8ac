//! Plays an engine: answers as Docker does, and runs the scripts for files and commands in a folder of the host, as
//! if that were a container. What ends processes is never run; the fake ends those that it started.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::container::NOTES;
use crate::scripts;

#[derive(Default)]
struct State {
    log: Vec<String>,
    created: Vec<Value>,
    execs: Vec<Vec<String>>,
    codes: BTreeMap<usize, i32>,
    groups: Vec<u32>,
    lifelines: Vec<UnixStream>,
    refused_sweeps: usize,
}

/// An engine whose containers are the folder `root` and `tmp` of a place.
pub(super) struct Fake {
    place: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(super) fn start(place: &Path) -> Self {
        for name in ["root", "tmp", "spare"] {
            fs::create_dir(place.join(name)).unwrap();
        }
        let listener = UnixListener::bind(place.join("socket")).unwrap();
        let fake = Self {
            place: place.to_owned(),
            state: Arc::default(),
        };
        let (place, state) = (fake.place.clone(), fake.state.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (place, state) = (place.clone(), state.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &place, &state));
            }
        });
        fake
    }

    /// What was asked, without `exec`s, which are many.
    pub(super) fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }

    pub(super) fn created(&self) -> Vec<Value> {
        self.state.lock().unwrap().created.clone()
    }

    /// Lets the next attempt to end a container's processes fail.
    pub(super) fn refuse_a_sweep(&self) {
        self.state.lock().unwrap().refused_sweeps += 1;
    }
}

fn serve(mut stream: UnixStream, place: &Path, state: &Mutex<State>) {
    let (line, body) = request(&mut stream);
    let path = line.split(' ').nth(1).unwrap().to_owned();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    if parts[0] != "exec" && parts.last() != Some(&"exec") {
        let mut state = state.lock().unwrap();
        state
            .log
            .push(line.trim_end_matches(" HTTP/1.1").to_owned());
    }
    match parts.as_slice() {
        ["_ping"] => answer(&mut stream, 200, &json!("OK")),
        ["images", "there", "json"] => answer(&mut stream, 200, &json!({"Id": "i"})),
        ["images", ..] => answer(&mut stream, 404, &json!({"message": "No such image"})),
        ["containers", "create"] => {
            state.lock().unwrap().created.push(body);
            answer(&mut stream, 201, &json!({"Id": "c0", "Warnings": []}));
        }
        ["containers", "c0", "attach?stream=1&stdin=1"] => {
            upgrade(&mut stream);
            state.lock().unwrap().lifelines.push(stream);
        }
        ["containers", "c0", "start"] => answer(&mut stream, 204, &Value::Null),
        ["containers", "c0", "update"] => answer(&mut stream, 200, &json!({"Warnings": null})),
        ["containers", "c0", "exec"] => {
            let words = body["Cmd"].as_array().unwrap().iter();
            let words = words
                .map(|word| word.as_str().unwrap().to_owned())
                .collect();
            let mut state = state.lock().unwrap();
            state.execs.push(words);
            let id = (state.execs.len() - 1).to_string();
            answer(&mut stream, 201, &json!({"Id": id}));
        }
        ["exec", id, "start"] => exec(stream, id.parse().unwrap(), place, state),
        ["exec", id, "json"] => {
            let code = state
                .lock()
                .unwrap()
                .codes
                .get(&id.parse().unwrap())
                .copied();
            let said = json!({"Running": code.is_none(), "ExitCode": code});
            answer(&mut stream, 200, &said);
        }
        ["containers", "c0?force=1&v=1"] => answer(&mut stream, 204, &Value::Null),
        other => panic!("asked for {other:?}"),
    }
}

fn request(stream: &mut UnixStream) -> (String, Value) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    let line = head.lines().next().unwrap().to_owned();
    (line, serde_json::from_slice(&body).unwrap_or_default())
}

/// In chunks of one byte and two, as nobody does, and as everybody may.
fn answer(stream: &mut UnixStream, status: u16, body: &Value) {
    let mut text = format!("HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n");
    if status == 204 {
        text = "HTTP/1.1 204 No Content\r\n\r\n".to_owned();
    } else {
        for piece in body.to_string().as_bytes().chunks(2) {
            let shown = String::from_utf8_lossy(piece);
            text.push_str(&format!("{}\r\n{shown}\r\n", piece.len()));
        }
        text.push_str("0\r\n\r\n");
    }
    stream.write_all(text.as_bytes()).unwrap();
}

fn upgrade(stream: &mut UnixStream) {
    let text = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    stream.write_all(text.as_bytes()).unwrap();
}

fn exec(mut stream: UnixStream, id: usize, place: &Path, state: &Mutex<State>) {
    let mut words = state.lock().unwrap().execs[id].clone();
    upgrade(&mut stream);
    assert_eq!(words[..2], ["/bin/sh", "-c"]);
    let known = [
        scripts::CLEAR,
        scripts::PACK,
        scripts::UNPACK,
        scripts::CHANGE,
        scripts::READ,
        scripts::RUN,
    ];
    if words[2] == scripts::sweep() {
        let mut state = state.lock().unwrap();
        if state.refused_sweeps > 0 {
            state.refused_sweeps -= 1;
            state.codes.insert(id, 126);
            return;
        }
        for group in std::mem::take(&mut state.groups) {
            end_group(group);
        }
        words[2] = format!("n=0\n{}", scripts::COLLECT);
    } else {
        assert!(known.contains(&words[2].as_str()), "an unknown script");
    }
    // Nothing of the host but the place may be touched.
    let tmp = place.join("tmp").to_str().unwrap().to_owned();
    words[4] = match words[4].as_str() {
        "/tmp" => tmp,
        NOTES => format!("{tmp}/notes"),
        other => other.to_owned(),
    };
    assert!(
        words[4].starts_with(place.to_str().unwrap()),
        "{}",
        words[4]
    );
    let is_command = words[2] == scripts::RUN;
    #[expect(clippy::disallowed_methods, reason = "tests start processes")]
    let mut child = Command::new("/bin/sh")
        .args(&words[1..])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if is_command {
        state.lock().unwrap().groups.push(child.id());
    }
    let (mut reads, mut stdin) = (stream.try_clone().unwrap(), child.stdin.take().unwrap());
    std::thread::spawn(move || {
        // Not `std::io::copy`, whose `splice` locks the pipe while it waits: the command could not end.
        let mut buffer = [0; 1 << 14];
        while let Ok(n @ 1..) = reads.read(&mut buffer) {
            if stdin.write_all(&buffer[..n]).is_err() {
                return;
            }
        }
    });
    let writes = Mutex::new(stream.try_clone().unwrap());
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(|| frames(1, &mut stdout, &writes));
        scope.spawn(|| frames(2, &mut stderr, &writes));
        let status = child.wait().unwrap();
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        let code = status.code().unwrap_or_else(|| 128 + signal.unwrap());
        state.lock().unwrap().codes.insert(id, code);
    });
    stream.shutdown(Shutdown::Both).ok();
}

fn frames(kind: u8, source: &mut impl Read, target: &Mutex<UnixStream>) {
    let mut buffer = [0; 1000];
    while let Ok(n @ 1..) = source.read(&mut buffer) {
        let length = u32::try_from(n).unwrap().to_be_bytes();
        let frame = [&[kind, 0, 0, 0], &length[..], &buffer[..n]].concat();
        if target.lock().unwrap().write_all(&frame).is_err() {
            return;
        }
    }
}

/// Ends a group of processes that this fake started.
fn end_group(group: u32) {
    assert!(group > 1);
    #[expect(clippy::disallowed_methods, reason = "tests start processes")]
    let mut kill = Command::new("/bin/sh");
    kill.args([
        "-c",
        "kill -9 \"-$1\" 2> /dev/null",
        "kill",
        &group.to_string(),
    ]);
    kill.status().unwrap();
}
