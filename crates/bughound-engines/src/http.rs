//! As much HTTP/1.1 as an engine's API needs, over a Unix socket: one request per connection, and connections that
//! are handed over to both directions' raw bytes.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

/// No answer of those calls that we make is larger.
const LARGEST: usize = 16 << 20;
/// For calls that only change the engine's state.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where an engine listens.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    socket: PathBuf,
}

/// What an engine answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body, or what the engine complained of, as an error.
    pub(crate) fn json(&self) -> Result<Value> {
        self.check()?;
        Ok(serde_json::from_slice(&self.body)?)
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self.status {
            200..=299 | 304 => Ok(()),
            status => {
                let said: Option<Value> = serde_json::from_slice(&self.body).ok();
                let message = said.as_ref().and_then(|said| said["message"].as_str());
                let message = message.map_or_else(
                    || String::from_utf8_lossy(&self.body).trim().to_owned(),
                    str::to_owned,
                );
                Err(Error::other(format!("the engine says {status}: {message}")))
            }
        }
    }
}

impl Api {
    pub(crate) fn new(socket: &Path) -> Self {
        Self {
            socket: socket.to_owned(),
        }
    }

    /// Asks and waits for the whole answer.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let (mut stream, head, mut bytes) = self.send(method, path, body, "Connection: close")?;
        if head.chunked {
            return Ok(Answer {
                status: head.status,
                body: unchunk(&mut stream, bytes)?,
            });
        }
        let wanted = match head.status {
            204 | 304 => 0,
            _ => head.length.unwrap_or(LARGEST),
        };
        while bytes.len() < wanted.min(LARGEST) && read_more(&mut stream, &mut bytes)? {}
        if head.length.is_some_and(|length| bytes.len() < length) && wanted > 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        bytes.truncate(wanted);
        Ok(Answer {
            status: head.status,
            body: bytes,
        })
    }

    /// Asks for the connection itself: its stream, and the bytes that came with the answer already.
    pub(crate) fn hijack(&self, path: &str, body: Option<&Value>) -> Result<(UnixStream, Vec<u8>)> {
        let upgrade = "Connection: Upgrade\r\nUpgrade: tcp";
        let (mut stream, head, mut bytes) = self.send("POST", path, body, upgrade)?;
        if matches!(head.status, 101 | 200) {
            return Ok((stream, bytes));
        }
        let wanted = head.length.unwrap_or(LARGEST).min(LARGEST);
        while bytes.len() < wanted && read_more(&mut stream, &mut bytes)? {}
        let answer = Answer {
            status: head.status,
            body: bytes,
        };
        answer.check()?;
        Err(Error::other(format!(
            "the engine says {} instead of handing over the connection",
            head.status
        )))
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        connection: &str,
    ) -> Result<(UnixStream, Head, Vec<u8>)> {
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: engine\r\n{connection}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut bytes = Vec::new();
        loop {
            if let Some((head, length)) = parse(&bytes)? {
                return Ok((stream, head, bytes.split_off(length)));
            }
            if !read_more(&mut stream, &mut bytes)? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// What of an answer's head matters here.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
}

/// The head and its length, once it is there.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).map_err(Error::other)?;
    let httparse::Status::Complete(end) = parsed else {
        return Ok(None);
    };
    let header = |name: &str| {
        let found = response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        found.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let head = Head {
        status: response.code.unwrap_or_default(),
        length: header("content-length").and_then(|length| length.trim().parse().ok()),
        chunked: header("transfer-encoding")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("chunked")),
    };
    Ok(Some((head, end)))
}

fn unchunk(stream: &mut UnixStream, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let wrong = |_| Error::new(ErrorKind::InvalidData, "an answer in wrong chunks");
        if let httparse::Status::Complete((start, size)) =
            httparse::parse_chunk_size(&bytes).map_err(wrong)?
        {
            if size == 0 {
                return Ok(body);
            }
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size > LARGEST - body.len() {
                return Err(Error::new(ErrorKind::InvalidData, "too long an answer"));
            }
            if bytes.len() >= start + size + 2 {
                body.extend_from_slice(&bytes[start..start + size]);
                bytes.drain(..start + size + 2);
                continue;
            }
        }
        if !read_more(stream, &mut bytes)? {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
}

fn read_more(stream: &mut UnixStream, bytes: &mut Vec<u8>) -> Result<bool> {
    let mut buffer = [0; 1 << 14];
    let n = stream.read(&mut buffer)?;
    bytes.extend_from_slice(&buffer[..n]);
    Ok(n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_come() {
        #[track_caller]
        fn check(text: &str, expected: Option<(u16, Option<usize>, bool)>) {
            let found = parse(text.as_bytes()).unwrap().map(|(head, end)| {
                assert_eq!(end, text.find("\r\n\r\n").unwrap() + 4);
                (head.status, head.length, head.chunked)
            });
            assert_eq!(found, expected);
        }
        check("", None);
        check("HTTP/1.1 200 OK\r\nContent-", None);
        check(
            "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nraw",
            Some((101, None, false)),
        );
        check(
            "HTTP/1.1 404 Not Found\r\ncontent-length: 7\r\n\r\n",
            Some((404, Some(7), false)),
        );
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
            Some((200, None, true)),
        );
        assert!(parse(b"SSH-2.0-OpenSSH_9.2\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_joined_wherever_they_are_cut() {
        let text = b"4\r\nabcd\r\n1;x=y\r\ne\r\n0\r\n\r\n";
        for cut in 0..text.len() {
            let (mut ours, mut theirs) = UnixStream::pair().unwrap();
            theirs.write_all(&text[cut..]).unwrap();
            drop(theirs);
            assert_eq!(
                unchunk(&mut ours, text[..cut].to_vec()).unwrap(),
                b"abcde",
                "{cut}"
            );
        }
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert!(unchunk(&mut ours, b"4\r\nab".to_vec()).is_err());
    }

    #[test]
    fn complaints_are_passed_on() {
        let refused = Answer {
            status: 404,
            body: br#"{"message":"No such image: x"}"#.to_vec(),
        };
        assert_eq!(
            refused.check().unwrap_err().to_string(),
            "the engine says 404: No such image: x"
        );
        let other = Answer {
            status: 500,
            body: b"oops\n".to_vec(),
        };
        assert_eq!(
            other.check().unwrap_err().to_string(),
            "the engine says 500: oops"
        );
    }
}
