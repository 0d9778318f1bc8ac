//! From text to index terms.
//!
//! An *identifier* is a run of letters, digits and underscores that does not begin with a digit; words of
//! prose are identifiers too. Its *terms* are its parts, split at underscores and changes of case,
//! lower-cased and lightly stemmed, without stop words and single characters; an identifier of several
//! parts also yields itself whole, as `=` and the lower-cased identifier, so that an exact mention weighs
//! more than the sum of its words.
//!
//! Terms and identifiers are known by a 64-bit hash (xxh3) from here on. Two of a repository's
//! some 10⁵ terms collide with a probability of about 3·10⁻¹⁰.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// Bumped whenever the same text gives other terms.
pub const TOKENIZER_VERSION: u32 = 1;

/// Longest identifier that is looked at, in bytes; longer ones (encoded data) are skipped.
const MAX_IDENTIFIER: usize = 120;

/// The hash by which an identifier is known: of its bytes, case kept.
pub fn identifier_hash(identifier: &str) -> u64 {
    xxh3_64(identifier.as_bytes())
}

/// The hash by which a term is known.
pub fn term_hash(term: &str) -> u64 {
    xxh3_64(term.as_bytes())
}

/// Calls `visit` with the byte range of every identifier of `text`, in order.
pub fn for_each_identifier(text: &[u8], mut visit: impl FnMut(Range<usize>)) {
    let mut at = 0;
    while at < text.len() {
        let class = CLASS[usize::from(text[at])];
        if class == OTHER {
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while at < text.len() && CLASS[usize::from(text[at])] != OTHER {
            at += 1;
        }
        if class == LETTER && at - start <= MAX_IDENTIFIER {
            visit(start..at);
        }
    }
}

const OTHER: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

/// What a byte is. Bytes above ASCII count as letters: words of other scripts stay whole.
static CLASS: [u8; 256] = {
    let mut class = [OTHER; 256];
    let mut byte = 0u8;
    loop {
        class[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => LETTER,
            b'0'..=b'9' => DIGIT,
            _ => OTHER,
        };
        if byte == u8::MAX {
            break class;
        }
        byte += 1;
    }
};

/// The terms of one identifier, each once: its parts in order, then the whole where there are several.
///
/// Empty for stop words and for identifiers whose parts are all single characters.
pub fn terms_of(identifier: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut n_parts = 0;
    for part in parts(identifier) {
        n_parts += 1;
        let lower = part.to_lowercase();
        if lower.chars().nth(1).is_none() || is_stop_word(&lower) {
            continue;
        }
        let stemmed = stem(&lower).into_owned();
        if !terms.contains(&stemmed) {
            terms.push(stemmed);
        }
    }
    if n_parts > 1 && !terms.is_empty() {
        let whole = format!("={}", identifier.trim_matches('_').to_lowercase());
        terms.push(whole);
    }
    terms
}

/// The parts of an identifier: split at underscores and where the case changes (`HTTPServer_v2` gives
/// `HTTP`, `Server`, `v2`).
pub fn parts(identifier: &str) -> impl Iterator<Item = &str> {
    identifier
        .split('_')
        .filter(|piece| !piece.is_empty())
        .flat_map(camel_parts)
}

fn camel_parts(piece: &str) -> impl Iterator<Item = &str> {
    let bytes = piece.as_bytes();
    let mut start = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let mut at = start + 1;
        while at < bytes.len() {
            let (before, here) = (bytes[at - 1], bytes[at]);
            let lower_to_upper = (before.is_ascii_lowercase() || before.is_ascii_digit())
                && here.is_ascii_uppercase();
            let acronym_ends = before.is_ascii_uppercase()
                && here.is_ascii_uppercase()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
                // `URLs` is one word.
                && !(bytes.len() == at + 2 && bytes[at + 1] == b's');
            if lower_to_upper || acronym_ends {
                break;
            }
            at += 1;
        }
        let part = &piece[start..at.min(bytes.len())];
        start = at;
        done = at >= bytes.len();
        Some(part)
    })
}

/// A light stemmer: plural, `-ing`, `-ed`, `-ation`, final `e`, doubled final consonant. It only has to
/// send the forms of one word to the same term.
pub fn stem(word: &str) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    if word.len() <= 3 || !word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let mut base = word;
    if word.len() > 4
        && let Some(rest) = word.strip_suffix("ies")
    {
        return Cow::Owned(format!("{rest}y"));
    }
    if base.ends_with('s')
        && !base.ends_with("ss")
        && !base.ends_with("us")
        && !base.ends_with("is")
    {
        base = &base[..base.len() - 1];
    }
    if base.len() > 6 && base.ends_with("ation") {
        return Cow::Borrowed(&base[..base.len() - 3]);
    }
    if base.len() > 5 && base.ends_with("ing") {
        base = undouble(&base[..base.len() - 3]);
    } else if base.len() > 4 && base.ends_with("ed") {
        base = undouble(&base[..base.len() - 2]);
    }
    if base.len() > 3 && base.ends_with('e') {
        base = &base[..base.len() - 1];
    }
    Cow::Borrowed(base)
}

fn undouble(word: &str) -> &str {
    let bytes = word.as_bytes();
    let n = bytes.len();
    if n > 3 && bytes[n - 1] == bytes[n - 2] && !b"aeioulsz".contains(&bytes[n - 1]) {
        &word[..n - 1]
    } else {
        word
    }
}

/// Words that say nothing about where a fault is: English function words and the keywords that stand in
/// nearly every file.
fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Sorted, for the binary search.
static STOP_WORDS: &[&str] = &[
    "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cls",
    "could", "def", "did", "do", "does", "doing", "don", "done", "down", "during", "each", "elif",
    "else", "etc", "few", "for", "from", "further", "get", "got", "had", "has", "have", "having",
    "he", "her", "here", "him", "his", "how", "however", "if", "im", "in", "into", "is", "isn",
    "it", "its", "just", "ll", "me", "more", "most", "my", "no", "nor", "not", "now", "of", "off",
    "on", "once", "only", "or", "other", "our", "out", "over", "own", "re", "return", "same",
    "self", "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up",
    "use", "used", "using", "ve", "very", "was", "way", "we", "were", "what", "when", "where",
    "which", "while", "who", "why", "will", "with", "would", "yes", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(identifier: &str, terms: &[&str]) {
        assert_eq!(terms_of(identifier), terms, "{identifier}");
    }

    #[test]
    fn identifiers_give_parts_and_themselves() {
        check("get_absolute_url", &["absolut", "url", "=get_absolute_url"]);
        check(
            "HTTPServerError",
            &["http", "server", "error", "=httpservererror"],
        );
        check("parseURLs", &["pars", "url", "=parseurls"]);
        check("__init__", &["init"]);
        check("the", &[]);
        check("x", &[]);
        check("utf8", &["utf8"]);
        check("L031", &["l031"]);
        check("x_y", &[]);
        check("naïve", &["naïve"]);
        check("getXY2", &["xy2", "=getxy2"]);
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            &["caches", "cache", "cached", "caching"][..],
            &["query", "queries"],
            &["running", "runs", "run"],
            &["matching", "matched", "match"],
            &["classes", "classe"],
        ] {
            let stems: Vec<_> = forms.iter().map(|form| stem(form)).collect();
            assert!(
                stems.iter().all(|s| s == &stems[0]),
                "{forms:?} gives {stems:?}"
            );
        }
    }

    #[test]
    fn identifiers_in_text() {
        let text = "a1 = 2to3(foo.bar_baz) # don't é";
        let mut found = Vec::new();
        for_each_identifier(text.as_bytes(), |range| found.push(&text[range]));
        assert_eq!(found, ["a1", "foo", "bar_baz", "don", "t", "é"]);
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn any_identifier_has_terms_without_panic(identifier in "\\PC{0,40}") {
            for term in terms_of(&identifier) {
                proptest::prop_assert!(!term.is_empty());
            }
        }
    }
}
