//! The policy that navigates: with real tools it does what it does in a stored world.

use bughound_agent::{NavigatorPolicy, PROTOCOLS, ranking_of};
use bughound_hound::Context;
use bughound_hound::navigate::{EpisodeSettings, Navigator, World, begin, greedy, init_params};
use bughound_trace::{Budgets, EndReason};

use crate::shop::{ISSUE, brief, run, shop, tell};

/// A network whose decisions do not follow the prior alone.
fn navigator(seed: u64) -> Navigator {
    let mut params = init_params(seed);
    let mut rng = bughound_net::Rng::new(seed);
    for name in ["rank.weights", "exit.weights"] {
        let id = params.find(name).unwrap();
        for weight in &mut params.get_mut(id).data {
            *weight = 0.7 * rng.normal();
        }
    }
    let exit = params.find("exit.bias").unwrap();
    params.get_mut(exit).data[0] = 0.0;
    Navigator::new(params).unwrap()
}

#[test]
fn a_stored_world_and_the_repository_give_the_same_search() {
    let environment = shop();
    let index = environment.index();
    let begun = begin(index, ISSUE, &Context::default());
    let stored = serde_json::to_string(&begun.world).unwrap();
    let world: World = serde_json::from_str(&stored).unwrap();
    assert_eq!(world, begun.world);
    let name = |at: usize| index.symbol(begun.symbols[at]).qualified_name();
    let (mut n_read, mut orders) = (0, Vec::new());
    for seed in 0..12 {
        let navigator = navigator(seed);
        let in_memory = greedy(&navigator, &world, &EpisodeSettings::default());
        let trace = run(
            brief("hound", Budgets::default()),
            &NavigatorPolicy::new(navigator),
        );
        assert_eq!(trace.end, EndReason::Exit, "{}", tell(&trace));
        let read: Vec<&str> = in_memory
            .state
            .opened()
            .iter()
            .map(|&at| name(at))
            .collect();
        let called: Vec<String> = trace.stages[0]
            .messages
            .iter()
            .flat_map(|message| &message.message.tool_calls)
            .filter(|call| call.name != "exit")
            .map(|call| {
                let arguments: serde_json::Value = serde_json::from_str(&call.arguments).unwrap();
                let part = |key: &str| arguments.get(key).and_then(|value| value.as_str());
                let last = part("method").or(part("function"));
                let parts: Vec<&str> = part("class").into_iter().chain(last).collect();
                parts.join(".")
            })
            .collect();
        assert_eq!(called, read, "{}", tell(&trace));
        let best: Vec<&str> = in_memory
            .ranking
            .iter()
            .take(5)
            .map(|&at| name(at))
            .collect();
        let ranking = ranking_of(&trace);
        let answered: Vec<&str> = ranking
            .functions
            .iter()
            .filter_map(|place| place.qualified_name.as_deref())
            .collect();
        assert_eq!(answered, best, "{}", tell(&trace));
        n_read += read.len();
        orders.push(best.join(" "));
    }
    // The networks differ, and some of them read.
    orders.sort();
    orders.dedup();
    assert!(n_read > 6 && orders.len() > 3, "{n_read} {orders:?}");
}

#[test]
fn it_searches_by_every_protocol() {
    for protocol in PROTOCOLS {
        let policy = NavigatorPolicy::new(Navigator::new(init_params(1)).unwrap());
        let trace = run(brief(protocol.name(), Budgets::default()), &policy);
        assert_eq!(trace.end, EndReason::Exit, "{}", tell(&trace));
        let ranking = ranking_of(&trace);
        // Weights before training leave the prior's order alone.
        let best = ranking.functions[0].qualified_name.as_deref();
        assert_eq!(best, Some("Cart.add"), "{}", tell(&trace));
        assert_eq!(ranking.files[0].path.as_str(), "shop/cart.py");
    }
}

#[test]
fn the_answer_names_the_path() {
    let environment = shop();
    let index = environment.index();
    let begun = begin(index, ISSUE, &Context::default());
    let at = |name: &str| {
        let place =
            |&symbol: &bughound_index::SymbolIdx| index.symbol(symbol).qualified_name() == name;
        begun.symbols.iter().position(place).unwrap()
    };
    let mut state = bughound_hound::navigate::State::new(&begun.world, 8);
    state.open(at("Cart.add"));
    state.open(at("CartFull"));
    let told = |name: &str| -> Vec<String> {
        let reasons = begun.path_of(index, &state, at(name));
        reasons.into_iter().map(|reason| reason.text).collect()
    };
    assert_eq!(told("Cart.add"), ["read"]);
    assert_eq!(
        told("CartFull"),
        ["read; called by `Cart.add`, which was read"]
    );
    assert_eq!(
        told("Cart.total"),
        ["not read; beside `Cart.add`, which was read"]
    );
    assert!(told("load_old").is_empty());
}
