//! A model that judges repairs.

use std::path::Path;
use std::sync::Arc;

use bughound_llm::{Client, ClientSettings, Retries, ServerUrl};
use bughound_rewards::{Attempt, Judge, JudgeSettings, Reward, Score};
use bughound_sandbox::Change;
use bughound_testbed::{Judged, Prepared, Testbed, Verdict};

use super::agent;
use crate::args::JudgeArgs;

/// Where a judge is.
pub(crate) struct Server<'a> {
    pub(crate) model: &'a str,
    pub(crate) url: &'a str,
    pub(crate) key_env: Option<&'a str>,
    pub(crate) opinions: Option<&'a Path>,
    pub(crate) retries: u32,
}

/// A judge that asks a server.
pub(crate) fn of(server: &Server<'_>, jobs: usize) -> anyhow::Result<Judge> {
    let url = ServerUrl::parse(server.url).map_err(|error| agent::wrong(&error))?;
    let settings = ClientSettings {
        key: agent::key(server.key_env)?,
        max_in_flight: jobs,
        retries: Retries {
            most: server.retries,
            ..Retries::default()
        },
        ..ClientSettings::new(url, server.model)
    };
    let client = Client::new(settings).map_err(|error| agent::wrong(&error))?;
    let settings = JudgeSettings {
        record: server.opinions.map(Path::to_owned),
        ..JudgeSettings::default()
    };
    Ok(Judge::new(client, settings))
}

/// The one who has the last word in the full pipeline, where one was named.
pub(crate) fn of_pipeline(
    args: &JudgeArgs,
    testbed: &Testbed,
    jobs: usize,
) -> anyhow::Result<Option<LastWord>> {
    let (Some(model), Some(url)) = (&args.judge_model, &args.judge_url) else {
        return Ok(None);
    };
    let server = Server {
        model,
        url,
        key_env: args.judge_key_env.as_deref(),
        opinions: args.opinions.as_deref(),
        retries: Retries::default().most,
    };
    Ok(Some(LastWord {
        judge: of(&server, jobs)?,
        testbed: testbed.clone(),
    }))
}

/// A reward's judge as the pipeline's.
pub(crate) struct LastWord {
    judge: Judge,
    testbed: Testbed,
}

impl bughound_pipeline::Judge for LastWord {
    fn name(&self) -> &str {
        "judge"
    }

    fn accepts(
        &self,
        prepared: &Prepared,
        changes: &[Change],
        verdict: &Verdict,
    ) -> Result<(bool, String), String> {
        let prepared = Arc::new(prepared.clone());
        let mut attempt = Attempt::recorded(&self.testbed, &prepared, changes.to_vec())
            .map_err(|error| error.to_string())?
            .already_judged(Judged::Verdict(verdict.clone()));
        match self.judge.score(&mut attempt) {
            Score::Masked { why } => Err(why),
            Score::Value { value, reasons } => Ok((value >= 1.0, reasons.join("; "))),
        }
    }
}
