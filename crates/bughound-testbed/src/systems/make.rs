//! make with the host's gcc. What a project depends on is in its tree; what moves is the language's standard, `-std=` in
//! its `Makefile`.
//!
//! `BUILD` says where objects belong; a `Makefile` that builds in its own tree works too and starts anew every time.

use std::collections::BTreeMap;

use super::manifest::{command, print, substitute};
use super::native::{compilers, described, program};
use super::versions::no_tool;
use super::{BUILD, BuildSystem, Host, Step, Toolchain};
use crate::{Fault, Task, TaskCommand};

/// See the module.
#[derive(Debug)]
pub(super) struct Make;

impl BuildSystem for Make {
    fn name(&self) -> &'static str {
        "make"
    }

    fn toolchain(&self, task: &Task, host: &Host) -> Result<Toolchain, Fault> {
        let mut toolchain = compilers(task, host)?;
        let make = program(host, "make").ok_or_else(|| no_tool("make", "make"))?;
        toolchain.version = format!("{}, {}", toolchain.version, described("make", "", &make));
        Ok(toolchain)
    }

    fn fetch(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn install(&self, _: &Task) -> Vec<Step> {
        Vec::new()
    }

    fn env(&self, _: &Task) -> BTreeMap<String, String> {
        env()
    }

    fn sync(&self, _: &Task) -> Vec<TaskCommand> {
        Vec::new()
    }

    fn build(&self, _: &Task) -> Vec<TaskCommand> {
        vec![command(&["make"])]
    }

    fn test(&self, _: &Task) -> Vec<TaskCommand> {
        vec![command(&["make", "test"])]
    }

    fn version_of(&self, _: &Task, dependency: &str) -> Option<TaskCommand> {
        let family = family(dependency)?;
        let code = format!("m/-std=(?:c|gnu){family}([0-9]+[a-z]?)/ && {YEAR}");
        Some(print("Makefile", &code, &[dependency]))
    }

    fn upgrade(&self, _: &Task, dependency: &str, version: Option<&str>) -> Option<Vec<Step>> {
        let family = family(dependency)?;
        let version = version.unwrap_or(if dependency == "c" { "2x" } else { "20" });
        let code = format!("$n += s/(-std=(?:c|gnu){family})[0-9]+[a-z]?/$1$a[1]/g");
        let args = [dependency, version];
        Some(vec![substitute("move -std=", "Makefile", &code, &args)])
    }

    fn remove(&self, _: &Task, _: &str) -> Option<Vec<Step>> {
        None
    }
}

/// Perl: `$1` as a number, the names of drafts being those of the standards they became.
const YEAR: &str = "do { my $y = $1; $y =~ s/1x/11/; $y =~ s/1y/14/; $y =~ s/1z/17/; $y =~ s/2a/20/; \
                    $y =~ s/2b|2x/23/; $y }";

/// What stands between `c` or `gnu` and the year.
fn family(dependency: &str) -> Option<&'static str> {
    match dependency {
        "c" => Some(""),
        "c++" => Some("\\+\\+"),
        _ => None,
    }
}

/// Environment of C and C++: `cc` and `c++` lead through `/etc`, so the compilers are named.
pub(crate) fn env() -> BTreeMap<String, String> {
    [
        ("CC", "gcc"),
        ("CXX", "g++"),
        ("BUILD", BUILD),
        ("CCACHE_DISABLE", "1"),
        ("GCC_COLORS", ""),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}
