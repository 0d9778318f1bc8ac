//! What a client gets.

use bughound_core::{Completion, FinishReason};
use bughound_llm::read_reply;
use bughound_local::{Engine, Finish, Written};
use serde_json::{Value, json};

use super::request::Chat;

/// What every piece of an answer says.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) model: String,
}

/// The whole answer at once.
pub(super) fn whole(head: &Head, chat: &Chat, written: &Written, engine: &Engine) -> Value {
    let completion = understood(chat, written);
    let mut message = json!({"role": "assistant", "content": completion.message.content});
    if let Some(reasoning) = &completion.message.reasoning {
        message["reasoning_content"] = json!(reasoning);
    }
    let calls = calls(&completion);
    if !calls.is_empty() {
        message["tool_calls"] = calls.into();
    }
    let mut choice = json!({
        "index": 0,
        "message": message,
        "finish_reason": finish_reason(&completion),
    });
    tell_tokens(&mut choice, chat, written, engine);
    let mut answer = json!({
        "id": head.id,
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": [choice],
        "usage": usage(chat, written),
    });
    if chat.token_ids {
        answer["prompt_token_ids"] = json!(chat.prompt);
    }
    answer
}

fn understood(chat: &Chat, written: &Written) -> Completion {
    let was_cut = written.finish == Finish::Length;
    read_reply(&written.text, &chat.request, was_cut)
}

fn calls(completion: &Completion) -> Vec<Value> {
    let calls = completion.message.tool_calls.iter().enumerate();
    calls
        .map(|(index, call)| {
            json!({
                "index": index,
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            })
        })
        .collect()
}

fn finish_reason(completion: &Completion) -> &'static str {
    match completion.finish {
        FinishReason::Length => "length",
        _ if !completion.message.tool_calls.is_empty() => "tool_calls",
        _ => "stop",
    }
}

fn usage(chat: &Chat, written: &Written) -> Value {
    let (prompt, own) = (chat.prompt.len(), written.ids.len());
    json!({
        "prompt_tokens": prompt,
        "completion_tokens": own,
        "total_tokens": prompt + own,
        "prompt_tokens_details": {"cached_tokens": written.n_reused},
    })
}

/// Ids and log-probabilities, where they were asked for.
fn tell_tokens(choice: &mut Value, chat: &Chat, written: &Written, engine: &Engine) {
    if chat.token_ids {
        choice["token_ids"] = json!(written.ids);
    }
    if !chat.logprobs {
        return;
    }
    let text = |id: u32| {
        let text = engine.tokenizer().decode_with(&[id], true);
        text.unwrap_or_default()
    };
    let token = |id: u32, logprob: f32| {
        let text = text(id);
        json!({"token": text, "logprob": logprob, "bytes": text.as_bytes()})
    };
    let content: Vec<Value> = (0..written.ids.len())
        .map(|at| {
            let mut told = token(written.ids[at], written.logprobs[at]);
            let others = &written.alternatives[at];
            let others: Vec<Value> = others
                .iter()
                .map(|(id, logprob)| token(*id, *logprob))
                .collect();
            told["top_logprobs"] = others.into();
            told
        })
        .collect();
    choice["logprobs"] = json!({"content": content});
}

/// An answer in pieces.
pub(super) struct Chunks<'a> {
    head: &'a Head,
    chat: &'a Chat,
    /// The text so far.
    text: String,
    /// How much of it was told, in bytes.
    told: usize,
}

impl<'a> Chunks<'a> {
    pub(super) fn new(head: &'a Head, chat: &'a Chat) -> Self {
        Self {
            head,
            chat,
            text: String::new(),
            told: 0,
        }
    }

    pub(super) fn begin(&self, give: &mut dyn FnMut(Value)) {
        let mut event = self.event(&json!({"role": "assistant", "content": ""}), None);
        if self.chat.token_ids {
            event["prompt_token_ids"] = json!(self.chat.prompt);
        }
        give(event);
    }

    /// More text. Thoughts and calls are told at the end, when they are whole; so is what may become one.
    pub(super) fn text(&mut self, piece: &str, give: &mut dyn FnMut(Value)) {
        self.text.push_str(piece);
        if self.text.trim_start().starts_with("<think")
            || "<think>".starts_with(self.text.trim_start())
        {
            return;
        }
        let certain = match self.chat.request.tools.is_empty() {
            true => self.text.len(),
            false => self.text.find('<').unwrap_or(self.text.len()),
        };
        if certain > self.told {
            let text = &self.text[self.told..certain];
            give(self.event(&json!({"content": text}), None));
            self.told = certain;
        }
    }

    /// The rest, and why it ended.
    pub(super) fn end(&mut self, written: &Written, engine: &Engine, give: &mut dyn FnMut(Value)) {
        let completion = understood(self.chat, written);
        if let Some(reasoning) = &completion.message.reasoning {
            give(self.event(&json!({"reasoning_content": reasoning}), None));
        }
        if let Some(rest) = completion.message.content.get(self.told..)
            && !rest.is_empty()
        {
            give(self.event(&json!({"content": rest}), None));
        }
        let calls = calls(&completion);
        if !calls.is_empty() {
            give(self.event(&json!({"tool_calls": calls}), None));
        }
        let mut event = self.event(&json!({}), Some(finish_reason(&completion)));
        tell_tokens(&mut event["choices"][0], self.chat, written, engine);
        give(event);
        if self.chat.usage {
            let mut event = self.event(&json!({}), None);
            event["choices"] = json!([]);
            event["usage"] = usage(self.chat, written);
            give(event);
        }
    }

    fn event(&self, delta: &Value, finish: Option<&str>) -> Value {
        json!({
            "id": self.head.id,
            "object": "chat.completion.chunk",
            "created": self.head.created,
            "model": self.head.model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        })
    }
}
