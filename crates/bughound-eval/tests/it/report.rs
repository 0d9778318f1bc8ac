//! The report of a run.

use crate::world::World;

const SECTIONS: [&str; 9] = [
    "Run",
    "Metrics",
    "Other scorers",
    "Projects",
    "Rank distribution",
    "Time per stage",
    "Misses",
    "Findings and faults",
    "Definitions",
];

/// A run with a task of every kind.
fn world() -> World {
    let mut world = World::new();
    world.tasks[2].base_commit = "0123456789012345678901234567890123456789".to_owned();
    world.save();
    world
}

#[test]
fn the_report_in_markdown() {
    let world = world();
    world.evaluate("runs/x").unwrap();
    let report = world.read("runs/x/report.md");
    let sha = world.tasks_file().sha256.to_string();
    let report = world.without_paths(&report).replace(&sha, "SHA");
    // Times differ from run to run; the tables of the scorers and definitions have tests of their own.
    let mut kept = String::new();
    let mut skip = false;
    for line in report.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            skip = ["Other scorers", "Definitions"].contains(&title);
        }
        let is_detail = line.starts_with("| ") && !line.contains("recall@") && line.contains('@');
        if !skip && !is_detail {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    insta::with_settings!({filters => vec![(r"\| (snapshot|index|history|answer|listen|speak|all) \| .*", "| $1 | TIMES |")]}, {
        insta::assert_snapshot!(kept, @r#"
        # told on tasks.jsonl

        ## Run

        | what | value |
        |---|---|
        | policy | told |
        | bughound | 0.1.0 |
        | tasks file | tasks.jsonl |
        | its SHA-256 | SHA |
        | tasks | 5 |
        | answered | 4 |
        | not answered, counting 0 | 1 |
        | faults, left out of all sums | 0 |
        | ground truth | the patches of the tasks |

        ## Metrics

        Percent, by the scorer path: path-qualified names, every task counts, a missing answer counts 0. In brackets the 95 % interval (percentile bootstrap over tasks, 20 resamples, seed 17).

        | metric | file | class | function | function-only | class-only |
        |---|---:|---:|---:|---:|---:|
        | recall@1 | 40.0 (20.0–80.0) | 0.0 (0.0–0.0) | 20.0 (0.0–60.0) | 20.0 (0.0–60.0) | 0.0 (0.0–0.0) |
        | recall@3 | 60.0 (29.5–100.0) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | recall@5 | 60.0 (29.5–100.0) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | recall@10 | 60.0 (29.5–100.0) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | recall@20 | 60.0 (29.5–100.0) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | map | 50.0 (24.8–85.2) | 0.0 (0.0–0.0) | 25.0 (7.4–60.0) | 25.0 (7.4–60.0) | 0.0 (0.0–0.0) |
        | mrr | 50.0 (24.8–85.2) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | precision | 50.0 (24.8–85.2) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | f1 | 53.3 (26.3–90.2) | 0.0 (0.0–0.0) | 30.0 (14.8–60.0) | 30.0 (14.8–60.0) | 0.0 (0.0–0.0) |
        | iou | 50.0 (24.8–85.2) | 0.0 (0.0–0.0) | 26.7 (9.8–60.0) | 26.7 (9.8–60.0) | 0.0 (0.0–0.0) |

        | tasks | file | class | function | function-only | class-only |
        |---|---:|---:|---:|---:|---:|
        | that count | 5 | 5 | 5 | 5 | 5 |
        | with something to find | 5 | 1 | 3 | 3 | 0 |
        | answered | 4 | 4 | 4 | 4 | 4 |
        | left out by the scorer | 0 | 0 | 0 | 0 | 0 |

        Ceilings: what perfect answers would reach:

        | metric | file | class | function | function-only | class-only |
        |---|---:|---:|---:|---:|---:|
        | recall@1 | 100.0 | 20.0 | 50.0 | 50.0 | 0.0 |
        | recall@3 | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | recall@5 | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | recall@10 | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | recall@20 | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | map | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | mrr | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | precision | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | f1 | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |
        | iou | 100.0 | 20.0 | 60.0 | 60.0 | 0.0 |

        Over the tasks with something to find alone:

        | metric | file | class | function | function-only | class-only |
        |---|---:|---:|---:|---:|---:|
        | recall@1 | 40.0 | 0.0 | 33.3 | 33.3 | 0.0 |
        | recall@3 | 60.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | recall@5 | 60.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | recall@10 | 60.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | recall@20 | 60.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | map | 50.0 | 0.0 | 41.7 | 41.7 | 0.0 |
        | mrr | 50.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | precision | 50.0 | 0.0 | 50.0 | 50.0 | 0.0 |
        | f1 | 53.3 | 0.0 | 50.0 | 50.0 | 0.0 |
        | iou | 50.0 | 0.0 | 44.4 | 44.4 | 0.0 |

        ## Projects

        | project | tasks | file recall@1 | file recall@5 | file acc@5 | function recall@1 | function recall@5 | function acc@5 |
        |---|---:|---:|---:|---:|---:|---:|---:|
        | a/b | 3 | 33.3 (0.0–84.2) | 66.7 (33.3–100.0) | 66.7 (33.3–100.0) | 33.3 (0.0–84.2) | 50.0 (24.6–92.1) | 33.3 (0.0–84.2) |
        | c/d | 2 | 50.0 (0.0–100.0) | 50.0 (0.0–100.0) | 50.0 (0.0–100.0) | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) |

        ## Rank distribution

        Tasks by the rank of the first right answer, out of those with something to find. Rankings are 100 files and 200 functions deep.

        | rank | first gold file | first gold function |
        |---|---:|---:|
        | 1 | 2 | 1 |
        | 2 | 1 | 1 |
        | 3 | 0 | 0 |
        | 4–5 | 0 | 0 |
        | 6–10 | 0 | 0 |
        | 11–20 | 0 | 0 |
        | 21–50 | 0 | 0 |
        | 51 and below | 0 | 0 |
        | not ranked | 2 | 1 |

        ## Time per stage

        Milliseconds per answered task. Tasks run side by side, so the sum can exceed the time on the wall.

        | stage | mean | median | 90 % | longest | sum (s) |
        |---|---:|---:|---:|---:|---:|
        | snapshot | TIMES |
        | index | TIMES |
        | history | TIMES |
        | answer | TIMES |
        | listen | TIMES |
        | speak | TIMES |
        | all | TIMES |

        ## Misses

        4 of 5 tasks are misses: not every function and class to find is among the first 5 functions. Ranks are those of the first right answer.

        | reason | tasks |
        |---|---:|
        | not answered (commit-missing) | 1 |
        | the fix edits no existing function or class | 1 |
        | gold file is not in the ranking | 1 |
        | some gold functions are in the first 5, others are not | 1 |

        Every miss:

        | task | reason | found | file rank | function rank | gold |
        |---|---|---:|---:|---:|---|
        | a__b-2 | some gold functions are in the first 5, others are not | 1 of 2 | 2 | 2 | shop.py::Cart.add, shop.py::Cart.total |
        | a__b-3 | not answered (commit-missing) | 0 of 0 | - | - | notes.cfg |
        | c__d-1 | gold file is not in the ranking | 0 of 1 | - | - | core/run.py::start |
        | c__d-2 | the fix edits no existing function or class | 0 of 0 | 1 | - | core/run.py |

        ## Findings and faults

        1 task without an answer, 0 findings about tasks and patches, 0 lines of the tasks file left out, 0 tasks without known ground truth.

        | task | kind | reason |
        |---|---|---|
        | a__b-3 | commit-missing, counts 0 | a/b: the commit 0123456789012345678901234567890123456789 is not in this repository: fetch it (\`git fetch origin 0123456789012345678901234567890123456789\`), or use a fuller clone or the fork that holds it |
        "#);
    });
}

#[test]
fn the_page_holds_every_section_and_loads_nothing() {
    let mut world = world();
    world.tasks[0].instance_id = "a__b-<script>alert(1)</script>&\"".to_owned();
    world.tasks[0].problem_statement = "nothing to say".to_owned();
    world.save();
    world.evaluate("runs/x").unwrap();
    let page = world.read("runs/x/report.html");
    let markdown = world.read("runs/x/report.md");
    for section in SECTIONS {
        assert!(page.contains(&format!("<h2>{section}</h2>")), "{section}");
        assert!(markdown.contains(&format!("## {section}\n")), "{section}");
        let anchor = section.to_lowercase().replace(' ', "-");
        assert!(page.contains(&format!("href=\"#{anchor}\"")), "{section}");
        assert!(
            page.contains(&format!("<section id=\"{anchor}\"")),
            "{section}"
        );
    }
    assert_eq!(page.matches("<h2>").count(), SECTIONS.len());
    assert_eq!(page.matches("<svg ").count(), 6);
    for forbidden in ["<script", "http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("a__b-&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;"));
    assert!(page.contains("prefers-color-scheme: dark"));
    assert_eq!(open_elements(&page), Vec::<String>::new());
}

/// Elements that are opened and not closed, or closed out of order.
fn open_elements(page: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    for tag in page
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(tag, _)| tag)
    {
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if tag.starts_with('!') || tag.ends_with('/') || name == "meta" {
            continue;
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.last() == Some(&name) {
            open.pop();
        } else {
            return vec![format!("</{name}> after <{}>", open.join("><"))];
        }
    }
    open
}
