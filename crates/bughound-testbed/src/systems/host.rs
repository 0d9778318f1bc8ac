//! What is asked of the machine that prepares tasks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where programs and package managers' settings are on this machine. Read by the command line, once.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// Variables that say which registries are used (`PIP_*`, `UV_*`, `NPM_CONFIG_*`, `CARGO_*`, `GOPROXY`, proxies,
    /// certificates): given to steps that fetch, and to nothing else.
    pub registries: BTreeMap<String, String>,
    /// Package managers' files of settings, seen by the same steps: absolute path in the sandbox and content.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    answers: Answers,
}

/// What programs answered, by program and arguments.
type Answers = Arc<Mutex<BTreeMap<(PathBuf, Vec<String>), Option<String>>>>;

impl Host {
    /// A machine with these folders of programs and this home.
    pub fn new(path: Vec<PathBuf>, home: Option<PathBuf>) -> Self {
        Self {
            path,
            home,
            ..Self::default()
        }
    }

    /// The first program of this name on the path, links resolved.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.path
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| is_program(path))
            .and_then(|path| std::fs::canonicalize(path).ok())
    }

    /// What a program of the host prints when it is called with `arguments`; `None` where it fails. It is asked once.
    pub fn ask(&self, program: &Path, arguments: &[&str]) -> Option<String> {
        let key = (
            program.to_owned(),
            arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
        );
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(&key) {
            return answer.clone();
        }
        let answer = self.run(program, arguments);
        answers.insert(key, answer.clone());
        answer
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Option<String> {
        let path: Vec<String> = self
            .path
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        let mut env = BTreeMap::from([
            ("PATH".to_owned(), path.join(":")),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ]);
        if let Some(home) = &self.home {
            env.insert("HOME".to_owned(), home.display().to_string());
        }
        let output =
            bughound_sandbox::capture(program, arguments, &env, Duration::from_secs(30)).ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

#[cfg(unix)]
pub(super) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_program(path: &Path) -> bool {
    path.is_file()
}
