//! One message per line, at standard input and output.

use std::future::Future;
use std::io;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage};
use rmcp::service::{
    RxJsonRpcMessage, ServerInitializeError, TxJsonRpcMessage, serve_server_with_ct,
};
use rmcp::transport::{StdioReader, StdioWriter, Transport, stdio_pipes};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{Mutex, mpsc};

use super::message::{self, Line};
use super::{MAX_MESSAGE_BYTES, PATIENCE, runtime};
use crate::service::Service;
use crate::{Options, ServeError, Stop};

/// Serves one client at standard input and output until it closes the input or the server is asked to end.
/// Calls that are running then may still answer. Nothing but the protocol is written.
///
/// # Errors
/// [`ServeError::Start`], and [`ServeError::Protocol`] where the client begins with something else.
pub fn serve_stdio(options: Options, stop: &Stop) -> Result<(), ServeError> {
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let service = Service::start(options).map_err(ServeError::Start)?;
        let served = serve_server_with_ct(service.clone(), Lines::new(), stop.token()).await;
        let ended = match served {
            Ok(running) => {
                // How it ended makes no difference: the client is gone, or we were asked to end.
                let _ = running.waiting().await;
                Ok(())
            }
            Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
                Ok(())
            }
            Err(error) => Err(ServeError::Protocol(error.to_string())),
        };
        service.close();
        ended
    });
    // What nobody waits for any more must not hold up the end: it leaves nothing half done.
    runtime.shutdown_timeout(PATIENCE / 20);
    served
}

/// Standard input and output.
struct Lines {
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    writer: Writer,
}

#[derive(Clone)]
struct Writer(Arc<Mutex<StdioWriter>>);

impl Lines {
    /// Reads on a task of its own: the service gives up waiting for a message whenever something else comes
    /// first, and half a line must not be lost with that.
    fn new() -> Self {
        let (reader, writer) = stdio_pipes();
        let writer = Writer(Arc::new(Mutex::new(writer)));
        let (sender, messages) = mpsc::channel(16);
        tokio::spawn(read_all(BufReader::new(reader), sender, writer.clone()));
        Self { messages, writer }
    }
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let writer = self.writer.clone();
        async move { writer.write(&message).await }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.messages.close();
        self.writer.0.lock().await.flush().await
    }
}

impl Writer {
    async fn write(&self, message: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let mut writer = self.0.lock().await;
        writer.write_all(&line).await?;
        writer.flush().await
    }
}

async fn read_all(
    mut reader: BufReader<StdioReader>,
    sender: mpsc::Sender<ClientJsonRpcMessage>,
    writer: Writer,
) {
    let mut line = Vec::new();
    let mut has_begun = false;
    loop {
        let wrong = match next_line(&mut reader, &mut line).await {
            Ok(Next::Line) => match message::read(&line) {
                Line::Message(message) => {
                    // The service ends where anything but a request comes first.
                    has_begun |= matches!(*message, JsonRpcMessage::Request(_));
                    if has_begun && sender.send(*message).await.is_err() {
                        return;
                    }
                    continue;
                }
                Line::Nothing => continue,
                Line::Wrong(error) => error,
            },
            Ok(Next::TooLong) => message::too_long(),
            Ok(Next::End) | Err(_) => return,
        };
        if writer.write(&wrong).await.is_err() {
            return;
        }
    }
}

/// What was read.
enum Next {
    Line,
    TooLong,
    End,
}

/// Reads up to the end of a line, which is not kept; of a line that is too long nothing is kept. Bytes that no
/// line end follows are no message.
async fn next_line(
    reader: &mut (impl AsyncBufReadExt + Unpin),
    line: &mut Vec<u8>,
) -> io::Result<Next> {
    line.clear();
    let mut is_too_long = false;
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(Next::End);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = &available[..end.unwrap_or(available.len())];
        is_too_long |= line.len() + taken.len() > MAX_MESSAGE_BYTES;
        if is_too_long {
            line.clear();
        } else {
            line.extend_from_slice(taken);
        }
        let consumed = taken.len() + usize::from(end.is_some());
        reader.consume(consumed);
        if end.is_some() {
            return Ok(if is_too_long {
                Next::TooLong
            } else {
                Next::Line
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_read_whole_or_not_at_all() {
        let long = "x".repeat(MAX_MESSAGE_BYTES);
        let input = format!("one\n\n{long}\n{long}y\nlast\nunfinished");
        // A small buffer cuts every line.
        let mut reader = BufReader::with_capacity(1000, input.as_bytes());
        let mut line = Vec::new();
        let mut seen = Vec::new();
        loop {
            match next_line(&mut reader, &mut line).await.unwrap() {
                Next::Line => seen.push(line.len()),
                Next::TooLong => seen.push(usize::MAX),
                Next::End => break,
            }
        }
        assert_eq!(seen, [3, 0, MAX_MESSAGE_BYTES, usize::MAX, 4]);
    }
}
