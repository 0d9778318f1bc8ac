//! Progress bars on standard error.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Makes progress bars, or bars that nobody sees: when standard error is no terminal, or with `--quiet`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Whether bars are drawn.
    pub(crate) shown: bool,
}

impl Progress {
    /// Work of unknown length. The bar vanishes when it is dropped.
    pub(crate) fn spinner(self, message: impl Into<Cow<'static, str>>) -> Bar {
        self.bar_with(
            ProgressBar::new_spinner(),
            "{spinner:.cyan} {msg} {elapsed:.dim}",
            message.into(),
        )
    }

    /// `n` steps. The bar vanishes when it is dropped.
    pub(crate) fn bar(self, n: u64, message: impl Into<Cow<'static, str>>) -> Bar {
        let template = "{msg} {bar:30.cyan/dim} {human_pos}/{human_len} {per_sec:.dim} {eta:.dim}";
        self.bar_with(ProgressBar::new(n), template, message.into())
    }

    fn bar_with(self, bar: ProgressBar, template: &str, message: Cow<'static, str>) -> Bar {
        if !self.shown {
            return Bar(ProgressBar::hidden());
        }
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(message);
        bar.enable_steady_tick(Duration::from_millis(120));
        Bar(bar)
    }
}

/// A progress bar; usable from many threads.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// One more step is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// `done` of `total` steps are done; the total may have grown.
    pub(crate) fn reach(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    /// Prints a line above the bar, or where the bar would be.
    pub(crate) fn print_line(&self, line: &str) {
        self.0.suspend(|| {
            // There is nobody left to tell where standard error is gone.
            let _ = writeln!(io::stderr().lock(), "{line}");
        });
    }

    /// Says what is being done now.
    pub(crate) fn say(&self, message: impl Into<Cow<'static, str>>) {
        self.0.set_message(message);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
