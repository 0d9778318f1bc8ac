//! A model is asked, by a server that says what the test wants.

use std::sync::Arc;

use bughound_fake_llm::{FakeServer, Reply};
use bughound_llm::{Client, ClientSettings, Retries, ServerUrl};
use bughound_rewards::attacks::shipped;
use bughound_rewards::{Attempt, Judge, JudgeSettings, Reward, Score};
use std::time::Duration;

use crate::attacks::testbed;

const ACCEPT: &str = "{\"verdict\": \"accept\", \"reason\": \"it mends the comparison\"}";
const REJECT: &str = "{\"verdict\": \"reject\", \"reason\": \"it skips a test\"}";

#[test]
fn an_opinion_is_a_reward_and_nonsense_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let Some(testbed) = testbed(&folder) else {
        return;
    };
    let (projects, _) = shipped().unwrap();
    let prepared = Arc::new(testbed.prepare(&projects["py-ledger"], &|_| {}).unwrap());
    let opinions = folder.path().join("opinions.jsonl");

    let check = |replies: Vec<Reply>, expected: &dyn Fn(&Score) -> bool, n_asked: usize| {
        let _ = std::fs::remove_file(&opinions);
        let server = FakeServer::start(replies).unwrap();
        let url = ServerUrl::parse(&server.base_url()).unwrap();
        let settings = ClientSettings {
            retries: Retries {
                most: 1,
                first_wait: Duration::from_millis(1),
                ..Retries::default()
            },
            ..ClientSettings::new(url, "judge")
        };
        let judge = Judge::new(
            Client::new(settings).unwrap(),
            JudgeSettings {
                record: Some(opinions.clone()),
                ..JudgeSettings::default()
            },
        );
        let mut attempt = Attempt::recorded(&testbed, &prepared, prepared.known_fix()).unwrap();
        let score = judge.score(&mut attempt);
        assert!(expected(&score), "{score:?}");
        server.assert_sound();
        assert_eq!(server.requests().len(), n_asked);
        std::fs::read_to_string(&opinions).unwrap()
    };
    let full = |score: &Score| score.is_success();
    let masked = |score: &Score| matches!(score, Score::Masked { .. });
    let kept = check(vec![Reply::text(ACCEPT)], &full, 1);
    assert_eq!(kept.lines().count(), 1);
    assert!(
        kept.contains("it mends the comparison") && kept.contains("py-ledger"),
        "{kept}"
    );
    check(
        vec![Reply::text(REJECT)],
        &|score| *score == Score::nothing(vec!["it skips a test".to_owned()]),
        1,
    );
    // Nonsense is asked again, and what was said is kept.
    let kept = check(
        vec![Reply::text("I like it."), Reply::text(ACCEPT)],
        &full,
        2,
    );
    assert!(
        kept.lines().count() == 2 && kept.contains("I like it."),
        "{kept}"
    );
    let nonsense = || Reply::text("accept");
    let kept = check(vec![nonsense(), nonsense(), nonsense()], &masked, 3);
    assert_eq!(kept.lines().count(), 3);
    // A server that is away, after the client has tried again.
    let away = || Reply::error(503, "overloaded");
    let kept = check(vec![away(), away()], &masked, 2);
    assert!(kept.contains("did not answer"), "{kept}");
}
