//! Trains a tokenizer on files, or prints what one makes of texts.
//!
//!     tokens train FOLDER N qwen|compact FILE...     one text per file, in this order
//!     tokens ids FOLDER TEXTS.json                   ids of a list of texts, as scripts/chat_templates.py --ids
//!     tokens count FOLDER FILE...                    bytes and tokens of each file

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example for the command line"
)]

use std::path::Path;

use bughound_tokens::{BpeSettings, Style, Tokenizer, train_bpe};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["train", folder, n, style, files @ ..] => {
            let style = [Style::Qwen, Style::Compact]
                .into_iter()
                .find(|it| it.name() == *style)
                .unwrap();
            let texts = files
                .iter()
                .filter_map(|file| std::fs::read_to_string(file).ok());
            let settings = BpeSettings::new(n.parse().unwrap(), style);
            let trained = train_bpe(texts, &settings).unwrap();
            trained.write(Path::new(folder)).unwrap();
            println!("{} tokens", trained.tokenizer().unwrap().n_tokens());
        }
        ["ids", folder, texts] => {
            let tokenizer = Tokenizer::load(Path::new(folder)).unwrap();
            let texts = std::fs::read_to_string(texts).unwrap();
            let texts: Vec<String> = serde_json::from_str(&texts).unwrap();
            for text in texts {
                let ids = tokenizer.encode(&text).unwrap();
                println!(
                    "{}",
                    ids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
                );
            }
        }
        ["count", folder, files @ ..] => {
            let tokenizer = Tokenizer::load(Path::new(folder)).unwrap();
            for file in files {
                let text = std::fs::read_to_string(file).unwrap();
                println!(
                    "{} {} {file}",
                    text.len(),
                    tokenizer.encode(&text).unwrap().len()
                );
            }
        }
        _ => println!(
            "tokens train FOLDER N STYLE FILE... | ids FOLDER TEXTS.json | count FOLDER FILE..."
        ),
    }
}
