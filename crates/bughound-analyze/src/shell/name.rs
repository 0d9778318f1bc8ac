//! What a shell command is called among tools: its program, with its subcommand where the program is a bundle of them.

use super::Program;

/// Programs that are bundles of subcommands.
const BUNDLES: [&str; 23] = [
    "git", "mvn", "gradle", "cargo", "npm", "yarn", "pnpm", "bun", "deno", "go", "docker", "pip",
    "pip3", "poetry", "uv", "conda", "apt-get", "apt", "dotnet", "bazel", "make", "gh", "kubectl",
];

/// Commands that prepare others or say something.
const SIDE: [&str; 14] = [
    "cd", "export", "source", ".", "echo", "printf", "set", "true", "sleep", "unset", "ulimit",
    "umask", ":", "test",
];

/// The name of a command that is there to write a file.
const WRITES: &str = "(write)";

/// The name of what is no command at all.
const NO_PROGRAM: &str = "(no program)";

/// The name of what a command is run for: of its first program that does not merely prepare others.
pub(crate) fn program_state(programs: &[Program]) -> Option<String> {
    let main = programs
        .iter()
        .find(|program| !SIDE.contains(&program.name.as_str()) && !is_assignment(program));
    let program = main.or_else(|| programs.first())?;
    // Policies write prose where a command should be.
    let is_word = |c: char| c.is_alphanumeric() || "_./+-:[]>@=".contains(c);
    if !program.name.chars().all(is_word) || program.name.chars().count() > 40 {
        return Some(NO_PROGRAM.to_owned());
    }
    // `echo text > file` is there for the file.
    let has_document = program.name == "cat" && program.document.is_some();
    let writes = if main.is_none() {
        programs.iter().any(|program| !program.writes.is_empty())
    } else {
        has_document && !program.writes.is_empty()
    };
    let name = if writes { WRITES } else { &program.name };
    let name = name.to_owned();
    if !BUNDLES.contains(&name.as_str()) {
        return Some(name);
    }
    let is_plain = |word: &&str| {
        word.len() <= 24
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b))
    };
    Some(match program.operands().find(is_plain) {
        Some(subcommand) => format!("{name} {subcommand}"),
        None => name,
    })
}

fn is_assignment(program: &Program) -> bool {
    program.arguments.is_empty() && program.path.contains('=')
}

#[cfg(test)]
mod tests {
    use super::super::programs;
    use super::*;

    #[test]
    fn names() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(program_state(&programs(text)).as_deref(), expect, "{text}");
        };
        check("cd a && mvn -q -o test -Dtest=B", Some("mvn test"));
        check("./gradlew :core:test", Some("gradle"));
        check("git --no-pager log -3", Some("git log"));
        check("python -m pip install x", Some("pip install"));
        check("python -m pytest a", Some("pytest"));
        check("cd a", Some("cd"));
        check("X=1; Y=2 make", Some("make"));
        check("make -j4 all", Some("make all"));
        check("echo a > b", Some("(write)"));
        check("cat > b <<E\nc\nE", Some("(write)"));
        check("cat b", Some("cat"));
        check("ls | head", Some("ls"));
        check("", None);
        check("it's the {wrong} thing", Some(NO_PROGRAM));
    }
}
