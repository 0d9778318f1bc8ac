//! Who searches, decided.

use std::path::Path;

use anyhow::Context as _;
use bughound_agent::{HoundPolicy, HttpPolicy, NavigatorPolicy, Policy, ReplayPolicy};
use bughound_hound::navigate::Navigator;
use bughound_llm::{
    Client, ClientSettings, Dialect, LlmError, LlmErrorKind, Prices, Retries, Sampling, Secret,
    ServerUrl,
};
use bughound_local::{Engine, EngineSettings, LocalPolicy};
use bughound_nn::GeneratorConfig;
use bughound_trace::{Budgets, Trace, TraceReader};

use crate::args::AgentArgs;
use crate::environment;
use crate::exit::Failure;
use crate::settings::Weights;

/// Where a key is looked for when no variable is named.
const KEY_VARIABLES: [&str; 2] = ["BUGHOUND_API_KEY", "OPENAI_API_KEY"];

/// Where a cassette answers; nobody connects to it.
const NO_SERVER: &str = "http://cassette.invalid";

/// The protocol where none is named.
pub(crate) const DEFAULT_PROTOCOL: &str = "hound";

/// The policy that was asked for; up to `max_in_flight` requests at the same time, where it asks a server.
///
/// # Errors
/// A URL, a key or a setting that makes no sense; weights that searches do not know; traces that cannot be read.
pub(crate) fn policy(args: &AgentArgs, max_in_flight: usize) -> anyhow::Result<Box<dyn Policy>> {
    Weights::only_learned(&args.weights)?;
    match args.policy.as_str() {
        "http" => Ok(Box::new(http(args, max_in_flight)?)),
        "local" => Ok(Box::new(local(args, max_in_flight)?)),
        "replay" => Ok(Box::new(replay(args)?)),
        "navigator" => Ok(Box::new(navigator(args)?)),
        _ => Ok(Box::new(HoundPolicy)),
    }
}

/// The protocol's name.
pub(crate) fn protocol(args: &AgentArgs) -> &str {
    args.protocol.as_deref().unwrap_or(DEFAULT_PROTOCOL)
}

/// What a search may spend.
pub(crate) fn budgets(args: &AgentArgs) -> Budgets {
    let (given, default) = (&args.budgets, Budgets::default());
    Budgets {
        max_turns: given.max_turns.unwrap_or(default.max_turns),
        max_prompt_tokens: given.max_prompt_tokens.unwrap_or(default.max_prompt_tokens),
        max_completion_tokens: given
            .max_completion_tokens
            .unwrap_or(default.max_completion_tokens),
        max_context_tokens: given
            .max_context_tokens
            .unwrap_or(default.max_context_tokens),
        max_tool_bytes: given.max_tool_bytes.unwrap_or(default.max_tool_bytes),
        max_milliseconds: given
            .max_seconds
            .map_or(default.max_milliseconds, |seconds| {
                seconds.saturating_mul(1000)
            }),
        max_malformed: given.max_malformed.unwrap_or(default.max_malformed),
        max_calls_per_turn: given
            .max_calls_per_turn
            .unwrap_or(default.max_calls_per_turn),
    }
}

fn navigator(args: &AgentArgs) -> anyhow::Result<NavigatorPolicy> {
    let Some(path) = &args.navigator else {
        let failure = Failure::usage("`--policy navigator` needs `--navigator`");
        return Err(failure
            .hint("name the weights that `bughound train sft` or `grpo` wrote")
            .into());
    };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let navigator = Navigator::read(&bytes)
        .map_err(|error| Failure::bad_input(format!("{}: {error}", path.display())))?;
    Ok(NavigatorPolicy::new(navigator))
}

fn http(args: &AgentArgs, max_in_flight: usize) -> anyhow::Result<HttpPolicy> {
    let client = client(args, max_in_flight, "--policy http")?;
    let mut policy = HttpPolicy::new(client, sampling(args));
    if let Some(requests) = args.requests_per_minute {
        policy = policy.with_requests_per_minute(requests);
    }
    Ok(if args.logprobs {
        policy.with_logprobs()
    } else {
        policy
    })
}

/// A model that runs in this process.
fn local(args: &AgentArgs, max_in_flight: usize) -> anyhow::Result<LocalPolicy> {
    let Some(folder) = &args.model else {
        return Err(Failure::usage("`--policy local` needs `--model`")
            .hint("name the model's folder: --model DIR")
            .into());
    };
    let loaded = bughound_local::load(Path::new(folder))
        .map_err(|error| Failure::bad_input(error.to_string()))?;
    let settings = EngineSettings {
        generator: GeneratorConfig {
            slots: max_in_flight,
            ..GeneratorConfig::default()
        },
    };
    let dialect: Dialect = args.dialect.parse().map_err(Failure::usage)?;
    let engine = Engine::start(loaded.model, loaded.tokenizer, &settings)?;
    Ok(LocalPolicy::new(
        engine,
        folder.clone(),
        dialect,
        sampling(args),
    ))
}

/// How tokens are drawn.
pub(crate) fn sampling(args: &AgentArgs) -> Sampling {
    Sampling {
        temperature: args.temperature,
        top_p: args.top_p,
        max_tokens: args.max_tokens,
        ..Sampling::default()
    }
}

/// A client of the server that was named; `wanted_by` is the option that needs it.
///
/// # Errors
/// A URL, a key or a setting that makes no sense, or is missing.
pub(crate) fn client(
    args: &AgentArgs,
    max_in_flight: usize,
    wanted_by: &str,
) -> anyhow::Result<Client> {
    let missing = |option: &str| {
        Failure::usage(format!("`{wanted_by}` needs `{option}`"))
            .hint("name the model and its server: --model NAME --base-url http://localhost:8000/v1")
    };
    let url = match (&args.base_url, &args.cassette) {
        (Some(url), _) => url.as_str(),
        (None, Some(_)) => NO_SERVER,
        (None, None) => return Err(missing("--base-url").into()),
    };
    let model = args.model.as_deref().ok_or_else(|| missing("--model"))?;
    let server = ServerUrl::parse(url).map_err(|error| wrong(&error))?;
    let settings = ClientSettings {
        key: key(args.api_key_env.as_deref())?,
        dialect: args.dialect.parse::<Dialect>().map_err(Failure::usage)?,
        stream: !args.no_stream,
        retries: Retries {
            most: args.retries,
            seed: args.seed,
            ..Retries::default()
        },
        max_in_flight,
        prices: match args.prices[..] {
            [prompt, completion] => Some(Prices {
                prompt,
                completion,
                cached: prompt,
            }),
            [prompt, completion, cached] => Some(Prices {
                prompt,
                completion,
                cached,
            }),
            [] => None,
            _ => {
                let message =
                    "`--prices` wants two or three numbers, such as 2.5,10 or 2.5,10,1.25";
                return Err(Failure::usage(message).into());
            }
        },
        ..ClientSettings::new(server, model)
    };
    let client = match (&args.cassette, &args.record) {
        (Some(cassette), _) => Client::replaying(settings, cassette),
        (None, Some(record)) => Client::recording(settings, record),
        (None, None) => Client::new(settings),
    };
    Ok(client.map_err(|error| wrong(&error))?)
}

/// The failure that an error of a client is.
pub(crate) fn wrong(error: &LlmError) -> Failure {
    match error.kind() {
        LlmErrorKind::Cassette { .. } => Failure::bad_input(error.to_string()),
        _ if error.is_settings() => Failure::usage(error.to_string()),
        _ => Failure::infrastructure(error.to_string()),
    }
}

/// The key from the environment; none where no variable is set.
pub(crate) fn key(named: Option<&str>) -> anyhow::Result<Option<Secret>> {
    if let Some(name) = named {
        let Some(key) = environment::secret(name) else {
            return Err(Failure::usage(format!(
                "the environment variable {name}, which `--api-key-env` names, is not set"
            ))
            .hint("set it, or leave the option out for a server that wants no key")
            .into());
        };
        return Ok(Some(Secret::new(key)));
    }
    Ok(KEY_VARIABLES
        .into_iter()
        .find_map(environment::secret)
        .map(Secret::new))
}

fn replay(args: &AgentArgs) -> anyhow::Result<ReplayPolicy> {
    let file = args
        .replay
        .as_deref()
        .ok_or_else(|| Failure::usage("`--policy replay` needs `--replay FILE`"))?;
    let traces: Vec<Trace> = TraceReader::open(file)?.collect::<Result<_, _>>()?;
    let name = file.file_name().unwrap_or(file.as_os_str());
    Ok(ReplayPolicy::new(&traces, &name.to_string_lossy()))
}
