//! The state machine alone, driven by random events: it always ends, never panics, can be written down at any
//! moment, and goes the same way again.

use bughound_agent::{Effect, Episode, Event, FaultKind, PolicyFault, What};
use bughound_core::{Completion, FinishReason, MalformedCall, Message, SymbolId, ToolCall, Usage};
use bughound_trace::{AnswerItem, Budgets, CallOutcome, Resolution};
use proptest::prelude::*;

use crate::shop::brief;

/// What a random environment and policy would do next, given what is wanted.
#[derive(Clone, Debug)]
struct Whim {
    pick: u8,
    number: u64,
    text: String,
}

fn whims() -> impl Strategy<Value = Vec<Whim>> {
    let text = prop_oneof![
        Just(String::new()),
        Just("```\na.py::f\n```".to_owned()),
        Just("exit()".to_owned()),
        Just("{}".to_owned()),
        Just("{\"file\": \"a.py\"}".to_owned()),
        ".{0,40}",
    ];
    let whim = (any::<u8>(), 0..5000u64, text).prop_map(|(pick, number, text)| Whim {
        pick,
        number,
        text,
    });
    prop::collection::vec(whim, 1..200)
}

fn budgets() -> impl Strategy<Value = Budgets> {
    (0..6u32, 0..9000u64, 0..4u32, 0..4u32).prop_map(|(turns, size, malformed, calls)| Budgets {
        max_turns: turns,
        max_prompt_tokens: size,
        max_completion_tokens: size,
        max_context_tokens: size,
        max_tool_bytes: size,
        max_milliseconds: 10 * size,
        max_malformed: malformed,
        max_calls_per_turn: calls,
    })
}

fn completion(whim: &Whim) -> Completion {
    let tools = [
        "exit",
        "search_class",
        "read_lines",
        "nonsense",
        "get_code_of_class",
    ];
    let n_calls = usize::from(whim.pick) % 4;
    let calls = (0..n_calls)
        .map(|n| ToolCall {
            id: format!("c{n}"),
            name: tools[(usize::from(whim.pick) / 4 + n) % tools.len()].to_owned(),
            arguments: whim.text.clone(),
        })
        .collect();
    let mut completion = Completion::of(Message::assistant(whim.text.clone()).with_calls(calls));
    if whim.pick.is_multiple_of(5) {
        completion.malformed.push(MalformedCall {
            text: whim.text.clone(),
            problem: "it is cut off".to_owned(),
        });
    }
    if whim.pick.is_multiple_of(7) {
        completion.finish = FinishReason::Length;
    }
    if whim.pick.is_multiple_of(3) {
        completion.usage = Some(Usage {
            prompt_tokens: whim.number,
            completion_tokens: u64::MAX / 2,
            ..Usage::default()
        });
    }
    completion
}

/// Something that fits the effect, mostly.
fn respond(effect: &Effect, whim: &Whim) -> What {
    match effect {
        _ if whim.pick == 255 => What::EnvironmentFailed(whim.text.clone()),
        _ if whim.pick == 254 => What::Cancelled,
        Effect::Consult(_) => What::Consulted(whim.text.clone()),
        Effect::Ask(_) if whim.pick > 245 => What::PolicyFailed(PolicyFault {
            kind: [
                FaultKind::TimeOut,
                FaultKind::ContextTooLong,
                FaultKind::Fault,
            ][usize::from(whim.pick) % 3],
            message: whim.text.clone(),
        }),
        Effect::Ask(_) => What::Replied {
            completion: Box::new(completion(whim)),
            milliseconds: whim.number,
        },
        Effect::Call { index, .. } => What::Returned {
            index: *index,
            outcome: CallOutcome::ALL[usize::from(whim.pick) % CallOutcome::ALL.len()],
            text: whim.text.clone(),
            n_left_out: whim.number,
            shown: Vec::new(),
            ends_episode: whim.pick.is_multiple_of(11),
            microseconds: whim.number,
        },
        Effect::Resolve(items) => What::Resolved(
            items
                .iter()
                .map(|item| AnswerItem {
                    resolution: Resolution::Exact,
                    id: item
                        .path
                        .as_ref()
                        .map(|path| SymbolId::file(path.as_str().into())),
                    ..item.clone()
                })
                .collect(),
        ),
    }
}

/// Something that nobody waits for.
fn misplaced(whim: &Whim) -> What {
    match whim.pick % 4 {
        0 => What::Begun,
        1 => What::Resolved(Vec::new()),
        2 => What::Consulted(whim.text.clone()),
        _ => What::Returned {
            index: usize::from(whim.pick),
            outcome: CallOutcome::Ok,
            text: whim.text.clone(),
            n_left_out: 0,
            shown: Vec::new(),
            ends_episode: true,
            microseconds: 0,
        },
    }
}

fn check(protocol: &str, budgets: Budgets, whims: &[Whim]) -> Result<(), TestCaseError> {
    let talk = bughound_agent::protocol(protocol).unwrap();
    let mut episode = Episode::new(brief(protocol, budgets));
    let mut log: Vec<Event> = Vec::new();
    let mut states = vec![episode.clone()];
    let mut wanted: Vec<Effect> = Vec::new();
    let mut whims = whims.iter().cycle();
    let mut time = 0;
    let mut what = What::Begun;
    // Each turn asks once, resolves at most once and makes at most three calls; each stage has two closing turns.
    for _ in 0..20_000 {
        let event = Event { at: time, what };
        log.push(event.clone());
        let (next, effects) = episode.step(talk, event);
        episode = next;
        states.push(episode.clone());
        if episode.end().is_some() {
            prop_assert!(effects.is_empty());
            break;
        }
        wanted.extend(effects);
        prop_assert!(!wanted.is_empty(), "nothing is wanted and it has not ended");
        let whim = whims.next().unwrap();
        time += whim.number;
        // Not twice in a row: who answers nothing but nonsense waits for ever.
        what = if whim.pick % 13 == 1 && log.len().is_multiple_of(2) {
            misplaced(whim)
        } else {
            // Results come in any order.
            let at = usize::from(whim.pick) % wanted.len();
            respond(&wanted.remove(at), whim)
        };
        // A misplaced result may stand where a real one was awaited; then the real one is not awaited any more.
        if wanted.is_empty() {
            continue;
        }
    }
    prop_assert!(episode.end().is_some(), "it does not end");

    // Written down and read at every moment, it goes the same way again.
    let mut again = Episode::new(brief(protocol, budgets));
    for (at, event) in log.into_iter().enumerate() {
        let text = serde_json::to_string(&again).unwrap();
        again = serde_json::from_str(&text).unwrap();
        again = again.step(talk, event).0;
        prop_assert_eq!(&again, &states[at + 1]);
    }
    let (after, effects) = again.clone().step(
        talk,
        Event {
            at: 0,
            what: What::Begun,
        },
    );
    prop_assert!(effects.is_empty());
    prop_assert_eq!(after, again);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn it_always_ends(protocol in 0..3usize, budgets in budgets(), whims in whims()) {
        check(bughound_agent::PROTOCOLS[protocol].name(), budgets, &whims)?;
    }
}
