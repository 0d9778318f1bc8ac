//! What is mined, written down: projects, revisions, filters. With it and plain clones anybody gets the same tasks.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MineSettings;
use crate::TasksError;

/// What is mined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The filters, for all projects.
    #[serde(default)]
    pub filters: MineSettings,
    /// The projects, in the order in which their tasks come out.
    #[serde(default, rename = "project")]
    pub projects: Vec<RecipeProject>,
}

/// One project of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeProject {
    /// `owner/name`.
    pub name: String,
    /// The youngest commit that is looked at: a whole commit id, so that the result stays the same.
    pub rev: String,
    /// Its licence at that commit, as an SPDX identifier; for readers, and checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// [`TasksError`] where the file cannot be read, is no recipe, or names a project twice.
    pub fn read(path: &Path) -> Result<Self, TasksError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| TasksError::read(path, source))?;
        let recipe: Self = toml::from_str(&text)
            .map_err(|error| TasksError::format(path, error.to_string().trim().to_owned()))?;
        for (at, project) in recipe.projects.iter().enumerate() {
            if recipe.projects[..at]
                .iter()
                .any(|known| known.name == project.name)
            {
                let message = format!("the project {} stands in it twice", project.name);
                return Err(TasksError::format(path, message));
            }
        }
        Ok(recipe)
    }
}
