//! What is right for a task, and what was answered.

/// What is right for one task. Names are `path::Qualified.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Files that must change.
    pub files: Vec<String>,
    /// Functions, methods and classes that must change: what the benchmarks call functions.
    pub locations: Vec<String>,
    /// Functions and methods alone.
    pub functions: Vec<String>,
    /// Classes whose own lines change.
    pub classes: Vec<String>,
    /// The innermost class around each changed function.
    pub enclosing_classes: Vec<String>,
}

impl Truth {
    /// Truth from a list that carries no kinds: `path::Qualified.name` and bare `path` entries, as the
    /// ground-truth files of the field hold them.
    ///
    /// Every path is a file to find; every qualified name is a location and, its kind being unknown,
    /// counts as a function; what stands before its last dot counts as its class.
    pub fn from_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut truth = Self::default();
        for id in ids {
            push_new(&mut truth.files, file_of(id));
            if name_of(id).is_some() {
                push_new(&mut truth.locations, id);
                push_new(&mut truth.functions, id);
                if let Some(class) = enclosing(id) {
                    push_new(&mut truth.enclosing_classes, class);
                }
            }
        }
        truth
    }
}

/// What was answered for one task, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Files.
    pub files: Vec<String>,
    /// Functions, methods and classes, as `path::Qualified.name`.
    pub functions: Vec<String>,
    /// Classes, where they were ranked on their own. Without it the class levels read them off
    /// `functions`.
    pub classes: Option<Vec<String>>,
}

fn push_new(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}

/// `a/b.py` of `a/b.py::C.m`.
pub(crate) fn file_of(id: &str) -> &str {
    id.split_once("::").map_or(id, |(path, _)| path)
}

/// `C.m` of `a/b.py::C.m`.
pub(crate) fn name_of(id: &str) -> Option<&str> {
    id.split_once("::")
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty())
}

/// `a/b.py::C.D` of `a/b.py::C.D.m`; nothing where the name has one part only.
pub(crate) fn enclosing(id: &str) -> Option<&str> {
    let name = name_of(id)?;
    let dot = name.rfind('.')?;
    Some(&id[..id.len() - name.len() + dot])
}

/// `a/b.py::C` of `a/b.py::C.D.m`; the id itself where its name has one part only.
pub(crate) fn outermost(id: &str) -> &str {
    match name_of(id) {
        Some(name) => {
            let end = name.find('.').unwrap_or(name.len());
            &id[..id.len() - name.len() + end]
        }
        None => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, file: &str, name: Option<&str>, around: Option<&str>, outer: &str) {
        assert_eq!(
            (file_of(id), name_of(id), enclosing(id), outermost(id)),
            (file, name, around, outer)
        );
    }

    #[test]
    fn parts_of_an_id() {
        check("a.py", "a.py", None, None, "a.py");
        check("a.py::f", "a.py", Some("f"), None, "a.py::f");
        check("a.py::C.m", "a.py", Some("C.m"), Some("a.py::C"), "a.py::C");
        check(
            "a.py::C.D.m",
            "a.py",
            Some("C.D.m"),
            Some("a.py::C.D"),
            "a.py::C",
        );
        check("a.b/c.py::", "a.b/c.py", None, None, "a.b/c.py::");
    }

    #[test]
    fn truth_without_kinds() {
        let truth = Truth::from_ids(["a.py::C.m", "a.py::f", "b.py", "a.py::C.m"]);
        assert_eq!(truth.files, ["a.py", "b.py"]);
        assert_eq!(truth.locations, ["a.py::C.m", "a.py::f"]);
        assert_eq!(truth.functions, truth.locations);
        assert_eq!(truth.enclosing_classes, ["a.py::C"]);
        assert!(truth.classes.is_empty());
    }
}
