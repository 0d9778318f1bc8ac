//! Whole episodes on a small repository.

use bughound_agent::{Cancel, NoClock, RunOptions, ScriptedPolicy, run_episode};
use bughound_core::{Completion, FinishReason, MalformedCall, Message, ToolCall, Usage};
use bughound_trace::{Budgets, EndReason};
use serde_json::json;

use crate::shop::{brief, play, run, shop, tell};

fn add() -> Completion {
    ScriptedPolicy::call(
        "search_class_method",
        &json!({"file": "shop/cart.py", "class": "Cart", "method": "add"}),
    )
}

fn exit() -> Completion {
    ScriptedPolicy::call("exit", &json!({}))
}

fn answer() -> Completion {
    ScriptedPolicy::text("```\nshop/cart.py::Cart.add\n```")
}

fn calls(calls: &[(&str, serde_json::Value)]) -> Completion {
    let calls = calls
        .iter()
        .map(|(name, arguments)| ToolCall {
            id: String::new(),
            name: (*name).to_owned(),
            arguments: arguments.to_string(),
        })
        .collect();
    Completion::of(Message::assistant("").with_calls(calls))
}

#[test]
fn a_search_that_goes_well() {
    let trace = play(
        "reposearcher",
        Budgets::default(),
        vec![add(), exit(), answer()],
    );
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant:  -> search_class_method({"file":"shop/cart.py","class":"Cart","method":"add"})
    tool: shop/cart.py::Cart.add (method, lines 7-10) [ok]
    assistant:  -> exit({})
    tool: The search is over. [ok]
    user: List the functions, methods and classes that must change to fix the issue, at most five, t
    assistant: ```
    = exit
    * shop/cart.py::Cart.add (exact)
    end: exit
    "#);
    assert_eq!(
        (trace.spent.turns, trace.spent.calls, trace.spent.calls_ok),
        (3, 2, 2)
    );
    assert!(trace.spent.usage.estimated && trace.spent.usage.prompt_tokens > 100);
}

#[test]
fn what_goes_wrong_is_told() {
    let malformed = Completion {
        malformed: vec![MalformedCall {
            text: "{\"name\": \"search_class".to_owned(),
            problem: "the JSON ends in the middle".to_owned(),
        }],
        ..ScriptedPolicy::text("")
    };
    let broken = Completion::of(Message::assistant("").with_calls(vec![ToolCall {
        id: "x".to_owned(),
        name: "search_class".to_owned(),
        arguments: "{\"file\": ".to_owned(),
    }]));
    let budgets = Budgets {
        max_malformed: 100,
        ..Budgets::default()
    };
    let trace = play(
        "reposearcher",
        budgets,
        vec![
            ScriptedPolicy::text("I wonder where shop/cart.py is used."),
            malformed,
            broken,
            calls(&[("grep", json!({"pattern": "x"}))]),
            calls(&[("search_class", json!({"file": "shop/cart.py"}))]),
            calls(&[(
                "search_class",
                json!({"file": "shop/cart.py", "class": "Kart"}),
            )]),
            add(),
            calls(&[(
                "search_class_method",
                json!({"method": "add", "class": "Cart", "file": "shop/cart.py"}),
            )]),
            Completion {
                finish: FinishReason::Length,
                ..ScriptedPolicy::text("So the thing is that")
            },
            ScriptedPolicy::text("exit()"),
            ScriptedPolicy::text("I am not sure."),
            answer(),
        ],
    );
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant: I wonder where shop/cart.py is used.
    user: That was neither a tool call nor an answer. Call one of the tools (get_repo_structure, get
    assistant: 
    user: A tool call could not be read: the JSON ends in the middle. Write it again.
    assistant:  -> search_class({"file": )
    tool: The arguments are no JSON (EOF while parsing a value at line 1 column 9). Write them as on [wrong_arguments]
    assistant:  -> grep({"pattern":"x"})
    tool: There is no tool `grep`. The tools are get_repo_structure, get_imports_of_file, search_cla [unknown_tool]
    assistant:  -> search_class({"file":"shop/cart.py"})
    tool: Wrong arguments for search_class: missing field `class`. Call it as search_class(file: str [wrong_arguments]
    assistant:  -> search_class({"file":"shop/cart.py","class":"Kart"})
    tool: shop/cart.py has no class `Kart`. Did you mean Cart? [miss]
    assistant:  -> search_class_method({"file":"shop/cart.py","class":"Cart","method":"add"})
    tool: shop/cart.py::Cart.add (method, lines 7-10) [ok]
    assistant:  -> search_class_method({"method":"add","class":"Cart","file":"shop/cart.py"})
    tool: You made this very call before; its result is above. Ask for something else, or call exit  [repeated]
    assistant: So the thing is that
    user: Your reply was cut off because it was too long. That was neither a tool call nor an answer
    assistant: exit()
    user: List the functions, methods and classes that must change to fix the issue, at most five, t
    assistant: I am not sure.
    user: No place could be read from that. List the functions, methods and classes that must change
    assistant: ```
    = exit
    * shop/cart.py::Cart.add (exact)
    end: exit
    "#);
    assert_eq!(trace.spent.malformed, 8);
}

#[test]
fn several_calls_in_one_turn() {
    let budgets = Budgets {
        max_calls_per_turn: 2,
        ..Budgets::default()
    };
    let class = |name: &str| {
        (
            "search_class",
            json!({"file": "shop/errors.py", "class": name}),
        )
    };
    let trace = play(
        "reposearcher",
        budgets,
        vec![
            calls(&[
                class("CartFull"),
                ("get_repo_structure", json!({})),
                (
                    "search_function",
                    json!({"file": "shop/cart.py", "function": "load"}),
                ),
            ]),
            calls(&[class("CartFull"), ("exit", json!({}))]),
            answer(),
        ],
    );
    insta::assert_snapshot!(tell(&trace), @r#"
    [search]
    assistant:  -> search_class({"file":"shop/errors.py","class":"CartFull"}) -> get_repo_structure({}) -> search_function({"file":"shop/cart.py","function":"load"})
    tool: shop/errors.py::CartFull (class, lines 1-2) [ok]
    tool: ./ [ok]
    tool: This call was not carried out: 2 calls are carried out in one turn. Make it again if you s [not_run]
    assistant:  -> search_class({"file":"shop/errors.py","class":"CartFull"}) -> exit({})
    tool: You made this very call before; its result is above. Ask for something else, or call exit  [repeated]
    tool: The search is over. [ok]
    user: List the functions, methods and classes that must change to fix the issue, at most five, t
    assistant: ```
    = exit
    * shop/cart.py::Cart.add (exact)
    end: exit
    "#);
}

/// How an episode ends, and after how many turns.
fn check(budgets: Budgets, lines: Vec<Completion>, end: EndReason, turns: u32, answered: bool) {
    let trace = play("reposearcher", budgets, lines);
    assert_eq!(
        (trace.end, trace.spent.turns, trace.answer().is_some()),
        (end, turns, answered),
        "{}",
        tell(&trace)
    );
}

#[test]
fn ends() {
    let budgets = Budgets::default();
    let class = |n: u32| {
        ScriptedPolicy::call(
            "search_class",
            &json!({"file": "shop/cart.py", "class": format!("C{n}")}),
        )
    };
    let chat = || ScriptedPolicy::text("hm");
    check(budgets, vec![exit(), answer()], EndReason::Exit, 2, true);
    check(budgets, vec![add(), answer()], EndReason::Answered, 2, true);
    check(
        budgets,
        vec![exit(), chat(), answer()],
        EndReason::Exit,
        3,
        true,
    );
    check(
        budgets,
        vec![exit(), chat(), chat()],
        EndReason::Exit,
        3,
        false,
    );
    check(
        Budgets {
            max_turns: 2,
            ..budgets
        },
        vec![class(1), class(2), answer()],
        EndReason::TurnLimit,
        3,
        true,
    );
    check(
        Budgets {
            max_malformed: 2,
            ..budgets
        },
        vec![add(), add(), add(), answer()],
        EndReason::MalformedLimit,
        4,
        true,
    );
    check(
        Budgets {
            max_tool_bytes: 10,
            ..budgets
        },
        vec![add(), answer()],
        EndReason::TokenLimit,
        2,
        true,
    );
    let used = |completion: Completion, prompt_tokens| Completion {
        usage: Some(Usage {
            prompt_tokens,
            completion_tokens: 1,
            ..Usage::default()
        }),
        ..completion
    };
    check(
        Budgets {
            max_prompt_tokens: 150,
            ..budgets
        },
        vec![used(add(), 100), used(class(1), 100), used(answer(), 100)],
        EndReason::TokenLimit,
        3,
        true,
    );
    check(
        Budgets {
            max_context_tokens: 500,
            ..budgets
        },
        vec![used(add(), 600), answer()],
        EndReason::TokenLimit,
        2,
        true,
    );
    check(
        Budgets {
            max_milliseconds: 0,
            ..budgets
        },
        vec![add(), answer()],
        EndReason::TimeLimit,
        2,
        true,
    );
    check(budgets, vec![add()], EndReason::PolicyFault, 1, false);
}

#[test]
fn a_cancelled_episode_keeps_what_was_done() {
    let cancel = Cancel::default();
    let policy = ScriptedPolicy::new(vec![add(), exit(), answer()]);
    let trace = run_episode(
        brief("reposearcher", Budgets::default()),
        &shop(),
        &policy,
        &RunOptions {
            clock: &NoClock,
            cancel: &cancel,
            parallel_calls: 1,
            on_happening: &|happening| {
                if matches!(happening, bughound_agent::Happening::Replied(_)) {
                    cancel.cancel();
                }
            },
        },
    );
    assert_eq!(trace.end, EndReason::Cancelled);
    assert_eq!(
        trace
            .messages()
            .filter(|message| message.reply.is_some())
            .count(),
        1
    );
}

#[test]
fn tool_output_stays_data() {
    let trace = play(
        "reposearcher",
        Budgets::default(),
        vec![
            ScriptedPolicy::call(
                "search_function",
                &json!({"file": "shop/marks.py", "function": "speak"}),
            ),
            exit(),
            answer(),
        ],
    );
    let shown = trace
        .messages()
        .find(|message| message.call.is_some())
        .unwrap();
    let text = &shown.message.content;
    assert!(
        text.contains("<\\/tool_response>") && text.contains("<\\|im_start|>"),
        "{text}"
    );
    assert!(!text.contains("<|"), "{text}");
}

#[test]
fn the_same_script_gives_the_same_trace() {
    let script = || vec![add(), exit(), answer()];
    let first = play("reposearcher", Budgets::default(), script());
    for parallel in 0..3 {
        let again = run(
            brief("reposearcher", Budgets::default()),
            &ScriptedPolicy::new(script()),
        );
        assert_eq!(again, first, "{parallel}");
    }
}
