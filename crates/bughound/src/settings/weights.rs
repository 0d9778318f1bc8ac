//! What the built-in policy ranks by.

use bughound_hound::Judge;
use bughound_hound::scorer::Scorer;

use crate::exit::Failure;

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
                let bytes = std::fs::read(file).map_err(|error| {
                    Failure::bad_input(format!("cannot read the weights {file}: {error}"))
                        .hint("give a file that `train scorer` wrote, `learned` or `hand`")
                })?;
                let scorer = Scorer::parse(&bytes)
                    .map_err(|error| Failure::bad_input(format!("{file}: {error}")))?;
                Self::Given(Box::new(scorer))
            }
        })
    }

    /// Searches step by step know the network inside the binary alone.
    ///
    /// # Errors
    /// Wrong usage, where other weights are asked for.
    pub(crate) fn only_learned(which: &str) -> anyhow::Result<()> {
        if which == "learned" {
            return Ok(());
        }
        let message = format!("--weights {which} is for rankings made at once");
        Err(Failure::usage(message)
            .hint("leave --weights out of searches step by step")
            .into())
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
