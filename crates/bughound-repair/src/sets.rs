//! Which tools there are, and the lists in which policies get them.

use bughound_tools::{Tool, ToolSet};

use crate::Workbench;
use crate::tools::ask_for_help::AskForHelp;
use crate::tools::dependency_upgrade::DependencyUpgrade;
use crate::tools::edit_file::EditFile;
use crate::tools::find_files::FindFiles;
use crate::tools::find_files_with_text::FindFilesWithText;
use crate::tools::read_file::ReadFile;
use crate::tools::remove_dependency::RemoveDependency;
use crate::tools::run_sh::RunSh;
use crate::tools::upgrade_gradle::UpgradeGradle;
use crate::tools::validate_and_build::ValidateAndBuild;
use crate::tools::write_file::WriteFile;

/// Every tool, those of the paper first.
pub const REPAIR_TOOLS: &[&dyn Tool<Workbench>] = &[
    &FindFiles,
    &FindFilesWithText,
    &ReadFile,
    &WriteFile,
    &RunSh,
    &DependencyUpgrade,
    &RemoveDependency,
    &UpgradeGradle,
    &ValidateAndBuild,
    &AskForHelp,
    &EditFile,
];

/// The named sets.
pub const REPAIR_SETS: &[ToolSet<Workbench>] = &[
    ToolSet {
        name: "repair",
        purpose: "the ten tools of arXiv 2510.22075 (appendix A.2), under their names there",
        tools: &[
            &FindFiles,
            &FindFilesWithText,
            &ReadFile,
            &WriteFile,
            &RunSh,
            &DependencyUpgrade,
            &RemoveDependency,
            &UpgradeGradle,
            &ValidateAndBuild,
            &AskForHelp,
        ],
    },
    ToolSet {
        name: "repair-extended",
        purpose: "the ten, and an edit that replaces a text instead of the whole file",
        tools: REPAIR_TOOLS,
    },
];

/// The set of a name.
pub fn repair_set(name: &str) -> Option<&'static ToolSet<Workbench>> {
    REPAIR_SETS.iter().find(|set| set.name == name)
}
