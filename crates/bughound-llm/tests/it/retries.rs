//! What passes is tried again.

use std::time::Duration;

use bughound_fake_llm::{End, FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Delta, Timeouts};

use crate::{ask, hear, question, settings};

#[test]
fn passing_failures_are_overcome() {
    let check = |failure: Reply| {
        let script = [failure.clone(), failure.clone(), Reply::text("at last")];
        let server = FakeServer::start(script).unwrap();
        let client = Client::new(ClientSettings {
            timeouts: Timeouts {
                first_token: Duration::from_millis(100),
                between_tokens: Duration::from_millis(50),
                ..Timeouts::default()
            },
            ..settings(&server)
        });
        let (completion, deltas) = hear(&client.unwrap(), &question());
        let completion = completion.unwrap();
        assert_eq!(completion.message.content, "at last", "{failure:?}");
        assert_eq!(completion.n_retries, 2);
        let n_told = deltas
            .iter()
            .filter(|it| matches!(it, Delta::Retry { .. }))
            .count();
        assert_eq!(n_told, 2);
        server.assert_sound();
    };
    check(Reply::error(429, "busy"));
    check(Reply::error(408, "late"));
    check(Reply::error(500, "oops"));
    check(Reply::error(503, "loading").header("retry-after", "3600"));
    check(Reply::error(529, "overloaded"));
    check(Reply::text("half an ans").first_events(2, End::Cut));
    check(Reply::text("half an ans").first_events(2, End::Silence));
    check(Reply::text("late").after(Duration::from_millis(400)));
}

#[test]
fn a_connection_that_was_kept_too_long_is_replaced_without_a_word() {
    let server = FakeServer::start([Reply::nothing(), Reply::text("ok")]).unwrap();
    let client = Client::new(settings(&server)).unwrap();
    let (completion, deltas) = hear(&client, &question());
    assert_eq!(completion.unwrap().n_retries, 1);
    assert_eq!(deltas, [Delta::Text("ok".into())]);
}

#[test]
fn others_are_not() {
    for status in [400, 401, 403, 404, 413, 501] {
        let server = FakeServer::start([Reply::error(status, "no")]).unwrap();
        let client = Client::new(settings(&server)).unwrap();
        let error = ask(&client, &question()).unwrap_err();
        assert_eq!(error.n_tries(), 1, "{status}");
        server.assert_sound();
    }
}

#[test]
fn a_wait_that_is_asked_for_is_kept_up_to_the_longest() {
    let check = |reply: Reply, expect: Duration| {
        let server = FakeServer::start([reply, Reply::text("ok")]).unwrap();
        let client = Client::new(settings(&server)).unwrap();
        let (completion, deltas) = hear(&client, &question());
        completion.unwrap();
        let waits: Vec<Duration> = deltas
            .iter()
            .filter_map(|delta| match delta {
                Delta::Retry { wait, .. } => Some(*wait),
                _ => None,
            })
            .collect();
        assert_eq!(waits, [expect]);
    };
    let busy = || Reply::error(429, "busy");
    let longest = Duration::from_millis(20);
    check(busy().header("retry-after", "0"), Duration::ZERO);
    check(
        busy().header("retry-after", "0.01"),
        Duration::from_millis(10),
    );
    check(busy().header("retry-after", "86400"), longest);
    let date = "Tue, 15 Nov 1994 08:12:31 GMT";
    check(
        busy().header("retry-after", date).header("date", date),
        Duration::ZERO,
    );
    check(
        busy()
            .header("retry-after", "Tue, 15 Nov 1994 08:12:41 GMT")
            .header("date", date),
        longest,
    );
}

#[test]
fn waits_are_the_same_each_time() {
    let waits = || {
        let server = FakeServer::start([
            Reply::error(500, "a"),
            Reply::error(500, "b"),
            Reply::text("ok"),
        ]);
        let server = server.unwrap();
        let client = Client::new(settings(&server)).unwrap();
        let (_, deltas) = hear(&client, &question());
        deltas
            .into_iter()
            .filter(|delta| matches!(delta, Delta::Retry { .. }))
            .collect::<Vec<_>>()
    };
    let first = waits();
    assert_eq!(first.len(), 2);
    assert_eq!(first, waits());
}
