//! One file per tool.

pub(crate) mod callees;
pub(crate) mod callers;
pub(crate) mod exit;
pub(crate) mod find_callees;
pub(crate) mod find_callers;
pub(crate) mod find_similar_fixes;
pub(crate) mod find_subclasses;
pub(crate) mod find_tests;
pub(crate) mod get_code_of_class;
pub(crate) mod get_code_of_class_function;
pub(crate) mod get_code_of_file_function;
pub(crate) mod get_imports_of_file;
pub(crate) mod get_repo_structure;
pub(crate) mod open;
pub(crate) mod read_lines;
pub(crate) mod released;
pub(crate) mod search;
pub(crate) mod search_class;
pub(crate) mod search_class_method;
pub(crate) mod search_function;
pub(crate) mod search_text;
