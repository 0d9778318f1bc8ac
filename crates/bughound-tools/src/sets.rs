//! Which tools there are, and the lists in which policies get them.

use serde_json::Value;

use crate::tools::callees::Callees;
use crate::tools::callers::Callers;
use crate::tools::exit::Exit;
use crate::tools::find_callees::FindCallees;
use crate::tools::find_callers::FindCallers;
use crate::tools::find_similar_fixes::FindSimilarFixes;
use crate::tools::find_subclasses::FindSubclasses;
use crate::tools::find_tests::FindTests;
use crate::tools::get_code_of_class::GetCodeOfClass;
use crate::tools::get_code_of_class_function::GetCodeOfClassFunction;
use crate::tools::get_code_of_file_function::GetCodeOfFileFunction;
use crate::tools::get_imports_of_file::GetImportsOfFile;
use crate::tools::get_repo_structure::GetRepoStructure;
use crate::tools::open::Open;
use crate::tools::read_lines::ReadLines;
use crate::tools::search::Search;
use crate::tools::search_class::SearchClass;
use crate::tools::search_class_method::SearchClassMethod;
use crate::tools::search_function::SearchFunction;
use crate::tools::search_text::SearchText;
use crate::{Told, Tool, ToolContext, ToolError, ToolOutput};

/// A named list of tools that share a context.
pub struct ToolSet<C: ?Sized + 'static = ToolContext> {
    /// The name by which settings choose it.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// The tools, in the order in which they are declared to a policy.
    pub tools: &'static [&'static dyn Tool<C>],
}

impl<C: ?Sized> Clone for ToolSet<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: ?Sized> Copy for ToolSet<C> {}

impl<C: ?Sized> ToolSet<C> {
    /// The tool of a name.
    pub fn tool(&self, name: &str) -> Option<&'static dyn Tool<C>> {
        self.tools.iter().copied().find(|tool| tool.name() == name)
    }

    /// Calls a tool of the set by its name.
    ///
    /// # Errors
    /// As [`Tool::call`]; a name that is not in the set is told.
    pub fn call(
        &self,
        context: &C,
        name: &str,
        arguments: &Value,
    ) -> Result<ToolOutput, ToolError> {
        let Some(tool) = self.tool(name) else {
            let names = self
                .tools
                .iter()
                .map(|tool| tool.name().to_owned())
                .collect();
            return Err(Told::UnknownTool {
                name: name.to_owned(),
                names,
            }
            .into());
        };
        tool.call(context, arguments)
    }

    /// The declarations of all tools, as OpenAI-compatible servers want them.
    pub fn declarations(&self) -> Value {
        self.tools.iter().map(|tool| tool.declaration()).collect()
    }
}

/// Every tool, those of the paper first.
pub const ALL_TOOLS: &[&dyn Tool] = &[
    &GetRepoStructure,
    &GetImportsOfFile,
    &SearchClass,
    &SearchFunction,
    &SearchClassMethod,
    &SearchText,
    &ReadLines,
    &FindCallers,
    &FindCallees,
    &FindSubclasses,
    &FindTests,
    &FindSimilarFixes,
    &GetCodeOfClass,
    &GetCodeOfClassFunction,
    &GetCodeOfFileFunction,
    &Search,
    &Open,
    &Callers,
    &Callees,
    &Exit,
];

/// The named sets.
pub const TOOL_SETS: &[ToolSet] = &[
    ToolSet {
        name: "reposearcher",
        purpose: "the six tools of the RepoSearcher paper (arXiv 2508.03012, table 1)",
        tools: &[
            &GetRepoStructure,
            &GetImportsOfFile,
            &SearchClass,
            &SearchFunction,
            &SearchClassMethod,
            &Exit,
        ],
    },
    ToolSet {
        name: "reposearcher-released",
        purpose: "the four tools of RepoSearcher's released code, under their names and arguments there",
        tools: &[
            &GetCodeOfClass,
            &GetCodeOfClassFunction,
            &GetCodeOfFileFunction,
            &Exit,
        ],
    },
    ToolSet {
        name: "hound",
        purpose: "the paper's tools, and text search, lines, callers, callees, subclasses, tests and past fixes",
        tools: &[
            &GetRepoStructure,
            &GetImportsOfFile,
            &SearchClass,
            &SearchFunction,
            &SearchClassMethod,
            &SearchText,
            &ReadLines,
            &FindCallers,
            &FindCallees,
            &FindSubclasses,
            &FindTests,
            &FindSimilarFixes,
            &Exit,
        ],
    },
    ToolSet {
        name: "compact",
        purpose: "four tools with one argument and short answers, for models with a small context",
        tools: &[&Search, &Open, &Callers, &Callees, &Exit],
    },
];

/// The tool of a name.
pub fn tool(name: &str) -> Option<&'static dyn Tool> {
    ALL_TOOLS.iter().copied().find(|tool| tool.name() == name)
}

/// The set of a name.
pub fn tool_set(name: &str) -> Option<&'static ToolSet> {
    TOOL_SETS.iter().find(|set| set.name == name)
}
