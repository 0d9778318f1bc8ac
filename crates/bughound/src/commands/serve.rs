//! `bughound serve model`: a model of this machine for any client that speaks as OpenAI's do.

use std::sync::Arc;

use bughound_local::{Engine, EngineSettings, load};
use bughound_nn::GeneratorConfig;
use bughound_serve::{ModelOptions, Stop, check_address, serve_model};

use crate::args::{ServeArgs, ServeCommand, ServeModelArgs};
use crate::environment;
use crate::exit::{Failure, Outcome};
use crate::interrupt;
use crate::output;
use crate::settings::Settings;

/// Serves until the user ends it.
pub(crate) fn run(args: &ServeArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.command {
        ServeCommand::Model(args) => model(args, settings),
    }
}

fn model(args: &ServeModelArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    check_address(args.http, args.allow_remote).map_err(|refused| {
        Failure::usage(refused.to_string()).hint("listen at 127.0.0.1, or pass --allow-remote")
    })?;
    let loaded = load(&args.model).map_err(|error| Failure::bad_input(error.to_string()))?;
    let name = args.name.clone().unwrap_or_else(|| {
        let name = args.model.file_name();
        name.map_or_else(
            || "model".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    });
    let engine = Engine::start(
        loaded.model,
        Arc::clone(&loaded.tokenizer),
        &EngineSettings {
            generator: GeneratorConfig {
                slots: args.slots.into(),
                ..GeneratorConfig::default()
            },
        },
    )?;
    let options = ModelOptions {
        engine,
        name: name.clone(),
        now: environment::unix_seconds,
    };
    let stop = Stop::new();
    let stopping = stop.clone();
    let _graceful = interrupt::Flag::take_and_call(move || stopping.stop());
    serve_model(options, args.http, &stop, |address| {
        let text = format!("http://{address}/v1\n");
        if output::print(&text).is_ok() {
            settings.note(&format!("serving {name}; Ctrl-C ends it"));
        }
    })?;
    Ok(Outcome::Found)
}
