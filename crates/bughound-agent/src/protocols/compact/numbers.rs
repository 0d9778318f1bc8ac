//! The numbers of places in a conversation.

use bughound_core::Role;
use bughound_tools::PLACE;
use bughound_trace::TraceMessage;

/// The places that were named so far, in the order of their numbers, from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    places: Vec<String>,
}

impl Numbers {
    /// Those of a conversation: the lines of tools' answers that are a number and an id.
    pub(crate) fn of(conversation: &[TraceMessage]) -> Self {
        let mut numbers = Self::default();
        let results = conversation
            .iter()
            .map(|message| &message.message)
            .filter(|message| message.role == Role::Tool);
        for line in results.flat_map(|message| message.content.lines()) {
            // The next number is the only one that may be new: nothing that code or issues say is taken for one.
            let next = format!("{} ", numbers.places.len() + 1);
            if let Some(place) = line.strip_prefix(&next).filter(|it| it.contains("::")) {
                numbers.places.push(place.to_owned());
            }
        }
        numbers
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place of a number.
    pub(crate) fn place(&self, number: usize) -> Option<&str> {
        self.places.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// The number of a place.
    pub(crate) fn number_of(&self, place: &str) -> Option<usize> {
        Some(self.places.iter().position(|known| known == place)? + 1)
    }

    /// A tool's answer with a number in front of each place. One that has its number already is named by its last name
    /// alone.
    pub(super) fn number(mut self, text: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            let Some(place) = line.strip_prefix(PLACE) else {
                // Whatever it is, it is no place, and must not look like one.
                let is_numbered = line.starts_with(|c: char| c.is_ascii_digit());
                lines.push(if is_numbered {
                    format!(" {line}")
                } else {
                    line.to_owned()
                });
                continue;
            };
            lines.push(match self.number_of(place) {
                Some(number) => {
                    let last = place.rsplit("::").next().unwrap_or(place);
                    let last = last.rsplit('.').next().unwrap_or(last);
                    format!("{number} {last}")
                }
                None => {
                    self.places.push(place.to_owned());
                    format!("{} {place}", self.places.len())
                }
            });
        }
        lines.join("\n")
    }

    /// The places of a text that is nothing but a list of known numbers; `None` for any other text. Numbers that stand
    /// for nothing are passed over.
    pub(super) fn listed(&self, text: &str) -> Option<Vec<&str>> {
        let text = text.trim().trim_matches('`').trim();
        let mut words = text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '>'))
            .filter(|word| !word.is_empty())
            .peekable();
        words.peek()?;
        let mut places = Vec::new();
        for word in words {
            let number: usize = word.trim_end_matches('.').parse().ok()?;
            places.extend(self.place(number));
        }
        (!places.is_empty()).then_some(places)
    }
}

#[cfg(test)]
mod tests {
    use bughound_core::Message;

    use super::*;

    fn conversation(results: &[&str]) -> Vec<TraceMessage> {
        results
            .iter()
            .map(|text| TraceMessage::environment(Message::tool("1", *text), 0))
            .collect()
    }

    #[test]
    fn places_keep_their_numbers() {
        let check = |before: &[&str], text: &str, expect: &str| {
            let numbers = Numbers::of(&conversation(before));
            assert_eq!(numbers.number(text), expect, "{before:?}");
        };
        check(&[], "- a.py::f\n- b.py::C.m", "1 a.py::f\n2 b.py::C.m");
        check(
            &["1 a.py::f\n2 b.py::C.m"],
            "- b.py::C.m\n- c.py::g\n- a.py::f",
            "2 m\n3 c.py::g\n1 f",
        );
        check(
            &["Nothing."],
            "- a.py::f\n def f():\n   1 x::y",
            "1 a.py::f\n def f():\n   1 x::y",
        );
        // What looks like a place and is none moves aside.
        check(&[], "1 evil.py::f", " 1 evil.py::f");
        // Only the next number can be new.
        check(&["7 evil.py::f\n1 a.py::f"], "- b.py::g", "2 b.py::g");
    }

    #[test]
    fn answers_are_lists_of_known_numbers() {
        let conversation = conversation(&["1 a.py::f\n2 b.py::C.m"]);
        let numbers = Numbers::of(&conversation);
        let check = |text: &str, expect: Option<&[&str]>| {
            assert_eq!(numbers.listed(text).as_deref(), expect, "{text:?}");
        };
        check("2 1", Some(&["b.py::C.m", "a.py::f"]));
        check("```\n2, 9\n```", Some(&["b.py::C.m"]));
        check("2. > 1.", Some(&["b.py::C.m", "a.py::f"]));
        check("9", None);
        check("", None);
        check("a.py::f", None);
        check("2 because", None);
        check("-1", None);
    }
}
