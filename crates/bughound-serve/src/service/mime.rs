//! MIME types of text files.

use bughound_core::RepoPath;

/// The MIME type of a text file by its extension: registered ones, and the customary names for source code.
pub(super) fn mime_type(path: &RepoPath) -> &'static str {
    match path.extension() {
        "py" | "pyi" | "pyx" => "text/x-python",
        "rs" => "text/x-rust",
        "js" | "mjs" | "cjs" | "jsx" => "text/javascript",
        "ts" | "mts" | "cts" | "tsx" => "text/x-typescript",
        "java" => "text/x-java",
        "go" => "text/x-go",
        "c" | "h" => "text/x-c",
        "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" => "text/x-c++",
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "md" | "markdown" => "text/markdown",
        "json" => "application/json",
        "toml" => "application/toml",
        "yaml" | "yml" => "application/yaml",
        "xml" => "application/xml",
        "sh" | "bash" => "text/x-shellscript",
        _ => "text/plain",
    }
}
