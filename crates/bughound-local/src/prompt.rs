//! From a conversation to the ids that a model reads.

use std::borrow::Cow;

use bughound_core::{Message, Role, SampledTokens};
use bughound_tokens::{ChatOptions, Tokenizer, TokensError};

/// Stands for a reply while the template writes the conversation; a private-use character, which conversations do not hold.
const MARK: char = '\u{f8ff}';

/// The ids of the prompt that asks for the next reply.
///
/// A reply of which the tokens are known is not written by the template and tokenized again, which may give other tokens than
/// were sampled: the template writes a mark in its place, and the tokens go where the mark stands. So a prompt begins with the
/// prompt before it and the reply to that, as far as the template lets it, and what was computed for those serves again.
///
/// # Errors
/// Where there is no template, or it refuses the conversation.
pub fn prompt_of(
    tokenizer: &Tokenizer,
    messages: &[(&Message, Option<&SampledTokens>)],
    options: &ChatOptions<'_>,
) -> Result<Vec<u32>, TokensError> {
    let known: Vec<Option<&SampledTokens>> = messages
        .iter()
        .map(|(message, tokens)| tokens.filter(|_| message.role == Role::Assistant))
        .collect();
    let marked: Vec<Cow<'_, Message>> = messages
        .iter()
        .zip(&known)
        .map(|((message, _), known)| match known {
            Some(_) => Cow::Owned(Message::assistant(MARK)),
            None if message.content.contains(MARK) => Cow::Owned(Message {
                content: message.content.replace(MARK, "\u{fffd}"),
                ..(*message).clone()
            }),
            None => Cow::Borrowed(*message),
        })
        .collect();
    let marked: Vec<&Message> = marked.iter().map(Cow::as_ref).collect();
    let text = tokenizer.render(&marked, true, options)?;
    let replies: Vec<&SampledTokens> = known.into_iter().flatten().collect();
    let pieces: Vec<&str> = text.split(MARK).collect();
    if pieces.len() != replies.len() + 1 {
        // The template leaves replies out or repeats them: it knows best, and writes them itself.
        let messages: Vec<&Message> = messages.iter().map(|(message, _)| *message).collect();
        return tokenizer.prompt(&messages, options);
    }
    let mut ids = tokenizer.encode(pieces[0])?;
    for (reply, piece) in replies.into_iter().zip(&pieces[1..]) {
        ids.extend(&reply.ids);
        let mut rest = tokenizer.encode(piece)?;
        // The template ends a reply with the token with which the model ended it.
        if let (Some(last), Some(first)) = (reply.ids.last(), rest.first())
            && last == first
            && tokenizer.ends_reply(*last)
        {
            rest.remove(0);
        }
        ids.extend(rest);
    }
    Ok(ids)
}
