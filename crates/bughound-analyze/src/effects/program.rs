//! What a program does with its arguments.

use super::{diff, python, validation};
use crate::action::{Effect, How, Write};
use crate::paths::joined;
use crate::shell::Program;

/// Programs that change nothing, whatever their arguments.
const READERS: [&str; 61] = [
    "ls",
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "nl",
    "bat",
    "od",
    "xxd",
    "strings",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "ag",
    "ack",
    "wc",
    "echo",
    "printf",
    "pwd",
    "cd",
    "which",
    "whereis",
    "type",
    "sort",
    "uniq",
    "diff",
    "cmp",
    "file",
    "stat",
    "tree",
    "printenv",
    "uname",
    "ps",
    "du",
    "df",
    "date",
    "sleep",
    "true",
    "false",
    "test",
    "[",
    "cut",
    "tr",
    "awk",
    "jq",
    "basename",
    "dirname",
    "realpath",
    "readlink",
    "id",
    "whoami",
    "hostname",
    "history",
    "column",
    "seq",
    "sha256sum",
    "md5sum",
    "man",
    "wait",
];

/// The effects of a program, and whether something may be different afterwards.
pub(crate) fn effects(program: &Program) -> (Vec<Effect>, bool) {
    let mut found = redirections(program);
    let writes = !found.is_empty();
    found.extend(
        program
            .reads
            .iter()
            .map(|path| Effect::Reads(joined(&program.folder, path))),
    );
    if let Some(what) = validation::of(program) {
        // A report that is kept changes nothing that is validated.
        found.push(Effect::Validates(what));
        return (found, false);
    }
    let changes = own_effects(program, &mut found);
    (found, writes || changes)
}

fn redirections(program: &Program) -> Vec<Effect> {
    let targets = program
        .writes
        .iter()
        .map(|path| joined(&program.folder, path));
    let write = |path| {
        Effect::Writes(Write {
            path,
            how: How::Replace,
            before: None,
            after: program.document.clone(),
        })
    };
    targets
        .filter(|path| !path.starts_with("/dev/"))
        .map(write)
        .collect()
}

fn own_effects(program: &Program, found: &mut Vec<Effect>) -> bool {
    let at = |path: &str| joined(&program.folder, path);
    let operands = || program.operands();
    let write = |path: &str, how| {
        Effect::Writes(Write {
            path: at(path),
            how,
            before: None,
            after: None,
        })
    };
    match program.name.as_str() {
        "rm" | "unlink" | "rmdir" | "shred" => {
            found.extend(operands().map(|path| Effect::Deletes(at(path))));
        }
        "mv" => {
            let paths: Vec<&str> = operands().collect();
            if let Some((to, from)) = paths.split_last() {
                found.extend(from.iter().map(|path| Effect::Deletes(at(path))));
                found.push(write(to, How::Create));
            }
        }
        "cp" | "install" | "ln" => {
            let paths: Vec<&str> = operands().collect();
            if let Some((to, from)) = paths.split_last() {
                found.extend(from.iter().map(|path| Effect::Reads(at(path))));
                found.push(write(to, How::Replace));
            }
        }
        "touch" => found.extend(operands().map(|path| write(path, How::Create))),
        "tee" | "truncate" | "vim" | "vi" | "nano" => {
            let document = program.document.clone();
            found.extend(operands().map(|path| {
                Effect::Writes(Write {
                    path: at(path),
                    how: How::Replace,
                    before: None,
                    after: document.clone(),
                })
            }));
        }
        "sed" | "perl" => {
            let in_place = program.arguments.iter().any(|word| {
                word == "--in-place"
                    || word.starts_with("-i")
                    || (word.starts_with("-p") && word.contains('i'))
            });
            // The first operand is the script, unless an option gave it.
            let (scripts, files) = scripts_and_files(program);
            let files = files.into_iter().map(at);
            if !in_place {
                found.extend(files.map(Effect::Reads));
                return program.name == "perl";
            }
            let script = Some(scripts.join("\n"));
            found.extend(files.map(|path| {
                Effect::Writes(Write {
                    path,
                    how: How::Edit,
                    before: None,
                    after: script.clone(),
                })
            }));
        }
        "patch" => found.extend(
            program
                .document
                .as_deref()
                .map(diff::effects)
                .unwrap_or_default(),
        ),
        "apply_patch" => {
            let text = program.document.as_deref().or_else(|| operands().next());
            found.extend(text.map(diff::effects).unwrap_or_default());
        }
        "find" => return find(program, found),
        "curl" | "wget" | "aria2c" | "lynx" => {
            let urls = operands().filter(|word| word.contains("://") || word.contains('.'));
            found.extend(urls.map(|url| Effect::Fetches(url.to_owned())));
        }
        "gh" => found.push(Effect::Fetches(format!(
            "gh {}",
            program.arguments.join(" ")
        ))),
        "git" => return git(program, found),
        "python" | "node" | "ruby" => {
            let code = program
                .arguments
                .iter()
                .position(|word| word == "-c" || word == "-e");
            let code = code
                .and_then(|at| program.arguments.get(at + 1))
                .or(program.document.as_ref());
            found.extend(code.map(|code| python::effects(code)).unwrap_or_default());
        }
        "cat" | "head" | "tail" | "less" | "more" | "nl" | "bat" | "strings" | "jq" | "xxd"
        | "ls" | "source" | "." => {
            found.extend(operands().map(|path| Effect::Reads(at(path))));
            return matches!(program.name.as_str(), "source" | ".");
        }
        "grep" | "egrep" | "fgrep" | "rg" | "ag" | "ack" => {
            found.extend(operands().skip(1).map(|path| Effect::Reads(at(path))));
            return false;
        }
        name => return !READERS.contains(&name) && !name.is_empty(),
    }
    true
}

/// What `sed` is told to do, and the files that it does it to.
fn scripts_and_files(program: &Program) -> (Vec<&str>, Vec<&str>) {
    let (mut scripts, mut files) = (Vec::new(), Vec::new());
    let mut words = program.arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        if matches!(word, "-e" | "-f" | "--expression" | "--file") {
            scripts.extend(words.next());
        } else if !word.starts_with('-') {
            files.push(word);
        }
    }
    if scripts.is_empty() && !files.is_empty() {
        scripts.push(files.remove(0));
    }
    (scripts, files)
}

fn find(program: &Program, found: &mut Vec<Effect>) -> bool {
    let operands: Vec<&str> = program.operands().collect();
    let removes = program.has(&["-delete"])
        || program.has(&["-exec", "-execdir"]) && operands.contains(&"rm");
    if removes {
        // Where it looks, and by which names.
        let named = |option: &str| {
            let at = program.arguments.iter().position(|word| word == option)?;
            program.arguments.get(at + 1)
        };
        let name = named("-name")
            .or_else(|| named("-path"))
            .map_or("", String::as_str);
        let place = operands.first().copied().unwrap_or(".");
        found.push(Effect::Deletes(joined(
            &program.folder,
            &format!("{place}/{name}"),
        )));
    }
    removes
        || program.has(&["-exec", "-execdir", "-ok"])
            && !operands
                .iter()
                .any(|word| matches!(*word, "grep" | "cat" | "ls" | "head" | "wc"))
}

/// Git: what changes the tree, what asks others, and what searches the past beyond the usual look at the last commits.
fn git(program: &Program, found: &mut Vec<Effect>) -> bool {
    let mut words = program.arguments.iter().map(String::as_str).peekable();
    let mut folder = program.folder.clone();
    // Options before the subcommand.
    while let Some(word) = words.next_if(|word| word.starts_with('-')) {
        if let ("-C", Some(to)) | ("-c", Some(to)) = (word, words.peek().copied()) {
            if word == "-C" {
                folder = joined(&folder, to);
            }
            words.next();
        }
    }
    let subcommand = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let has = |any: &[&str]| rest.iter().any(|word| any.contains(word));
    let begins = |any: &[&str]| {
        rest.iter()
            .any(|word| any.iter().any(|begin| word.starts_with(begin)))
    };
    let operand = rest.iter().find(|word| !word.starts_with('-')).copied();
    match subcommand {
        "clone" | "fetch" | "pull" | "ls-remote" => {
            let what = format!("git {subcommand} {}", rest.join(" "));
            found.push(Effect::Fetches(what.trim_end().to_owned()));
        }
        "log" | "rev-list" | "shortlog" => {
            if has(&["--all", "--remotes", "--branches", "--tags", "--reflog"])
                || rest.iter().any(|w| w.starts_with("origin/"))
            {
                found.push(history("commits of all branches"));
            } else if begins(&["-S", "-G", "--grep"]) {
                found.push(history("commits by their text"));
            } else if has(&["-p", "--patch", "-u"]) || begins(&["-L"]) {
                found.push(history("what commits changed"));
            }
            return false;
        }
        "show" | "cat-file" => {
            // `git show HEAD:file` and `git show --stat` look at what is checked out.
            let is_other = operand.is_some_and(|rev| !rev.starts_with("HEAD:") && rev != "HEAD");
            if is_other && subcommand == "show" {
                found.push(history("a commit"));
            } else if subcommand == "cat-file" && begins(&["--batch"]) {
                found.push(history("all objects"));
            }
            return false;
        }
        "reflog" | "fsck" => found.push(history("commits that no branch holds")),
        "branch" if has(&["-a", "--all", "-r", "--remotes"]) => {
            found.push(history("other branches"));
        }
        "rm" => {
            let paths = rest.iter().filter(|word| !word.starts_with('-'));
            found.extend(paths.map(|path| Effect::Deletes(joined(&folder, path))));
            return true;
        }
        "apply" | "am" => {
            found.extend(
                program
                    .document
                    .as_deref()
                    .map(diff::effects)
                    .unwrap_or_default(),
            );
            return true;
        }
        "config" if has(&["--global", "--system"]) && rest.len() > 2 => {
            let path = if has(&["--system"]) {
                "/etc/gitconfig"
            } else {
                "~/.gitconfig"
            };
            found.push(Effect::Writes(Write {
                path: path.to_owned(),
                how: How::Edit,
                before: None,
                after: None,
            }));
            return true;
        }
        "checkout" | "switch" | "cherry-pick" | "merge"
            if operand.is_some_and(|rev| rev.starts_with("origin/") || is_object(rev)) =>
        {
            found.push(history("the tree of another commit"));
            return true;
        }
        _ => {}
    }
    !matches!(
        subcommand,
        "status"
            | "diff"
            | "branch"
            | "blame"
            | "ls-files"
            | "grep"
            | "rev-parse"
            | "remote"
            | "describe"
            | "tag"
            | "config"
            | "reflog"
            | "fsck"
            | "ls-remote"
            | "fetch"
            | "version"
            | ""
    )
}

fn history(why: &str) -> Effect {
    Effect::History(why.to_owned())
}

/// Whether it looks like a commit's id.
fn is_object(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_hexdigit())
        && word.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::programs;

    fn shown(text: &str) -> String {
        let mut shown = Vec::new();
        let mut changes = false;
        for program in programs(text) {
            let (found, may_change) = effects(&program);
            changes |= may_change;
            shown.extend(found.into_iter().map(|effect| match effect {
                Effect::Writes(write) => format!("{:?} {}", write.how, write.path),
                Effect::Reads(path) => format!("read {path}"),
                Effect::Deletes(path) => format!("delete {path}"),
                Effect::Validates(_) => "validate".to_owned(),
                Effect::Fetches(url) => format!("fetch {url}"),
                Effect::History(why) => format!("history: {why}"),
            }));
        }
        if changes {
            shown.push("*".to_owned());
        }
        shown.join(", ")
    }

    #[test]
    fn commands() {
        let check = |text: &str, expect: &str| assert_eq!(shown(text), expect, "{text}");
        check("ls -la", "");
        check("cat a.py b.py", "read a.py, read b.py");
        check("cd src && sed -n 1,5p a.py", "read src/a.py");
        check("sed -i 's/a/b/' tests/t.py", "Edit tests/t.py, *");
        check("sed -i -e 's/a/b/' t.py", "Edit t.py, *");
        check("echo x > a.py", "Replace a.py, *");
        check("make > /dev/null 2>&1", "validate");
        check("rm -rf tests", "delete tests, *");
        check("find . -name '*.pyc' -delete", "delete *.pyc, *");
        check("find tests -type f -exec rm {} +", "delete tests, *");
        check("find . -name a", "");
        check("find . -exec grep x {} +", "");
        check("mv tests/a.py b.py", "delete tests/a.py, Create b.py, *");
        check("python x.py", "*");
        check("python -c \"open('a','w')\"", "Replace a, *");
        check("python - <<'E'\nopen('a','w')\nE", "Replace a, *");
        check(
            "curl -sL https://x.org/a.patch",
            "fetch https://x.org/a.patch, *",
        );
        check("grep -rn foo src", "read src");
        check("git apply <<'E'\n--- a/x\n+++ b/x\n+y\nE", "Edit x, *");
        check("git rm -r tests", "delete tests, *");
        check("pip install x", "*");
    }

    #[test]
    fn git_and_the_past() {
        let check = |text: &str, expect: &str| assert_eq!(shown(text), expect, "{text}");
        for quiet in [
            "git status",
            "git diff",
            "git log --oneline -5",
            "git log -3 -- a.py",
            "git blame a.py",
            "git show",
            "git show HEAD",
            "git show HEAD:a.py",
            "git branch",
            "git --no-pager diff HEAD",
            "git config user.name",
        ] {
            check(quiet, "");
        }
        check("git stash", "*");
        check("git checkout -- a.py", "*");
        check(
            "git log --all --oneline",
            "history: commits of all branches",
        );
        check("git log -S'def f'", "history: commits by their text");
        check("git log --grep=fix", "history: commits by their text");
        check("git -C x log -p a.py", "history: what commits changed");
        check("git show 0a1b2c3", "history: a commit");
        check("git reflog", "history: commits that no branch holds");
        check("git branch -a", "history: other branches");
        check(
            "git checkout 0a1b2c3d",
            "history: the tree of another commit, *",
        );
        check(
            "git clone https://x.org/a",
            "fetch git clone https://x.org/a, *",
        );
        check("git config --global a.b c", "Edit ~/.gitconfig, *");
    }
}
