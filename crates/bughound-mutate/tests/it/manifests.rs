//! What is done to manifests, as data.

use std::fmt::Write as _;

use bughound_mutate::{MutantKind, manifest_mutants};

/// All changes, one per line.
fn all(path: &str, text: &str) -> String {
    let mut out = String::new();
    for mutant in manifest_mutants(path, text) {
        assert_eq!(mutant.kind, MutantKind::Configuration);
        let changed = mutant.apply(text).unwrap();
        assert_eq!(mutant.revert(&changed).unwrap(), text);
        let inside = mutant.inside.as_deref().unwrap_or("-");
        writeln!(
            out,
            "{} {} [{inside}] {:?} -> {:?}",
            mutant.line, mutant.operator, mutant.original, mutant.replacement
        )
        .unwrap();
        if path.ends_with(".toml") {
            let parsed = changed.parse::<toml::Table>();
            assert!(parsed.is_ok(), "{:?}\n{changed}", parsed.err());
        }
        if path.ends_with(".json") {
            let parsed = serde_json::from_str::<serde_json::Value>(&changed);
            assert!(parsed.is_ok(), "{:?}\n{changed}", parsed.err());
        }
    }
    out
}

#[test]
fn pyproject() {
    let text = r#"[build-system]
requires = ["setuptools>=61", "wheel"]
build-backend = "setuptools.build_meta"

[project]
name = "a"
requires-python = ">=3.8"
dependencies = [
    "b>=1.2",
    "c", # why
]

[tool.setuptools.packages.find]
where = ["src"]
"#;
    insta::assert_snapshot!(all("pyproject.toml", text), @r#"
    2 wrong_key [build-system] "requires" -> "requries"
    2 missing_entry [build-system] "requires = [\"setuptools>=61\", \"wheel\"]\n" -> ""
    2 missing_entry [build-system] "\"setuptools>=61\", " -> ""
    2 wrong_version [build-system] "setuptools>=61" -> "setuptools>=62"
    2 missing_entry [build-system] ", \"wheel\"" -> ""
    3 wrong_key [build-system] "build-backend" -> "build-abckend"
    3 missing_entry [build-system] "build-backend = \"setuptools.build_meta\"\n" -> ""
    3 wrong_value [build-system] "setuptools.build_meta" -> "setuptools"
    7 wrong_key [project] "requires-python" -> "requires-ypthon"
    7 wrong_version [project] ">=3.8" -> ">=4.0"
    8 wrong_key [project] "dependencies" -> "dependnecies"
    9 missing_entry [project] "\"b>=1.2\"," -> ""
    9 wrong_version [project] "b>=1.2" -> "b>=2.2"
    10 missing_entry [project] "\"c\", " -> ""
    14 wrong_key [tool.setuptools.packages.find] "where" -> "whree"
    14 missing_entry [tool.setuptools.packages.find] "where = [\"src\"]\n" -> ""
    14 wrong_value [tool.setuptools.packages.find] "src" -> "sr"
    "#);
}

#[test]
fn setup_cfg() {
    let text = "[options]\npackages = find:\ninstall_requires =\n    a >= 1.2\n    b\npackage_dir =\n    = src\n\n[options.packages.find]\nwhere = src\n";
    insta::assert_snapshot!(all("sub/setup.cfg", text), @r#"
    2 wrong_key [options] "packages" -> "packgaes"
    2 missing_entry [options] "packages = find:\n" -> ""
    3 wrong_key [options] "install_requires" -> "install_erquires"
    4 missing_entry [options] "    a >= 1.2\n" -> ""
    4 wrong_version [options] "a >= 1.2" -> "a >= 2.2"
    5 missing_entry [options] "    b\n" -> ""
    6 wrong_key [options] "package_dir" -> "packaeg_dir"
    7 missing_entry [options] "    = src\n" -> ""
    10 wrong_key [options.packages.find] "where" -> "whree"
    10 missing_entry [options.packages.find] "where = src\n" -> ""
    10 wrong_value [options.packages.find] "src" -> "sr"
    "#);
}

#[test]
fn cargo() {
    let text = r#"[package]
name = "a"
edition = "2021"

[lib]
path = "src/lib.rs"

[features]
default = ["std"]
std = []

[dependencies]
b = "1.2"
c = { version = "0.3", default-features = false, features = ["x", "y"] }

[dependencies.d]
version = "2"
optional = true
"#;
    insta::assert_snapshot!(all("Cargo.toml", text), @r#"
    3 wrong_key [package] "edition" -> "editon"
    3 missing_entry [package] "edition = \"2021\"\n" -> ""
    3 wrong_version [package] "2021" -> "2015"
    6 missing_entry [lib] "path = \"src/lib.rs\"\n" -> ""
    6 wrong_value [lib] "src/lib.rs" -> "src/li.rs"
    8 wrong_key [features] "features" -> "featrues"
    9 wrong_key [features] "default" -> "defualt"
    9 missing_entry [features] "default = [\"std\"]\n" -> ""
    9 missing_entry [features] "\"std\"" -> ""
    10 missing_entry [features] "std = []\n" -> ""
    12 wrong_key [dependencies] "dependencies" -> "dependnecies"
    13 missing_entry [dependencies] "b = \"1.2\"\n" -> ""
    13 wrong_version [dependencies] "1.2" -> "2.2"
    14 missing_entry [dependencies] "c = { version = \"0.3\", default-features = false, features = [\"x\", \"y\"] }\n" -> ""
    14 wrong_version [dependencies] "0.3" -> "1.3"
    14 wrong_value [dependencies] "false" -> "true"
    14 missing_entry [dependencies] "\"x\", " -> ""
    14 missing_entry [dependencies] ", \"y\"" -> ""
    17 missing_entry [dependencies.d] "version = \"2\"\n" -> ""
    17 wrong_version [dependencies.d] "2" -> "3"
    18 missing_entry [dependencies.d] "optional = true\n" -> ""
    "#);
}

#[test]
fn package_json() {
    let text = r#"{
  "name": "a",
  "type": "module",
  "main": "./lib/index.js",
  "exports": {
    ".": { "import": "./lib/index.js", "types": "./a.d.ts" },
    "./b": "./lib/b.js"
  },
  "dependencies": {
    "chalk": "^5.0.0"
  }
}
"#;
    insta::assert_snapshot!(all("package.json", text), @r#"
    2 missing_entry [-] ",\n  \"type\": \"module\"" -> ""
    3 wrong_key [-] "type" -> "tyep"
    3 wrong_value [-] "module" -> "commonjs"
    3 missing_entry [-] ",\n  \"main\": \"./lib/index.js\"" -> ""
    4 wrong_key [-] "main" -> "mani"
    4 wrong_value [main] "./lib/index.js" -> "./lib/inde.js"
    4 missing_entry [-] ",\n  \"exports\": {\n    \".\": { \"import\": \"./lib/index.js\", \"types\": \"./a.d.ts\" },\n    \"./b\": \"./lib/b.js\"\n  }" -> ""
    5 wrong_key [-] "exports" -> "exprots"
    6 missing_entry [exports] "\".\": { \"import\": \"./lib/index.js\", \"types\": \"./a.d.ts\" },\n    " -> ""
    6 missing_entry [exports] "\"import\": \"./lib/index.js\", " -> ""
    6 wrong_key [exports] "import" -> "improt"
    6 wrong_value [exports] "./lib/index.js" -> "./lib/inde.js"
    6 missing_entry [exports] ", \"types\": \"./a.d.ts\"" -> ""
    6 wrong_value [exports] "./a.d.ts" -> "./x.d.ts"
    6 missing_entry [exports] ",\n    \"./b\": \"./lib/b.js\"" -> ""
    7 wrong_value [exports] "./lib/b.js" -> "./lib/x.js"
    8 missing_entry [-] ",\n  \"dependencies\": {\n    \"chalk\": \"^5.0.0\"\n  }" -> ""
    9 wrong_key [-] "dependencies" -> "dependnecies"
    10 missing_entry [dependencies] "\"chalk\": \"^5.0.0\"" -> ""
    10 wrong_key [dependencies] "chalk" -> "chlak"
    "#);
}

#[test]
fn cmake() {
    let text = "cmake_minimum_required(VERSION 3.10)\nproject(a C)\nset(CMAKE_C_STANDARD 99)\nadd_library(a src/a.c src/b.c)\ntarget_link_libraries(a m)\nenable_testing()\n";
    insta::assert_snapshot!(all("CMakeLists.txt", text), @r#"
    1 wrong_version [cmake_minimum_required] "3.10" -> "99.0"
    2 wrong_value [project] "C" -> "NONE"
    3 wrong_key [set] "CMAKE_C_STANDARD" -> "CMAKE_C_TSANDARD"
    3 wrong_version [set] "99" -> "90"
    4 missing_entry [add_library] " src/a.c" -> ""
    4 wrong_value [add_library] "src/a.c" -> "src/x.c"
    4 missing_entry [add_library] " src/b.c" -> ""
    4 wrong_value [add_library] "src/b.c" -> "src/x.c"
    5 missing_entry [target_link_libraries] "target_link_libraries(a m)\n" -> ""
    6 missing_entry [enable_testing] "enable_testing()\n" -> ""
    "#);
}

#[test]
fn makefile() {
    let text = "CFLAGS = -O2 -Iinclude\nOBJS := a.o b.o\nLDLIBS = -lm\n\nprog: $(OBJS)\n\tcc -o $@ $(OBJS) $(LDLIBS)\n";
    insta::assert_snapshot!(all("Makefile", text), @r#"
    1 wrong_key [CFLAGS] "CFLAGS" -> "CFLGAS"
    1 missing_entry [CFLAGS] " -Iinclude" -> ""
    2 wrong_key [OBJS] "OBJS" -> "OBSJ"
    2 missing_entry [OBJS] "a.o" -> ""
    2 wrong_value [OBJS] "a.o" -> "x.o"
    2 missing_entry [OBJS] " b.o" -> ""
    2 wrong_value [OBJS] "b.o" -> "x.o"
    3 wrong_key [LDLIBS] "LDLIBS" -> "LDLBIS"
    3 missing_entry [LDLIBS] "-lm" -> ""
    5 wrong_key [-] "OBJS" -> "OBJ"
    6 wrong_value [-] "\t" -> "    "
    6 wrong_key [-] "OBJS" -> "OBJ"
    6 wrong_key [-] "LDLIBS" -> "LDLIB"
    "#);
}

#[test]
fn go_mod() {
    let text =
        "module example.org/a\n\ngo 1.19\n\nrequire (\n\tgithub.com/b/c v1.2.3 // indirect\n)\n";
    insta::assert_snapshot!(all("go.mod", text), @r#"
    1 wrong_value [module] "example.org/a" -> "example.rog/a"
    3 wrong_version [go] "1.19" -> "1.11"
    3 wrong_version [go] "1.19" -> "1.99"
    6 missing_entry [require] "\tgithub.com/b/c v1.2.3 // indirect\n" -> ""
    6 wrong_version [require] "v1.2.3" -> "v2.2.3"
    "#);
}

#[test]
fn pom() {
    let text = "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <properties>\n    <maven.compiler.source>8</maven.compiler.source>\n  </properties>\n  <dependency>\n    <groupId>junit</groupId>\n    <scope>test</scope>\n  </dependency>\n</project>\n";
    insta::assert_snapshot!(all("pom.xml", text), @r#"
    2 wrong_key [project] "modelVersion" -> "modelVresion"
    4 missing_entry [maven.compiler.source] "    <maven.compiler.source>8</maven.compiler.source>\n" -> ""
    4 wrong_version [maven.compiler.source] "8" -> "1.3"
    4 wrong_version [maven.compiler.source] "8" -> "99"
    6 missing_entry [dependencies] "  <dependency>\n    <groupId>junit</groupId>\n    <scope>test</scope>\n  </dependency>\n" -> ""
    7 wrong_value [groupId] "junit" -> "juint"
    8 missing_entry [scope] "    <scope>test</scope>\n" -> ""
    8 wrong_value [scope] "test" -> "provided"
    "#);
}

#[test]
fn other_files_have_none_and_bad_ones_do_no_harm() {
    assert_eq!(all("other.toml", "edition = \"2021\"\n"), "");
    assert_eq!(all("package.json", "{ \"main\": "), "");
    assert_eq!(all("package.json", "[1]"), "");
    assert_eq!(all("setup.cfg", "[[[\n=\n\"\n[options]\n= 1\n"), "");
    assert_eq!(all("Makefile", ""), "");
}
