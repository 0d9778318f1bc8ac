//! What a model thinks aloud: `<think>...</think>` at the start of its text.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Splits a whole text into thoughts and speech.
///
/// Some templates open the tag themselves, so that the text begins within; thoughts that are cut off have no
/// end.
pub(crate) fn split_thoughts(text: &str) -> (Option<&str>, &str) {
    let start = text.trim_start();
    if let Some(inner) = start.strip_prefix(OPEN) {
        return match inner.split_once(CLOSE) {
            Some((thoughts, speech)) => (Some(thoughts.trim()), speech.trim_start()),
            None => (Some(inner.trim()), ""),
        };
    }
    match text.split_once(CLOSE) {
        Some((thoughts, speech)) if !thoughts.contains(OPEN) => {
            (Some(thoughts.trim()), speech.trim_start())
        }
        _ => (None, text),
    }
}

/// The same while the text comes, for display: thoughts whose tag the template opened pass as speech here.
#[derive(Debug, Default)]
pub(crate) struct ThinkSplitter {
    state: State,
    held: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Thoughts,
    Speech,
}

impl ThinkSplitter {
    /// Takes a piece; `give` is called with what is certain, and whether that is thoughts.
    pub(crate) fn push(&mut self, piece: &str, mut give: impl FnMut(bool, String)) {
        if self.state == State::Speech {
            give(false, piece.to_owned());
            return;
        }
        self.held.push_str(piece);
        if self.state == State::Start {
            let start = self.held.trim_start();
            if let Some(inner) = start.strip_prefix(OPEN) {
                self.held = inner.to_owned();
                self.state = State::Thoughts;
            } else if !OPEN.starts_with(start) {
                self.state = State::Speech;
                give(false, std::mem::take(&mut self.held));
                return;
            }
        }
        if self.state == State::Thoughts {
            if let Some((thoughts, speech)) = self.held.split_once(CLOSE) {
                if !thoughts.is_empty() {
                    give(true, thoughts.to_owned());
                }
                if !speech.is_empty() {
                    give(false, speech.to_owned());
                }
                self.held.clear();
                self.state = State::Speech;
            } else {
                let kept = partial_close(&self.held);
                let certain = self.held.len() - kept;
                if certain > 0 {
                    let rest = self.held.split_off(certain);
                    give(true, std::mem::replace(&mut self.held, rest));
                }
            }
        }
    }

    /// No more comes; what was held back is given.
    pub(crate) fn finish(&mut self, mut give: impl FnMut(bool, String)) {
        if !self.held.is_empty() {
            give(
                self.state == State::Thoughts,
                std::mem::take(&mut self.held),
            );
        }
    }
}

/// How many bytes at the end may be the start of the closing tag.
fn partial_close(text: &str) -> usize {
    (1..CLOSE.len())
        .rev()
        .find(|n| text.ends_with(&CLOSE[..*n]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thoughts_come_first() {
        let check = |text: &str, thoughts: Option<&str>, speech: &str| {
            assert_eq!(split_thoughts(text), (thoughts, speech), "{text}");
        };
        check("hi", None, "hi");
        check("<think>\nhm\n</think>\n\nhi", Some("hm"), "hi");
        check("<think></think>hi", Some(""), "hi");
        check("hm\n</think>\nhi", Some("hm"), "hi");
        check("<think>hm", Some("hm"), "");
        check("see <think>hm</think>", None, "see <think>hm</think>");
    }

    proptest! {
        #[test]
        fn pieces_are_split_as_the_whole(text in "( |<think>|</think>|a|<|é){0,8}", n in 1usize..5) {
            let mut splitter = ThinkSplitter::default();
            let (mut thoughts, mut speech) = (String::new(), String::new());
            let characters: Vec<char> = text.chars().collect();
            let mut give = |is_thought: bool, piece: String| {
                if is_thought { thoughts.push_str(&piece) } else { speech.push_str(&piece) }
            };
            for piece in characters.chunks(n) {
                splitter.push(&piece.iter().collect::<String>(), &mut give);
            }
            splitter.finish(&mut give);
            if text.trim_start().starts_with(OPEN) {
                let (whole_thoughts, whole_speech) = split_thoughts(&text);
                prop_assert_eq!(thoughts.trim(), whole_thoughts.unwrap_or_default());
                prop_assert_eq!(speech.trim_start(), whole_speech);
            } else {
                prop_assert_eq!(speech, text);
            }
        }
    }
}
