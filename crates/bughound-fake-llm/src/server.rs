//! The server: threads of the standard library, one per connection.

use std::collections::VecDeque;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::check::problems_of;
use crate::http::{Request, chunk, head_of_chunks, write_whole};
use crate::reply::{Body, End, Reply};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct FakeServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type Script = Box<dyn FnMut(&Request) -> Option<Reply> + Send>;

struct Shared {
    script: Mutex<Script>,
    key: Option<String>,
    record: Mutex<Record>,
    connections: Mutex<Vec<TcpStream>>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct Record {
    requests: Vec<Request>,
    problems: Vec<String>,
    n_connections: usize,
    in_flight: usize,
    most_in_flight: usize,
    busy: Duration,
    forgetful: bool,
}

impl FakeServer {
    /// Starts a server that gives one reply of the script to each request for a completion, and expects no
    /// key. A request beyond the script's end gets status 500 and is a problem.
    pub fn start(script: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        Self::start_with_key(None, script)
    }

    /// The same; every request must carry this key, or none.
    pub fn start_with_key(
        key: Option<&str>,
        script: impl IntoIterator<Item = Reply>,
    ) -> io::Result<Self> {
        let mut replies: VecDeque<Reply> = script.into_iter().collect();
        Self::serve(key, Box::new(move |_| replies.pop_front()))
    }

    /// Starts a server whose replies follow from the requests.
    pub fn answering(
        key: Option<&str>,
        mut script: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> io::Result<Self> {
        Self::serve(key, Box::new(move |request| Some(script(request))))
    }

    fn serve(key: Option<&str>, script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            key: key.map(str::to_owned),
            record: Mutex::default(),
            connections: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let of_listener = Arc::clone(&shared);
        thread::Builder::new()
            .name("fake-llm".into())
            .spawn(move || accept(&listener, &of_listener))?;
        Ok(Self { address, shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, `/v1` included.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.record).requests.clone()
    }

    /// What was wrong with the requests so far.
    pub fn problems(&self) -> Vec<String> {
        lock(&self.shared.record).problems.clone()
    }

    /// How many connections were opened so far.
    pub fn n_connections(&self) -> usize {
        lock(&self.shared.record).n_connections
    }

    /// The most requests that were being answered at the same time.
    pub fn most_in_flight(&self) -> usize {
        lock(&self.shared.record).most_in_flight
    }

    /// How long it has worked on answers: from the moment when a request has come to that when its reply has gone,
    /// checks and scripted waits included.
    pub fn time_spent(&self) -> Duration {
        lock(&self.shared.record).busy
    }

    /// From now on requests are checked but not kept: for measurements with very many of them.
    pub fn forget_requests(&self) {
        let mut record = lock(&self.shared.record);
        record.forgetful = true;
        record.requests.clear();
    }

    /// Panics if any request was not as it must be.
    ///
    /// # Panics
    ///
    /// That is its purpose.
    pub fn assert_sound(&self) {
        let problems = self.problems();
        assert!(
            problems.is_empty(),
            "requests that a strict server would refuse:\n{}",
            problems.join("\n")
        );
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener up, so that it sees the flag.
        drop(TcpStream::connect(self.address));
        for connection in lock(&self.shared.connections).drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for connection in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(connection) = connection else { continue };
        lock(&shared.record).n_connections += 1;
        if let Ok(handle) = connection.try_clone() {
            lock(&shared.connections).push(handle);
        }
        let shared = Arc::clone(shared);
        let _ = thread::Builder::new()
            .name("fake-llm-connection".into())
            .spawn(move || {
                // A client that goes away in the middle is none of our business.
                let _ = converse(&connection, &shared);
                let _ = connection.shutdown(Shutdown::Both);
            });
    }
}

/// Answers the requests of one connection, one after the other.
fn converse(connection: &TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut input = BufReader::new(connection);
    let mut output = connection;
    while let Some(request) = Request::read(&mut input)? {
        let begun = Instant::now();
        let problems = problems_of(&request, shared.key.as_deref());
        let reply = if request.is_chat() {
            let reply = (lock(&shared.script))(&request);
            reply.unwrap_or_else(|| {
                let message = "the script of the fake server has ended";
                lock(&shared.record).problems.push(message.into());
                Reply::error(500, message)
            })
        } else if request.is_models() {
            Reply::json(
                200,
                &json!({"object": "list", "data": [{"id": "fake-model", "object": "model"}]}),
            )
        } else {
            Reply::json(404, &json!({"detail": "Not Found"}))
        };
        {
            let mut record = lock(&shared.record);
            let n = record.requests.len() + 1;
            let problems = problems.into_iter().map(|it| format!("request {n}: {it}"));
            record.problems.extend(problems);
            if !record.forgetful {
                record.requests.push(request.clone());
            }
            record.in_flight += 1;
            record.most_in_flight = record.most_in_flight.max(record.in_flight);
        }
        let keep = send(&mut output, &request, &reply, shared);
        {
            let mut record = lock(&shared.record);
            record.in_flight -= 1;
            record.busy += begun.elapsed();
        }
        if !keep? {
            return Ok(());
        }
    }
    Ok(())
}

/// Sends a reply; whether the connection stays open.
fn send(
    output: &mut impl Write,
    request: &Request,
    reply: &Reply,
    shared: &Shared,
) -> io::Result<bool> {
    pause(reply.before);
    let model = &request.json["model"];
    let content_type = |default: &'static str| {
        if reply.content_type.is_empty() {
            default.to_owned()
        } else {
            reply.content_type.clone()
        }
    };
    match &reply.body {
        Body::Nothing => Ok(false),
        Body::Bytes(bytes) => {
            write_whole(
                output,
                reply.status,
                &reply.content_type,
                &reply.headers,
                bytes,
            )?;
            Ok(true)
        }
        Body::Events(events) => send_events(output, reply, &content_type(""), events, shared),
        Body::Answer(answer) if request.wants_stream() => {
            let with_usage = request.json["stream_options"]["include_usage"] == true;
            let events = answer.events(model, with_usage);
            send_events(
                output,
                reply,
                &content_type("text/event-stream"),
                &events,
                shared,
            )
        }
        Body::Answer(answer) | Body::Plain(answer) => {
            let kind = content_type("application/json");
            write_whole(
                output,
                reply.status,
                &kind,
                &reply.headers,
                &answer.plain(model),
            )?;
            Ok(true)
        }
    }
}

fn send_events(
    output: &mut impl Write,
    reply: &Reply,
    content_type: &str,
    events: &[String],
    shared: &Shared,
) -> io::Result<bool> {
    let mut bytes = head_of_chunks(reply.status, content_type, &reply.headers);
    let sent = &events[..events.len().min(reply.first_events)];
    // What nothing waits for goes out in one write.
    let waits = !reply.between.is_zero();
    for event in sent {
        bytes.extend_from_slice(&chunk(format!("data: {event}\n\n").as_bytes()));
        if waits {
            output.write_all(&bytes)?;
            bytes.clear();
            pause(reply.between);
        }
    }
    if reply.end == End::Proper {
        bytes.extend_from_slice(&chunk(b""));
    }
    output.write_all(&bytes)?;
    match reply.end {
        End::Proper => Ok(true),
        End::Cut => Ok(false),
        End::Silence => {
            while !shared.stopped.load(Ordering::SeqCst) {
                pause(Duration::from_millis(10));
            }
            Ok(false)
        }
        End::Endless => {
            let last = sent.last().map(String::as_str).unwrap_or_default();
            let bytes = chunk(format!("data: {last}\n\n").as_bytes());
            // Ends with the client's connection, since writing fails then.
            while !shared.stopped.load(Ordering::SeqCst) {
                output.write_all(&bytes)?;
            }
            Ok(false)
        }
    }
}

fn pause(wait: Duration) {
    if !wait.is_zero() {
        thread::sleep(wait);
    }
}

/// A test that panicked while it held a lock has failed already; the others go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
