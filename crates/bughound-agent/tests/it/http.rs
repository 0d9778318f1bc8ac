//! The `http` policy against a scripted server: how its faults end an episode, and what its traces tell.

use std::time::Duration;

use bughound_agent::{Cancel, HttpPolicy, NoClock, RunOptions, WallClock, run_episode};
use bughound_fake_llm::{Answer, FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Prices, Retries, Sampling, ServerUrl};
use bughound_trace::{Budgets, EndReason, Trace};
use serde_json::json;

use crate::shop::{brief, shop};

fn policy(server: &FakeServer) -> HttpPolicy {
    let url = ServerUrl::parse(&server.base_url()).unwrap();
    let client = Client::new(ClientSettings {
        retries: Retries {
            most: 1,
            first_wait: Duration::from_millis(1),
            ..Retries::default()
        },
        prices: Some(Prices {
            prompt: 1.0,
            cached: 1.0,
            completion: 10.0,
        }),
        ..ClientSettings::new(url, "fake-model")
    });
    HttpPolicy::new(client.unwrap(), Sampling::default())
}

fn run(policy: &HttpPolicy, budgets: Budgets, cancel: &Cancel, is_timed: bool) -> Trace {
    let wall = WallClock::start();
    run_episode(
        brief("reposearcher", budgets),
        &shop(),
        policy,
        &RunOptions {
            clock: if is_timed { &wall } else { &NoClock },
            cancel,
            parallel_calls: 1,
            on_happening: &|_| (),
        },
    )
}

#[test]
fn the_trace_tells_what_was_asked_and_what_it_cost() {
    let call = json!({"file": "shop/cart.py", "class": "Cart", "method": "add"}).to_string();
    let server = FakeServer::answering(None, move |request| {
        if request.json.get("seed").is_some() {
            return Reply::error(400, "Unrecognized request argument supplied: seed");
        }
        let messages = request.json["messages"].as_array().unwrap();
        Reply::answer(match messages.len() {
            2 => Answer::call("a", "search_class_method", call.clone()),
            4 => Answer::call("b", "exit", "{}"),
            _ => Answer::text("```\nshop/cart.py::Cart.add\n```"),
        })
    });
    let server = server.unwrap();
    let trace = run(&policy(&server), Budgets::default(), &Cancel::new(), false);
    server.assert_sound();
    assert_eq!((trace.end, trace.fault.as_deref()), (EndReason::Exit, None));
    assert_eq!(trace.spent.usage.prompt_tokens, 30);
    assert_eq!(trace.spent.usage.completion_tokens, 15);
    assert!((trace.cost_usd.unwrap() - (30.0 + 150.0) / 1e6).abs() < 1e-12);
    assert_eq!(trace.policy.model.as_deref(), Some("fake-model"));
    assert_eq!(trace.policy.settings["refused_by_server"], json!(["seed"]));
    // Declared to the end, so that the server's cache of the prompt holds; but not to be called any more.
    let requests = server.requests();
    let last = &requests.last().unwrap().json;
    assert_eq!(
        (&last["tool_choice"], last["tools"].is_array()),
        (&json!("none"), true)
    );
    assert_eq!(requests[1].json["tool_choice"], "auto");
}

#[test]
fn every_request_has_the_seed_of_its_attempt() {
    let server = FakeServer::answering(None, |_| Reply::text("```\nshop/cart.py::Cart.add\n```"));
    let server = server.unwrap();
    let trace = run(&policy(&server), Budgets::default(), &Cancel::new(), false);
    assert_eq!(trace.end, EndReason::Answered);
    assert_eq!(server.requests()[0].json["seed"], trace.seed);
}

#[test]
fn faults_end_an_episode_by_their_kind() {
    let check = |reply: Reply, end: EndReason, expect: &str| {
        let server = FakeServer::answering(None, move |_| reply.clone()).unwrap();
        let trace = run(&policy(&server), Budgets::default(), &Cancel::new(), false);
        assert_eq!(trace.end, end, "{:?}", trace.fault);
        assert!(
            trace.fault.as_ref().unwrap().contains(expect),
            "{:?}",
            trace.fault
        );
    };
    check(
        Reply::error(401, "no"),
        EndReason::PolicyFault,
        "check the key",
    );
    check(
        Reply::error(503, "busy"),
        EndReason::PolicyFault,
        "(tried 2 times)",
    );
    check(
        Reply::json(200, &json!({"choices": []})),
        EndReason::PolicyFault,
        "no choice",
    );
    check(
        Reply::error(400, "maximum context length"),
        EndReason::TokenLimit,
        "context",
    );
}

#[test]
fn deadlines_and_cancelling_cut_requests() {
    let hang = || {
        FakeServer::answering(None, |_| {
            Reply::text("late").after(Duration::from_secs(600))
        })
        .unwrap()
    };
    let server = hang();
    let budgets = Budgets {
        max_milliseconds: 100,
        ..Budgets::default()
    };
    let trace = run(&policy(&server), budgets, &Cancel::new(), true);
    assert_eq!(trace.end, EndReason::TimeLimit, "{:?}", trace.fault);

    let server = hang();
    let cancel = Cancel::new();
    let trace = std::thread::scope(|scope| {
        scope.spawn(|| {
            while server.requests().is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            cancel.cancel();
        });
        run(&policy(&server), Budgets::default(), &cancel, true)
    });
    assert_eq!(trace.end, EndReason::Cancelled);
}
