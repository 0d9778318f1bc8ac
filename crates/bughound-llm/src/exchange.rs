//! One request and its reply over HTTP, without repetitions.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER,
};
use reqwest::{Client as Http, Response};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use crate::assembly::Assembly;
use crate::delta::Delta;
use crate::error::{CONNECTION, FIRST_TOKEN, LlmErrorKind, NEXT_TOKEN};
use crate::excerpt::excerpt;
use crate::refusal::{Refusal, error_within};
use crate::settings::ClientSettings;
use crate::sse::SseReader;
use crate::tls::root_cause;

/// More of an error's page is not read.
const MOST_OF_AN_ERROR: usize = 64 << 10;
/// How long we wait for the rest of an error's page, and for the list of models.
const ASIDE: Duration = Duration::from_secs(5);
/// How long we wait for the end of a response after its last event, so that its connection can be used again.
const AFTERWARDS: Duration = Duration::from_millis(50);

/// What one exchange gave.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) assembly: Assembly,
    /// It went on beyond our limits, and we stopped listening.
    pub(crate) was_cut: bool,
}

/// Asks for one completion.
pub(crate) async fn ask(
    http: &Http,
    settings: &ClientSettings,
    body: Bytes,
    stream: bool,
    give: &mut (dyn FnMut(Delta) + Send),
) -> Result<Reply, LlmErrorKind> {
    let first_token = settings.timeouts.first_token;
    // A plain reply comes when it is complete, for which there is another limit.
    let limit = stream.then(|| Instant::now() + first_token);
    let too_late = || LlmErrorKind::Timeout {
        phase: FIRST_TOKEN,
        after: first_token,
    };
    let mut request = http
        .post(settings.server.chat().clone())
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    if let Some(key) = &settings.key {
        request = request.header(AUTHORIZATION, format!("Bearer {}", key.expose()));
    }
    let sent = request.send();
    let response = match limit {
        Some(limit) => timeout_at(limit, sent).await.map_err(|_| too_late())?,
        None => sent.await,
    };
    let response = response.map_err(|error| sending_failed(&error, settings))?;
    if !response.status().is_success() {
        return Err(refusal(response, settings).await);
    }
    Listener {
        settings,
        response,
        limit,
        n_bytes: 0,
        assembly: Assembly::default(),
    }
    .listen(give)
    .await
}

/// The models that a server offers; none where it does not say.
pub(crate) async fn models(http: &Http, settings: &ClientSettings) -> Vec<String> {
    let mut request = http.get(settings.server.models().clone());
    if let Some(key) = &settings.key {
        request = request.header(AUTHORIZATION, format!("Bearer {}", key.expose()));
    }
    let list = async {
        let response = request.send().await.ok()?;
        let body = read_some(response, MOST_OF_AN_ERROR).await;
        let json: Value = serde_json::from_slice(&body).ok()?;
        let models = json["data"].as_array()?.iter();
        Some(
            models
                .filter_map(|it| it["id"].as_str().map(excerpt))
                .take(20)
                .collect(),
        )
    };
    let listed: Option<Vec<String>> = timeout(ASIDE, list).await.unwrap_or_default();
    listed.unwrap_or_default()
}

fn sending_failed(error: &reqwest::Error, settings: &ClientSettings) -> LlmErrorKind {
    let reason = excerpt(&root_cause(error));
    if error.is_connect() && error.is_timeout() {
        LlmErrorKind::Timeout {
            phase: CONNECTION,
            after: settings.timeouts.connect,
        }
    } else if error.is_connect() {
        LlmErrorKind::Unreachable { reason }
    } else if reason.starts_with("invalid HTTP") {
        LlmErrorKind::NotOpenAi {
            answer: format!("it does not speak HTTP ({reason})"),
        }
    } else if error.is_builder() {
        LlmErrorKind::Settings {
            reason: format!("the request cannot be made: {reason}"),
        }
    } else {
        LlmErrorKind::CutStream { n_bytes: 0 }
    }
}

async fn refusal(response: Response, settings: &ClientSettings) -> LlmErrorKind {
    let status = response.status().as_u16();
    let header = |headers: &HeaderMap, name: HeaderName| {
        let value = headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let retry_after = header(response.headers(), RETRY_AFTER);
    let date = header(response.headers(), DATE);
    let location = header(response.headers(), LOCATION);
    let body = timeout(ASIDE, read_some(response, MOST_OF_AN_ERROR)).await;
    let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
    let hide = |text: &str| match &settings.key {
        Some(key) => key.hide_in(text),
        None => text.to_owned(),
    };
    Refusal {
        status,
        retry_after: retry_after.as_deref(),
        date: date.as_deref(),
        location: location.as_deref().map(hide).as_deref(),
        body: &hide(&body),
    }
    .kind()
}

/// The beginning of a body, as far as it comes.
async fn read_some(mut response: Response, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < most
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(most);
    bytes
}

/// Reads the body of a good response.
struct Listener<'a> {
    settings: &'a ClientSettings,
    response: Response,
    limit: Option<Instant>,
    n_bytes: usize,
    assembly: Assembly,
}

impl Listener<'_> {
    /// Whatever the content type says, an object is a plain reply and `data:` begins a stream.
    async fn listen(mut self, give: &mut (dyn FnMut(Delta) + Send)) -> Result<Reply, LlmErrorKind> {
        let mut start = Vec::new();
        while let Some(chunk) = self.next(FIRST_TOKEN).await? {
            start.extend_from_slice(&chunk);
            let text = start.trim_ascii_start();
            match text.first() {
                Some(b'{') => return self.listen_to_object(start, give).await,
                Some(b'd' | b'e' | b'i' | b'r' | b':') => {
                    return self.listen_to_events(start, give).await;
                }
                // Space and nothing else, which some send while the model thinks.
                None if start.len() < MOST_OF_AN_ERROR => {}
                _ => break,
            }
        }
        let answer = excerpt(&self.hide(&String::from_utf8_lossy(&start)));
        Err(if answer.is_empty() {
            LlmErrorKind::EmptyReply
        } else {
            LlmErrorKind::NotOpenAi { answer }
        })
    }

    async fn listen_to_object(
        mut self,
        mut body: Vec<u8>,
        give: &mut (dyn FnMut(Delta) + Send),
    ) -> Result<Reply, LlmErrorKind> {
        self.limit = None;
        while let Some(chunk) = self.next(NEXT_TOKEN).await? {
            body.extend_from_slice(&chunk);
            if body.len() > self.settings.max_reply_bytes {
                return Err(LlmErrorKind::BadReply {
                    reason: format!("it is longer than {} bytes", self.settings.max_reply_bytes),
                });
            }
        }
        let json = self.json(&body)?;
        if json.get("choices").is_none() && json.get("error").is_none() {
            return Err(LlmErrorKind::NotOpenAi {
                answer: excerpt(&self.hide(&json.to_string())),
            });
        }
        self.take(&body, &json, give)?;
        self.done(false, give)
    }

    async fn listen_to_events(
        mut self,
        start: Vec<u8>,
        give: &mut (dyn FnMut(Delta) + Send),
    ) -> Result<Reply, LlmErrorKind> {
        let between = self.settings.timeouts.between_tokens;
        let mut reader = SseReader::default();
        let mut chunk = Bytes::from(start);
        let mut phase = FIRST_TOKEN;
        loop {
            let mut events = Vec::new();
            reader.push(&chunk, |event| events.push(event.to_owned()));
            if !events.is_empty() {
                phase = NEXT_TOKEN;
            }
            if phase == NEXT_TOKEN {
                self.limit = Some(Instant::now() + between);
            }
            for event in &events {
                if event == "[DONE]" {
                    let _ = timeout(AFTERWARDS, read_to_end(&mut self.response)).await;
                    return self.done(false, give);
                }
                let json = self.json(event.as_bytes())?;
                self.take(event.as_bytes(), &json, give)?;
            }
            if self.assembly.n_bytes() > self.settings.max_text_bytes
                || self.n_bytes > self.settings.max_reply_bytes
            {
                return self.done(true, give);
            }
            let is_finished = self.assembly.finish.is_some();
            chunk = match self.next(phase).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                // All that matters has come.
                Err(LlmErrorKind::CutStream { .. } | LlmErrorKind::Timeout { .. })
                    if is_finished =>
                {
                    break;
                }
                Err(kind) => return Err(kind),
            };
        }
        let mut last = None;
        reader.finish(|event| last = Some(event.to_owned()));
        if let Some(event) = last
            && let Ok(json) = serde_json::from_str(&event)
        {
            self.take(event.as_bytes(), &json, give)?;
        }
        if self.assembly.has_choice() && self.assembly.finish.is_none() {
            return Err(LlmErrorKind::CutStream {
                n_bytes: self.n_bytes,
            });
        }
        self.done(false, give)
    }

    fn done(
        mut self,
        was_cut: bool,
        give: &mut (dyn FnMut(Delta) + Send),
    ) -> Result<Reply, LlmErrorKind> {
        if !self.assembly.has_choice() {
            return Err(LlmErrorKind::EmptyChoices);
        }
        self.assembly.finish_deltas(give);
        Ok(Reply {
            assembly: self.assembly,
            was_cut,
        })
    }

    /// The next bytes; none at the end.
    async fn next(&mut self, phase: &'static str) -> Result<Option<Bytes>, LlmErrorKind> {
        let chunk = match self.limit {
            Some(limit) => {
                let timeouts = &self.settings.timeouts;
                let after = if phase == FIRST_TOKEN {
                    timeouts.first_token
                } else {
                    timeouts.between_tokens
                };
                timeout_at(limit, self.response.chunk())
                    .await
                    .map_err(|_| LlmErrorKind::Timeout { phase, after })?
            }
            None => self.response.chunk().await,
        };
        let chunk = chunk.map_err(|_| LlmErrorKind::CutStream {
            n_bytes: self.n_bytes,
        })?;
        self.n_bytes += chunk.as_ref().map_or(0, Bytes::len);
        Ok(chunk)
    }

    fn json(&self, bytes: &[u8]) -> Result<Value, LlmErrorKind> {
        serde_json::from_slice(bytes).map_err(|error| {
            let text = excerpt(&self.hide(&String::from_utf8_lossy(bytes)));
            LlmErrorKind::BadReply {
                reason: format!("{error}: {text}"),
            }
        })
    }

    /// Takes an event or a whole reply. A server's error is read again without the key, should it repeat that.
    fn take(
        &mut self,
        bytes: &[u8],
        json: &Value,
        give: &mut (dyn FnMut(Delta) + Send),
    ) -> Result<(), LlmErrorKind> {
        self.assembly.take(json, give).map_err(|kind| {
            let hidden = self.hide(&String::from_utf8_lossy(bytes));
            let hidden: Option<Value> = serde_json::from_str(&hidden).ok();
            hidden.as_ref().and_then(error_within).unwrap_or(kind)
        })
    }

    fn hide(&self, text: &str) -> String {
        match &self.settings.key {
            Some(key) => key.hide_in(text),
            None => text.to_owned(),
        }
    }
}

async fn read_to_end(response: &mut Response) {
    while let Ok(Some(_)) = response.chunk().await {}
}
