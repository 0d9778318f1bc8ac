//! How the conversations of a tokenizer that we train ourselves are written.

/// A way of writing conversations: special tokens and a chat template that uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As Qwen's models have it: `<|im_start|>role\n…<|im_end|>\n`, tools and calls in Hermes' form.
    Qwen,
    /// For tiny models: `<|role|>…<|end|>`, two marks per message, calls as one line (`search words`, `open 3`), no
    /// declarations of tools: what they are called is learnt.
    Compact,
}

impl Style {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qwen => "qwen",
            Self::Compact => "compact",
        }
    }

    /// The chat template.
    pub fn template(self) -> &'static str {
        match self {
            Self::Qwen => include_str!("style/qwen.jinja"),
            Self::Compact => include_str!("style/compact.jinja"),
        }
    }

    /// Tokens that must never be split, and whether they are marks (which are no text) or text.
    pub fn tokens(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Qwen => &[
                ("<|endoftext|>", true),
                ("<|im_start|>", true),
                ("<|im_end|>", true),
                ("<tool_call>", false),
                ("</tool_call>", false),
                ("<tool_response>", false),
                ("</tool_response>", false),
                ("<think>", false),
                ("</think>", false),
            ],
            Self::Compact => &[
                ("<|pad|>", true),
                ("<|end|>", true),
                ("<|system|>", true),
                ("<|user|>", true),
                ("<|assistant|>", true),
                ("<|tool|>", true),
            ],
        }
    }

    /// What ends a message, and so a reply.
    pub fn end(self) -> &'static str {
        match self {
            Self::Qwen => "<|im_end|>",
            Self::Compact => "<|end|>",
        }
    }

    /// What fills up batches.
    pub fn pad(self) -> &'static str {
        match self {
            Self::Qwen => "<|endoftext|>",
            Self::Compact => "<|pad|>",
        }
    }
}
