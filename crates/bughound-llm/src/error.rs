//! What went wrong between us and a server, and what to do about it.

use std::fmt;
use std::time::Duration;

/// A request that got no completion: what was wrong, at which URL, how often it was tried, and a remedy. It
/// never holds a key.
#[derive(Debug)]
pub struct LlmError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: LlmErrorKind,
    url: Option<String>,
    n_tries: u32,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LlmErrorKind {
    /// The base URL is none.
    BaseUrl {
        /// As given, without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Another setting makes no sense.
    Settings {
        /// Which, and why.
        reason: String,
    },
    /// There is no connection.
    Unreachable {
        /// As the system says.
        reason: String,
    },
    /// The server answered with an error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server says.
        message: String,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
        /// The models that it offers, where the model is unknown there.
        models: Vec<String>,
    },
    /// Something answered, but it is no OpenAI-compatible server.
    NotOpenAi {
        /// What it answered.
        answer: String,
    },
    /// It took too long.
    Timeout {
        /// What was waited for: `a connection`, `the first token`.
        phase: &'static str,
        /// How long.
        after: Duration,
    },
    /// The connection broke in the middle of a reply.
    CutStream {
        /// How many bytes had come.
        n_bytes: usize,
    },
    /// The reply cannot be understood.
    BadReply {
        /// What is wrong with it.
        reason: String,
    },
    /// The reply is empty.
    EmptyReply,
    /// The reply holds no choice.
    EmptyChoices,
    /// The conversation and the answer do not fit into the model's context.
    ContextTooLong {
        /// What the server says.
        message: String,
    },
    /// It was called off.
    Cancelled,
    /// Its deadline has passed.
    Deadline,
    /// The cassette that is replayed holds no answer to this request.
    NotRecorded {
        /// What is known about it.
        reason: String,
    },
    /// The cassette cannot be read or written.
    Cassette {
        /// Which file, and why.
        reason: String,
    },
    /// The client itself failed.
    Client {
        /// How.
        reason: String,
    },
}

impl LlmError {
    pub(crate) fn of_settings(kind: LlmErrorKind) -> Self {
        Self(Box::new(Parts {
            kind,
            url: None,
            n_tries: 0,
        }))
    }

    pub(crate) fn of_request(kind: LlmErrorKind, url: String, n_tries: u32) -> Self {
        Self(Box::new(Parts {
            kind,
            url: Some(url),
            n_tries,
        }))
    }

    /// What was wrong.
    pub fn kind(&self) -> &LlmErrorKind {
        &self.0.kind
    }

    /// Which URL was asked, without credentials; none where nothing was sent.
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// How often the request was sent.
    pub fn n_tries(&self) -> u32 {
        self.0.n_tries
    }

    /// The one who asked called it off, or set a deadline that has passed.
    pub fn is_called_off(&self) -> bool {
        matches!(
            self.0.kind,
            LlmErrorKind::Cancelled | LlmErrorKind::Deadline
        )
    }

    /// The settings make no sense; nothing was sent.
    pub fn is_settings(&self) -> bool {
        matches!(
            self.0.kind,
            LlmErrorKind::BaseUrl { .. } | LlmErrorKind::Settings { .. }
        )
    }

    /// What to do about it, where we know.
    pub fn remedy(&self) -> Option<String> {
        self.0.kind.remedy()
    }
}

impl fmt::Display for LlmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(url) = &self.0.url {
            write!(f, "{url}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        if self.0.n_tries > 1 {
            write!(f, " (tried {} times)", self.0.n_tries)?;
        }
        if let Some(remedy) = self.remedy() {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LlmError {}

impl fmt::Display for LlmErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl { url, reason } => write!(f, "base URL {url:?}: {reason}"),
            Self::Settings { reason } => f.write_str(reason),
            Self::Unreachable { reason } => write!(f, "the server cannot be reached: {reason}"),
            Self::Refused {
                status,
                message,
                retry_after,
                ..
            } => {
                write!(f, "the server answered with status {status}: {message}")?;
                if let Some(wait) = retry_after {
                    write!(f, " (it asks to wait {} s)", wait.as_secs())?;
                }
                Ok(())
            }
            Self::NotOpenAi { answer } => {
                write!(f, "this is not an OpenAI-compatible server: {answer}")
            }
            Self::Timeout { phase, after } => {
                write!(f, "no {phase} within {:.1} s", after.as_secs_f64())
            }
            Self::CutStream { n_bytes } => {
                write!(f, "the connection broke after {n_bytes} bytes of the reply")
            }
            Self::BadReply { reason } => write!(f, "the reply cannot be understood: {reason}"),
            Self::EmptyReply => f.write_str("the reply is empty"),
            Self::EmptyChoices => f.write_str("the reply holds no choice"),
            Self::ContextTooLong { message } => write!(
                f,
                "the conversation does not fit into the model's context: {message}"
            ),
            Self::Cancelled => f.write_str("called off"),
            Self::Deadline => f.write_str("the time for this request is over"),
            Self::NotRecorded { reason } => write!(f, "nothing recorded to replay: {reason}"),
            Self::Cassette { reason } => write!(f, "cassette {reason}"),
            Self::Client { reason } => write!(f, "the client failed: {reason}"),
        }
    }
}

impl LlmErrorKind {
    /// The same request may succeed if it is sent again.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { reason } => !is_about_certificates(reason),
            Self::CutStream { .. } => true,
            Self::Timeout { phase, .. } => *phase != WHOLE,
            Self::Refused {
                status, message, ..
            } => {
                // A spent quota has the status of a busy server and does not come back by waiting.
                !message.contains("insufficient_quota")
                    && (matches!(status, 408 | 429) || *status >= 500 && *status != 501)
            }
            _ => false,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::BaseUrl { .. } => "for example http://127.0.0.1:8000/v1",
            Self::Unreachable { reason } if is_about_certificates(reason) => {
                "it must be one that the system trusts; SSL_CERT_FILE names others"
            }
            Self::Unreachable { .. } => {
                "is the server running, and are host and port of the base URL right?"
            }
            Self::Refused { status: 401, .. } => "check the key",
            Self::Refused { status: 403, .. } => "may this key use this model?",
            Self::Refused { models, .. } if !models.is_empty() => {
                return Some(format!("models there: {}", models.join(", ")));
            }
            Self::Refused { message, .. } if message.contains("insufficient_quota") => {
                "the account has no credit left"
            }
            Self::Refused { message, .. } if asks_for_tool_parser(message) => {
                "start the server with a parser of tool calls, or use a text dialect (hermes, xml)"
            }
            Self::Refused { status: 429, .. } => "send fewer requests at the same time",
            Self::Refused { status, .. } if *status >= 500 => "look into the server's log",
            Self::Refused {
                status: 300..=399, ..
            } => "redirections are not followed; give the final base URL",
            Self::Refused { .. } => return None,
            Self::NotOpenAi { .. } => "check the base URL; it usually ends in /v1",
            Self::Timeout { phase, .. } if *phase == CONNECTION => {
                "are host and port of the base URL right?"
            }
            Self::Timeout { .. } => "is the server overloaded? allow more time, or ask for less",
            Self::CutStream { .. } | Self::EmptyReply | Self::EmptyChoices => {
                "look into the server's log"
            }
            Self::BadReply { .. } => "is there something between us and the server?",
            Self::ContextTooLong { .. } => {
                "serve the model with a longer context, or allow fewer tokens"
            }
            Self::NotRecorded { .. } => "record it again",
            Self::Client { .. } => "this is a bug, please report it",
            Self::Settings { .. } | Self::Cancelled | Self::Deadline | Self::Cassette { .. } => {
                return None;
            }
        };
        Some(remedy.to_owned())
    }
}

/// Phases of a request that may take too long.
pub(crate) const CONNECTION: &str = "connection";
pub(crate) const FIRST_TOKEN: &str = "first token";
pub(crate) const NEXT_TOKEN: &str = "next token";
pub(crate) const WHOLE: &str = "complete reply";

fn is_about_certificates(reason: &str) -> bool {
    reason.contains("certificate")
}

fn asks_for_tool_parser(message: &str) -> bool {
    ["--enable-auto-tool-choice", "tool-call-parser", "--jinja"]
        .iter()
        .any(|option| message.contains(option))
}
