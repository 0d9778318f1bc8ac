//! Tokenizers that are trained here.

use bughound_tokens::{BpeSettings, Style, Tokenizer, train_bpe};

use crate::corpus::{texts, trained};

#[test]
fn the_same_texts_give_the_same_bytes() {
    let first = trained(Style::Compact, 1500);
    for _ in 0..3 {
        assert!(trained(Style::Compact, 1500) == first);
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let files = trained(Style::Compact, 700);
    files.write(folder.path()).unwrap();
    let read = Tokenizer::load(folder.path()).unwrap();
    assert_eq!(read.n_tokens(), 700);
    assert_eq!(read.specials().eos, [1]);
    assert_eq!(read.specials().pad, Some(0));
    assert_eq!(read.template().unwrap().source(), Style::Compact.template());
    let text = &texts()[0];
    let ids = read.encode(text).unwrap();
    assert_eq!(ids, files.tokenizer().unwrap().encode(text).unwrap());
    // It learnt something: source code takes under half as many tokens as bytes.
    assert!(
        ids.len() * 2 < text.len(),
        "{} of {}",
        ids.len(),
        text.len()
    );
}

#[test]
fn too_few_tokens_are_refused() {
    let told = train_bpe(["a"].iter(), &BpeSettings::new(260, Style::Compact)).unwrap_err();
    assert_eq!(
        told.to_string(),
        "tokenizer: 260 tokens were asked for; the 256 bytes and the marks of the style compact are 262 already"
    );
    // Few texts give fewer tokens than asked for, and that is all.
    let few = train_bpe(
        ["abab abab"].iter(),
        &BpeSettings::new(5000, Style::Compact),
    )
    .unwrap();
    let n = few.tokenizer().unwrap().n_tokens();
    assert!((262..280).contains(&n), "{n}");
}
