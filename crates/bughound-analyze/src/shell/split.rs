//! Lines of shell as simple commands.
//!
//! Lists, pipelines, groups, quotes, comments, redirections and here-documents are understood; keywords of loops and
//! conditions are passed over. Substitutions stay in their words as they are written. Text that is no shell (policies
//! write prose, too) gives commands that nobody knows, never an error.

use std::iter::Peekable;
use std::str::Chars;

use super::Simple;

/// The simple commands of a text, in order.
pub(crate) fn split(text: &str) -> Vec<Simple> {
    if let Some((edit, rest)) = line_edit(text) {
        let mut commands = vec![edit];
        commands.extend(split(rest));
        return commands;
    }
    let mut splitter = Splitter {
        characters: text.chars().peekable(),
        done: Vec::new(),
        now: Simple::default(),
        word: None,
        target: None,
        documents: Vec::new(),
    };
    splitter.run();
    splitter.done
}

/// SWE-agent's `edit 10:12`, whose lines up to `end_of_edit` are no shell; and what follows.
fn line_edit(text: &str) -> Option<(Simple, &str)> {
    let text = text.trim_start();
    let rest = text.strip_prefix("edit ")?;
    let (range, body) = rest.split_once('\n')?;
    let is_range = range.trim().split_once(':').is_some_and(|(a, b)| {
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        digits(a) && digits(b)
    });
    if !is_range {
        return None;
    }
    let (body, after) = body.split_once("end_of_edit").unwrap_or((body, ""));
    let simple = Simple {
        words: vec!["edit".to_owned(), range.trim().to_owned()],
        document: Some(body.to_owned()),
        ..Simple::default()
    };
    Some((simple, after))
}

/// What the next word is, where it is no argument.
#[derive(Clone, Copy)]
enum Target {
    Write,
    Read,
    /// A here-document's mark; whether leading tabs go.
    Document(bool),
    /// A here-string.
    Text,
    /// Another file descriptor.
    Nothing,
}

struct Splitter<'a> {
    characters: Peekable<Chars<'a>>,
    done: Vec<Simple>,
    now: Simple,
    word: Option<String>,
    target: Option<Target>,
    /// Here-documents whose lines have not come yet: mark, whether tabs go, and whose they are.
    documents: Vec<(String, bool, usize)>,
}

const KEYWORDS: [&str; 12] = [
    "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}",
];

impl Splitter<'_> {
    fn run(&mut self) {
        while let Some(character) = self.characters.next() {
            match character {
                '\\' => match self.characters.next() {
                    Some('\n') | None => {}
                    Some(next) => self.push(next),
                },
                '\'' => self.quoted('\''),
                '"' => self.quoted('"'),
                '`' => {
                    self.push('`');
                    self.until('`');
                }
                '$' if self.characters.peek() == Some(&'(') => self.substitution(),
                '#' if self.word.is_none() => {
                    while self.characters.next_if(|c| *c != '\n').is_some() {}
                }
                ' ' | '\t' | '\r' => self.end_word(),
                '\n' => {
                    self.end_command(false);
                    self.take_documents();
                }
                ';' | '(' | ')' => self.end_command(false),
                '|' => {
                    let two = self.characters.next_if_eq(&'|').is_some();
                    self.characters.next_if_eq(&'&');
                    self.end_command(!two);
                }
                '&' => self.ampersand(),
                '>' | '<' => self.redirection(character),
                other => self.push(other),
            }
        }
        self.end_command(false);
        self.take_documents();
    }

    fn push(&mut self, character: char) {
        self.word.get_or_insert_default().push(character);
    }

    fn quoted(&mut self, quote: char) {
        let word = self.word.get_or_insert_default();
        while let Some(character) = self.characters.next() {
            if character == quote {
                return;
            }
            if character == '\\' && quote == '"' {
                match self.characters.next() {
                    Some(next @ ('"' | '\\' | '$' | '`')) => word.push(next),
                    Some('\n') | None => {}
                    Some(next) => word.extend(['\\', next]),
                }
            } else {
                word.push(character);
            }
        }
    }

    fn until(&mut self, end: char) {
        while let Some(character) = self.characters.next() {
            self.push(character);
            if character == end {
                return;
            }
        }
    }

    /// `$(…)`, kept as it is written.
    fn substitution(&mut self) {
        self.push('$');
        let mut depth = 0_u32;
        while let Some(character) = self.characters.next() {
            self.push(character);
            match character {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn ampersand(&mut self) {
        if self.characters.next_if_eq(&'>').is_some() {
            self.characters.next_if_eq(&'>');
            self.end_word();
            self.target = Some(Target::Write);
        } else {
            self.characters.next_if_eq(&'&');
            self.end_command(false);
        }
    }

    fn redirection(&mut self, first: char) {
        // The digit before is a file descriptor, no word.
        match self.word.take() {
            Some(word) if word.bytes().all(|b| b.is_ascii_digit()) => {}
            Some(word) => {
                self.word = Some(word);
                self.end_word();
            }
            None => {}
        }
        let mut next = |c: char| self.characters.next_if_eq(&c).is_some();
        let target = if first == '>' {
            if next('&') {
                Target::Nothing
            } else {
                let _ = next('>') || next('|');
                Target::Write
            }
        } else if next('<') {
            if next('<') {
                Target::Text
            } else {
                Target::Document(next('-'))
            }
        } else if next('&') {
            Target::Nothing
        } else {
            Target::Read
        };
        self.target = Some(target);
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else {
            return;
        };
        match self.target.take() {
            None => {
                let leads = self.now.words.is_empty() && KEYWORDS.contains(&word.as_str());
                if !leads {
                    self.now.words.push(word);
                }
            }
            // `>&2`, but also `>&file` of bash.
            Some(Target::Nothing) if word.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {}
            Some(Target::Nothing | Target::Write) => self.now.writes.push(word),
            Some(Target::Read) => self.now.reads.push(word),
            Some(Target::Text) => self.now.document = Some(word),
            Some(Target::Document(tabs)) => self.documents.push((word, tabs, self.done.len())),
        }
    }

    fn end_command(&mut self, pipes: bool) {
        self.end_word();
        self.target = None;
        let now = std::mem::take(&mut self.now);
        let waits = self
            .documents
            .iter()
            .any(|(.., owner)| *owner == self.done.len());
        let says = !now.words.is_empty() || !now.writes.is_empty() || now.document.is_some();
        if says || waits {
            self.done.push(now);
        }
        self.now.piped = pipes;
    }

    fn take_documents(&mut self) {
        for (mark, tabs, owner) in std::mem::take(&mut self.documents) {
            let mut text = String::new();
            loop {
                let mut line = String::new();
                let mut ended = true;
                for character in self.characters.by_ref() {
                    if character == '\n' {
                        ended = false;
                        break;
                    }
                    line.push(character);
                }
                let bare = if tabs {
                    line.trim_start_matches('\t')
                } else {
                    &line
                };
                if bare == mark || ended {
                    if bare != mark {
                        text.push_str(bare);
                    }
                    break;
                }
                text.push_str(bare);
                text.push('\n');
            }
            if let Some(simple) = self.done.get_mut(owner) {
                simple.document = Some(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |simple: Simple| {
            let mut shown = if simple.piped { "| " } else { "" }.to_owned();
            shown.push_str(&simple.words.join("·"));
            for write in simple.writes {
                shown.push_str(&format!(" >{write}"));
            }
            for read in simple.reads {
                shown.push_str(&format!(" <{read}"));
            }
            if let Some(document) = simple.document {
                shown.push_str(&format!(" {document:?}"));
            }
            shown
        };
        split(text)
            .into_iter()
            .map(show)
            .collect::<Vec<_>>()
            .join(" ; ")
    }

    #[test]
    fn commands() {
        let check = |text: &str, expect: &str| assert_eq!(shown(text), expect, "{text}");
        check("", "");
        check("ls -la", "ls·-la");
        check(
            "cd a && mvn -q test || true; echo $?",
            "cd·a ; mvn·-q·test ; true ; echo·$?",
        );
        check(
            "grep 'a b' \"c \\\"d\\\"\" e\\ f | head -3",
            "grep·a b·c \"d\"·e f ; | head·-3",
        );
        check("pytest 2>&1 | tee out.txt", "pytest ; | tee·out.txt");
        check("cmd >a 2>>b &> c <d", "cmd >a >b >c <d");
        check("make & # build\nls", "make ; ls");
        check("if [ -f a ]; then rm a; fi", "[·-f·a·] ; rm·a");
        check("(cd x; ls)", "cd·x ; ls");
        check(
            "echo \"$(git log | head)\" `ls | wc`",
            "echo·$(git log | head)·`ls | wc`",
        );
        check("a \\\n b", "a·b");
        check(
            "x=1 python -c 'import os\nos.x()'",
            "x=1·python·-c·import os\nos.x()",
        );
        check(
            "cat > a.py <<'EOF'\nimport b # c\nx > y\nEOF\npython a.py",
            "cat >a.py \"import b # c\\nx > y\\n\" ; python·a.py",
        );
        check("cat <<-E | sh\n\tls\n\tE\n", "cat \"ls\\n\" ; | sh");
        check("cat <<E\nnever ends", "cat \"never ends\"");
        check("tr a b <<< 'text'", "tr·a·b \"text\"");
        check(
            "edit 1:2\nif (a > b) {\n}\nend_of_edit\nls",
            "edit·1:2 \"if (a > b) {\\n}\\n\" ; ls",
        );
        check("it's not a command", "its not a command");
        check("a='unclosed", "a=unclosed");
        check("&& ; | > ", "");
    }
}
