//! Languages that are not understood: lines, and nothing in them.

use bughound_core::Language;

use crate::builder::Builder;
use crate::{FrontEnd, Outline};

/// Any text.
pub(crate) struct Text;

impl FrontEnd for Text {
    fn language(&self) -> Language {
        Language::Text
    }

    fn read(&self, text: &str) -> Outline {
        Builder::new(text).finish()
    }
}
