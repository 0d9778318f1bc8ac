//! A key, which nobody sees.

use std::fmt;

/// A server's key. It is sent to the server and shown nowhere: not in errors, not in debug output, not in
/// records, and it cannot be serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What stands where a key would be seen.
const HIDDEN: &str = "[key]";

impl Secret {
    /// Keeps a key. Space around it (a file's last newline) is dropped.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self(key.as_ref().trim().to_owned())
    }

    /// It holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key itself, for the header of a request alone.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A text in which the key, if it occurs there, is hidden: servers repeat keys in their errors.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        if self.0.is_empty() {
            text.to_owned()
        } else {
            text.replace(&self.0, HIDDEN)
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_it() {
        let secret = Secret::new(" sk-123\n");
        assert_eq!(secret.expose(), "sk-123");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "[key] [key] Some([key])"
        );
        assert_eq!(secret.hide_in("wrong key sk-123."), "wrong key [key].");
        assert_eq!(Secret::new("").hide_in("abc"), "abc");
    }
}
