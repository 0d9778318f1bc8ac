//! JSON as models write it.
//!
//! Read beside JSON, and only where it can mean one thing: strings in single quotes without quotes inside,
//! a comma too many before a closing bracket, `True`, `False` and `None`, line breaks and tabs in strings, and
//! backslashes before characters that need none (`\d`). Nothing is completed: what is cut off stays broken.

use serde_json::{Map, Value};

/// Nothing that a model means is nested deeper.
const DEPTH: usize = 64;

/// Reads one value at the start of a text; the value and how many bytes it takes.
pub(super) fn read_value(text: &str) -> Result<(Value, usize), String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > DEPTH {
            return Err("it is nested too deep".into());
        }
        self.skip_space();
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => self.string(quote).map(Value::String),
            Some(_) => self.word(),
            None => Err(self.cut_off()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.advance();
        let mut fields = Map::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some('}') => {
                    self.advance();
                    return Ok(Value::Object(fields));
                }
                Some(quote @ ('"' | '\'')) => {
                    let key = self.string(quote)?;
                    self.skip_space();
                    self.expect(':')?;
                    let value = self.value(depth + 1)?;
                    fields.insert(key, value);
                    self.comma_or('}')?;
                }
                Some(other) => return Err(self.unexpected(other, "a key in quotes")),
                None => return Err(self.cut_off()),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.advance();
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(']') {
                self.advance();
                return Ok(Value::Array(items));
            }
            items.push(self.value(depth + 1)?);
            self.comma_or(']')?;
        }
    }

    /// After an item: a comma, or the end, which is left for the caller.
    fn comma_or(&mut self, end: char) -> Result<(), String> {
        self.skip_space();
        match self.peek() {
            Some(',') => {
                self.advance();
                Ok(())
            }
            Some(found) if found == end => Ok(()),
            Some(other) => Err(self.unexpected(other, &format!("`,` or `{end}`"))),
            None => Err(self.cut_off()),
        }
    }

    fn string(&mut self, quote: char) -> Result<String, String> {
        self.advance();
        let mut text = String::new();
        loop {
            let Some(character) = self.next() else {
                return Err(self.cut_off());
            };
            match character {
                '\\' => self.escape(&mut text)?,
                _ if character == quote => break,
                _ => text.push(character),
            }
        }
        // An apostrophe within single quotes ends the string too early; what follows tells.
        let after = self.text[self.at..].trim_start().chars().next();
        if quote == '\'' && !matches!(after, None | Some(',' | ':' | '}' | ']')) {
            return Err(format!(
                "quotes at byte {} can mean several things",
                self.at
            ));
        }
        Ok(text)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), String> {
        let Some(character) = self.next() else {
            return Err(self.cut_off());
        };
        match character {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            '"' | '\'' | '\\' | '/' => text.push(character),
            'u' => {
                let first = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&first)
                    && self.text[self.at..].starts_with("\\u")
                {
                    self.at += 2;
                    let second = self.hex()?;
                    0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
                } else {
                    first
                };
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            other => {
                text.push('\\');
                text.push(other);
            }
        }
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits = self.text.get(self.at..self.at + 4);
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| format!("`\\u` without four digits at byte {}", self.at))?;
        self.at += 4;
        Ok(code)
    }

    /// A number or a name.
    fn word(&mut self) -> Result<Value, String> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ':' | '<'))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let value = match word {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "None" => Value::Null,
            _ => serde_json::from_str(word)
                .map_err(|_| format!("{word:?} at byte {} is no value", self.at))?,
        };
        self.at += end;
        Ok(value)
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.next() {
            Some(found) if found == wanted => Ok(()),
            Some(other) => Err(self.unexpected(other, &format!("`{wanted}`"))),
            None => Err(self.cut_off()),
        }
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn advance(&mut self) {
        self.next();
    }

    fn cut_off(&self) -> String {
        format!("it ends at byte {} in the middle", self.at)
    }

    fn unexpected(&self, found: char, wanted: &str) -> String {
        format!("`{found}` at byte {} instead of {wanted}", self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn slips_with_one_meaning_are_read() {
        let check = |text: &str, expect: Value| {
            let (value, n_bytes) = read_value(text).unwrap();
            assert_eq!(value, expect, "{text}");
            assert_eq!(n_bytes, text.trim_end().len(), "{text}");
        };
        check(r#"{"a": [1, -2.5, "x"]}"#, json!({"a": [1, -2.5, "x"]}));
        check("{'a': 'b', }", json!({"a": "b"}));
        check(
            "{'a': True, 'b': None, 'c': [False,],}",
            json!({"a": true, "b": null, "c": [false]}),
        );
        check("{\"a\": \"x\ny\tz\"}", json!({"a": "x\ny\tz"}));
        check(r#"{"re": "\d+\.\\"}"#, json!({"re": "\\d+\\.\\"}));
        check(r"{'a': 'it\'s'}", json!({"a": "it's"}));
        check(r#"{"a": "\u00e9\ud83d\ude00"}"#, json!({"a": "é😀"}));
        check("{}", json!({}));
        check("[]", json!([]));
    }

    #[test]
    fn slips_with_several_meanings_are_not() {
        let check = |text: &str, expect: &str| {
            let problem = read_value(text).unwrap_err();
            assert!(problem.contains(expect), "{text}: {problem}");
        };
        check("", "in the middle");
        check(r#"{"a": "b""#, "in the middle");
        check(r#"{"a": "b"#, "in the middle");
        check("{'a': 'it's'}", "several things");
        check("{a: 1}", "instead of a key");
        check(r#"{"a" 1}"#, "instead of `:`");
        check(r#"{"a": 1 "b": 2}"#, "instead of `,`");
        check("{'a': foo}", "no value");
        check(r#"{"a": "\u12"}"#, "four digits");
        check(&"[".repeat(200), "too deep");
    }

    proptest! {
        #[test]
        fn what_is_json_is_read_as_json(text in "[a-z\"\\\\{}\\[\\]:,0-9 'é]{0,40}") {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                prop_assert_eq!(read_value(&text).map(|it| it.0), Ok(value));
            } else {
                // Whatever it is, it does not panic.
                let _ = read_value(&text);
            }
        }
    }
}
