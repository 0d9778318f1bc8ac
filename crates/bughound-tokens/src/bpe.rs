//! Byte-level byte-pair encoding, learnt from texts.
//!
//! Texts are cut as Qwen's tokenizers cut them (words with the space before them, single digits, runs of signs), so
//! that a number is always the same digits. No normalization: what is decoded is what was encoded, byte for byte.

use std::path::Path;

use serde_json::{Value, json};
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, PreTokenizerWrapper, SplitDelimiterBehavior, TokenizerImpl};

use crate::tokenizer::TokenizerFiles;
use crate::{Style, Tokenizer, TokensError, files};

/// Where texts are cut before bytes are paired.
const CUTS: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// What is learnt.
#[derive(Clone, Copy, Debug)]
pub struct BpeSettings {
    /// The most tokens, the 256 bytes and the style's own included.
    pub n_tokens: usize,
    /// How conversations will be written.
    pub style: Style,
    /// Pairs that are rarer are no tokens.
    pub min_count: u64,
}

impl BpeSettings {
    /// So many tokens for a style.
    pub fn new(n_tokens: usize, style: Style) -> Self {
        Self {
            n_tokens,
            style,
            min_count: 2,
        }
    }
}

/// A tokenizer as its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainedBpe {
    /// `tokenizer.json`.
    pub tokenizer: String,
    /// `tokenizer_config.json`, the chat template included.
    pub config: String,
}

/// Learns a tokenizer: the same texts in the same order give the same bytes.
///
/// # Errors
/// Where `n_tokens` does not even hold the bytes and the style's tokens.
pub fn train_bpe<T: AsRef<str> + Send>(
    texts: impl Iterator<Item = T> + Send,
    settings: &BpeSettings,
) -> Result<TrainedBpe, TokensError> {
    let style = settings.style;
    let least = 256 + style.tokens().len();
    if settings.n_tokens < least {
        return Err(TokensError::tokenizer(format!(
            "{} tokens were asked for; the 256 bytes and the marks of the style {} are {least} already",
            settings.n_tokens,
            style.name()
        )));
    }
    let added: Vec<AddedToken> = style
        .tokens()
        .iter()
        .map(|(text, is_mark)| AddedToken::from(*text, *is_mark))
        .collect();
    let mut trainer = BpeTrainer::builder()
        .vocab_size(settings.n_tokens)
        .min_frequency(settings.min_count)
        .show_progress(false)
        .special_tokens(added)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    let cuts = Split::new(
        SplitPattern::Regex(CUTS.to_owned()),
        SplitDelimiterBehavior::Isolated,
        false,
    )
    .map_err(TokensError::tokenizer)?;
    let bytes = ByteLevel::new(false, false, false);
    let mut tokenizer: TokenizerImpl<
        BPE,
        tokenizers::NormalizerWrapper,
        PreTokenizerWrapper,
        ByteLevel,
        ByteLevel,
    > = TokenizerImpl::new(BPE::default());
    let steps = vec![
        PreTokenizerWrapper::Split(cuts),
        PreTokenizerWrapper::ByteLevel(bytes),
    ];
    tokenizer.with_pre_tokenizer(Some(PreTokenizerWrapper::Sequence(Sequence::new(steps))));
    tokenizer.with_decoder(Some(ByteLevel::new(false, false, false)));
    tokenizer
        .train(&mut trainer, texts)
        .map_err(TokensError::tokenizer)?;
    let json = tokenizer.to_string(true).map_err(TokensError::tokenizer)?;
    Ok(TrainedBpe {
        tokenizer: json,
        config: config(style),
    })
}

impl TrainedBpe {
    /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder that is there.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), TokensError> {
        files::write(&folder.join("tokenizer.json"), &self.tokenizer)?;
        files::write(&folder.join("tokenizer_config.json"), &self.config)
    }

    /// The tokenizer itself.
    ///
    /// # Errors
    /// As [`Tokenizer::of`]; never, for one that was trained here.
    pub fn tokenizer(&self) -> Result<Tokenizer, TokensError> {
        let files = TokenizerFiles {
            tokenizer: &self.tokenizer,
            config: Some(&self.config),
            ..TokenizerFiles::default()
        };
        Tokenizer::of("the trained tokenizer", &files)
    }
}

fn config(style: Style) -> String {
    let added: Vec<Value> = style.tokens().iter().map(|(text, _)| json!(text)).collect();
    let decoder: serde_json::Map<String, Value> = style
        .tokens()
        .iter()
        .enumerate()
        .map(|(id, (text, is_mark))| {
            let token = json!({
                "content": text, "lstrip": false, "normalized": false, "rstrip": false,
                "single_word": false, "special": is_mark,
            });
            (id.to_string(), token)
        })
        .collect();
    let marks: Vec<&Value> = added
        .iter()
        .zip(style.tokens())
        .filter(|(_, (_, is_mark))| *is_mark)
        .map(|(text, _)| text)
        .collect();
    let config = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "added_tokens_decoder": decoder,
        "additional_special_tokens": marks,
        "bos_token": null,
        "eos_token": style.end(),
        "pad_token": style.pad(),
        "unk_token": null,
        "clean_up_tokenization_spaces": false,
        "chat_template": style.template(),
    });
    format!("{config:#}\n")
}
