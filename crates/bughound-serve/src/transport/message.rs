//! What a line of input is.

use rmcp::ErrorData;
use rmcp::model::{ClientJsonRpcMessage, ErrorCode, JsonRpcError, RequestId};
use serde_json::Value;

use super::MAX_MESSAGE_BYTES;

/// What a line of input is.
pub(super) enum Line {
    /// A message.
    Message(Box<ClientJsonRpcMessage>),
    /// Nothing that needs an answer: a blank line, a notification that we do not know.
    Nothing,
    /// No message; the answer that says so.
    Wrong(JsonRpcError),
}

/// Reads one line.
pub(super) fn read(line: &[u8]) -> Line {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Line::Nothing;
    }
    match serde_json::from_slice(line) {
        Ok(message) => Line::Message(Box::new(message)),
        Err(error) => explain(line, &error),
    }
}

/// The answer to a line that is longer than a message may be.
pub(super) fn too_long() -> JsonRpcError {
    let message = format!(
        "Invalid request: longer than the {} MiB that one message may have",
        MAX_MESSAGE_BYTES >> 20
    );
    JsonRpcError::new(None, ErrorData::invalid_request(message, None))
}

fn explain(line: &[u8], error: &serde_json::Error) -> Line {
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => {
            let error = ErrorData::new(
                ErrorCode::PARSE_ERROR,
                format!("Parse error: the line is no JSON: {error}"),
                None,
            );
            return Line::Wrong(JsonRpcError::new(None, error));
        }
    };
    let id: Option<RequestId> = value
        .get("id")
        .and_then(|id| serde_json::from_value(id.clone()).ok());
    // Notifications are never answered, not even wrong ones.
    if id.is_none() && value.get("method").is_some_and(Value::is_string) {
        return Line::Nothing;
    }
    let problem = match &value {
        Value::Array(_) => "batches are no part of MCP: send one message per line".to_owned(),
        Value::Object(_) => format!("no JSON-RPC 2.0 message: {error}"),
        _ => "a message is a JSON object".to_owned(),
    };
    let error = ErrorData::invalid_request(format!("Invalid request: {problem}"), None);
    Line::Wrong(JsonRpcError::new(id, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        let read = match read(line.as_bytes()) {
            Line::Message(message) => serde_json::to_string(&message).unwrap(),
            Line::Nothing => "nothing".to_owned(),
            Line::Wrong(error) => serde_json::to_string(&error).unwrap(),
        };
        assert!(read.contains(expect), "{line}: {read}");
    }

    #[test]
    fn lines_are_messages_or_told_what_is_wrong() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
            r#""id":1"#,
        );
        check(
            "\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            "initialized",
        );
        check("", "nothing");
        check("  \r", "nothing");
        check(r#"{"jsonrpc":"2.0","method":"$/unknown"}"#, "");
        check("nonsense", "-32700");
        check(r#"{"jsonrpc":"2.0","id":1"#, "-32700");
        check("[]", "batches are no part of MCP");
        check("7", "a message is a JSON object");
        check(r#"{"id":"a","method":7}"#, r#""id":"a""#);
        check(
            r#"{"jsonrpc":"1.0","id":4,"method":"ping"}"#,
            r#""id":4,"error":{"code":-32600"#,
        );
        check("{}", "-32600");
    }
}
