//! Where a server is: a base URL as people write it, made into the addresses that are asked.

use std::fmt;

use reqwest::Url;

use crate::error::{LlmError, LlmErrorKind};

/// Where an OpenAI-compatible server is.
///
/// `http://host:8000`, `http://host:8000/v1`, `http://host:8000/v1/` and
/// `http://host:8000/v1/chat/completions` are the same server. A path without a version gets `/v1`; a query is
/// kept. It holds no credentials: a key goes into a header.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    chat: Url,
    models: Url,
}

impl ServerUrl {
    /// Reads a base URL.
    pub fn parse(text: &str) -> Result<Self, LlmError> {
        let wrong = |reason: &str, shown: &str| {
            LlmError::of_settings(LlmErrorKind::BaseUrl {
                url: shown.to_owned(),
                reason: reason.to_owned(),
            })
        };
        let text = text.trim();
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            // What is no URL may hold a key nonetheless.
            _ if text.contains('@') => {
                return Err(wrong("it must start with http:// or https://", "[hidden]"));
            }
            _ => return Err(wrong("it must start with http:// or https://", text)),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "it holds a user or a password; give the key apart from the URL",
                &shown(&url),
            ));
        }
        let mut base = url.path().trim_end_matches('/').to_owned();
        if let Some(before) = base.strip_suffix("/chat/completions") {
            base = before.to_owned();
        } else if !base.split('/').any(is_version) {
            base.push_str("/v1");
        }
        let at = |path: &str| {
            let mut url = url.clone();
            url.set_path(&format!("{base}{path}"));
            url.set_fragment(None);
            url
        };
        Ok(Self {
            chat: at("/chat/completions"),
            models: at("/models"),
        })
    }

    /// Where completions are asked for.
    pub(crate) fn chat(&self) -> &Url {
        &self.chat
    }

    /// Where the models are listed.
    pub(crate) fn models(&self) -> &Url {
        &self.models
    }

    /// Certificates matter.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.chat.scheme() == "https"
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.chat))
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A URL without what may be secret: user, password and query.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // These fail for URLs without a host only, which have no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if url.query().is_some() {
        url.set_query(Some("..."));
    }
    url.to_string()
}

/// `v1`, `v1beta`, `v4`.
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_base_urls_in_many_ways() {
        let check = |text: &str, expect: &str| {
            let url = ServerUrl::parse(text).unwrap();
            assert_eq!(url.chat().as_str(), expect, "{text}");
        };
        let usual = "http://localhost:8000/v1/chat/completions";
        check("http://localhost:8000", usual);
        check("http://localhost:8000/", usual);
        check(" http://localhost:8000/v1\n", usual);
        check("http://localhost:8000/v1//", usual);
        check("http://localhost:8000/v1/chat/completions", usual);
        check(
            "https://example.org/api/v1",
            "https://example.org/api/v1/chat/completions",
        );
        check(
            "https://example.org/proxy/llama",
            "https://example.org/proxy/llama/v1/chat/completions",
        );
        check(
            "https://example.org/v1beta/openai/",
            "https://example.org/v1beta/openai/chat/completions",
        );
        check(
            "https://example.org/v1?api-version=2",
            "https://example.org/v1/chat/completions?api-version=2",
        );
        check("http://[::1]:1", "http://[::1]:1/v1/chat/completions");
    }

    #[test]
    fn what_is_no_server_is_refused_and_secrets_are_not_shown() {
        let check = |text: &str, expect: &str| {
            let error = ServerUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
            assert!(!error.contains("hush"), "{error}");
        };
        check("localhost:8000", "must start with http://");
        check("", "must start with http://");
        check("ftp://x", "must start with http://");
        check("me:hush@host", "must start with http://");
        check("http://me:hush@host/v1", "holds a user or a password");
        check("http://hush@host/v1?key=hush", "holds a user or a password");
        let url = ServerUrl::parse("http://host/v1?key=hush").unwrap();
        insta::assert_snapshot!(format!("{url} {url:?}"), @"http://host/v1/chat/completions?... http://host/v1/chat/completions?...");
    }
}
