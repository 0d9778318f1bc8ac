//! Cassettes: recorded exchanges, to be replayed without a server.
//!
//! A cassette is a file of JSON lines, one exchange each: the request as it was asked (no headers, no key, no
//! URL), and the completion. A request is found by its content, its model and its dialect. A request that was
//! recorded several times is answered in the order of the recording, and once more than that is an error.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bughound_core::Completion;
use serde::{Deserialize, Serialize};

use crate::delta::Delta;
use crate::dialect::Dialect;
use crate::error::{LlmError, LlmErrorKind};
use crate::excerpt::excerpt;
use crate::request::ChatRequest;
use crate::settings::ClientSettings;

/// The version of the lines that are written, and the only one that is read.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct WrittenLine<'a> {
    version: u32,
    #[serde(flatten)]
    question: Question<'a>,
    completion: &'a Completion,
}

/// What an exchange is found by.
#[derive(Serialize)]
struct Question<'a> {
    model: &'a str,
    dialect: Dialect,
    request: &'a ChatRequest,
}

#[derive(Deserialize)]
struct ReadLine {
    version: u32,
    model: String,
    dialect: Dialect,
    request: ChatRequest,
    completion: Completion,
}

/// Appends exchanges to a cassette.
#[derive(Debug)]
pub(crate) struct Recorder {
    path: PathBuf,
    file: Mutex<File>,
    model: String,
    dialect: Dialect,
}

impl Recorder {
    pub(crate) fn open(path: &Path, settings: &ClientSettings) -> Result<Self, LlmError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file.map_err(|error| wrong(path, &error.to_string()))?),
            model: settings.model.clone(),
            dialect: settings.dialect,
        })
    }

    pub(crate) fn record(
        &self,
        request: &ChatRequest,
        completion: &Completion,
    ) -> Result<(), LlmError> {
        let line = WrittenLine {
            version: VERSION,
            question: Question {
                model: &self.model,
                dialect: self.dialect,
                request,
            },
            completion,
        };
        let mut bytes =
            serde_json::to_vec(&line).map_err(|error| wrong(&self.path, &error.to_string()))?;
        bytes.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&bytes)
            .map_err(|error| wrong(&self.path, &error.to_string()))
    }
}

/// Answers from a cassette.
#[derive(Debug)]
pub(crate) struct Player {
    path: PathBuf,
    model: String,
    dialect: Dialect,
    answers: Mutex<BTreeMap<String, Answers>>,
}

#[derive(Debug, Default)]
struct Answers {
    completions: Vec<Completion>,
    n_given: usize,
}

impl Player {
    pub(crate) fn open(path: &Path, settings: &ClientSettings) -> Result<Self, LlmError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| wrong(path, &error.to_string()))?;
        let mut answers: BTreeMap<String, Answers> = BTreeMap::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            // A line without an end is one that was being written when its writer was killed.
            if line.trim().is_empty() || !line.ends_with('\n') {
                continue;
            }
            let wrong_line = |reason: &str| wrong(path, &format!("line {}: {reason}", number + 1));
            let version = serde_json::from_str::<serde_json::Value>(line)
                .map_err(|error| wrong_line(&error.to_string()))?["version"]
                .as_u64();
            if version != Some(u64::from(VERSION)) {
                return Err(wrong_line("it is not of version 1; record it again"));
            }
            let read: ReadLine =
                serde_json::from_str(line).map_err(|error| wrong_line(&error.to_string()))?;
            debug_assert_eq!(read.version, VERSION);
            let key = key(&read.model, read.dialect, &read.request)?;
            answers
                .entry(key)
                .or_default()
                .completions
                .push(read.completion);
        }
        Ok(Self {
            path: path.to_owned(),
            model: settings.model.clone(),
            dialect: settings.dialect,
            answers: Mutex::new(answers),
        })
    }

    pub(crate) fn play(
        &self,
        request: &ChatRequest,
        on_delta: &mut dyn FnMut(Delta),
    ) -> Result<Completion, LlmError> {
        let key = key(&self.model, self.dialect, request)?;
        let mut all = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let n_exchanges: usize = all.values().map(|it| it.completions.len()).sum();
        let answers = all.get_mut(&key);
        let n_known = answers.as_ref().map_or(0, |it| it.completions.len());
        let next = answers.and_then(|answers| {
            let completion = answers.completions.get(answers.n_given)?.clone();
            answers.n_given += 1;
            Some(completion)
        });
        drop(all);
        let Some(completion) = next else {
            let last = request.messages.last();
            let last = last.map_or_else(String::new, |message| excerpt(&message.content));
            let reason = format!(
                "{} holds {n_exchanges} exchanges, {n_known} of them answer this request to {:?} (dialect {}), \
                 which ends with {last:?}",
                self.path.display(),
                self.model,
                self.dialect,
            );
            return Err(LlmError::of_settings(LlmErrorKind::NotRecorded { reason }));
        };
        tell(&completion, on_delta);
        Ok(completion)
    }
}

/// A recorded completion is heard all at once.
fn tell(completion: &Completion, on_delta: &mut dyn FnMut(Delta)) {
    let message = &completion.message;
    if let Some(text) = &message.reasoning {
        on_delta(Delta::Reasoning(text.clone()));
    }
    if !message.content.is_empty() {
        on_delta(Delta::Text(message.content.clone()));
    }
    for (index, call) in message.tool_calls.iter().enumerate() {
        on_delta(Delta::Call {
            index,
            name: call.name.clone(),
        });
        on_delta(Delta::Arguments {
            index,
            text: call.arguments.clone(),
        });
    }
}

fn key(model: &str, dialect: Dialect, request: &ChatRequest) -> Result<String, LlmError> {
    let question = Question {
        model,
        dialect,
        request,
    };
    serde_json::to_string(&question).map_err(|error| {
        LlmError::of_settings(LlmErrorKind::Client {
            reason: error.to_string(),
        })
    })
}

fn wrong(path: &Path, reason: &str) -> LlmError {
    LlmError::of_settings(LlmErrorKind::Cassette {
        reason: format!("{}: {reason}", path.display()),
    })
}
