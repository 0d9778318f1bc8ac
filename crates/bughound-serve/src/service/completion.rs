//! Completes the parts of resource addresses: paths, and names in a file.

use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use super::tools::fault;
use super::uri::{FILE_TEMPLATE, SYMBOL_TEMPLATE};
use crate::workspace::Workspace;

/// What may stand for an argument, given what has been typed of it.
pub(super) fn complete(
    workspace: &Workspace,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let template = match &request.r#ref {
        Reference::Resource(template) => template.uri.as_str(),
        _ => "",
    };
    let argument = request.argument.name.as_str();
    let is_known = match template {
        FILE_TEMPLATE => argument == "path",
        SYMBOL_TEMPLATE => argument == "path" || argument == "name",
        _ => false,
    };
    if !is_known {
        let message = format!(
            "nothing is known of this argument; `path` of {FILE_TEMPLATE} and `path` and `name` of \
             {SYMBOL_TEMPLATE} can be completed"
        );
        return Err(ErrorData::invalid_params(message, None));
    }
    let index = &workspace.view().map_err(fault)?.index;
    let typed = request.argument.value.as_str();
    let info = match (template, argument) {
        (FILE_TEMPLATE, _) => {
            let entries = index.snapshot().entries();
            choose(typed, entries.iter().map(|entry| entry.path.as_str()))
        }
        (_, "path") => {
            let files = index.files();
            choose(typed, files.iter().map(|file| file.path().as_str()))
        }
        _ => {
            let context = request.context.as_ref();
            let path = context.and_then(|context| context.get_argument("path"));
            let file = path.and_then(|path| index.file_at(path));
            let symbols = file.into_iter().flat_map(|file| index.symbols_of(file));
            let names = symbols.map(|symbol| index.symbol(symbol).qualified_name());
            choose(typed, names)
        }
    };
    Ok(CompleteResult::new(info))
}

/// What begins with the typed text, then what holds it, letters of either case.
fn choose<'a>(typed: &str, all: impl Iterator<Item = &'a str>) -> CompletionInfo {
    let typed = typed.to_lowercase();
    let mut begin: Vec<&str> = Vec::new();
    let mut hold: Vec<&str> = Vec::new();
    for text in all {
        let lower = text.to_lowercase();
        if lower.starts_with(&typed) {
            begin.push(text);
        } else if lower.contains(&typed) {
            hold.push(text);
        }
    }
    begin.append(&mut hold);
    begin.dedup();
    let mut info = CompletionInfo::default();
    info.total = u32::try_from(begin.len()).ok();
    info.has_more = Some(begin.len() > CompletionInfo::MAX_VALUES);
    begin.truncate(CompletionInfo::MAX_VALUES);
    info.values = begin.into_iter().map(str::to_owned).collect();
    info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_stand_before_the_rest() {
        let all = ["b/reader.py", "reader/x.py", "Reader.py", "other.py"];
        let info = choose("read", all.into_iter());
        assert_eq!(info.values, ["reader/x.py", "Reader.py", "b/reader.py"]);
        assert_eq!((info.total, info.has_more), (Some(3), Some(false)));
        let many: Vec<String> = (0..250).map(|n| format!("f{n}")).collect();
        let info = choose("", many.iter().map(String::as_str));
        assert_eq!(info.values.len(), 100);
        assert_eq!((info.total, info.has_more), (Some(250), Some(true)));
    }
}
