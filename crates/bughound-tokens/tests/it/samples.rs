//! Conversations as ids, with a mask of what the policy wrote.

use std::path::Path;

use bughound_core::{Message, SampledTokens, ToolCall};
use bughound_tokens::{ChatOptions, Sample, Style, Tokenizer, TokenizerFiles, Turn, samples};

use crate::corpus::{tokenizer, trained};

/// A tokenizer of ours with another template.
fn with_template(name: &str) -> Tokenizer {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates");
    let template = std::fs::read_to_string(path.join(name)).unwrap();
    let files = trained(Style::Qwen, 600);
    Tokenizer::of(
        name,
        &TokenizerFiles {
            tokenizer: &files.tokenizer,
            config: Some(&files.config),
            generation: None,
            template: Some(&template),
        },
    )
    .unwrap()
}

fn call(name: &str, arguments: &str) -> Message {
    Message::assistant("").with_calls(vec![ToolCall {
        id: "1".into(),
        name: name.into(),
        arguments: arguments.into(),
    }])
}

fn conversation() -> Vec<Message> {
    vec![
        Message::system("Find it."),
        Message::user("It breaks."),
        call("search", r#"{"words":"breaks"}"#),
        Message::tool("1", "1 a.py::f"),
        Message::assistant("1"),
    ]
}

fn turns(messages: &[Message]) -> Vec<Turn<'_>> {
    let own = |it: &Message| it.role == bughound_core::Role::Assistant;
    messages
        .iter()
        .map(|it| {
            if own(it) {
                Turn::own(it)
            } else {
                Turn::environment(it)
            }
        })
        .collect()
}

/// What the policy wrote between `[` and `]`.
fn shown(tokenizer: &Tokenizer, sample: &Sample) -> String {
    assert_eq!(sample.ids.len(), sample.own.len());
    let mut text = String::new();
    let mut at = 0;
    while at < sample.ids.len() {
        let own = sample.own[at];
        let n = sample.own[at..].iter().take_while(|it| **it == own).count();
        let piece = tokenizer
            .decode_with(&sample.ids[at..at + n], true)
            .unwrap();
        text.push_str(&if own { format!("[{piece}]") } else { piece });
        at += n;
    }
    text
}

fn check(tokenizer: &Tokenizer, turns: &[Turn<'_>], expect: &[&str]) {
    let samples = samples(tokenizer, turns, &ChatOptions::default()).unwrap();
    let texts: Vec<String> = samples.iter().map(|it| shown(tokenizer, it)).collect();
    assert_eq!(texts, expect);
    // One sample over several turns is read as the whole text would be.
    for sample in &samples {
        let whole = tokenizer.decode_with(&sample.ids, true).unwrap();
        assert_eq!(sample.ids, tokenizer.encode(&whole).unwrap());
    }
}

#[test]
fn the_policy_s_words_are_marked_up_to_their_end() {
    check(
        tokenizer(Style::Compact),
        &turns(&conversation()),
        &[
            "<|system|>Find it.<|end|><|user|>It breaks.<|end|><|assistant|>[search breaks<|end|>]<|tool|>1 a.py::f<|end|><|assistant|>[1<|end|>]",
        ],
    );
    check(
        &with_template("qwen2.5.jinja"),
        &turns(&conversation()),
        &[
            "<|im_start|>system\nFind it.<|im_end|>\n<|im_start|>user\nIt breaks.<|im_end|>\n<|im_start|>assistant\n[<tool_call>\n{\"name\": \"search\", \"arguments\": {\"words\": \"breaks\"}}\n</tool_call><|im_end|>]\n<|im_start|>user\n<tool_response>\n1 a.py::f\n</tool_response><|im_end|>\n<|im_start|>assistant\n[1<|im_end|>]",
        ],
    );
}

#[test]
fn a_template_that_rewrites_the_past_gives_a_sample_per_turn() {
    let mut messages = conversation();
    messages[2].reasoning = Some("Look.".into());
    messages[4].reasoning = Some("Sure.".into());
    messages.push(Message::user("Really?"));
    messages.push(Message::assistant("Yes."));
    let opening = "<|im_start|>system\nFind it.<|im_end|>\n<|im_start|>user\nIt breaks.<|im_end|>\n<|im_start|>assistant\n";
    let searched = "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"words\":\"breaks\"}}\n</tool_call><|im_end|>";
    let searched = searched.replace("{\"words\":\"breaks\"}", "{\"words\": \"breaks\"}");
    let result = "\n<|im_start|>user\n<tool_response>\n1 a.py::f\n</tool_response><|im_end|>\n<|im_start|>assistant\n";
    check(
        &with_template("qwen3.jinja"),
        &turns(&messages),
        &[
            // Thoughts stay while the policy is at work, and go when the user speaks again.
            &format!(
                "{opening}[<think>\nLook.\n</think>\n\n{searched}]{result}[<think>\nSure.\n</think>\n\n1<|im_end|>]"
            ),
            &format!(
                "{opening}{searched}{result}1<|im_end|>\n<|im_start|>user\nReally?<|im_end|>\n<|im_start|>assistant\n[<think>\n\n</think>\n\nYes.<|im_end|>]"
            ),
        ],
    );
}

#[test]
fn a_reply_that_was_cut_has_no_end() {
    let messages = conversation();
    let mut turns = turns(&messages);
    turns[4].was_cut = true;
    check(
        tokenizer(Style::Compact),
        &turns,
        &[
            "<|system|>Find it.<|end|><|user|>It breaks.<|end|><|assistant|>[search breaks<|end|>]<|tool|>1 a.py::f<|end|><|assistant|>[1]",
        ],
    );
}

#[test]
fn sampled_tokens_are_taken_as_they_are() {
    let tokenizer = tokenizer(Style::Compact);
    let messages = conversation();
    let options = ChatOptions::default();
    // As a model may sample: letter by letter, which no tokenizer would write.
    let spelt = |text: &str| -> Vec<u32> {
        let mut ids: Vec<u32> = text
            .chars()
            .flat_map(|c| tokenizer.encode(&c.to_string()).unwrap())
            .collect();
        ids.extend(tokenizer.id_of("<|end|>"));
        ids
    };
    let prompt = tokenizer
        .prompt(&[&messages[0], &messages[1]], &options)
        .unwrap();
    let first = SampledTokens {
        prompt_ids: prompt.clone(),
        ids: spelt("search breaks"),
        logprobs: vec![-0.5; 14],
        ..SampledTokens::default()
    };
    let mut second_prompt = [prompt, first.ids.clone()].concat();
    second_prompt.extend(
        tokenizer
            .encode("<|tool|>1 a.py::f<|end|><|assistant|>")
            .unwrap(),
    );
    let second = SampledTokens {
        prompt_ids: second_prompt,
        ids: spelt("1"),
        logprobs: vec![-0.25, -0.125],
        ..SampledTokens::default()
    };
    let mut turns = turns(&messages);
    turns[2].tokens = Some(&first);
    turns[4].tokens = Some(&second);
    let read = samples(tokenizer, &turns, &options).unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(
        read[0].ids,
        [second.prompt_ids.clone(), second.ids.clone()].concat()
    );
    assert_eq!(
        (read[0].n_own(), read[0].turns.as_slice()),
        (16, &[2, 4][..])
    );
    let logprobs = read[0].logprobs.as_ref().unwrap();
    assert_eq!(logprobs.len(), read[0].ids.len());
    let own: Vec<f32> = logprobs
        .iter()
        .zip(&read[0].own)
        .filter(|(_, own)| **own)
        .map(|(it, _)| *it)
        .collect();
    assert_eq!(own, [vec![-0.5; 14], vec![-0.25, -0.125]].concat());
    // Beside a reply whose tokens nobody knows, the log-probabilities are not all known.
    turns[4].tokens = None;
    let read = samples(tokenizer, &turns, &options).unwrap();
    // The template writes `search breaks` in other tokens: the second prompt does not continue the first.
    assert_eq!(read.len(), 2);
    assert!(read[0].logprobs.is_some() && read[1].logprobs.is_none());
}

#[test]
fn a_template_that_hides_replies_is_refused() {
    let files = trained(Style::Compact, 600);
    let odd = Tokenizer::of(
        "odd",
        &TokenizerFiles {
            tokenizer: &files.tokenizer,
            config: Some(&files.config),
            generation: None,
            template: Some(
                "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}",
            ),
        },
    )
    .unwrap();
    let messages = conversation();
    let told = samples(&odd, &turns(&messages), &ChatOptions::default()).unwrap_err();
    assert!(
        told.to_string().contains("message 2 of the conversation"),
        "{told}"
    );
}
