//! Small changes of manifests that have no tool of their own: a text is substituted by `perl`, which every Debian has.
//! Names and versions are arguments, never part of the program.

use std::path::PathBuf;

use super::{REPO, Step};
use crate::TaskCommand;

/// A step that substitutes in `file` of the project: `code` is perl that changes `$_`, the whole file, and counts what it
/// did in `$n`; it finds `args` in `@a`. Changing nothing is an error, which says what was looked for.
pub(crate) fn substitute(what: &str, file: &str, code: &str, args: &[&str]) -> Step {
    let program = format!(
        "use strict; my $f = shift; my @a = @ARGV; my $n = 0; local $/; \
         open(my $in, '<', $f) or die \"$f: $!\\n\"; $_ = <$in>; close $in; \
         {code}; \
         die \"$f has no @a\\n\" unless $n; \
         open(my $out, '>', $f) or die \"$f: $!\\n\"; print $out $_ or die \"$f: $!\\n\"; close $out or die \"$f: $!\\n\";"
    );
    let mut argv = vec!["perl".to_owned(), "-e".to_owned(), program, file.to_owned()];
    argv.extend(args.iter().map(|&arg| arg.to_owned()));
    Step {
        what: what.to_owned(),
        write: Vec::new(),
        argv,
        cwd: PathBuf::from(REPO),
    }
}

/// A command that prints what `code` (perl over `$_`, the whole file) evaluates to; it fails where that is nothing.
pub(crate) fn print(file: &str, code: &str, args: &[&str]) -> TaskCommand {
    let program = format!(
        "use strict; my $f = shift; my @a = @ARGV; local $/; \
         open(my $in, '<', $f) or die \"$f: $!\\n\"; $_ = <$in>; \
         my $v = do {{ {code} }}; die \"$f has no @a\\n\" unless defined $v && length $v; print \"$v\\n\";"
    );
    let mut argv = vec!["perl".to_owned(), "-e".to_owned(), program, file.to_owned()];
    argv.extend(args.iter().map(|&arg| arg.to_owned()));
    argv
}

/// A step that runs a program in the project.
pub(crate) fn run(what: &str, argv: &[&str]) -> Step {
    Step {
        what: what.to_owned(),
        write: Vec::new(),
        argv: argv.iter().map(|&part| part.to_owned()).collect(),
        cwd: PathBuf::from(REPO),
    }
}

/// A command.
pub(crate) fn command(argv: &[&str]) -> TaskCommand {
    argv.iter().map(|&part| part.to_owned()).collect()
}
