//! The programs that a command runs: shells, wrappers and runners taken off.

use super::{Simple, split};

/// A program with its arguments, and where it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its name without its folder: `mvn`, `pytest`, `python`.
    pub(crate) name: String,
    /// How it was called, folder and all: `./mvnw`.
    pub(crate) path: String,
    /// What follows.
    pub(crate) arguments: Vec<String>,
    /// The folder that was changed to before, as written; empty where nobody did.
    pub(crate) folder: String,
    /// Files that its output is written to.
    pub(crate) writes: Vec<String>,
    /// Files that its input is read from.
    pub(crate) reads: Vec<String>,
    /// Its here-document.
    pub(crate) document: Option<String>,
    /// Whether it reads what the one before writes.
    pub(crate) piped: bool,
}

impl Program {
    /// Arguments that are no options.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &str> {
        let words = self.arguments.iter().map(String::as_str);
        words.filter(|word| !word.starts_with('-'))
    }

    /// Whether one of these arguments is there.
    pub(crate) fn has(&self, any: &[&str]) -> bool {
        self.arguments
            .iter()
            .any(|word| any.contains(&word.as_str()))
    }
}

/// How deep shells in shells are followed.
const DEEPEST: usize = 4;

/// The programs of a text of shell, in order; `cd` is one of them.
pub(crate) fn programs(text: &str) -> Vec<Program> {
    let mut into = Vec::new();
    collect(text, String::new(), 0, &mut into);
    into
}

fn collect(text: &str, folder: String, depth: usize, into: &mut Vec<Program>) {
    let mut folder = folder;
    for simple in split(text) {
        let shell = shell_text(&simple);
        if let (Some(inner), true) = (shell, depth < DEEPEST) {
            collect(&inner, folder.clone(), depth + 1, into);
            continue;
        }
        let Some(mut program) = program(simple) else {
            continue;
        };
        program.folder.clone_from(&folder);
        if program.name == "cd"
            && let Some(to) = program.operands().next()
        {
            folder = to.to_owned();
        }
        into.push(program);
    }
}

/// The text of `bash -c TEXT`.
fn shell_text(simple: &Simple) -> Option<String> {
    let words = without_wrappers(&simple.words);
    let name = base(words.first()?);
    if !matches!(name, "bash" | "sh" | "zsh" | "dash") {
        return None;
    }
    let at = words
        .iter()
        .position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    words.get(at + 1).cloned()
}

/// Words that run the words behind them, each with the options that take a value.
const WRAPPERS: [(&str, &[&str]); 13] = [
    ("sudo", &["-u", "-g"]),
    ("env", &["-u", "-C"]),
    ("time", &["-f", "-o"]),
    ("timeout", &["-s", "-k"]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("exec", &[]),
    ("command", &[]),
    ("stdbuf", &[]),
    ("xvfb-run", &[]),
    ("npx", &["-p"]),
    ("pipx", &[]),
    ("xargs", &["-n", "-I", "-P", "-d", "-L"]),
];

fn without_wrappers(words: &[String]) -> &[String] {
    let mut words = words;
    loop {
        let Some(first) = words.first() else {
            return words;
        };
        if is_assignment(first) && words.len() > 1 {
            words = &words[1..];
            continue;
        }
        let name = base(first);
        // `uv run pytest`, `poetry run pytest`.
        let runs = matches!(name, "uv" | "poetry" | "pipenv" | "hatch" | "pdm" | "rye")
            && words.get(1).is_some_and(|word| word == "run");
        let wrapper = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name);
        let mut rest = match (runs, wrapper) {
            (true, _) => &words[2..],
            (false, Some(_)) => &words[1..],
            (false, None) => return words,
        };
        let takes_value = wrapper.map_or(&[][..], |(_, options)| *options);
        while let Some(word) = rest.first() {
            if word.starts_with('-') {
                let n = 1 + usize::from(takes_value.contains(&word.as_str()));
                rest = rest.get(n..).unwrap_or_default();
            } else if is_assignment(word) || name == "timeout" && is_duration(word) {
                rest = &rest[1..];
            } else {
                break;
            }
        }
        if rest.is_empty() {
            return words;
        }
        words = rest;
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

fn is_duration(word: &str) -> bool {
    let digits = word.trim_end_matches(['s', 'm', 'h', 'd']);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn base(path: &str) -> &str {
    path.rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(path)
}

fn program(simple: Simple) -> Option<Program> {
    let words = without_wrappers(&simple.words);
    let Some(path) = words.first().cloned() else {
        // `> file` alone empties it.
        return (!simple.writes.is_empty()).then(|| Program {
            name: ">".to_owned(),
            writes: simple.writes,
            ..Program::default()
        });
    };
    let mut name = base(&path).to_owned();
    let mut arguments = words[1..].to_vec();
    if is_python(&name) {
        "python".clone_into(&mut name);
        // `python -m pytest` is pytest.
        if arguments.len() > 1 && arguments[0] == "-m" {
            name.clone_from(&arguments[1]);
            arguments.drain(..2);
        }
    }
    for (wrapper, tool) in [
        ("mvnw", "mvn"),
        ("gradlew", "gradle"),
        ("py.test", "pytest"),
    ] {
        if name == wrapper {
            tool.clone_into(&mut name);
        }
    }
    Some(Program {
        name,
        path,
        arguments,
        folder: String::new(),
        writes: simple.writes,
        reads: simple.reads,
        document: simple.document,
        piped: simple.piped,
    })
}

fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .or_else(|| name.strip_prefix("pypy"))
        .is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_without_what_wraps_them() {
        let check = |text: &str, expect: &str| {
            let shown = programs(text).into_iter().map(|program| {
                let at = if program.folder.is_empty() {
                    String::new()
                } else {
                    format!("{}: ", program.folder)
                };
                format!("{at}{} {}", program.name, program.arguments.join(" "))
            });
            let shown: Vec<String> = shown.map(|text| text.trim_end().to_owned()).collect();
            assert_eq!(shown.join("; "), expect, "{text}");
        };
        check("ls", "ls");
        check("cd a && ./mvnw -q test", "cd a; a: mvn -q test");
        check(
            "sudo -u ada timeout -k 5 60s python3.11 -m pytest -x",
            "pytest -x",
        );
        check("FOO=1 BAR=2 /usr/bin/python x.py", "python x.py");
        check("X=1", "X=1");
        check(
            "bash -lc 'cd b; cargo test | tail'",
            "cd b; b: cargo test; b: tail",
        );
        check("bash run_tests.sh", "bash run_tests.sh");
        check("uv run --frozen pytest a", "pytest a");
        check("find . | xargs -n 1 rm -f", "find .; rm -f");
        check("npx jest a", "jest a");
        check("sudo", "sudo");
        check("> a", ">");
        check("bash -c 'bash -c \"bash -c ls\"'", "ls");
        check("pythonic a", "pythonic a");
    }
}
