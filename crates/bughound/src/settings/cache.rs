//! Where computed values are kept.

use bughound_store::Store;

use crate::args::GlobalArgs;
use crate::environment::Environment;

/// The cache, and a warning where there is no place for one.
///
/// The first of: `--no-cache`, `--cache-dir`, `$BUGHOUND_CACHE_DIR`, `$XDG_CACHE_HOME/bughound`,
/// `~/.cache/bughound`.
pub(super) fn resolve(global: &GlobalArgs, environment: &Environment) -> (Store, Option<String>) {
    if global.no_cache {
        return (Store::none(), None);
    }
    let named = global
        .cache_dir
        .clone()
        .or_else(|| environment.cache_dir.clone());
    let dir = named
        .or_else(|| Some(environment.xdg_cache_home.as_ref()?.join("bughound")))
        .or_else(|| Some(environment.home.as_ref()?.join(".cache").join("bughound")));
    match dir {
        Some(dir) => (Store::at(dir), None),
        None => {
            let warning = "there is no home folder, so nothing is cached: set BUGHOUND_CACHE_DIR or pass --cache-dir";
            (Store::none(), Some(warning.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;
    use crate::args::Cli;

    fn check(arguments: &[&str], variables: [&str; 3], dir: Option<&str>) {
        let command_line = ["bughound"].iter().chain(arguments).chain(&["index"]);
        let cli = Cli::try_parse_from(command_line).unwrap();
        let [cache_dir, xdg_cache_home, home] =
            variables.map(|value| (!value.is_empty()).then(|| value.into()));
        let environment = Environment {
            cache_dir,
            xdg_cache_home,
            home,
            path: Vec::new(),
            registries: std::collections::BTreeMap::new(),
            no_color: false,
            width: None,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            current_dir: None,
            temp_dir: "/tmp".into(),
        };
        let (store, warning) = resolve(&cli.global, &environment);
        assert_eq!(
            store.dir(),
            dir.map(Path::new),
            "{arguments:?} {variables:?}"
        );
        assert_eq!(warning.is_some(), dir.is_none() && !cli.global.no_cache);
    }

    #[test]
    fn the_first_named_place_wins() {
        check(&["--cache-dir", "/a"], ["/b", "/c", "/d"], Some("/a"));
        check(&[], ["/b", "/c", "/d"], Some("/b"));
        check(&[], ["", "/c", "/d"], Some("/c/bughound"));
        check(&[], ["", "", "/d"], Some("/d/.cache/bughound"));
        check(&[], ["", "", ""], None);
        check(&["--no-cache"], ["/b", "/c", "/d"], None);
    }
}
