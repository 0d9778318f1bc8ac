//! How sure an edge is, and why.

use serde::{Deserialize, Serialize};

/// Why a call, a base class or a mention is taken to mean one definition and not another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Through the object or class around the call (`self`, `cls`, `this`), and the class has the method.
    SameClass,
    /// Defined in the same file, and visible there under its plain name.
    SameFile,
    /// Imported: the name itself, or the module before the dot.
    Imported,
    /// A class that is called to make an instance; the class is known by its file or by an import.
    Constructor,
    /// As `SameClass`, or through `super`, with the method in a class above.
    Inherited,
    /// `Class.method` or `module.function`, the class or module being known.
    Qualified,
    /// On a variable to which an instance of the class was assigned in the same function or class.
    Instance,
    /// Nothing else in the repository has this name.
    UniqueName,
    /// One of `n` definitions with this name.
    ByName {
        /// How many there are, at most [`Evidence::MAX_BY_NAME`].
        n: u8,
    },
    /// As `ByName`, where strings, lists or maps of the language have a method of this name too, so that most
    /// such calls mean none of them.
    BuiltinName {
        /// How many there are.
        n: u8,
    },
}

impl Evidence {
    /// A name with more definitions than this gives no edge.
    pub const MAX_BY_NAME: usize = 10;

    /// How likely the edge is right, in (0, 1]: a judgement, fixed per kind.
    pub fn confidence(self) -> f32 {
        match self {
            Self::SameClass => 0.97,
            Self::SameFile | Self::Imported | Self::Constructor => 0.95,
            Self::Inherited | Self::Qualified => 0.9,
            Self::Instance => 0.85,
            Self::UniqueName => 0.6,
            Self::ByName { n } => 0.5 / f32::from(n.max(1)),
            Self::BuiltinName { n } => 0.1 / f32::from(n.max(1)),
        }
    }

    /// Whether the edge was resolved, rather than guessed from a name.
    pub fn is_resolved(self) -> bool {
        !matches!(
            self,
            Self::UniqueName | Self::ByName { .. } | Self::BuiltinName { .. }
        )
    }

    pub(crate) fn by_name(n: usize, is_builtin: bool) -> Option<Self> {
        let count = u8::try_from(n).ok().filter(|_| n <= Self::MAX_BY_NAME)?;
        match (n, is_builtin) {
            (0, _) => None,
            (_, true) => Some(Self::BuiltinName { n: count }),
            (1, false) => Some(Self::UniqueName),
            (_, false) => Some(Self::ByName { n: count }),
        }
    }
}

impl std::fmt::Display for Evidence {
    /// In words, for people: `same class`, `one of 3 with this name`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SameClass => f.write_str("same class"),
            Self::SameFile => f.write_str("same file"),
            Self::Imported => f.write_str("imported"),
            Self::Constructor => f.write_str("constructor"),
            Self::Inherited => f.write_str("inherited"),
            Self::Qualified => f.write_str("qualified"),
            Self::Instance => f.write_str("instance"),
            Self::UniqueName => f.write_str("only one with this name"),
            Self::ByName { n } => write!(f, "one of {n} with this name"),
            Self::BuiltinName { n } => write!(
                f,
                "one of {n} with this name, which built-in types have too"
            ),
        }
    }
}
