//! Others' logs as traces.

use std::fmt::Write;

use bughound_trace::{ImportFormat, Trace, import};
use serde_json::{Value, json};

fn one(log: &Value) -> Trace {
    let mut imported = import(log.to_string().as_bytes(), "stem", None);
    assert_eq!(imported.len(), 1);
    imported.remove(0).unwrap()
}

/// What a trace says, in short.
fn summary(trace: &Trace) -> String {
    let mut text = format!(
        "{} {} ({:?}) {}: {}",
        trace.task.instance_id, trace.policy.name, trace.policy.model, trace.protocol, trace.end
    );
    if let Some(fault) = &trace.fault {
        let _ = write!(text, " ({fault})");
    }
    let spent = &trace.spent;
    let _ = writeln!(
        text,
        "\n{} turns, {} of {} calls ok, {} malformed, {} + {} tokens, cost {:?}",
        spent.turns,
        spent.calls_ok,
        spent.calls,
        spent.malformed,
        spent.usage.prompt_tokens,
        spent.usage.completion_tokens,
        trace.cost_usd
    );
    for message in trace.messages() {
        let said = &message.message;
        let _ = write!(
            text,
            "{} at {}: {:?}",
            said.role.name(),
            message.at,
            said.content
        );
        if let Some(reasoning) = &said.reasoning {
            let _ = write!(text, " thinks {reasoning:?}");
        }
        for call in &said.tool_calls {
            let _ = write!(text, " calls {} {} {}", call.id, call.name, call.arguments);
        }
        if let Some(reply) = &message.reply {
            let _ = write!(text, " [{:?}]", reply.finish);
            for malformed in &reply.malformed {
                let _ = write!(text, " malformed: {}", malformed.problem);
            }
        }
        if let Some(call) = &message.call {
            let _ = write!(
                text,
                " [{} {} {} µs]",
                call.tool,
                call.outcome.name(),
                call.microseconds
            );
        }
        text.push('\n');
    }
    if let Some(answer) = trace.answer() {
        let paths = answer.items.iter().filter_map(|item| item.path.as_deref());
        let _ = writeln!(text, "answer: {}", paths.collect::<Vec<_>>().join(", "));
    }
    if let Some(reward) = &trace.reward {
        let _ = writeln!(text, "reward: {}", reward.value);
    }
    let _ = write!(text, "extra: {}", Value::Object(trace.extra.clone()));
    text
}

const PATCH: &str = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n";

#[test]
fn mini_swe_agent_with_calls() {
    let call = |id: &str, command: &str| json!({"id": id, "type": "function", "function": {"name": "bash", "arguments": json!({"command": command}).to_string()}});
    let reply = |id: &str, command: &str, time: f64| {
        json!({
            "role": "assistant", "content": "I look.", "tool_calls": [call(id, command)], "function_call": null,
            "reasoning_content": "hm",
            "extra": {
                "actions": [{"command": command, "tool_call_id": id}],
                "response": {"id": "r1", "model": "m-1", "choices": [{"finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 10, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}},
                "cost": 0.5, "timestamp": time,
            },
        })
    };
    let result = |id: &str, raw: &str, exception: &str, time: f64| json!({"role": "tool", "tool_call_id": id, "content": format!("<output>{raw}</output>"), "extra": {"raw_output": raw, "returncode": 1, "exception_info": exception, "timestamp": time}});
    let log = json!({
        "trajectory_format": "mini-swe-agent-1.1",
        "instance_id": "ada__pkg-1",
        "info": {
            "model_stats": {"instance_cost": 1.5, "api_calls": 2},
            "config": {"model": {"model_name": "ada/m", "model_kwargs": {"temperature": 0.0, "api_key": "sk-1"}}, "agent": {"step_limit": 250}},
            "mini_version": "2.0.0", "exit_status": "Submitted", "submission": PATCH,
        },
        "messages": [
            {"role": "system", "content": "You help."},
            {"role": "user", "content": "<pr_description>\nConsider the following PR description:\nIt breaks.\n</pr_description>\n\nDo it."},
            reply("c1", "ls", 100.0), result("c1", "a.py\n", "", 100.25),
            reply("c2", "sleep 99", 101.0), result("c2", "", "timed out", 131.0),
            {"role": "user", "content": "Tool call error", "extra": {"interrupt_type": "FormatError"}},
            reply("c3", "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff", 132.5),
            {"role": "exit", "content": PATCH, "extra": {"exit_status": "Submitted", "submission": PATCH}},
        ],
    });
    let trace = one(&log);
    assert_eq!(trace.task.issue, "It breaks.");
    assert_eq!(trace.stages[0].tools, ["bash"]);
    assert_eq!(trace.policy.settings["api_key"], "[removed]");
    let text = summary(&trace);
    assert!(!text.contains("sk-1"));
    insta::assert_snapshot!(text, @r#"
    ada__pkg-1 mini-swe-agent (Some("ada/m")) import:mini-swe-agent: exit
    4 turns, 2 of 3 calls ok, 1 malformed, 30 + 9 tokens, cost Some(1.5)
    system at 0: "You help."
    user at 0: "<pr_description>\nConsider the following PR description:\nIt breaks.\n</pr_description>\n\nDo it."
    assistant at 0: "I look." thinks "hm" calls c1 bash {"command":"ls"} [ToolCalls]
    tool at 250: "<output>a.py\n</output>" [bash ok 0 µs]
    assistant at 1000: "I look." thinks "hm" calls c2 bash {"command":"sleep 99"} [ToolCalls]
    tool at 31000: "<output></output>" [bash miss 0 µs]
    user at 31000: "Tool call error"
    assistant at 32500: "I look." thinks "hm" calls c3 bash {"command":"echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff"} [ToolCalls]
    answer: a.py
    extra: {"trajectory_format":"mini-swe-agent-1.1","model_stats":{"instance_cost":1.5,"api_calls":2},"config":{"model":{"model_name":"ada/m","model_kwargs":{"temperature":0.0,"api_key":"[removed]"}},"agent":{"step_limit":250}},"mini_version":"2.0.0","exit_status":"Submitted","submission":"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n","tools":[{"type":"function","function":{"name":"bash","description":"Execute a bash command","parameters":{"type":"object","properties":{"command":{"type":"string","description":"The bash command to execute"}},"required":["command"]}}}],"messages":{"2":{"extra":{"cost":0.5,"response":{"id":"r1","model":"m-1"}}},"3":{"extra":{"returncode":1}},"4":{"extra":{"cost":0.5,"response":{"id":"r1","model":"m-1"}}},"5":{"extra":{"returncode":1,"exception_info":"timed out"}},"6":{"extra":{"interrupt_type":"FormatError"}},"7":{"extra":{"cost":0.5,"response":{"id":"r1","model":"m-1"}}}}}
    "#);
}

#[test]
fn mini_swe_agent_with_commands_in_its_text() {
    let log = json!([
        {"role": "system", "content": "To finish: `echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT`"},
        {"role": "user", "content": "Please solve this issue."},
        {"role": "assistant", "content": "THOUGHT: look\n\n```bash\nls -la\n```"},
        {"role": "user", "content": "<output>a.py</output>"},
        {"role": "assistant", "content": "Two:\n```bash\nls\n```\n```bash\npwd\n```"},
        {"role": "user", "content": "Please give one command."},
        {"role": "assistant", "content": "```bash\necho COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\n```"},
        {"role": "user", "content": PATCH},
    ]);
    insta::assert_snapshot!(summary(&one(&log)), @r#"
    stem mini-swe-agent (None) import:mini-swe-agent: exit
    3 turns, 2 of 2 calls ok, 1 malformed, 0 + 0 tokens, cost None
    system at 0: "To finish: `echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT`"
    user at 0: "Please solve this issue."
    assistant at 0: "THOUGHT: look\n\n```bash\nls -la\n```" calls call-0 bash {"command":"ls -la"} [ToolCalls]
    user at 0: "<output>a.py</output>" [bash ok 0 µs]
    assistant at 0: "Two:\n```bash\nls\n```\n```bash\npwd\n```" [Stop] malformed: one command was expected, there are 2
    user at 0: "Please give one command."
    assistant at 0: "```bash\necho COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\n```" calls call-1 bash {"command":"echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"} [ToolCalls]
    user at 0: "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n" [bash ok 0 µs]
    answer: a.py
    extra: {"submission":"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n","calls_in_text":[2,6]}
    "#);
    // The same with elements.
    let log = json!([
        {"role": "system", "content": "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT; write <mswea_bash_command>"},
        {"role": "assistant", "content": "<mswea_bash_command>ls</mswea_bash_command>"},
    ]);
    let trace = one(&log);
    assert_eq!(
        trace.stages[0].messages[1].message.tool_calls[0].arguments,
        r#"{"command":"ls"}"#
    );
}

#[test]
fn ends_of_mini_swe_agent() {
    let check = |status: &str, info: Value, expect: &str| {
        let mut log = json!({"trajectory_format": "mini-swe-agent-1.1", "info": {"exit_status": status}, "messages": [
            {"role": "user", "content": "x"},
            {"role": "exit", "content": "", "extra": {"exit_status": status}},
        ]});
        for (name, value) in info.as_object().unwrap() {
            log["info"][name] = value.clone();
        }
        let trace = one(&log);
        let fault = trace
            .fault
            .map_or(String::new(), |fault| format!(" {fault}"));
        assert_eq!(format!("{}{fault}", trace.end), expect);
    };
    check("Submitted", json!({}), "exit");
    check("LimitsExceeded", json!({}), "token_limit");
    let steps = json!({"config": {"agent": {"step_limit": 9}}, "model_stats": {"api_calls": 9}});
    check("LimitsExceeded", steps, "turn_limit");
    check("TimeExceeded", json!({}), "time_limit");
    check("RepeatedFormatError", json!({}), "malformed_limit");
    check(
        "Timeout",
        json!({"exception_str": "no answer"}),
        "policy_fault no answer",
    );
    check(
        "CalledProcessError",
        json!({}),
        "tool_fault CalledProcessError",
    );
    check(
        "",
        json!({}),
        "cancelled the log ends before the episode does",
    );
}

#[test]
fn swe_agent_with_and_without_calls() {
    let config = json!({
        "env": {"repo": {"repo_name": "testbed", "base_commit": "abc"}},
        "agent": {"model": {"name": "ada/m", "temperature": 0.0, "api_key": null}},
        "problem_statement": {"id": "ada__pkg-1", "text": "It breaks."},
    });
    let log = json!({
        "environment": "main",
        "replay_config": config.to_string(),
        "info": {"exit_status": "submitted (exit_cost)", "submission": PATCH, "model_stats": {"instance_cost": 0.25, "tokens_sent": 100, "tokens_received": 7, "api_calls": 2}, "edited_files30": "a.py"},
        "history": [
            {"role": "system", "content": "SETTING", "agent": "main", "message_type": "system_prompt"},
            {"role": "user", "content": "a demonstration", "agent": "main", "is_demo": true},
            {"role": "assistant", "content": "a demonstrated reply", "agent": "main", "is_demo": true, "action": "ls", "thought": ""},
            {"role": "user", "content": [{"type": "text", "text": "ISSUE"}], "agent": "main"},
            {"role": "assistant", "content": "I open it.", "thought": "I open it.", "action": "open a.py", "agent": "main", "message_type": "action",
             "tool_calls": [{"function": {"arguments": "{\"path\":\"a.py\"}", "name": "open"}, "id": "c1", "type": "function"}]},
            {"role": "tool", "content": [{"type": "text", "text": "[File: a.py]", "cache_control": {"type": "ephemeral"}}], "tool_call_ids": ["c1"], "agent": "main", "message_type": "observation"},
        ],
        "trajectory": [
            {"action": "open a.py", "observation": "[File: a.py]", "response": "I open it.", "thought": "I open it.", "execution_time": 0.25, "state": {"open_file": "/a.py"}, "query": [{"role": "system", "content": "again"}]},
            {"action": "submit", "observation": PATCH, "response": "Done.\n```\nsubmit\n```", "thought": "Done.", "execution_time": 1.5, "state": {}},
        ],
    });
    let trace = one(&log);
    assert_eq!(
        (trace.task.repo.as_str(), trace.task.base_commit.as_str()),
        ("testbed", "abc")
    );
    insta::assert_snapshot!(summary(&trace), @r#"
    ada__pkg-1 swe-agent (Some("ada/m")) import:swe-agent: token_limit
    2 turns, 2 of 2 calls ok, 0 malformed, 100 + 7 tokens, cost Some(0.25)
    system at 0: "SETTING"
    user at 0: "a demonstration"
    assistant at 0: "a demonstrated reply"
    user at 0: "ISSUE"
    assistant at 0: "I open it." calls c1 open {"path":"a.py"} [ToolCalls]
    tool at 250: "[File: a.py]" [open ok 250000 µs]
    assistant at 250: "Done.\n```\nsubmit\n```" calls call-1 bash {"command":"submit"} [ToolCalls]
    user at 1750: "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n" [bash ok 1500000 µs]
    answer: a.py
    extra: {"environment":"main","exit_status":"submitted (exit_cost)","model_stats":{"instance_cost":0.25,"tokens_sent":100,"tokens_received":7,"api_calls":2},"edited_files30":"a.py","replay_config":{"env":{"repo":{"repo_name":"testbed","base_commit":"abc"}},"agent":{"model":{"name":"ada/m","temperature":0.0,"api_key":null}},"problem_statement":{"id":"ada__pkg-1","text":"It breaks."}},"submission":"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n","calls_in_text":[6],"messages":{"1":{"is_demo":true},"2":{"is_demo":true},"4":{"state":{"open_file":"/a.py"}}}}
    "#);

    // The first versions wrote actions into the text and said less about themselves.
    let log = json!({
        "environment": "swe_main",
        "info": {"exit_status": "exit_format"},
        "trajectory": [{"action": "ls", "observation": "a.py", "response": "I list.\n```\nls\n```", "thought": "I list.", "state": "{}"}],
        "history": [
            {"role": "system", "content": "SETTING"},
            {"role": "user", "content": "We're solving this.\nISSUE:\nIt breaks.\n\nINSTRUCTIONS:\nGo."},
            {"role": "assistant", "content": "I list.\n```\nls\n```", "thought": "I list.\n", "action": "ls\n", "agent": "primary"},
            {"role": "user", "content": "a.py\nbash-$", "agent": "primary"},
            {"role": "assistant", "content": "nothing in particular", "thought": "", "action": "", "agent": "primary"},
        ],
    });
    let trace = one(&log);
    assert_eq!(trace.task.issue, "It breaks.");
    insta::assert_snapshot!(summary(&trace), @r#"
    stem swe-agent (None) import:swe-agent: malformed_limit
    2 turns, 1 of 1 calls ok, 1 malformed, 0 + 0 tokens, cost None
    system at 0: "SETTING"
    user at 0: "We're solving this.\nISSUE:\nIt breaks.\n\nINSTRUCTIONS:\nGo."
    assistant at 0: "I list.\n```\nls\n```" calls call-0 bash {"command":"ls"} [ToolCalls]
    user at 0: "a.py\nbash-$" [bash ok 0 µs]
    assistant at 0: "nothing in particular" [Stop] malformed: no action could be read
    extra: {"environment":"swe_main","exit_status":"exit_format","calls_in_text":[2],"messages":{"2":{"state":"{}"}}}
    "#);
}

#[test]
fn conversations() {
    let log = json!({
        "instance_id": "ada__pkg-1", "model": "m", "resolved": true, "run": 7,
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "messages": [
            {"role": "developer", "content": "Help."},
            {"role": "user", "content": [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": "data:"}}]},
            {"role": "assistant", "content": null, "reasoning": "hm", "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}},
                {"id": "c2", "type": "function", "function": {"arguments": "{}"}},
                {"id": "c3", "type": "function", "function": {"name": "g", "arguments": {"b": 2}}},
            ]},
            {"role": "tool", "tool_call_id": "c3", "content": "three"},
            {"role": "tool", "tool_call_id": "c1", "content": "one", "name": "f"},
            {"role": "user", "content": "go on"},
            {"role": "assistant", "content": "Done.", "refusal": null},
        ],
    });
    insta::assert_snapshot!(summary(&one(&log)), @r#"
    ada__pkg-1 unknown (Some("m")) import:openai: answered
    2 turns, 2 of 2 calls ok, 1 malformed, 0 + 0 tokens, cost None
    system at 0: "Help."
    user at 0: "look\n[image_url]"
    assistant at 0: "" thinks "hm" calls c1 f {"a": 1} calls c3 g {"b":2} [ToolCalls] malformed: the call has no name
    tool at 0: "three" [g ok 0 µs]
    tool at 0: "one" [f ok 0 µs]
    user at 0: "go on"
    assistant at 0: "Done." [Stop]
    reward: 1
    extra: {"resolved":true,"run":7,"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"messages":{"1":{"content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:"}}]},"4":{"name":"f"}}}
    "#);
}

#[test]
fn data_sets_for_fine_tuning() {
    let log = json!({
        "id": "7", "system": "Help.", "reward": 0.5,
        "conversations": [
            {"from": "human", "value": "look"},
            {"from": "function_call", "value": "<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>"},
            {"from": "observation", "value": "a.py"},
            {"from": "gpt", "value": "<tool_call>{\"name\": \"cat\", \"arguments\": {\"file\": \"a.py\"}}</tool_call>"},
            {"from": "human", "value": "x = 1"},
            {"from": "function_call", "value": "{\"name\": \"finish\", \"arguments\": {}}"},
        ],
    });
    insta::assert_snapshot!(summary(&one(&log)), @r#"
    7 unknown (None) import:openai: exit
    3 turns, 3 of 3 calls ok, 0 malformed, 0 + 0 tokens, cost None
    system at 0: "Help."
    user at 0: "look"
    assistant at 0: "<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>" calls call-0 bash {"command":"ls"} [ToolCalls]
    tool at 0: "a.py" [bash ok 0 µs]
    assistant at 0: "<tool_call>{\"name\": \"cat\", \"arguments\": {\"file\": \"a.py\"}}</tool_call>" calls call-1 cat {"file":"a.py"} [ToolCalls]
    user at 0: "x = 1" [cat ok 0 µs]
    assistant at 0: "{\"name\": \"finish\", \"arguments\": {}}" calls call-2 finish {} [ToolCalls]
    reward: 0.5
    extra: {"reward":0.5,"calls_in_text":[2,4,6]}
    "#);
}

#[test]
fn files_hold_one_log_or_many() {
    let count = |text: &str| {
        let imported = import(text.as_bytes(), "log", None);
        let names: Vec<String> = imported
            .iter()
            .map(|imported| match imported {
                Ok(trace) => trace.task.instance_id.clone(),
                Err(problem) => problem.to_string(),
            })
            .collect();
        names.join(" | ")
    };
    let said = r#"{"role": "user", "content": "hi"}"#;
    let log = format!(r#"{{"messages": [{said}]}}"#);
    let named = format!(
        r#"{{"task_id": "t9", "messages": "[{}]"}}"#,
        said.replace('"', "\\\"")
    );
    assert_eq!(count(&format!("[{said}]")), "log");
    assert_eq!(count(&log), "log");
    assert_eq!(count(&format!("[{log}, {named}]")), "log-0 | t9");
    assert_eq!(
        count(&format!("{log}\n\n{named}\n{{\"a\"")),
        "log-0 | t9 | line 4: not JSON: EOF while parsing an object at line 1 column 4"
    );
    assert_eq!(
        count(&format!("{log}\n{{\"prompt\": 1}}\n")),
        "log-0 | line 2: neither a trajectory of mini-swe-agent or SWE-agent nor a result of tau-bench nor a conversation: an object with the \
         fields `prompt`"
    );
    assert_eq!(count(""), "the file is empty");
    assert_eq!(count("[]"), "it holds an empty list");
    assert_eq!(
        count("Dear diary"),
        "neither JSON nor JSON Lines: expected value at line 1 column 1"
    );
    assert_eq!(
        count(r#"{"messages": [{"role": "ghost"}]}"#),
        "message 1 has the role `ghost`"
    );
}

#[test]
fn a_format_that_was_asked_for_is_taken() {
    let check = |format: ImportFormat, log: Value, expect: &str| {
        let imported = import(log.to_string().as_bytes(), "log", Some(format));
        let got = match &imported[0] {
            Ok(trace) => trace.protocol.clone(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(got, expect);
    };
    let messages = json!([{"role": "user", "content": "hi"}]);
    check(
        ImportFormat::MiniSweAgent,
        messages.clone(),
        "import:mini-swe-agent",
    );
    check(
        ImportFormat::SweAgent,
        messages,
        "no trajectory of SWE-agent: no object",
    );
    check(
        ImportFormat::SweAgent,
        json!({"a": 1}),
        "no trajectory of SWE-agent: it has neither `trajectory` nor `history`",
    );
    check(
        ImportFormat::MiniSweAgent,
        json!({"a": 1}),
        "no trajectory of mini-swe-agent: it has no list `messages`",
    );
    check(
        ImportFormat::OpenAi,
        json!({"a": 1}),
        "no conversation: it has none of the lists messages, conversations, conversation, trajectory, history",
    );
}

/// The agent's note that it stops is no call of the policy's.
#[test]
fn swe_agent_that_was_stopped() {
    let log = json!({
        "trajectory": [
            {"action": "ls\n", "response": "I look.\n```\nls\n```", "observation": "a.py", "thought": "I look."},
            {"action": "exit_cost", "response": "Exit due to cost limit", "observation": "Exited (autosubmitted)", "thought": "Exit due to cost limit"},
        ],
        "history": [
            {"role": "user", "content": "fix it", "agent": "primary"},
            {"role": "assistant", "content": "I look.\n```\nls\n```", "thought": "I look.", "action": "ls\n", "agent": "primary"},
            {"role": "user", "content": "a.py", "agent": "primary"},
            {"role": "assistant", "content": "Exit due to cost limit", "thought": "Exit due to cost limit", "action": "exit_cost", "agent": "primary"},
        ],
        "info": {"exit_status": "submitted (exit_cost)", "submission": PATCH},
    });
    let text = summary(&one(&log));
    insta::assert_snapshot!(text.lines().take(6).collect::<Vec<_>>().join("\n"), @r#"
    stem swe-agent (None) import:swe-agent: token_limit
    1 turns, 1 of 1 calls ok, 0 malformed, 0 + 0 tokens, cost None
    user at 0: "fix it"
    assistant at 0: "I look.\n```\nls\n```" calls call-0 bash {"command":"ls"} [ToolCalls]
    user at 0: "a.py" [bash ok 0 µs]
    assistant at 0: "Exit due to cost limit"
    "#);
}

#[test]
fn tau_bench() {
    let entry = |task_id: u32, trial: u32, reward: f64| {
        json!({
            "task_id": task_id, "trial": trial, "reward": reward,
            "info": {"task": {"instruction": "Book a flight.", "user_id": "ada"}, "user_cost": 0.5},
            "traj": [
                {"role": "system", "content": "# Airline Agent Policy\nBe kind."},
                {"role": "user", "content": "Hi!"},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "search_flight", "arguments": "{\"to\": \"SEA\"}"}}]},
                {"role": "tool", "tool_call_id": "c1", "name": "search_flight", "content": "[]"},
                {"role": "assistant", "content": "There is none."},
                {"role": "user", "content": "###STOP###"},
            ],
        })
    };
    let log = json!([entry(3, 0, 1.0), entry(3, 1, 0.0)]).to_string();
    let imported: Vec<Trace> = import(log.as_bytes(), "results", None)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(imported.len(), 2);
    assert_eq!(imported[1].task.instance_id, "airline-3");
    assert_eq!(
        imported[1].reward.as_ref().map(|reward| reward.value),
        Some(0.0)
    );
    insta::assert_snapshot!(summary(&imported[0]), @r####"
    airline-3 tau-bench (None) import:tau-bench: answered
    2 turns, 1 of 1 calls ok, 0 malformed, 0 + 0 tokens, cost None
    system at 0: "# Airline Agent Policy\nBe kind."
    user at 0: "Hi!"
    assistant at 0: "" calls c1 search_flight {"to": "SEA"} [ToolCalls]
    tool at 0: "[]" [search_flight ok 0 µs]
    assistant at 0: "There is none." [Stop]
    user at 0: "###STOP###"
    reward: 1
    extra: {"task_id":3,"trial":0,"reward":1.0,"user_cost":0.5,"messages":{"3":{"name":"search_flight"}}}
    "####);
}
