//! What a few lines of Python in a command write, remove and fetch: calls whose first argument is a plain text.

use crate::action::{Effect, How, Write};

/// The effects of code, as far as it says plainly what it does.
pub(crate) fn effects(code: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (at, path) in calls(code, "open(") {
        let rest = code.get(at..).unwrap_or_default();
        let mode = rest
            .split(')')
            .next()
            .and_then(|rest| rest.split_once(','))
            .and_then(|(_, mode)| {
                literal(mode.trim_start().trim_start_matches("mode=").trim_start())
            });
        match mode {
            Some((mode, _)) if mode.contains(['w', 'a', 'x', '+']) => effects.push(write(path)),
            _ => effects.push(Effect::Reads(path.to_owned())),
        }
    }
    for (at, path) in calls(code, "Path(") {
        let rest = code.get(at..).unwrap_or_default();
        let method = rest.trim_start_matches([')', ' ']);
        if method.starts_with(".write_") {
            effects.push(write(path));
        } else if method.starts_with(".unlink") {
            effects.push(Effect::Deletes(path.to_owned()));
        }
    }
    for name in ["os.remove(", "os.unlink(", "shutil.rmtree("] {
        effects.extend(calls(code, name).map(|(_, path)| Effect::Deletes(path.to_owned())));
    }
    for name in [
        "urlopen(",
        "urlretrieve(",
        "requests.get(",
        "requests.post(",
        "httpx.get(",
    ] {
        effects.extend(calls(code, name).map(|(_, url)| Effect::Fetches(url.to_owned())));
    }
    effects
}

fn write(path: &str) -> Effect {
    Effect::Writes(Write {
        path: path.to_owned(),
        how: How::Replace,
        before: None,
        after: None,
    })
}

/// The plain texts that a function is called with first, and where each ends in the code.
fn calls<'a>(code: &'a str, function: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    code.match_indices(function).filter_map(move |(at, _)| {
        // `urlopen(` is no `open(`.
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        let begin = at + function.len();
        let (text, length) = literal(&code[begin..])?;
        Some((begin + length, text))
    })
}

/// A text at the beginning, and how much of the code it takes.
fn literal(code: &str) -> Option<(&str, usize)> {
    let quote = code.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = code[1..].find(quote)?;
    Some((&code[1..=end], end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code() {
        let check = |code: &str, expect: &str| {
            let shown = effects(code).into_iter().map(|effect| match effect {
                Effect::Writes(write) => format!("write {}", write.path),
                Effect::Reads(path) => format!("read {path}"),
                Effect::Deletes(path) => format!("delete {path}"),
                Effect::Fetches(url) => format!("fetch {url}"),
                other => format!("{other:?}"),
            });
            assert_eq!(shown.collect::<Vec<_>>().join(", "), expect, "{code}");
        };
        check("print(1)", "");
        check("open('a').read()", "read a");
        check("open('a', 'rb')", "read a");
        check("open(\"a\", \"w\").write(x)", "write a");
        check("open('a', mode='a')", "write a");
        check("open(path, 'w')", "");
        check("Path('t.py').write_text(x)", "write t.py");
        check("pathlib.Path('t.py').unlink()", "delete t.py");
        check("os.remove('t.py')", "delete t.py");
        check("urllib.request.urlopen('http://x')", "fetch http://x");
        check("open('unclosed", "");
        check("open('é', 'w')", "write é");
    }
}
