//! Tokenizers trained on this crate's own sources.

use std::path::Path;
use std::sync::OnceLock;

use bughound_tokens::{BpeSettings, Style, Tokenizer, TrainedBpe, train_bpe};

/// The texts of some source files of this crate, in order.
pub(crate) fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = [
        "bpe.rs",
        "error.rs",
        "samples.rs",
        "template.rs",
        "tokenizer.rs",
    ];
    files
        .iter()
        .map(|file| std::fs::read_to_string(folder.join(file)).unwrap())
        .collect()
}

pub(crate) fn trained(style: Style, n_tokens: usize) -> TrainedBpe {
    train_bpe(texts().iter(), &BpeSettings::new(n_tokens, style)).unwrap()
}

pub(crate) fn tokenizer(style: Style) -> &'static Tokenizer {
    static QWEN: OnceLock<Tokenizer> = OnceLock::new();
    static COMPACT: OnceLock<Tokenizer> = OnceLock::new();
    let slot = match style {
        Style::Qwen => &QWEN,
        Style::Compact => &COMPACT,
    };
    slot.get_or_init(|| trained(style, 600).tokenizer().unwrap())
}
