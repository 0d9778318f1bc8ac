//! A model's tokenizer and what stands beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use bughound_core::Message;
use serde_json::Value;

use crate::TokensError;
use crate::files::{read, read_if_there};
use crate::template::{ChatOptions, ChatTemplate};

/// Which ids mean more than text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specials {
    /// Opens a text, where there is one.
    pub bos: Option<u32>,
    /// Fills up batches, where there is one.
    pub pad: Option<u32>,
    /// Each of these ends a reply; sorted.
    pub eos: Vec<u32>,
}

/// A tokenizer of a Hugging Face directory: `tokenizer.json`, and what `tokenizer_config.json`,
/// `generation_config.json` and `chat_template.jinja` add to it.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    what: String,
    specials: Specials,
    /// Texts of the special tokens, longest first.
    marks: Vec<String>,
    template: Option<ChatTemplate>,
}

/// The texts of a tokenizer's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenizerFiles<'a> {
    /// `tokenizer.json`.
    pub tokenizer: &'a str,
    /// `tokenizer_config.json`.
    pub config: Option<&'a str>,
    /// `generation_config.json`.
    pub generation: Option<&'a str>,
    /// `chat_template.jinja`; goes before the template in the config.
    pub template: Option<&'a str>,
}

impl Tokenizer {
    /// The tokenizer of a model's folder.
    ///
    /// # Errors
    /// Where files are missing or not what they should be. A template is only missed when it is asked for.
    pub fn load(folder: &Path) -> Result<Self, TokensError> {
        let tokenizer = read(&folder.join("tokenizer.json"))?;
        let config = read_if_there(&folder.join("tokenizer_config.json"))?;
        let generation = read_if_there(&folder.join("generation_config.json"))?;
        let template = read_if_there(&folder.join("chat_template.jinja"))?;
        let files = TokenizerFiles {
            tokenizer: &tokenizer,
            config: config.as_deref(),
            generation: generation.as_deref(),
            template: template.as_deref(),
        };
        Self::of(&folder.display().to_string(), &files)
    }

    /// The tokenizer of some texts; `what` names it in errors.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn of(what: &str, files: &TokenizerFiles<'_>) -> Result<Self, TokensError> {
        let file = |name: &str| format!("{what}/{name}");
        let inner = tokenizers::Tokenizer::from_bytes(files.tokenizer)
            .map_err(|error| TokensError::malformed(file("tokenizer.json"), error))?;
        let json = |name: &str, text: Option<&str>| match text {
            None => Ok(Value::Null),
            Some(text) => serde_json::from_str::<Value>(text)
                .map_err(|error| TokensError::malformed(file(name), error)),
        };
        let config = json("tokenizer_config.json", files.config)?;
        let generation = json("generation_config.json", files.generation)?;

        let variables: BTreeMap<String, String> = ["bos", "eos", "pad", "unk"]
            .into_iter()
            .map(|kind| format!("{kind}_token"))
            .filter_map(|name| Some((name.clone(), token_text(&config[&name])?.to_owned())))
            .collect();
        let id_of = |name: &str| variables.get(name).and_then(|text| inner.token_to_id(text));
        let mut eos = ids(&generation["eos_token_id"]);
        eos.extend(id_of("eos_token"));
        eos.sort_unstable();
        eos.dedup();
        let n_tokens = inner.get_vocab_size(true);
        if let Some(&id) = eos.iter().find(|&&id| inner.id_to_token(id).is_none()) {
            return Err(TokensError::malformed(
                file("generation_config.json"),
                format!("eos_token_id {id} is none of the tokenizer's {n_tokens} tokens"),
            ));
        }
        let specials = Specials {
            bos: id_of("bos_token").or_else(|| ids(&generation["bos_token_id"]).first().copied()),
            pad: id_of("pad_token").or_else(|| ids(&generation["pad_token_id"]).first().copied()),
            eos,
        };
        let added = inner.get_added_tokens_decoder();
        let mut marks: Vec<String> = added
            .into_iter()
            .filter(|(_, token)| token.special && !token.content.is_empty())
            .map(|(_, token)| token.content)
            .collect();
        marks.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let source = files.template.map(Cow::Borrowed);
        let source = source.or_else(|| default_template(&config["chat_template"]).map(Cow::Owned));
        let template = source
            .map(|source| ChatTemplate::new(&source, variables.clone()))
            .transpose()?;
        Ok(Self {
            inner,
            what: what.to_owned(),
            specials,
            marks,
            template,
        })
    }

    /// How many ids there are: one more than the largest.
    pub fn n_tokens(&self) -> usize {
        self.inner.get_vocab_size(true)
    }

    /// Which ids mean more than text.
    pub fn specials(&self) -> &Specials {
        &self.specials
    }

    /// Whether a reply ends with this token.
    pub fn ends_reply(&self, id: u32) -> bool {
        self.specials.eos.binary_search(&id).is_ok()
    }

    /// The id of a token, by its exact text.
    pub fn id_of(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The ids of a text. Special tokens in it are recognised; none is added.
    ///
    /// # Errors
    /// Where the tokenizer refuses.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, TokensError> {
        let encoding = self
            .inner
            .encode_fast(text, false)
            .map_err(TokensError::tokenizer)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of ids, without special tokens. What is no character comes out as a replacement character.
    ///
    /// # Errors
    /// Where an id is unknown.
    pub fn decode(&self, ids: &[u32]) -> Result<String, TokensError> {
        self.decode_with(ids, false)
    }

    /// The text of ids, with the texts of special tokens where `keeps_special`.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn decode_with(&self, ids: &[u32], keeps_special: bool) -> Result<String, TokensError> {
        if let Some(id) = ids.iter().find(|&&id| self.inner.id_to_token(id).is_none()) {
            return Err(TokensError::tokenizer(format!(
                "{id} is none of its {} tokens",
                self.n_tokens()
            )));
        }
        self.inner
            .decode(ids, !keeps_special)
            .map_err(TokensError::tokenizer)
    }

    /// The chat template.
    ///
    /// # Errors
    /// Where there is none.
    pub fn template(&self) -> Result<&ChatTemplate, TokensError> {
        self.template
            .as_ref()
            .ok_or_else(|| TokensError::NoTemplate {
                what: self.what.clone(),
            })
    }

    /// The text with the special tokens in it broken up, so that it is nothing but text: `<|im_end|>` becomes
    /// `<\|im_end|>`. What users and tools say must never speak in another voice.
    pub fn harmless<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.marks.iter().any(|mark| text.contains(mark.as_str())) {
            return Cow::Borrowed(text);
        }
        let mut clean = text.to_owned();
        for mark in &self.marks {
            if clean.contains(mark.as_str()) {
                let first = mark.chars().next().map_or(0, char::len_utf8);
                let broken = format!("{}\\{}", &mark[..first], &mark[first..]);
                clean = clean.replace(mark.as_str(), &broken);
            }
        }
        Cow::Owned(clean)
    }

    /// The text of a conversation by the template, up to the opening of a reply where that `asks_for_reply`. What
    /// is not the policy's own is made [`harmless`](Self::harmless).
    ///
    /// # Errors
    /// Where there is no template, or it refuses.
    pub fn render(
        &self,
        messages: &[&Message],
        asks_for_reply: bool,
        options: &ChatOptions<'_>,
    ) -> Result<String, TokensError> {
        let cleaned: Vec<Cow<'_, Message>> = messages.iter().map(|it| self.clean(it)).collect();
        let cleaned: Vec<&Message> = cleaned.iter().map(Cow::as_ref).collect();
        self.template()?.render(&cleaned, asks_for_reply, options)
    }

    /// The ids of the prompt that asks for the next reply of a conversation.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn prompt(
        &self,
        messages: &[&Message],
        options: &ChatOptions<'_>,
    ) -> Result<Vec<u32>, TokensError> {
        self.encode(&self.render(messages, true, options)?)
    }

    fn clean<'m>(&self, message: &'m Message) -> Cow<'m, Message> {
        if message.role == bughound_core::Role::Assistant {
            return Cow::Borrowed(message);
        }
        match self.harmless(&message.content) {
            Cow::Borrowed(_) => Cow::Borrowed(message),
            Cow::Owned(content) => Cow::Owned(Message {
                content,
                ..message.clone()
            }),
        }
    }
}

/// A token in a config: its text, or an object that holds it.
fn token_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["content"].as_str())
}

/// One id or several.
fn ids(value: &Value) -> Vec<u32> {
    let one = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
    match value {
        Value::Array(items) => items.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}

/// A template, or the one called `default` of a list of named ones.
fn default_template(value: &Value) -> Option<String> {
    if let Some(items) = value.as_array() {
        let named = |name: &str| items.iter().find(|item| item["name"] == name);
        return named("default")?["template"].as_str().map(str::to_owned);
    }
    value.as_str().map(str::to_owned)
}
