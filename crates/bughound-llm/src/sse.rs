//! Server-sent events, as far as model servers use them: the `data` of each event.
//!
//! The format is that of the HTML standard (section "server-sent events"). Deviations: an event that the end of
//! the stream cuts off is given, too, since several servers leave out the last empty line; names, ids and
//! comments of events are dropped.

/// Takes bytes as they come and gives events as they are complete.
#[derive(Debug, Default)]
pub(crate) struct SseReader {
    line: Vec<u8>,
    data: String,
    has_data: bool,
}

impl SseReader {
    /// Takes the next bytes; `event` is called with the data of each event that is complete.
    pub(crate) fn push(&mut self, bytes: &[u8], mut event: impl FnMut(&str)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.take_line(&mut event);
            }
        }
    }

    /// The stream has ended.
    pub(crate) fn finish(&mut self, mut event: impl FnMut(&str)) {
        self.take_line(&mut event);
        self.give(&mut event);
    }

    fn take_line(&mut self, event: &mut impl FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            self.give(event);
        } else if let Some(data) = text.strip_prefix("data:") {
            if self.has_data {
                self.data.push('\n');
            }
            self.has_data = true;
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        // Keeps the buffer for the next line.
        self.line = line;
        self.line.clear();
    }

    fn give(&mut self, event: &mut impl FnMut(&str)) {
        if self.has_data {
            event(&self.data);
        }
        self.data.clear();
        self.has_data = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<String> {
        let mut reader = SseReader::default();
        let mut events = Vec::new();
        for piece in pieces {
            reader.push(piece, |event| events.push(event.to_owned()));
        }
        reader.finish(|event| events.push(event.to_owned()));
        events
    }

    #[test]
    fn events_are_their_data() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(read(&[text.as_bytes()]), expect, "{text:?}");
        };
        check("", &[]);
        check("data: a\n\ndata: b\n\n", &["a", "b"]);
        check("data:a\r\n\r\ndata: [DONE]\r\n\r\n", &["a", "[DONE]"]);
        check(": ping\n\nevent: x\nid: 1\nretry: 5\ndata: a\n\n", &["a"]);
        check("data: a\ndata: b\n\n", &["a\nb"]);
        check("data:\n\n", &[""]);
        check("data: a", &["a"]);
        check("\n\n\n", &[]);
    }

    proptest! {
        #[test]
        fn where_the_network_cuts_does_not_matter(text in "(data: [aé😀\\[\\]]{0,5}(\n|\r\n)|:x\n|\n){0,9}", cuts in prop::collection::vec(0usize..80, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts {
                pieces.push(&bytes[from..cut]);
                from = cut;
            }
            pieces.push(&bytes[from..]);
            prop_assert_eq!(read(&pieces), read(&[bytes]));
        }
    }
}
