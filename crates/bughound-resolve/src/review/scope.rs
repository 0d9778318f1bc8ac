//! Which files may a change touch?

use bughound_testbed::Paths;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs of a recipe, read.
pub(super) struct Scope {
    allowed: GlobSet,
    protected: GlobSet,
}

impl Scope {
    pub(super) fn of(paths: &Paths) -> Self {
        Self {
            allowed: globs(&paths.allowed),
            protected: globs(&paths.protected),
        }
    }

    pub(super) fn allows(&self, path: &str) -> bool {
        self.allowed.is_match(path)
    }

    pub(super) fn protects(&self, path: &str) -> bool {
        self.protected.is_match(path)
    }
}

/// As in recipes: `*` does not cross folders, `**` does.
fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}
