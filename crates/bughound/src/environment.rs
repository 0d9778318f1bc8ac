//! What surrounds the process. Read once, in `main`; everything else is told.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::SystemTime;

/// What surrounds the process.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// `$BUGHOUND_CACHE_DIR`.
    pub(crate) cache_dir: Option<PathBuf>,
    /// `$XDG_CACHE_HOME`; only absolute paths count, as its specification says.
    pub(crate) xdg_cache_home: Option<PathBuf>,
    /// `$HOME`.
    pub(crate) home: Option<PathBuf>,
    /// The folders of `$PATH`.
    pub(crate) path: Vec<PathBuf>,
    /// Variables by which package managers are told of registries.
    pub(crate) registries: BTreeMap<String, String>,
    /// `$NO_COLOR` is set and not empty, or the terminal is a dumb one.
    pub(crate) no_color: bool,
    /// The width of the terminal at standard output; `$COLUMNS` goes first.
    pub(crate) width: Option<usize>,
    /// Standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub(crate) stderr_is_terminal: bool,
    /// Where the process was started; `None` where the folder is gone.
    pub(crate) current_dir: Option<PathBuf>,
    /// Where temporary files go.
    pub(crate) temp_dir: PathBuf,
}

impl Environment {
    /// Reads the surroundings.
    pub(crate) fn read() -> Self {
        Self {
            cache_dir: variable("BUGHOUND_CACHE_DIR").map(PathBuf::from),
            xdg_cache_home: variable("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .filter(|dir| dir.is_absolute()),
            home: variable("HOME").map(PathBuf::from),
            path: variable("PATH")
                .map(|path| std::env::split_paths(&path).collect())
                .unwrap_or_default(),
            registries: registries(),
            no_color: variable("NO_COLOR").is_some()
                || variable("TERM").is_some_and(|term| term == "dumb"),
            width: variable("COLUMNS")
                .and_then(|columns| columns.to_str()?.parse().ok())
                .or_else(|| {
                    console::Term::stdout()
                        .size_checked()
                        .map(|(_, columns)| columns.into())
                }),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            current_dir: current_dir(),
            temp_dir: std::env::temp_dir(),
        }
    }
}

/// A key from the environment, asked for by its name when it is needed, and kept nowhere else.
pub(crate) fn secret(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}

/// What says which registries package managers use. Links to folders of this machine are left out: a sandbox does not
/// see them.
fn registries() -> BTreeMap<String, String> {
    const BEGIN: [&str; 5] = [
        "PIP_",
        "UV_",
        "npm_config_",
        "NPM_CONFIG_",
        "CARGO_REGISTRIES_",
    ];
    const NAMES: [&str; 12] = [
        "GOPROXY",
        "GONOSUMDB",
        "GONOSUMCHECK",
        "GOFLAGS",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "CARGO_HTTP_CAINFO",
    ];
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| {
            NAMES.contains(&name.as_str()) || BEGIN.iter().any(|begin| name.starts_with(begin))
        })
        .filter(|(name, value)| !(name.ends_with("FIND_LINKS") && value.starts_with('/')))
        .collect()
}

/// The time by the clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the command line, which reads the clock; no answer depends on it"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970.
pub(crate) fn unix_seconds() -> u64 {
    now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Seconds since 1970, with their fraction.
pub(crate) fn seconds() -> f64 {
    now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

/// Bytes of memory that are free or can be freed, where the system tells.
pub(crate) fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the command line, which owns the current directory"
)]
fn current_dir() -> Option<PathBuf> {
    std::env::current_dir().ok()
}
