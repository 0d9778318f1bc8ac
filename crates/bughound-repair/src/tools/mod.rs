//! One tool per file.

pub(crate) mod ask_for_help;
pub(crate) mod dependency_upgrade;
pub(crate) mod edit_file;
pub(crate) mod files;
pub(crate) mod find_files;
pub(crate) mod find_files_with_text;
pub(crate) mod read_file;
pub(crate) mod remove_dependency;
pub(crate) mod run_sh;
pub(crate) mod steps;
pub(crate) mod upgrade_gradle;
pub(crate) mod validate_and_build;
pub(crate) mod write_file;
