//! The little of HTTP/1.1 that a test server needs.

use std::io::{self, BufRead, Write};

use serde_json::Value;

/// No client of ours sends more; a test that does has gone astray.
const MOST_BYTES: usize = 64 << 20;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// With its query, as sent.
    pub path: String,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// It asks for a chat completion.
    pub fn is_chat(&self) -> bool {
        self.method == "POST" && self.path_alone().ends_with("/chat/completions")
    }

    /// It asks which models there are.
    pub fn is_models(&self) -> bool {
        self.method == "GET" && self.path_alone().ends_with("/models")
    }

    /// It asks for a stream of events.
    pub fn wants_stream(&self) -> bool {
        self.json["stream"] == true
    }

    fn path_alone(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// Reads one request; none where the client has closed the connection.
    pub(crate) fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let (Some(method), Some(path)) = (words.next(), words.next()) else {
            return Err(io::Error::other(format!("no request line: {line:?}")));
        };
        let (method, path) = (method.to_owned(), path.to_owned());
        let mut headers = Vec::new();
        let mut length = 0;
        loop {
            line.clear();
            if input.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
            if name == "content-length" {
                length = value.parse().map_err(io::Error::other)?;
            }
            headers.push((name, value));
        }
        if length > MOST_BYTES {
            return Err(io::Error::other("a request of more than 64 MiB"));
        }
        let mut body = vec![0; length];
        input.read_exact(&mut body)?;
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Some(Self {
            method,
            path,
            headers,
            body,
            json,
        }))
    }
}

/// Writes a whole response at once.
pub(crate) fn write_whole(
    output: &mut impl Write,
    status: u16,
    content_type: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<()> {
    let mut bytes = head(status, content_type, headers);
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    output.write_all(&bytes)
}

/// The head of a response whose pieces follow as chunks.
pub(crate) fn head_of_chunks(
    status: u16,
    content_type: &str,
    headers: &[(String, String)],
) -> Vec<u8> {
    let mut bytes = head(status, content_type, headers);
    bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    bytes
}

/// One chunk; an empty one ends the response.
pub(crate) fn chunk(piece: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{:x}\r\n", piece.len()).into_bytes();
    bytes.extend_from_slice(piece);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn head(status: u16, content_type: &str, headers: &[(String, String)]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Scripted\r\n");
    if !content_type.is_empty() {
        text.push_str(&format!("content-type: {content_type}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.into_bytes()
}
