//! Names of locations as others write them.

/// `path::Qualified.name`, or a path alone, from how the field writes locations: the same, or
/// `path.py:Qualified.name` (LocAgent). Blanks around it are dropped; `None` where nothing is left.
pub(crate) fn location_id(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some((path, name)) = text.split_once("::") {
        let (path, name) = (path.trim(), name.trim());
        return Some(if name.is_empty() {
            path.to_owned()
        } else {
            format!("{path}::{name}")
        });
    }
    if let Some((path, name)) = text.rsplit_once(':') {
        let is_file = path
            .rsplit('/')
            .next()
            .is_some_and(|file| file.contains('.'));
        if is_file && !name.trim().is_empty() {
            return Some(format!("{}::{}", path.trim(), name.trim()));
        }
    }
    Some(text.to_owned())
}

/// The path of a location.
pub(crate) fn path_of(id: &str) -> &str {
    id.split_once("::").map_or(id, |(path, _)| path)
}
