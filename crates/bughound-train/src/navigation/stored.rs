//! Worlds with what is right in them, and the files that hold them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use bughound_hound::navigate::World;
use bughound_rollout::write_atomically;
use serde::{Deserialize, Serialize};

use crate::TrainError;
use crate::collect::ByProject;

/// A task as a navigator sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredWorld {
    /// Of the task.
    pub instance_id: String,
    /// `owner/name`.
    pub repo: String,
    /// The pool.
    pub world: World,
    /// Whether the fix changes each candidate of the pool.
    pub is_gold: Vec<bool>,
    /// What is to be found, in the pool or not.
    pub n_gold: usize,
}

impl StoredWorld {
    /// The positions of what is to be found.
    pub fn gold(&self) -> Vec<usize> {
        (0..self.is_gold.len())
            .filter(|&at| self.is_gold[at])
            .collect()
    }

    /// Whether a search can succeed at all.
    pub fn is_solvable(&self) -> bool {
        self.is_gold.contains(&true)
    }
}

/// A folder of worlds: for each project a file of JSON lines in a zstd frame.
#[derive(Clone, Debug)]
pub struct WorldFolder {
    path: PathBuf,
}

const ENDING: &str = ".worlds.jsonl.zst";

impl WorldFolder {
    /// A folder to be written to; it is made where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(path: &Path) -> Result<Self, TrainError> {
        std::fs::create_dir_all(path).map_err(TrainError::io("create", path))?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// A folder to be read.
    pub fn open(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// All worlds, project by project in the order of their names, tasks in the order of their ids.
    ///
    /// # Errors
    /// Where a file cannot be read or holds something else.
    pub fn read(&self) -> Result<Vec<StoredWorld>, TrainError> {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(TrainError::io("read", &self.path))? {
            let path = entry.map_err(TrainError::io("read", &self.path))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.ends_with(ENDING)) {
                paths.push(path);
            }
        }
        paths.sort();
        let mut worlds = Vec::new();
        for path in &paths {
            let file = std::fs::File::open(path).map_err(TrainError::io("read", path))?;
            let decoder = zstd::Decoder::new(file).map_err(TrainError::io("read", path))?;
            for line in BufReader::new(decoder).lines() {
                let line = line.map_err(TrainError::io("read", path))?;
                let world: StoredWorld = serde_json::from_str(&line)
                    .map_err(|error| TrainError::malformed(path, error.to_string()))?;
                if !world.world.is_whole() || world.is_gold.len() != world.world.len() {
                    let reason = format!("the world of {} is not whole", world.instance_id);
                    return Err(TrainError::malformed(path, reason));
                }
                worlds.push(world);
            }
        }
        worlds.sort_by(|a, b| (&a.repo, &a.instance_id).cmp(&(&b.repo, &b.instance_id)));
        Ok(worlds)
    }

    fn file(&self, repo: &str) -> PathBuf {
        self.path
            .join(format!("{}{ENDING}", repo.replace('/', "__")))
    }
}

impl ByProject<StoredWorld> for WorldFolder {
    fn has(&self, repo: &str) -> bool {
        self.file(repo).is_file()
    }

    fn write(&self, repo: &str, worlds: &[StoredWorld]) -> Result<(), TrainError> {
        let path = self.file(repo);
        let failed = || TrainError::io("write", &path);
        let mut lines = Vec::new();
        for world in worlds {
            serde_json::to_writer(&mut lines, world)
                .map_err(|error| failed()(std::io::Error::other(error)))?;
            lines.push(b'\n');
        }
        let bytes = zstd::encode_all(lines.as_slice(), 6).map_err(failed())?;
        write_atomically(&path, &bytes).map_err(failed())
    }
}
