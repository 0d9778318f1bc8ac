//! What does the agent itself cost per turn? A model that answers at once makes the same twenty calls, again and
//! again; what is not the server's time is ours: reading the conversation, writing the request, the network on this
//! machine, reading the stream, the tool, the state machine.
//!
//! ```console
//! $ cargo run --release -p bughound-agent --example overhead -- REPOSITORY [REVISION] [EPISODES]
//! ```

#![expect(clippy::print_stdout, reason = "a program for developers")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bughound_agent::{Brief, Cancel, Environment, HttpPolicy, RunOptions, WallClock, run_episode};
use bughound_core::SymbolKind;
use bughound_fake_llm::{Answer, FakeServer, Reply};
use bughound_index::{FileRole, Index};
use bughound_llm::{Client, ClientSettings, Sampling, ServerUrl};
use bughound_repo::Repo;
use bughound_store::Store;
use bughound_tools::Budget;
use bughound_trace::{Budgets, EndReason, TaskRecord};
use serde_json::json;

/// Calls of one episode; then it exits, and answers.
const CALLS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments.next().ok_or("give a repository")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".to_owned());
    let n_episodes: u32 = arguments.next().map_or(Ok(100), |n| n.parse())?;

    let snapshot = Arc::new(Repo::open(Path::new(&repository))?.snapshot(&revision)?);
    let (index, _) = Index::build(snapshot, &Store::none());
    let answers = answers(&index);
    let server = FakeServer::answering(None, move |request| {
        let messages = request.json["messages"].as_array();
        let n_said = messages.map_or(0, |messages| {
            messages
                .iter()
                .filter(|message| message["role"] == "assistant")
                .count()
        });
        Reply::answer(answers[n_said.min(answers.len() - 1)].clone())
    })?;
    server.forget_requests();
    let environment = Environment::new(Arc::new(index), None, Budget::default());
    for stream in [true, false] {
        let client = Client::new(ClientSettings {
            stream,
            ..ClientSettings::new(ServerUrl::parse(&server.base_url())?, "instant")
        })?;
        let policy = HttpPolicy::new(client, Sampling::default());
        // The first episodes pay for what is made at first use.
        measure(&environment, &policy, &server, 3)?;
        let (turn, of_server, bytes) = measure(&environment, &policy, &server, n_episodes)?;
        println!(
            "{}: {:.3} ms per turn, of which the server {:.3} ms, our own {:.3} ms ({n_episodes} episodes of {} turns; \
             conversations grow to {} kB)",
            if stream { "streams" } else { "plain replies" },
            turn * 1000.0,
            of_server * 1000.0,
            (turn - of_server) * 1000.0,
            CALLS + 2,
            bytes / 1000,
        );
    }
    server.assert_sound();
    Ok(())
}

/// Seconds per turn, of these the server's, and the bytes of a whole conversation.
fn measure(
    environment: &Environment,
    policy: &HttpPolicy,
    server: &FakeServer,
    n_episodes: u32,
) -> Result<(f64, f64, usize), Box<dyn std::error::Error>> {
    let spent_before = server.time_spent();
    let mut wall = Duration::ZERO;
    let (mut n_turns, mut bytes) = (0, 0);
    for attempt in 0..n_episodes {
        let brief = Brief {
            task: TaskRecord {
                instance_id: "overhead".to_owned(),
                issue: "It is broken, and should not be.".repeat(20),
                ..TaskRecord::default()
            },
            attempt,
            seed: attempt.into(),
            protocol: "reposearcher".to_owned(),
            budgets: Budgets::default(),
        };
        let begun = Instant::now();
        let trace = run_episode(
            brief,
            environment,
            policy,
            &RunOptions {
                clock: &WallClock::start(),
                cancel: &Cancel::new(),
                parallel_calls: 1,
                on_happening: &|_| (),
            },
        );
        wall += begun.elapsed();
        if trace.end != EndReason::Exit || trace.spent.calls_ok as usize != CALLS + 1 {
            return Err(format!("an episode went wrong: {:?} {:?}", trace.end, trace.fault).into());
        }
        n_turns += trace.spent.turns;
        bytes = trace
            .messages()
            .map(|message| message.message.content.len())
            .sum();
    }
    let per_turn = |time: Duration| time.as_secs_f64() / f64::from(n_turns);
    Ok((
        per_turn(wall),
        per_turn(server.time_spent() - spent_before),
        bytes,
    ))
}

/// A call for each of some methods, `exit`, an answer.
fn answers(index: &Index) -> Vec<Answer> {
    let mut answers = Vec::new();
    for file in index
        .file_idxs()
        .filter(|&file| index.file(file).role() == FileRole::Source)
    {
        for symbol in index.symbols_of(file) {
            let Some(parent) = index.parent(symbol) else {
                continue;
            };
            let (method, class) = (index.symbol(symbol), index.symbol(parent));
            if method.kind() != SymbolKind::Method || answers.len() == CALLS {
                continue;
            }
            let arguments = json!({"file": method.path().as_str(), "class": class.qualified_name(),
                "method": method.name()});
            if answers
                .iter()
                .any(|it: &Answer| it.calls[0].arguments == arguments.to_string().as_str())
            {
                continue;
            }
            let id = format!("call_{}", answers.len());
            answers.push(Answer {
                text: "I read on, since this does not explain what the issue describes.".to_owned(),
                bytes_per_event: 4,
                ..Answer::call(&id, "search_class_method", arguments.to_string())
            });
        }
    }
    answers.push(Answer::call("end", "exit", "{}"));
    answers.push(Answer::text("```\nsome/file.py::Some.method\n```"));
    answers
}
