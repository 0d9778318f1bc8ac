//! What is written for npm, and which packages `npm_place.cjs` puts in place.
#![expect(
    clippy::disallowed_methods,
    reason = "the script is what is tested, and it is a program"
)]

use std::path::Path;
use std::process::Command;

use super::{PLACE, Package, at_hand};

#[test]
fn packages_and_the_folders_of_their_versions() {
    let check = |text: &str, name: &str, version: &str, alias: &str| {
        let package = Package::of(text);
        assert_eq!((package.name, package.version), (name, version));
        assert_eq!(package.alias(), alias);
    };
    check("chalk@5.3.0", "chalk", "5.3.0", "bughound--chalk--5.3.0");
    check(
        "@babel/core@7.0.0-beta.1",
        "@babel/core",
        "7.0.0-beta.1",
        "bughound--babel--core--7.0.0-beta.1",
    );
    check("chalk", "chalk", "latest", "bughound--chalk--latest");
}

const AT_HAND: [&str; 5] = [
    "chalk@4.1.2",
    "tape@5.7.5",
    "chalk@5.3.0",
    "chalk@2.4.2",
    "@one/two@1.0.0",
];

/// A tree with these versions at hand. What `package.json` says afterwards and which versions are in place, or what the
/// script complained of.
fn after(arguments: &[&str], manifest: &str) -> Result<(String, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let packages: Vec<Package<'_>> = AT_HAND.iter().map(|text| Package::of(text)).collect();
    for package in &packages {
        let home = at(&format!("deps/node_modules/{}", package.alias()));
        std::fs::create_dir_all(&home).unwrap();
        let (name, version) = (package.name, package.version);
        let text =
            format!("{{\"name\": \"{name}\", \"version\": \"{version}\", \"bin\": \"cli.js\"}}");
        std::fs::write(home.join("package.json"), text).unwrap();
        std::fs::write(home.join("cli.js"), "").unwrap();
    }
    std::fs::create_dir_all(at("repo")).unwrap();
    std::fs::write(at("deps/npm_place.cjs"), PLACE).unwrap();
    std::fs::write(at("deps/at-hand.json"), at_hand(&packages).to_string()).unwrap();
    std::fs::write(at("repo/package.json"), manifest).unwrap();
    let output = Command::new("node")
        .arg(at("deps/npm_place.cjs"))
        .args(arguments)
        .output()
        .unwrap();
    if !output.status.success() {
        return Err(String::from_utf8(output.stderr).unwrap());
    }
    let text = std::fs::read_to_string(at("repo/package.json")).unwrap();
    let in_place = ["chalk", "tape", "@one/two"]
        .into_iter()
        .filter_map(|name| {
            Some(format!(
                "{name} {}",
                version(&at("node_modules").join(name))?
            ))
        })
        .collect();
    Ok((text, in_place))
}

fn version(package: &Path) -> Option<String> {
    let text = std::fs::read_to_string(package.join("package.json")).ok()?;
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    Some(data["version"].as_str().unwrap().to_owned())
}

/// These need node and npm, which only tasks in JavaScript need otherwise.
fn is_possible() -> bool {
    let asked = Command::new("npm").arg("--version").output();
    asked.is_ok_and(|output| output.status.success())
}

#[test]
fn the_manifest_says_what_is_in_place() {
    if !is_possible() {
        return;
    }
    let check = |manifest: &str, expected: &[&str]| {
        let (text, in_place) = after(&["sync"], manifest).unwrap();
        assert_eq!(
            (text.as_str(), in_place),
            (
                manifest,
                expected.iter().map(|&one| one.to_owned()).collect()
            )
        );
    };
    check("{}", &[]);
    // What is pinned where it will do, else the newest that does.
    check(r#"{"dependencies": {"chalk": "*"}}"#, &["chalk 4.1.2"]);
    check(r#"{"dependencies": {"chalk": "^5.0.0"}}"#, &["chalk 5.3.0"]);
    check(
        r#"{"dependencies": {"chalk": "<4 || >=5"}}"#,
        &["chalk 5.3.0"],
    );
    check(
        r#"{"dependencies": {"chalk": "~2.4"}, "devDependencies": {"tape": "^5.0.0"}}"#,
        &["chalk 2.4.2", "tape 5.7.5"],
    );
    // Linters and the like were never fetched.
    check(
        r#"{"devDependencies": {"eslint": "^8", "@one/two": "1.x"}}"#,
        &["@one/two 1.0.0"],
    );
    check(
        r#"{"dependencies": {"tape": "npm:chalk@^5"}}"#,
        &["tape 5.3.0"],
    );
}

#[test]
fn what_cannot_be_put_in_place_is_an_error() {
    if !is_possible() {
        return;
    }
    let check = |manifest: &str, expected: &str| {
        assert_eq!(
            after(&["sync"], manifest).unwrap_err(),
            expected,
            "{manifest}"
        );
    };
    check(
        r#"{"dependencies": {"chalk": "^6.0.0"}}"#,
        "error: package.json (dependencies) asks for chalk@^6.0.0, and no version at hand will do: 4.1.2, 5.3.0, 2.4.2\n",
    );
    check(
        r#"{"dependencies": {"left-pad": "1"}}"#,
        "error: package.json (dependencies) asks for left-pad@1, and no version at hand will do: none\n",
    );
    assert!(
        after(&["sync"], "{")
            .unwrap_err()
            .starts_with("error: package.json is not JSON: ")
    );
}

#[test]
fn moving_and_removing_edit_the_manifest() {
    if !is_possible() {
        return;
    }
    let manifest =
        "{\n\t\"name\": \"x\",\n\t\"devDependencies\": {\n\t\t\"chalk\": \"^4.0.0\"\n\t}\n}\n";
    let (text, in_place) = after(&["upgrade", "chalk"], manifest).unwrap();
    assert_eq!(text, manifest.replace("^4.0.0", "^5.3.0"));
    assert_eq!(in_place, ["chalk 5.3.0"]);
    let (text, in_place) = after(&["upgrade", "chalk", "2.4.2"], manifest).unwrap();
    assert_eq!(
        (text, in_place),
        (
            manifest.replace("^4.0.0", "^2.4.2"),
            vec!["chalk 2.4.2".to_owned()]
        )
    );
    let error = after(&["upgrade", "chalk", "9.0.0"], manifest).unwrap_err();
    assert_eq!(
        error,
        "error: no version of chalk that is at hand is 9.0.0: 4.1.2, 5.3.0, 2.4.2\n"
    );
    let error = after(&["upgrade", "tape"], manifest).unwrap_err();
    assert_eq!(
        error,
        "error: package.json does not depend on tape; it depends on: chalk\n"
    );
    let (text, in_place) = after(&["remove", "chalk"], manifest).unwrap();
    assert_eq!(
        (text.as_str(), in_place),
        ("{\n\t\"name\": \"x\"\n}\n", Vec::new())
    );
}
