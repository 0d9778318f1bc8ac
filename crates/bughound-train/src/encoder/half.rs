//! Which half of the projects a project belongs to, so that whoever trains on scores of the encoder can use the one
//! that has not seen the project.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

/// A part of the projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Projects whose names have an even hash.
    A,
    /// The others.
    B,
}

impl Half {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::A => "a",
            Self::B => "b",
        })
    }
}

impl FromStr for Half {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "a" => Ok(Self::A),
            "b" => Ok(Self::B),
            other => Err(format!("`{other}` is no half of the projects: a or b")),
        }
    }
}

/// The half of a project, by its name (`owner/name`) alone.
pub fn half_of(project: &str) -> Half {
    // The lowest bit of the name's hash.
    if xxh3_64(project.as_bytes()) & 1 == 0 {
        Half::A
    } else {
        Half::B
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_stay_as_they_are() {
        let half = |name| half_of(name).to_string();
        let found = [
            "encode/httpx",
            "conan-io/conan",
            "fastapi/fastapi",
            "redis/redis-py",
        ]
        .map(half);
        assert_eq!(found.join(" "), "a b b a");
        assert_eq!("b".parse(), Ok(Half::B));
        assert_eq!(Half::A.other(), Half::B);
        assert!("c".parse::<Half>().is_err());
    }
}
