//! What an output stream can show.

use clap::builder::styling::{AnsiColor, Style};

/// What an output stream can show. Styles are empty where colours are off.
///
/// A style is used as `{style}text{style:#}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Whether to use colours.
    pub(crate) color: bool,
    /// How many columns there are.
    pub(crate) width: usize,
}

impl Terminal {
    /// Of titles and numbers.
    pub(crate) fn bold(self) -> Style {
        self.style(Style::new().bold())
    }

    /// Of what matters less.
    pub(crate) fn dim(self) -> Style {
        self.style(Style::new().dimmed())
    }

    /// Of paths.
    pub(crate) fn path(self) -> Style {
        self.style(AnsiColor::Magenta.on_default())
    }

    /// Of names.
    pub(crate) fn name(self) -> Style {
        self.style(AnsiColor::Cyan.on_default().bold())
    }

    /// Of what is good.
    pub(crate) fn good(self) -> Style {
        self.style(AnsiColor::Green.on_default())
    }

    /// Of `warning`.
    pub(crate) fn warning(self) -> Style {
        self.style(AnsiColor::Yellow.on_default().bold())
    }

    /// Of `error`.
    pub(crate) fn error(self) -> Style {
        self.style(AnsiColor::Red.on_default().bold())
    }

    fn style(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }
}
