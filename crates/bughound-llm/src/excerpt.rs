//! Others' text in our messages: one line, short, and harmless on a terminal.

/// The most characters that are shown.
const N_CHARS: usize = 300;

/// The beginning of a text, on one line, without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    let mut n_chars = 0;
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        for character in word.chars() {
            if n_chars == N_CHARS {
                line.push('…');
                return line;
            }
            line.push(character);
            n_chars += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_harmless_line() {
        let check = |text: &str, expect: &str| assert_eq!(excerpt(text), expect);
        check("", "");
        check("  a\r\n\tb \u{1b}[31mc", "a b [31mc");
        check(&"x".repeat(300), &"x".repeat(300));
        check(&"x".repeat(301), &format!("{}…", "x".repeat(300)));
    }
}
