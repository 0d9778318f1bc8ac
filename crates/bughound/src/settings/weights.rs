//! What the built-in policy ranks by.

use anyhow::Context;
use bughound_hound::Judge;
use bughound_hound::scorer::Scorer;

/// What `--weights` names.
pub(crate) enum Weights {
    /// The network inside the binary.
    Learned,
    /// Weights set by hand.
    Hand,
    /// A network from a file.
    Given(Box<Scorer>),
}

impl Weights {
    /// Reads the file, where it is one.
    ///
    /// # Errors
    /// Where the file cannot be read, or was made for other features.
    pub(crate) fn read(which: &str) -> anyhow::Result<Self> {
        Ok(match which {
            "learned" => Self::Learned,
            "hand" => Self::Hand,
            file => {
                let bytes = std::fs::read(file).with_context(|| {
                    format!("cannot read the weights {file} (or say `learned` or `hand`)")
                })?;
                let scorer = Scorer::parse(&bytes).with_context(|| format!("cannot use {file}"))?;
                Self::Given(Box::new(scorer))
            }
        })
    }

    /// As hound takes it.
    pub(crate) fn judge(&self) -> Judge<'_> {
        match self {
            Self::Learned => Judge::Learned,
            Self::Hand => Judge::Hand,
            Self::Given(scorer) => Judge::Given(scorer),
        }
    }
}
