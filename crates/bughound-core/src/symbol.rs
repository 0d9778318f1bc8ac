//! Names of things inside files.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::RepoPath;

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SymbolKind {
    /// A class.
    Class = 0,
    /// A struct or record.
    Struct = 1,
    /// An enum.
    Enum = 2,
    /// A union.
    Union = 3,
    /// An interface, protocol or annotation type.
    Interface = 4,
    /// A trait.
    Trait = 5,
    /// An `impl` block (Rust): a container, not a candidate of its own.
    Impl = 6,
    /// A type alias.
    TypeAlias = 7,
    /// A module or namespace inside a file.
    Namespace = 8,
    /// A function outside of any type.
    Function = 9,
    /// A function inside a type: methods, constructors, property getters and setters.
    Method = 10,
    /// A macro.
    Macro = 11,
}

impl SymbolKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Class,
        Self::Struct,
        Self::Enum,
        Self::Union,
        Self::Interface,
        Self::Trait,
        Self::Impl,
        Self::TypeAlias,
        Self::Namespace,
        Self::Function,
        Self::Method,
        Self::Macro,
    ];

    /// The kind with this number (`as u8`), for readers of caches.
    pub fn from_u8(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Functions, methods and macros.
    pub fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Macro)
    }

    /// Classes and everything else that declares a type.
    pub fn is_type(self) -> bool {
        matches!(
            self,
            Self::Class
                | Self::Struct
                | Self::Enum
                | Self::Union
                | Self::Interface
                | Self::Trait
                | Self::TypeAlias
        )
    }

    /// Lower-case word for people: `type alias`, `method`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Union => "union",
            Self::Interface => "interface",
            Self::Trait => "trait",
            Self::Impl => "impl",
            Self::TypeAlias => "type alias",
            Self::Namespace => "namespace",
            Self::Function => "function",
            Self::Method => "method",
            Self::Macro => "macro",
        }
    }
}

impl fmt::Display for SymbolKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A symbol's name everywhere: `path/to/file.py::Class.method`, or a file alone: `path/to/file.py`.
///
/// Several definitions may share an id (overloads, a property's getter and setter, one `def` in each
/// branch of an `if`); spans tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId {
    /// The file.
    pub path: RepoPath,
    /// The dotted name inside the file; `None` names the file itself.
    pub qualified_name: Option<Box<str>>,
}

impl SymbolId {
    /// The id of a definition.
    pub fn symbol(path: RepoPath, qualified_name: &str) -> Self {
        Self {
            path,
            qualified_name: Some(qualified_name.into()),
        }
    }

    /// The id of a whole file.
    pub fn file(path: RepoPath) -> Self {
        Self {
            path,
            qualified_name: None,
        }
    }

    /// The last part of the qualified name: `method` of `Class.method`; the file name for a file.
    pub fn name(&self) -> &str {
        match &self.qualified_name {
            Some(name) => name.rsplit('.').next().unwrap_or(name),
            None => self.path.file_name(),
        }
    }
}

impl fmt::Display for SymbolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.qualified_name {
            Some(name) => write!(f, "{}::{name}", self.path),
            None => write!(f, "{}", self.path),
        }
    }
}

/// Why a text is no [`SymbolId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolIdError {
    /// Nothing before `::`, or nothing at all.
    #[error("`{0}` names no file; a symbol is written path/to/file.py::Class.method")]
    NoPath(String),
    /// `::` with nothing behind it.
    #[error("`{0}` ends in `::` without a name; a symbol is written path/to/file.py::Class.method")]
    NoName(String),
}

impl FromStr for SymbolId {
    type Err = SymbolIdError;

    fn from_str(text: &str) -> Result<Self, SymbolIdError> {
        let text = text.trim();
        let (path, name) = match text.split_once("::") {
            Some((path, name)) => (path.trim(), Some(name.trim())),
            None => (text, None),
        };
        if path.is_empty() {
            return Err(SymbolIdError::NoPath(text.to_owned()));
        }
        if name == Some("") {
            return Err(SymbolIdError::NoName(text.to_owned()));
        }
        Ok(Self {
            path: RepoPath::from(path),
            qualified_name: name.map(Into::into),
        })
    }
}

impl Serialize for SymbolId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SymbolId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip() {
        for text in ["a/b.py::C.m", "a/b.py", "lib.rs::outer.inner"] {
            let id: SymbolId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn bad_ids_say_why() {
        assert!(matches!(
            "::x".parse::<SymbolId>(),
            Err(SymbolIdError::NoPath(_))
        ));
        assert!(matches!(
            "a.py::".parse::<SymbolId>(),
            Err(SymbolIdError::NoName(_))
        ));
        assert!(matches!(
            "".parse::<SymbolId>(),
            Err(SymbolIdError::NoPath(_))
        ));
    }

    #[test]
    fn kinds_round_trip() {
        for kind in SymbolKind::ALL {
            assert_eq!(SymbolKind::from_u8(kind as u8), Some(kind));
        }
    }
}
