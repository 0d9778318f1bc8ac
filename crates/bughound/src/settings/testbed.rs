//! The testbed: how commands are isolated, where prepared tasks are kept, and what is known of this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bughound_sandbox::Embedded;
use bughound_testbed::Testbed;
use bughound_testbed::systems::Host;

use super::Settings;
use crate::environment::Environment;
use crate::exit::Failure;

/// Where programs are on this machine, and what package managers are told about registries.
pub(super) fn host(environment: &Environment) -> Host {
    let mut host = Host::new(environment.path.clone(), environment.home.clone());
    host.registries.clone_from(&environment.registries);
    host.registries.insert("HOME".to_owned(), HOME.to_owned());
    let home = environment.home.as_deref();
    let files = [
        (
            home.map(|home| home.join(".config/pip/pip.conf")),
            ".config/pip/pip.conf",
        ),
        (home.map(|home| home.join(".pip/pip.conf")), ".pip/pip.conf"),
        (home.map(|home| home.join(".npmrc")), ".npmrc"),
    ];
    for (from, to) in files {
        copy(&mut host, from.as_deref(), &Path::new(HOME).join(to));
    }
    copy(
        &mut host,
        Some(Path::new("/etc/pip.conf")),
        Path::new("/etc/pip.conf"),
    );
    // cargo looks for settings in all folders above the one that it runs in.
    let cargo = home.map(|home| home.join(".cargo/config.toml"));
    copy(
        &mut host,
        cargo.as_deref(),
        Path::new("/.cargo/config.toml"),
    );
    host
}

/// The home folder of steps that fetch, in their sandbox.
const HOME: &str = "/settings";

fn copy(host: &mut Host, from: Option<&Path>, to: &Path) {
    if let Some(bytes) = from.and_then(|from| std::fs::read(from).ok()) {
        host.files.push((to.to_owned(), bytes));
    }
}

impl Settings {
    /// The testbed of this machine.
    ///
    /// # Errors
    /// Where commands cannot be isolated, or nothing may be kept.
    pub(crate) fn testbed(&self) -> anyhow::Result<Testbed> {
        let folder: PathBuf = match self.store.dir() {
            // Whoever makes sandboxes works in a folder of their own.
            Some(dir) => std::path::absolute(dir)?.join("testbed"),
            None => {
                return Err(Failure::usage(
                    "build tasks are prepared once and kept, so they need a cache folder",
                )
                .hint("leave out --no-cache, or name a folder with --cache-dir")
                .into());
            }
        };
        let backend = Embedded::start()?;
        Ok(Testbed::new(Arc::new(backend), folder, self.host.clone()))
    }
}
