//! Which build system is it? Told from the files at the project's root; nothing is run.

use bughound_testbed::{TaskCommand, Tree};
use serde::Serialize;
use serde_json::Value;

use super::commands::{argv_of, results_of};

/// A build system, as its files tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The name of the testbed's build system.
    pub system: String,
    /// The project's language.
    pub language: String,
    /// The file that tells.
    pub by: String,
    /// How it is built; the system's own way where empty.
    pub build: Vec<TaskCommand>,
    /// How it is tested; the system's own way where empty.
    pub test: Vec<TaskCommand>,
    /// How results are read.
    pub results: String,
    /// What it depends on, as the system writes it.
    pub pins: Vec<String>,
}

/// Looks for a build system. The first that fits: files that say what the whole project is go before those that many have.
pub fn detect(tree: &Tree) -> Option<Detected> {
    let has = |path: &str| tree.files.contains_key(path);
    let by = |file: &str, system: &str, language: &str, results: &str| Detected {
        system: system.to_owned(),
        language: language.to_owned(),
        by: file.to_owned(),
        results: results.to_owned(),
        ..Detected::default()
    };
    if has("Cargo.toml") {
        return Some(by("Cargo.toml", "cargo", "rust", "cargo_test"));
    }
    for file in ["pyproject.toml", "setup.py", "setup.cfg"] {
        if has(file) {
            return Some(Detected {
                pins: python_dependencies(tree),
                ..by(file, "python", "python", "pytest")
            });
        }
    }
    if has("go.mod") {
        return Some(by("go.mod", "go", "go", "go_test"));
    }
    if has("package.json") {
        return npm(tree);
    }
    if has("pom.xml") {
        return Some(by("pom.xml", "maven", "java", "junit"));
    }
    for file in ["build.gradle", "build.gradle.kts"] {
        if has(file) {
            return Some(by(file, "gradle", "java", "junit"));
        }
    }
    if has("CMakeLists.txt") {
        return Some(by("CMakeLists.txt", "cmake", "c", "ctest"));
    }
    let targets = text(tree, "Makefile")?;
    let has_target = |name: &str| {
        targets
            .lines()
            .any(|line| line.split(':').next().is_some_and(|it| it.trim() == name))
    };
    let test = ["test", "check"]
        .into_iter()
        .find(|name| has_target(name))?;
    Some(Detected {
        test: vec![argv_of(&format!("make {test}"))],
        ..by("Makefile", "make", "c", "none")
    })
}

fn text<'t>(tree: &'t Tree, path: &str) -> Option<&'t str> {
    std::str::from_utf8(&tree.files.get(path)?.bytes).ok()
}

/// pytest, what the project says that it needs, and what it says that its tests need.
fn python_dependencies(tree: &Tree) -> Vec<String> {
    let mut pins = vec!["pytest".to_owned()];
    let manifest = text(tree, "pyproject.toml")
        .and_then(|text| text.parse::<toml::Table>().ok())
        .unwrap_or_default();
    let strings = |value: Option<&toml::Value>| -> Vec<String> {
        let items = value.and_then(toml::Value::as_array);
        let texts = items.into_iter().flatten().filter_map(toml::Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let project = manifest.get("project").and_then(toml::Value::as_table);
    if let Some(project) = project {
        pins.extend(strings(project.get("dependencies")));
    }
    let optional = project.and_then(|project| project.get("optional-dependencies"));
    for groups in [optional, manifest.get("dependency-groups")] {
        for name in ["test", "tests", "testing"] {
            pins.extend(strings(groups.and_then(|groups| groups.get(name))));
        }
    }
    const FILES: [&str; 6] = [
        "requirements.txt",
        "requirements-test.txt",
        "test-requirements.txt",
        "requirements/tests.txt",
        "requirements/test.txt",
        "requirements/tests.in",
    ];
    for file in FILES {
        let lines = text(tree, file).into_iter().flat_map(str::lines);
        pins.extend(
            lines
                .map(|line| line.split(" #").next().unwrap_or_default().trim())
                .filter(|line| line.starts_with(|c: char| c.is_ascii_alphanumeric()))
                .filter(|line| !line.contains("://"))
                .map(str::to_owned),
        );
    }
    // Its own name may stand among what its tests need (`project[extra]`), and is where it lies.
    let own = project
        .and_then(|project| project.get("name"))
        .and_then(toml::Value::as_str)
        .map(name_of);
    pins.retain(|pin| Some(name_of(pin)) != own);
    let mut seen: Vec<String> = Vec::new();
    pins.retain(|pin| {
        let is_new = !seen.contains(pin);
        seen.push(pin.clone());
        is_new
    });
    pins
}

fn name_of(requirement: &str) -> String {
    let end = requirement
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(requirement.len());
    requirement[..end].to_lowercase().replace(['_', '.'], "-")
}

fn npm(tree: &Tree) -> Option<Detected> {
    let manifest: Value = serde_json::from_str(text(tree, "package.json")?).ok()?;
    let locked: Value = text(tree, "package-lock.json")
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let mut pins = Vec::new();
    for group in ["dependencies", "devDependencies"] {
        let packages = manifest[group].as_object();
        for (name, version) in packages.into_iter().flatten() {
            let Some(range) = version.as_str() else {
                continue;
            };
            let locked = &locked["packages"][format!("node_modules/{name}")]["version"];
            let version = locked.as_str().map_or_else(|| least(range), str::to_owned);
            pins.push(format!("{name}@{version}"));
        }
    }
    let script = manifest["scripts"]["test"].as_str().unwrap_or_default();
    let test: Vec<TaskCommand> = match script {
        "" => Vec::new(),
        _ => vec![argv_of("npm test")],
    };
    let results = match results_of(&[argv_of(script)]) {
        "none"
            if ["tape", "tap ", "ava"]
                .iter()
                .any(|sign| script.contains(sign)) =>
        {
            "tap"
        }
        "none" if script.is_empty() => "node_test",
        known => known,
    };
    Some(Detected {
        system: "npm".to_owned(),
        language: "javascript".to_owned(),
        by: "package.json".to_owned(),
        build: Vec::new(),
        test,
        results: results.to_owned(),
        pins,
    })
}

/// The least version that a range such as `^1.2.0` lets in; the newest where it says none.
fn least(range: &str) -> String {
    let version = range.trim_start_matches(|c: char| "^~>=v ".contains(c));
    let version = version.split([' ', '|', ',']).next().unwrap_or_default();
    let is_whole =
        version.split('.').count() >= 3 && version.starts_with(|c: char| c.is_ascii_digit());
    if is_whole && !version.contains(['x', '*', ':', '/']) {
        version.to_owned()
    } else {
        "latest".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_at_the_root_tell() {
        let check = |files: &[(&str, &str)], expected: &str| {
            let mut tree = Tree::default();
            for (path, text) in files {
                tree.put((*path).to_owned(), text.as_bytes().to_vec(), false);
            }
            let said = detect(&tree).map_or("none".to_owned(), |it| {
                format!(
                    "{} by {}: {} {:?} {:?}",
                    it.system, it.by, it.results, it.test, it.pins
                )
            });
            assert_eq!(said, expected, "{files:?}");
        };
        check(&[("README.md", "")], "none");
        check(&[("x/Cargo.toml", "")], "none");
        check(
            &[("Cargo.toml", "")],
            "cargo by Cargo.toml: cargo_test [] []",
        );
        check(
            &[("setup.py", ""), ("Makefile", "test:\n")],
            "python by setup.py: pytest [] [\"pytest\"]",
        );
        check(
            &[
                (
                    "pyproject.toml",
                    "[project]\nname = 'a.b'\ndependencies = ['x>=1']\n[dependency-groups]\ntests = ['pytest', {include-group = 'o'}]\n[project.optional-dependencies]\ntest = ['a-b[all]', 'y']\n",
                ),
                (
                    "requirements.txt",
                    "# all\nx>=1\nz==2 # why\n-r other.txt\ngit+https://e.org/q\n",
                ),
            ],
            "python by pyproject.toml: pytest [] [\"pytest\", \"x>=1\", \"y\", \"z==2\"]",
        );
        check(
            &[(
                "package.json",
                r#"{"scripts": {"test": "mocha"}, "devDependencies": {"mocha": "^10.0.0", "a": "*", "b": ">=1.2.3 <2"}}"#,
            )],
            "npm by package.json: mocha [[\"npm\", \"test\"]] [\"mocha@10.0.0\", \"a@latest\", \"b@1.2.3\"]",
        );
        check(
            &[("package.json", "{}")],
            "npm by package.json: node_test [] []",
        );
        check(&[("package.json", "{")], "none");
        check(&[("Makefile", "all:\n")], "none");
        check(
            &[("Makefile", "all: x\ncheck: all\n\t./t\n")],
            "make by Makefile: none [[\"make\", \"check\"]] []",
        );
    }
}
