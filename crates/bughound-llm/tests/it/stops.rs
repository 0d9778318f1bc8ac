//! Requests are called off at once, whatever the server does.

use std::time::{Duration, Instant};

use bughound_fake_llm::{End, FakeServer, Reply};
use bughound_llm::{CancelToken, Client, ClientSettings, Delta, LlmErrorKind, Retries};

use crate::{ask, question, settings};

/// Far longer than a test may wait.
const LONG: Duration = Duration::from_secs(600);

fn hanging() -> [(&'static str, Reply); 3] {
    [
        ("before the first byte", Reply::text("late").after(LONG)),
        (
            "in the middle",
            Reply::text("late").first_events(2, End::Silence),
        ),
        (
            "before a repetition",
            Reply::error(429, "busy").header("retry-after", "600"),
        ),
    ]
}

fn patient(server: &FakeServer) -> ClientSettings {
    ClientSettings {
        retries: Retries {
            longest_wait: LONG,
            ..Retries::default()
        },
        ..settings(server)
    }
}

#[test]
fn cancelling_cuts_everywhere() {
    for (place, reply) in hanging() {
        let server = FakeServer::answering(None, move |_| reply.clone()).unwrap();
        let client = Client::new(patient(&server)).unwrap();
        let cancel = CancelToken::new();
        let result = std::thread::scope(|scope| {
            let asked = scope.spawn(|| client.complete(&question(), &mut |_| (), &cancel, None));
            while server.requests().is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(10));
            cancel.cancel();
            asked.join().unwrap()
        });
        let error = result.unwrap_err();
        assert_eq!(error.kind(), &LlmErrorKind::Cancelled, "{place}");
        assert!(error.is_called_off());
    }
}

#[test]
fn a_token_that_was_used_before_sends_nothing() {
    let server = FakeServer::start([]).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = client
        .complete(&question(), &mut |_| (), &cancel, None)
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.n_tries()),
        (&LlmErrorKind::Cancelled, 0)
    );
    assert!(server.requests().is_empty());
}

#[test]
fn deadlines_cut_everywhere() {
    for (place, reply) in hanging() {
        let server = FakeServer::answering(None, move |_| reply.clone()).unwrap();
        let client = Client::new(patient(&server)).unwrap();
        let deadline = Instant::now() + Duration::from_millis(100);
        let result = client.complete(
            &question(),
            &mut |_| (),
            &CancelToken::new(),
            Some(deadline),
        );
        let error = result.unwrap_err();
        // Whoever has no time for a repetition is told what was wrong, at once.
        let is_refusal = matches!(error.kind(), LlmErrorKind::Refused { status: 429, .. });
        assert_eq!(is_refusal, place == "before a repetition", "{error}");
        assert_eq!(error.is_called_off(), !is_refusal, "{error}");
    }
}

#[test]
fn waiting_for_a_slot_can_be_called_off() {
    let server = FakeServer::answering(None, |_| Reply::text("late").after(LONG)).unwrap();
    let client = Client::new(ClientSettings {
        max_in_flight: 1,
        ..settings(&server)
    });
    let client = client.unwrap();
    let (first, second) = (CancelToken::new(), CancelToken::new());
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| client.complete(&question(), &mut |_| (), &first, None));
        while server.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let waiting = scope.spawn(|| client.complete(&question(), &mut |_| (), &second, None));
        second.cancel();
        let error = waiting.join().unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.n_tries()),
            (&LlmErrorKind::Cancelled, 0)
        );
        first.cancel();
        asked.join().unwrap().unwrap_err();
    });
}

#[test]
fn a_listener_that_panics_leaves_the_client_whole() {
    let server = FakeServer::answering(None, |_| Reply::text("ok")).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut on_delta = |_: Delta| panic!("on purpose");
        let _ = client.complete(&question(), &mut on_delta, &CancelToken::new(), None);
    }));
    assert!(panicked.is_err());
    assert_eq!(ask(&client, &question()).unwrap().message.content, "ok");
}

#[test]
fn a_client_may_live_and_die_within_another_runtime() {
    let server = FakeServer::answering(None, |_| Reply::text("ok")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = Client::new(settings(&server)).unwrap();
        assert_eq!(ask(&client, &question()).unwrap().message.content, "ok");
    });
}
