//! The driver: performs the effects of an episode until it ends.

use std::collections::VecDeque;

use bughound_core::Completion;
use bughound_index::RECORD_VERSION;
use bughound_trace::{EndReason, Trace, TraceMessage};
use rayon::prelude::*;

use crate::event::{Effect, Event, FaultKind, PolicyFault, Purpose, What};
use crate::policy::{Policy, Request, Session, Start};
use crate::protocol::Protocol;
use crate::surroundings::Surroundings;
use crate::{Brief, Cancel, Clock, Environment, Episode, protocol};

/// How an episode is run; nothing of this decides what comes out of it.
pub struct RunOptions<'a> {
    /// Time.
    pub clock: &'a dyn Clock,
    /// Set by whoever wants the episode to stop.
    pub cancel: &'a Cancel,
    /// How many calls of one turn are carried out at the same time, on the threads of the current pool.
    pub parallel_calls: usize,
    /// Who watches.
    pub on_happening: &'a (dyn Fn(Happening<'_>) + Sync),
}

/// Something worth showing to a person who watches.
pub enum Happening<'a> {
    /// The policy is asked.
    Asked {
        /// The stage.
        stage: &'a str,
        /// What for.
        purpose: Purpose,
        /// How often it was asked before in this stage.
        turn: u32,
    },
    /// A piece of the policy's text came in.
    Text(&'a str),
    /// What the policy has to say about how it is getting on, such as that its server is busy.
    Note(&'a str),
    /// The policy answered.
    Replied(&'a Completion),
    /// A message of the environment was added: the result of a call, a correction, the closing request.
    Told(&'a TraceMessage),
    /// The episode ended.
    Ended(EndReason),
}

/// Searches a repository, from an episode's beginning to its end. Whatever goes wrong is in the trace.
pub fn run_episode(
    brief: Brief,
    environment: &Environment,
    policy: &dyn Policy,
    options: &RunOptions<'_>,
) -> Trace {
    if let Some(protocol) = protocol(&brief.protocol) {
        return run_in(brief, protocol, environment, policy, options);
    }
    let fault = format!("there is no protocol `{}`", brief.protocol);
    let episode = Episode::new(brief).failed(EndReason::ToolFault, fault);
    (options.on_happening)(Happening::Ended(EndReason::ToolFault));
    episode.into_trace(policy.record(), RECORD_VERSION, None)
}

/// Runs an episode anywhere, from its beginning to its end. Whatever goes wrong is in the trace. `protocol` is the one that
/// the brief names.
pub fn run_in(
    brief: Brief,
    protocol: &dyn Protocol,
    surroundings: &dyn Surroundings,
    policy: &dyn Policy,
    options: &RunOptions<'_>,
) -> Trace {
    let task = brief.task.clone();
    let mut session = policy.begin(Start {
        environment: surroundings.environment(),
        instance_id: &task.instance_id,
        issue: &task.issue,
        attempt: brief.attempt,
        seed: brief.seed,
        cancel: options.cancel,
    });
    let now = || options.clock.microseconds() / 1000;
    let mut episode = Episode::new(brief);
    let mut events = VecDeque::from([What::Begun]);
    while let Some(what) = events.pop_front() {
        let n_messages = n_messages(&episode);
        let (next, effects) = episode.step(protocol, Event { at: now(), what });
        episode = next;
        tell_new_messages(&episode, n_messages, options);
        if episode.end().is_some() {
            break;
        }
        if options.cancel.is_cancelled() {
            events = VecDeque::from([What::Cancelled]);
            continue;
        }
        events.extend(perform(
            &episode,
            effects,
            protocol,
            surroundings,
            session.as_mut(),
            options,
        ));
    }
    (options.on_happening)(Happening::Ended(
        episode.end().unwrap_or(EndReason::Cancelled),
    ));
    let cost = policy.cost_usd(&episode.spent().usage);
    episode.into_trace(policy.record(), RECORD_VERSION, cost)
}

/// How many stages and how many messages of the last one there are.
fn n_messages(episode: &Episode) -> (usize, usize) {
    let n = episode.stage().map_or(0, |stage| stage.messages.len());
    (episode.n_stages(), n)
}

fn tell_new_messages(episode: &Episode, before: (usize, usize), options: &RunOptions<'_>) {
    let Some(stage) = episode.stage() else { return };
    // How a stage opens is no news: the protocol says so.
    let seen = if before.0 == episode.n_stages() {
        before.1
    } else {
        stage.messages.len()
    };
    for message in stage.messages.get(seen..).unwrap_or_default() {
        if message.reply.is_none() {
            (options.on_happening)(Happening::Told(message));
        }
    }
}

fn perform(
    episode: &Episode,
    effects: Vec<Effect>,
    protocol: &dyn Protocol,
    surroundings: &dyn Surroundings,
    session: &mut dyn Session,
    options: &RunOptions<'_>,
) -> Vec<What> {
    let tools = protocol.tools();
    let call = |effect: &Effect| match effect {
        Effect::Call {
            index,
            tool,
            arguments,
        } => Some(surroundings.call(tools, *index, tool, arguments, options.clock)),
        _ => None,
    };
    if effects.len() > 1 && options.parallel_calls > 1 {
        // Calls only: nothing else comes in company.
        return effects
            .chunks(options.parallel_calls)
            .flat_map(|chunk| chunk.par_iter().filter_map(call).collect::<Vec<_>>())
            .collect();
    }
    let mut events = Vec::with_capacity(effects.len());
    for effect in effects {
        events.extend(match effect {
            Effect::Call { .. } => call(&effect),
            Effect::Consult(material) => {
                Some(surroundings.consult(&episode.brief().task.issue, &material))
            }
            Effect::Resolve(items) => Some(What::Resolved(surroundings.resolve(items))),
            Effect::Ask(ask) => Some(reply(episode, ask, tools, session, options)),
        });
    }
    events
}

fn reply(
    episode: &Episode,
    ask: crate::Ask,
    tools: &'static dyn bughound_tools::Toolbox,
    session: &mut dyn Session,
    options: &RunOptions<'_>,
) -> What {
    let Some(stage) = episode.stage() else {
        return What::PolicyFailed(PolicyFault {
            kind: FaultKind::Fault,
            message: "the policy was asked before the episode began".to_owned(),
        });
    };
    (options.on_happening)(Happening::Asked {
        stage: &stage.name,
        purpose: ask.purpose,
        turn: ask.turn,
    });
    let begun = options.clock.microseconds();
    let declared_tools = episode.offers_tools().then_some(tools);
    let result = session.reply(&Request {
        messages: &stage.messages,
        tools: declared_tools.filter(|_| ask.purpose == Purpose::Act),
        declared_tools,
        max_calls: episode.max_calls_per_turn(),
        purpose: ask.purpose,
        expects: ask.expects,
        stage: (&stage.name, episode.n_stages() - 1),
        turn: ask.turn,
        milliseconds_left: ask.deadline.saturating_sub(begun / 1000),
        on_text: &|text| (options.on_happening)(Happening::Text(text)),
        on_note: &|note| (options.on_happening)(Happening::Note(note)),
    });
    let microseconds = options.clock.microseconds().saturating_sub(begun);
    match result {
        Ok(completion) => {
            (options.on_happening)(Happening::Replied(&completion));
            What::Replied {
                completion: Box::new(completion),
                milliseconds: microseconds / 1000,
            }
        }
        Err(fault) => What::PolicyFailed(fault),
    }
}
