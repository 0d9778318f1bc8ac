//! The copy of a world's layers, for backends of other crates that move it elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Place, make_place, merge};
use crate::embedded::Tree;
use crate::{Change, ChangeFilter, SandboxError, World};

/// A folder of the host with a tree in it, which can be told from the layers of its world. It goes when this is dropped.
pub struct LayerCopy {
    place: Place,
    layers: Vec<PathBuf>,
}

impl LayerCopy {
    /// An empty tree, beside the files that the world asks for ([`files`](Self::files)).
    ///
    /// # Errors
    /// [`SandboxError::Nonsense`] for a world that cannot be, or [`SandboxError::Make`].
    pub fn empty(world: &World, temporary: &Path) -> Result<Self, SandboxError> {
        crate::embedded::check(world)?;
        let failed = |source| SandboxError::Make {
            step: "make a folder for its files",
            path: temporary.to_owned(),
            source,
        };
        let place = make_place(temporary).map_err(failed)?;
        for (path, content) in &world.files {
            let path = place.files().join(path.strip_prefix("/").unwrap_or(path));
            fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(failed)?;
            fs::write(path, content).map_err(failed)?;
        }
        Ok(Self {
            place,
            layers: world.layers.clone(),
        })
    }

    /// The layers, merged.
    ///
    /// # Errors
    /// As [`empty`](Self::empty).
    pub fn merged(world: &World, temporary: &Path) -> Result<Self, SandboxError> {
        let made = Self::empty(world, temporary)?;
        for layer in &world.layers {
            merge::merge(layer, &made.tree()).map_err(|source| SandboxError::Make {
                step: "copy a layer",
                path: layer.clone(),
                source,
            })?;
        }
        Ok(made)
    }

    /// Where the tree is.
    pub fn tree(&self) -> PathBuf {
        self.place.tree()
    }

    /// A folder with the world's own files, each under the path that it has in the sandbox.
    pub fn files(&self) -> PathBuf {
        self.place.files()
    }

    /// What in the tree differs from the layers, as [`Sandbox::changes`](crate::Sandbox::changes) says it.
    ///
    /// # Errors
    /// [`SandboxError::Tree`].
    pub fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, SandboxError> {
        Tree::of_copy(&self.tree(), &self.place.tmp(), &self.layers)?.changes(filter)
    }
}
