//! A folder of examples: one file per project, and `examples.json`, which says what the numbers are.

use std::fs;
use std::path::{Path, PathBuf};

use bughound_rollout::write_atomically;
use rayon::prelude::*;

use super::code::{decode, encode};
use super::{Example, ExampleShape};
use crate::TrainError;
use crate::collect::ByProject;

const EXTENSION: &str = "examples";
const SHAPE_FILE: &str = "examples.json";
const LEVEL: i32 = 3;

/// A folder of examples.
#[derive(Clone, Debug)]
pub struct ExampleFolder {
    path: PathBuf,
}

impl ExampleFolder {
    /// A folder that is there or is made.
    ///
    /// # Errors
    /// Where it cannot be made or written; where it holds examples of another shape.
    pub fn create(path: &Path) -> Result<Self, TrainError> {
        fs::create_dir_all(path).map_err(TrainError::io("create", path))?;
        let folder = Self {
            path: path.to_owned(),
        };
        if folder.shape_file().is_file() {
            folder.check_shape()?;
        } else {
            let text = serde_json::to_string_pretty(&ExampleShape::current()).unwrap_or_default();
            let file = folder.shape_file();
            write_atomically(&file, text.as_bytes()).map_err(TrainError::io("write", &file))?;
        }
        Ok(folder)
    }

    /// A folder that holds examples for this build of Bughound.
    ///
    /// # Errors
    /// Where it cannot be read; where its examples have another shape.
    pub fn open(path: &Path) -> Result<Self, TrainError> {
        let folder = Self {
            path: path.to_owned(),
        };
        folder.check_shape()?;
        Ok(folder)
    }

    /// The projects whose examples are there, in alphabetical order.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn projects(&self) -> Result<Vec<String>, TrainError> {
        let mut names = Vec::new();
        let entries = fs::read_dir(&self.path).map_err(TrainError::io("read", &self.path))?;
        for entry in entries {
            let path = entry.map_err(TrainError::io("read", &self.path))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == EXTENSION)
                && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
            {
                names.push(stem.replacen("__", "/", 1));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The examples of one project, in the order in which they were collected.
    ///
    /// # Errors
    /// Where its file cannot be read or is damaged.
    pub fn read(&self, repo: &str) -> Result<Vec<Example>, TrainError> {
        let file = self.file_of(repo);
        let bytes = fs::read(&file).map_err(TrainError::io("read", &file))?;
        let mut frames = Vec::new();
        let mut rest = bytes.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<8>() {
            let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let Some((frame, after)) = after.split_at_checked(length) else {
                return Err(TrainError::malformed(
                    &file,
                    "it ends in the middle of an example",
                ));
            };
            frames.push(frame);
            rest = after;
        }
        frames
            .par_iter()
            .map(|frame| {
                let bytes = zstd::stream::decode_all(*frame)
                    .map_err(|error| TrainError::malformed(&file, error.to_string()))?;
                decode(&bytes).map_err(|reason| TrainError::malformed(&file, reason))
            })
            .collect()
    }

    fn file_of(&self, repo: &str) -> PathBuf {
        self.path
            .join(format!("{}.{EXTENSION}", repo.replacen('/', "__", 1)))
    }

    fn shape_file(&self) -> PathBuf {
        self.path.join(SHAPE_FILE)
    }

    fn check_shape(&self) -> Result<(), TrainError> {
        let file = self.shape_file();
        let bytes = fs::read(&file).map_err(TrainError::io("read", &file))?;
        let shape: ExampleShape = serde_json::from_slice(&bytes)
            .map_err(|error| TrainError::malformed(&file, error.to_string()))?;
        if shape != ExampleShape::current() {
            return Err(TrainError::malformed(
                &file,
                "its rows hold other features than this version computes",
            ));
        }
        Ok(())
    }
}

impl ByProject<Example> for ExampleFolder {
    fn has(&self, repo: &str) -> bool {
        self.file_of(repo).is_file()
    }

    fn write(&self, repo: &str, examples: &[Example]) -> Result<(), TrainError> {
        let file = self.file_of(repo);
        let mut bytes = Vec::new();
        for example in examples {
            let frame = zstd::bulk::compress(&encode(example), LEVEL)
                .map_err(TrainError::io("pack examples for", &file))?;
            bytes.extend_from_slice(&(frame.len() as u64).to_le_bytes());
            bytes.extend_from_slice(&frame);
        }
        write_atomically(&file, &bytes).map_err(TrainError::io("write", &file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(n: usize) -> Example {
        Example {
            instance_id: format!("t-{n}"),
            repo: "o/n".to_owned(),
            language: "Python".to_owned(),
            n_gold: 2,
            n_gold_files: 1,
            n_candidates: 99,
            n_terms: 12,
            ids: vec!["a.py::f".to_owned(), "a.py::g".to_owned()],
            is_gold: vec![true, false],
            hand: vec![1.5, 0.5],
            file_of: vec![0, 0],
            candidate_rows: vec![0.25; 2 * n],
            files: vec!["a.py".to_owned()],
            is_gold_file: vec![true],
            file_hand: vec![2.0],
            file_rows: vec![1.0; n],
        }
    }

    #[test]
    fn examples_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let folder = ExampleFolder::create(dir.path()).unwrap();
        assert!(!folder.has("o/n"));
        let examples = [example(3), example(0)];
        folder.write("o/n", &examples).unwrap();
        folder.write("o/m", &[]).unwrap();
        let again = ExampleFolder::open(dir.path()).unwrap();
        assert_eq!(again.projects().unwrap(), ["o/m", "o/n"]);
        assert_eq!(again.read("o/n").unwrap(), examples);
        assert_eq!(again.read("o/m").unwrap(), []);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = ExampleFolder::create(dir.path()).unwrap();
        folder.write("o/n", &[example(3)]).unwrap();
        let file = dir.path().join("o__n.examples");
        let whole = fs::read(&file).unwrap();
        for cut in [4, 9, whole.len() / 2, whole.len() - 1] {
            fs::write(&file, &whole[..cut]).unwrap();
            let read = folder.read("o/n");
            assert!(cut < 8 || read.is_err(), "{cut} bytes");
        }
        let other = r#"{"candidate": ["x"], "file": []}"#;
        fs::write(dir.path().join(SHAPE_FILE), other).unwrap();
        let error = ExampleFolder::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("other features"), "{error}");
    }
}
