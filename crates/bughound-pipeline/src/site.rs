//! Where a repair happens: the policy's workspace, and what was reached so far.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bughound_agent::{Clock, Material, Surroundings, What, returned};
use bughound_repair::{Knowledge, TaskPlace, Workbench, WorkbenchSettings, repair_set};
use bughound_sandbox::Change;
use bughound_testbed::classes::main_error;
use bughound_testbed::{Judged, Prepared, Testbed, TestbedError};
use bughound_tools::Toolbox;
use bughound_trace::AnswerItem;
use serde_json::Value;

use crate::line::same_error;
use crate::pipeline::{AboutWhat, Pipeline};
use crate::prompt;

/// The surroundings of one episode.
pub(crate) struct Site<'a> {
    testbed: &'a Testbed,
    prepared: Arc<Prepared>,
    pipeline: &'static Pipeline,
    knowledge: Knowledge,
    settings: WorkbenchSettings,
    bench: RwLock<Workbench>,
    reached: Mutex<Reached>,
}

/// What the loop over errors remembers.
#[derive(Default)]
struct Reached {
    /// The change that is kept: every attempt begins with it.
    kept: Vec<Change>,
    /// The main error of the state that is kept.
    error: String,
    /// Attempts at that error.
    tries: u32,
    /// Whether an attempt was begun.
    begun: bool,
}

impl<'a> Site<'a> {
    pub(crate) fn new(
        testbed: &'a Testbed,
        prepared: &Arc<Prepared>,
        pipeline: &'static Pipeline,
        knowledge: &Knowledge,
        settings: WorkbenchSettings,
    ) -> Result<Self, TestbedError> {
        let knowledge = knowledge.clone().for_task(&prepared.task);
        let place = TaskPlace::new(testbed.clone(), testbed.workspace(prepared)?)?;
        Ok(Self {
            testbed,
            prepared: Arc::clone(prepared),
            pipeline,
            bench: RwLock::new(Workbench::new(Box::new(place), knowledge.clone(), settings)),
            knowledge,
            settings,
            reached: Mutex::default(),
        })
    }

    /// What was changed in the end.
    pub(crate) fn into_changes(self) -> Result<Vec<Change>, TestbedError> {
        let bench = self
            .bench
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        bench.into_place().changes()
    }

    fn bench(&self) -> RwLockReadGuard<'_, Workbench> {
        self.bench.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn bench_mut(&self) -> RwLockWriteGuard<'_, Workbench> {
        self.bench.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an attempt begins with; empty where there is nothing left to do.
    fn failure(&self) -> Result<String, String> {
        let reached = &mut *self.reached();
        let task = &self.prepared.task;
        if !reached.begun {
            reached.begun = true;
            reached.error = error_of(&self.prepared.log);
            reached.tries = 1;
            let log = &self.prepared.log;
            return Ok(match self.pipeline.about_what {
                AboutWhat::Build => prompt::failure(task, log, &self.knowledge, None),
                AboutWhat::Issue => prompt::issue(task, log),
            });
        }
        let Some(outer) = self.pipeline.outer else {
            return Ok(String::new());
        };
        let changes = self.bench().changes().map_err(|error| error.to_string())?;
        let verdict = match self.testbed.validate(&self.prepared, &changes) {
            Judged::Verdict(verdict) => verdict,
            Judged::Fault(fault) => return Err(fault.what),
        };
        if verdict.passed {
            return Ok(String::new());
        }
        let error = error_of(&verdict.log);
        let earlier = if same_error(&error, &reached.error) {
            reached.tries += 1;
            if reached.tries > outer.tries {
                return Ok(String::new());
            }
            self.go_back(&reached.kept)
                .map_err(|error| error.to_string())?;
            "An earlier attempt left this error as it was; its changes were taken back. Try another way."
        } else {
            reached.kept = changes;
            reached.error = error;
            reached.tries = 1;
            "An earlier attempt mended one error; its changes were kept, and this is the next."
        };
        Ok(prompt::failure(
            task,
            &verdict.log,
            &self.knowledge,
            Some(earlier),
        ))
    }

    /// Begins anew in a fresh workspace, with what is kept.
    fn go_back(&self, kept: &[Change]) -> Result<(), TestbedError> {
        let mut workspace = self.testbed.workspace(&self.prepared)?;
        workspace.write(kept)?;
        let place = TaskPlace::new(self.testbed.clone(), workspace)?;
        *self.bench_mut() = Workbench::new(Box::new(place), self.knowledge.clone(), self.settings);
        Ok(())
    }
}

/// The line that says what is wrong; the last one where none is known.
fn error_of(log: &str) -> String {
    let last = || {
        log.lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or_default()
    };
    main_error(log).map_or_else(|| last().to_owned(), |error| error.line)
}

impl Surroundings for Site<'_> {
    fn call(
        &self,
        tools: &'static dyn Toolbox,
        index: usize,
        tool: &str,
        arguments: &Value,
        clock: &dyn Clock,
    ) -> What {
        let Some(set) = repair_set(tools.name()) else {
            return What::EnvironmentFailed(format!("the tools `{}` repair nothing", tools.name()));
        };
        let begun = clock.microseconds();
        let bench = self.bench();
        let n_before = bench.n_validations();
        let mut result = set.call(&bench, tool, arguments);
        // The build is well: nothing is left to be done.
        if bench.n_validations() > n_before
            && bench.last_verdict().is_some_and(|verdict| verdict.passed)
            && let Ok(output) = &mut result
        {
            output.ends_episode = true;
        }
        returned(index, result, clock.microseconds().saturating_sub(begun))
    }

    fn consult(&self, _: &str, material: &Material) -> What {
        let text = match material {
            Material::Failure => self.failure(),
            _ => Err("only what is broken can be looked up here".to_owned()),
        };
        match text {
            Ok(text) => What::Consulted(bughound_agent::harmless(&text)),
            Err(reason) => What::EnvironmentFailed(reason),
        }
    }

    fn resolve(&self, items: Vec<AnswerItem>) -> Vec<AnswerItem> {
        items
    }
}
