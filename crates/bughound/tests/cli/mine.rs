//! `tasks mine`.

use crate::fixture::Fixture;

fn project() -> Fixture {
    let fixture = Fixture::new();
    fixture.write(
        "LICENSE",
        "Permission is hereby granted, free of charge, to any person\n",
    );
    fixture.write(
        "pkg/config.py",
        "class Reader:\n    def load(self, path):\n        return self.decode(path)\n",
    );
    fixture.commit("Rewrite it");
    fixture.write(
        "pkg/config.py",
        "class Reader:\n    def load(self, path):\n        return self.decode(path or '.')\n",
    );
    fixture.commit(
        "Fix the crash when no place is given at all, which is quite common among our users",
    );
    fixture.write_beside(
        "map.toml",
        format!("\"ada/pkg\" = \"{}\"\n", fixture.repo().display()),
    );
    fixture
}

fn run(fixture: &Fixture, arguments: &str) -> crate::fixture::Ran {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let mut command = fixture.command(&arguments);
    fixture.finish(command.current_dir(fixture.path("")))
}

#[test]
fn fixes_become_tasks_that_can_be_checked() {
    let fixture = project();
    let ran = run(
        &fixture,
        "tasks mine --project ada/pkg --repo-map map.toml --out mined.jsonl",
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
    insta::assert_snapshot!(ran.stdout, @r"
    ada/pkg                                       1 tasks of      4 commits, MIT
    left out:
            1  roots and merges
            2  the message speaks of no fix
    1 tasks written to mined.jsonl
    ");
    let checked = run(&fixture, "tasks check mined.jsonl --repo-map map.toml");
    assert_eq!(
        (checked.code, checked.stdout.as_str()),
        (0, "1 tasks, 1 usable, 0 findings; entries left out: 0\n")
    );

    // By a recipe the same comes out.
    let head = fixture.git(&["rev-parse", "HEAD"]);
    fixture.write_beside(
        "recipe.toml",
        format!("[filters]\nmax_files = 3\n\n[[project]]\nname = \"ada/pkg\"\nrev = \"{}\"\nlicence = \"MIT\"\n", head.trim()),
    );
    let ran = run(
        &fixture,
        "tasks mine --recipe recipe.toml --repo-map map.toml --out again.jsonl",
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.all());
    let read = |name: &str| std::fs::read_to_string(fixture.path(name)).unwrap();
    assert_eq!(read("mined.jsonl"), read("again.jsonl"));
    let none = run(
        &fixture,
        "tasks mine --recipe recipe.toml --repo-map map.toml --exclude mined.jsonl --out none.jsonl",
    );
    assert_eq!(none.code, 1, "{}", none.all());
}

#[test]
fn what_cannot_be_mined_is_told() {
    let fixture = project();
    let check = |arguments: &str, code: i32, expect: &str| {
        let ran = run(
            &fixture,
            &format!("tasks mine --repo-map map.toml --out x.jsonl {arguments}"),
        );
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(expect), "{}", ran.stderr);
    };
    check(
        "--project django/django",
        3,
        "nothing of it may be trained on",
    );
    check("--project some/where", 3, "some/where");
    check("--project ada/pkg --rev nowhere", 3, "nowhere");
    check("", 2, "--recipe");
    check("--recipe map.toml", 3, "map.toml");
    fixture.write(
        "LICENSE",
        "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n",
    );
    fixture.commit("Change the licence");
    check("--project ada/pkg", 1, "stays out: its licence is GPL");
}
