//! What a reply means that is an error: a pure function of its status, headers and body.

use std::time::Duration;

use serde_json::Value;

use crate::error::LlmErrorKind;
use crate::excerpt::excerpt;

/// A reply whose status is not 200, or an error in the middle of a stream.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) location: Option<&'a str>,
    pub(crate) body: &'a str,
}

impl Refusal<'_> {
    /// What kind of error it is.
    pub(crate) fn kind(&self) -> LlmErrorKind {
        let json: Option<Value> = serde_json::from_str(self.body).ok();
        let message = match &json {
            Some(json) => message_of(json),
            None => None,
        };
        if let Some(location) = self.location
            && (300..400).contains(&self.status)
        {
            return self.refused(&format!("it redirects to {}", excerpt(location)));
        }
        let Some(message) = message else {
            // A page of something else; busy servers and gateways send pages, too.
            let page = excerpt(self.body);
            if self.status >= 500 || matches!(self.status, 401 | 403 | 408 | 429) {
                return self.refused(&page);
            }
            let answer = format!("status {}, {}", self.status, nothing_or(&page));
            return LlmErrorKind::NotOpenAi { answer };
        };
        if is_about_context(&message) {
            return LlmErrorKind::ContextTooLong { message };
        }
        // What a web server says of a path that it does not know.
        if matches!(self.status, 404 | 405)
            && matches!(
                message.as_str(),
                "Not Found" | "not found" | "Method Not Allowed" | "File Not Found"
            )
        {
            let answer = format!("status {}, {message}", self.status);
            return LlmErrorKind::NotOpenAi { answer };
        }
        self.refused(&message)
    }

    fn refused(&self, message: &str) -> LlmErrorKind {
        LlmErrorKind::Refused {
            status: self.status,
            message: nothing_or(message),
            retry_after: self.retry_after.and_then(|it| wait_asked(it, self.date)),
            models: Vec::new(),
        }
    }
}

/// The error that a reply with status 200, or an event, holds all the same.
pub(crate) fn error_within(json: &Value) -> Option<LlmErrorKind> {
    let error = json.get("error").filter(|error| !error.is_null())?;
    let status = [
        &error["code"],
        &error["status"],
        &error["status_code"],
        &json["code"],
    ]
    .into_iter()
    .find_map(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok()))
    .and_then(|status| u16::try_from(status).ok())
    .filter(|status| (400..600).contains(status))
    .unwrap_or(500);
    let refusal = Refusal {
        status,
        retry_after: None,
        date: None,
        location: None,
        body: &json.to_string(),
    };
    Some(refusal.kind())
}

/// Words with which servers say that they do not know a field, rather than that its value is wrong.
const UNKNOWN: [&str; 11] = [
    "unsupported",
    "not support",
    "unrecognized",
    "unrecognised",
    "unknown",
    "unexpected",
    "extra ",
    "not permitted",
    "not allowed",
    "not enabled",
    "not available",
];

/// Which of these fields a server does not know, going by what it says.
pub(crate) fn refused_field<'a>(
    status: u16,
    message: &str,
    fields: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = message.to_ascii_lowercase();
    if !matches!(status, 400 | 422) || !UNKNOWN.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: Vec<&str> = message.split(|c| !is_word(c)).collect();
    // The longest name first: servers that know `stream` name it beside `stream_options`.
    let mut named: Vec<&str> = fields.filter(|field| words.contains(field)).collect();
    named.sort_by_key(|field| std::cmp::Reverse(field.len()));
    named.first().copied()
}

/// `Retry-After`: seconds, or a date, which is compared with the server's own clock.
fn wait_asked(header: &str, date: Option<&str>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = httpdate::parse_http_date(header).ok()?;
    let now = httpdate::parse_http_date(date?.trim()).ok()?;
    Some(until.duration_since(now).unwrap_or_default())
}

/// The message in the ways in which servers wrap it.
fn message_of(json: &Value) -> Option<String> {
    let error = json.get("error").unwrap_or(json);
    let text = match error {
        Value::String(text) => text.clone(),
        _ => {
            let found = ["message", "detail", "msg", "error"]
                .into_iter()
                .find_map(|field| error.get(field).filter(|it| !it.is_null()))?;
            let text = found
                .as_str()
                .map_or_else(|| found.to_string(), str::to_owned);
            let hints = ["code", "type", "param"].into_iter();
            let hints: Vec<&str> = hints
                .filter_map(|field| error.get(field)?.as_str())
                .filter(|hint| !text.contains(hint))
                .collect();
            if hints.is_empty() {
                text
            } else {
                format!("{text} ({})", hints.join(", "))
            }
        }
    };
    Some(excerpt(&text))
}

fn is_about_context(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    [
        "context_length_exceeded",
        "exceed_context_size",
        "maximum context length",
        "maximum model length",
        "max_model_len",
        "context window",
        "context length",
        "context size",
        "prompt is too long",
        "input is too long",
        "too many input tokens",
    ]
    .iter()
    .any(|phrase| message.contains(phrase))
}

fn nothing_or(text: &str) -> String {
    if text.is_empty() {
        "(it says nothing)".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> LlmErrorKind {
        Refusal {
            status,
            retry_after: None,
            date: None,
            location: None,
            body,
        }
        .kind()
    }

    #[test]
    fn servers_say_in_many_ways_what_is_wrong() {
        let check = |status, body: &str, expect: &str| {
            assert_eq!(kind(status, body).to_string(), expect, "{body}");
        };
        check(
            400,
            r#"{"error":{"message":"bad","type":"invalid_request_error","param":"seed","code":null}}"#,
            "the server answered with status 400: bad (invalid_request_error, seed)",
        );
        check(
            404,
            r#"{"object":"error","message":"The model `x` does not exist.","code":404}"#,
            "the server answered with status 404: The model `x` does not exist.",
        );
        check(
            404,
            r#"{"error":"model 'x' not found"}"#,
            "the server answered with status 404: model 'x' not found",
        );
        check(
            422,
            r#"{"detail":[{"loc":["body","min_p"],"msg":"Extra inputs"}]}"#,
            r#"the server answered with status 422: [{"loc":["body","min_p"],"msg":"Extra inputs"}]"#,
        );
        check(
            500,
            "<html>\u{1b}[2J oops",
            "the server answered with status 500: <html> [2J oops",
        );
        check(
            503,
            "",
            "the server answered with status 503: (it says nothing)",
        );
        check(
            404,
            r#"{"detail":"Not Found"}"#,
            "this is not an OpenAI-compatible server: status 404, Not Found",
        );
        check(
            404,
            "<h1>no such page</h1>",
            "this is not an OpenAI-compatible server: status 404, <h1>no such page</h1>",
        );
    }

    #[test]
    fn a_full_context_is_recognised() {
        let check = |message: &str, expect: bool| {
            let body = serde_json::json!({"error": {"message": message}}).to_string();
            let is_context = matches!(kind(400, &body), LlmErrorKind::ContextTooLong { .. });
            assert_eq!(is_context, expect, "{message}");
        };
        check(
            "This model's maximum context length is 8192 tokens. However, you requested 9000",
            true,
        );
        check("Requested tokens (600) exceed context window of 512", true);
        check(
            "the request exceeds the available context size, try increasing it",
            true,
        );
        check(
            "The input (40000 tokens) is longer than the model's context length (32768 tokens)",
            true,
        );
        check("prompt is too long: 200001 tokens > 200000 maximum", true);
        check("max_tokens must be positive", false);
    }

    #[test]
    fn refused_fields_are_named_as_words() {
        let check = |status, message: &str, expect: Option<&str>| {
            let fields = ["stream", "stream_options", "seed", "min_p"];
            assert_eq!(
                refused_field(status, message, fields.into_iter()),
                expect,
                "{message}"
            );
        };
        check(
            400,
            "Unrecognized request argument supplied: min_p",
            Some("min_p"),
        );
        check(
            422,
            r#"[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]"#,
            Some("seed"),
        );
        check(
            400,
            "stream_options: unknown field beside stream",
            Some("stream_options"),
        );
        check(400, "streaming is not supported", None);
        check(400, "'stream' is not supported", Some("stream"));
        check(400, "Model does not support seed.", Some("seed"));
        check(400, "seed must be at least 0", None);
        check(500, "unknown seed", None);
    }

    #[test]
    fn waits_are_seconds_or_dates() {
        let date = Some("Tue, 15 Nov 1994 08:12:31 GMT");
        let check = |header: &str, date: Option<&str>, expect: Option<u64>| {
            assert_eq!(
                wait_asked(header, date),
                expect.map(Duration::from_secs),
                "{header}"
            );
        };
        check("7", None, Some(7));
        check(" 0 ", None, Some(0));
        check("-1", None, None);
        check("soon", date, None);
        check("Tue, 15 Nov 1994 08:12:41 GMT", date, Some(10));
        check("Tue, 15 Nov 1994 08:12:21 GMT", date, Some(0));
        check("Tue, 15 Nov 1994 08:12:41 GMT", None, None);
    }

    #[test]
    fn errors_hide_in_good_replies() {
        let check = |text: &str, expect: Option<u16>| {
            let json = serde_json::from_str(text).unwrap();
            let status = error_within(&json).map(|kind| match kind {
                LlmErrorKind::Refused { status, .. } => status,
                other => panic!("{other:?}"),
            });
            assert_eq!(status, expect, "{text}");
        };
        check(r#"{"choices":[]}"#, None);
        check(r#"{"error":null}"#, None);
        check(r#"{"error":{"message":"x","code":429}}"#, Some(429));
        check(r#"{"error":{"message":"x","code":"502"}}"#, Some(502));
        check(r#"{"error":{"message":"x","code":"weird"}}"#, Some(500));
        check(r#"{"error":"x"}"#, Some(500));
    }
}
