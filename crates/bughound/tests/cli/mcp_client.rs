//! A client of `bughound mcp`, as small as can be.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};

use serde_json::{Value, json};

use crate::fixture::Fixture;

/// A server that is talked to at its standard input and output.
pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    last_id: u64,
}

impl Client {
    /// Starts a server, and shakes hands.
    pub(crate) fn start(fixture: &Fixture, arguments: &[&str]) -> Self {
        let mut client = Self::start_silently(fixture, arguments);
        let hello = client.request(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "test", "version": "0" }
            }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "bughound", "{hello}");
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    /// Starts a server.
    pub(crate) fn start_silently(fixture: &Fixture, arguments: &[&str]) -> Self {
        let mut child = spawn(fixture, arguments, Stdio::piped());
        Self {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
            last_id: 0,
        }
    }

    /// Asks, and waits for the answer to just that.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a call reads better with its arguments in place"
    )]
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message;
            }
        }
    }

    /// Calls a tool; its result.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a call reads better with its arguments in place"
    )]
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let mut answer = self.request(
            "tools/call",
            json!({ "name": tool, "arguments": arguments }),
        );
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].take()
    }

    /// Calls a tool; the text of its result, and whether it is an error.
    pub(crate) fn call_text(&mut self, tool: &str, arguments: Value) -> (String, bool) {
        let result = self.call(tool, arguments);
        let text = result["content"][0]["text"].as_str().unwrap().to_owned();
        (text, result["isError"] == true)
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_line(&message.to_string());
    }

    pub(crate) fn send_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// The next message; every line must be one.
    pub(crate) fn read(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let message: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("not a message: {error}: {line}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// Closes the server's input; what it still writes, and how it ends.
    pub(crate) fn close(&mut self) -> (String, ExitStatus) {
        drop(self.stdin.take());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (rest, self.child.wait().unwrap())
    }

    /// Asks the process to end; how it does.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        terminate(&mut self.child)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that is talked to over HTTP.
pub(crate) struct HttpServer {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

/// What an HTTP server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl HttpServer {
    /// `bughound serve model`, at a free port.
    pub(crate) fn serve_model(fixture: &Fixture, folder: &str) -> Self {
        let folder = fixture.path(folder);
        let folder = folder.to_str().unwrap();
        let arguments = ["serve", "model", "--model", folder, "--http", "127.0.0.1:0"];
        let mut child = spawn_command(fixture, &arguments, Stdio::null());
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        Self {
            address: address.strip_suffix("/v1").unwrap().to_owned(),
            child,
        }
    }

    pub(crate) fn start(fixture: &Fixture, arguments: &[&str]) -> Self {
        let arguments = [&["--http", "127.0.0.1:0"], arguments].concat();
        let mut child = spawn(fixture, &arguments, Stdio::null());
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        Self {
            address: address.strip_suffix("/mcp").unwrap().to_owned(),
            child,
        }
    }

    /// Posts one message, with further header lines.
    pub(crate) fn post(&self, headers: &[&str], body: &str) -> Answer {
        let mut all = vec![
            "Content-Type: application/json",
            "Accept: application/json, text/event-stream",
        ];
        all.extend_from_slice(headers);
        let has_host = headers.iter().any(|header| header.starts_with("Host:"));
        let host = format!("Host: {}", self.address);
        if !has_host {
            all.push(&host);
        }
        self.exchange("POST /mcp", &all, body)
    }

    pub(crate) fn exchange(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head = format!("{request} HTTP/1.1\r\nConnection: close\r\n");
        for header in headers {
            head.push_str(&format!("{header}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        // A server that refuses a request need not read all of it.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(body.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no answer: {text}")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        terminate(&mut self.child)
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The first event's message.
    pub(crate) fn message(&self) -> Value {
        let data = self
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .find_map(|data| serde_json::from_str(data.trim()).ok());
        data.unwrap_or_else(|| panic!("no message: {self:?}"))
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

fn spawn(fixture: &Fixture, arguments: &[&str], stdin: Stdio) -> Child {
    spawn_command(fixture, &[&["mcp"], arguments].concat(), stdin)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test may start the program that it tests"
)]
fn spawn_command(fixture: &Fixture, arguments: &[&str], stdin: Stdio) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_bughound"))
        .args(arguments)
        .current_dir(fixture.repo())
        .env_clear()
        .env("BUGHOUND_CACHE_DIR", fixture.cache())
        .env("TMPDIR", fixture.scratch())
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[cfg(unix)]
fn terminate(child: &mut Child) -> ExitStatus {
    assert_cmd::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .assert()
        .success();
    child.wait().unwrap()
}
