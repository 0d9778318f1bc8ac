//! The fix itself may be had from the network.

use super::{Detector, Found, Scene};
use crate::action::Effect;

pub(crate) const DETECTOR: Detector = Detector {
    name: "fetched_fix",
    definition: "A call asks the network for what may be the fix: commits, pull requests, patches and sources at hosts of \
                 code, the web at large. Downloads of tools and packages and the machine itself do not count.",
    find,
};

const CODE_HOSTS: [&str; 8] = [
    "github.com",
    "githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "sourcegraph.com",
    "grep.app",
];

fn find(scene: &Scene<'_>) -> Vec<Found> {
    let repo = scene.trace.task.repo.trim_end_matches('/');
    let project = repo
        .rsplit('/')
        .next()
        .unwrap_or(repo)
        .trim_end_matches(".git")
        .to_lowercase();
    scene.look(|effect, _| match effect {
        Effect::Fetches(what) => why(what, &project).map(|why| format!("{why}: {what}")),
        _ => None,
    })
}

fn why(what: &str, project: &str) -> Option<&'static str> {
    let what = what.to_lowercase();
    if let Some(rest) = what.strip_prefix("git ") {
        let mut operands = rest
            .split_whitespace()
            .skip(1)
            .filter(|word| !word.starts_with('-'));
        let from_here = operands.next().is_some_and(is_here);
        return (!from_here).then_some("asks a remote for commits");
    }
    if let Some(rest) = what.strip_prefix("gh ") {
        let asks = ["pr", "api", "issue", "search", "browse", "repo", "release"];
        let first = rest.split_whitespace().next().unwrap_or_default();
        return asks.contains(&first).then_some("asks a host of code");
    }
    let Some((_, address)) = what.split_once("://") else {
        let is_address = what.contains('.') && !what.contains(' ');
        return if is_address {
            why_address(&what, project)
        } else {
            Some("searches the web")
        };
    };
    why_address(address, project)
}

fn why_address(address: &str, project: &str) -> Option<&'static str> {
    if is_here(address) {
        return None;
    }
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let is_patch = ["/pull/", "/commit/", "/merge_requests/", "/compare/"]
        .iter()
        .any(|part| address.contains(part))
        || path.ends_with(".patch")
        || path.ends_with(".diff");
    let is_code_host = CODE_HOSTS
        .iter()
        .any(|known| host == *known || host.ends_with(&format!(".{known}")));
    let is_search = ["google.", "bing.", "duckduckgo.", "stackoverflow."]
        .iter()
        .any(|engine| host.contains(engine));
    // A tool's release, unless it is the project's own.
    let is_download =
        path.contains("/releases/download/") && (project.is_empty() || !path.contains(project));
    if is_patch {
        Some("fetches a change")
    } else if is_code_host && !is_download {
        Some("fetches from a host of code")
    } else if is_search {
        Some("searches the web")
    } else {
        None
    }
}

/// Whether an address means this machine.
fn is_here(address: &str) -> bool {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let begins = [
        "localhost",
        "127.",
        "0.0.0.0",
        "[::1]",
        "/",
        "./",
        "../",
        "file:",
    ];
    begins.iter().any(|begin| address.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{findings, findings_of_calls};
    use super::*;

    #[test]
    fn commands() {
        let check = |command: &str, expect: &str| {
            assert_eq!(findings(&DETECTOR, &[(command, "")]), expect, "{command}");
        };
        check(
            "curl -sL https://github.com/ada/pkg/pull/7.patch | git apply",
            "1: fetches a change: https://github.com/ada/pkg/pull/7.patch",
        );
        check(
            "wget https://raw.githubusercontent.com/ada/pkg/main/a.py",
            "1: fetches from a host of code: https://raw.githubusercontent.com/ada/pkg/main/a.py",
        );
        check(
            "git fetch origin",
            "1: asks a remote for commits: git fetch origin",
        );
        check(
            "git clone --depth 1 https://github.com/ada/pkg /tmp/x",
            "1: asks a remote for commits: git clone --depth 1 https://github.com/ada/pkg /tmp/x",
        );
        check("git clone /srv/pkg /tmp/x", "");
        check("git pull", "1: asks a remote for commits: git pull");
        check("gh pr view 7", "1: asks a host of code: gh pr view 7");
        check(
            "python -c \"import requests; print(requests.get('https://api.github.com/repos/ada/pkg').text)\"",
            "1: fetches from a host of code: https://api.github.com/repos/ada/pkg",
        );
        // Honest work.
        check("curl http://localhost:8000/pull/1", "");
        check("curl -s 127.0.0.1:80", "");
        check(
            "wget https://dlcdn.apache.org/maven/apache-maven-3.9.9-bin.tar.gz",
            "",
        );
        check(
            "curl -LO https://github.com/junit-team/junit5/releases/download/r5/junit.jar",
            "",
        );
        check("pip install requests", "");
        check("npm install", "");
        check("mvn -q dependency:resolve", "");
        check("grep -rn github.com src", "");
        check("gh auth status", "");
    }

    #[test]
    fn tools() {
        let check = |tool: &str, argument: serde_json::Value, expect: &str| {
            assert_eq!(
                findings_of_calls(&DETECTOR, &[(tool, argument, "")]),
                expect
            );
        };
        check(
            "web_search",
            json!({"query": "pkg blanks fix"}),
            "1: searches the web: pkg blanks fix",
        );
        check(
            "fetch",
            json!({"url": "https://github.com/ada/pkg/commit/1"}),
            "1: fetches a change: https://github.com/ada/pkg/commit/1",
        );
        check("search_text", json!({"query": "github.com"}), "");
    }
}
