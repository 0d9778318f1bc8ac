//! Making tasks of one base.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bughound_sandbox::{Change, What};
use bughound_testbed::{
    Broken, Edit, EditWhat, Judged, Kind, Recipe, Symptom, Task, Tree, Verdict,
};

use crate::choose::{Choice, allow, choices};
use crate::edits::edit;
use crate::environment::{SCRIPT, script, settings, through};
use crate::rng::Rng;
use crate::symptom::symptom;
use crate::write::{free_id, write};
use crate::{Base, Outcome, Prover, Reason, Trial};

/// How tasks are made.
#[derive(Clone, Debug)]
pub struct MakeSettings {
    /// Which kinds, each on its own.
    pub kinds: Vec<Kind>,
    /// How many of each kind.
    pub count: usize,
    /// How many changes of each kind are tried at most.
    pub attempts: usize,
    /// How often a change that is noticed is judged again; the verdicts must agree.
    pub repeat: usize,
    /// Chooses among changes.
    pub seed: u64,
    /// Where the tasks' folders go.
    pub out: PathBuf,
}

/// Makes tasks of a base; `done` hears of every change that was tried.
///
/// # Errors
/// The base itself is not well, or a folder cannot be written.
pub fn make(
    base: &Base,
    prover: &dyn Prover,
    settings: &MakeSettings,
    done: &mut dyn FnMut(&Trial),
) -> Result<Vec<Trial>, String> {
    let well = match prover.judge(&[]) {
        Judged::Verdict(verdict) => verdict,
        Judged::Fault(fault) => return Err(fault.what),
    };
    if !well.passed {
        let stage = well.failed;
        return Err(format!(
            "the base is not well: {stage:?} fails\n{}",
            well.log
        ));
    }
    let mut maker = Maker {
        base,
        prover,
        settings,
        n_tests: well.tests.len(),
        exercised: BTreeMap::new(),
        places: BTreeSet::new(),
        trials: Vec::new(),
        done,
    };
    for &kind in &settings.kinds {
        match kind {
            Kind::Mutation | Kind::Compile | Kind::Configuration => maker.of_changes(kind)?,
            Kind::Environment => maker.of_environments()?,
            // See `candidates`.
            Kind::Dependency => {}
        }
    }
    Ok(maker.trials)
}

struct Maker<'a> {
    base: &'a Base,
    prover: &'a dyn Prover,
    settings: &'a MakeSettings,
    n_tests: usize,
    /// Files that tests look at.
    exercised: BTreeMap<String, bool>,
    /// Functions, and operators within a file, of which a task was made.
    places: BTreeSet<(String, String)>,
    trials: Vec<Trial>,
    done: &'a mut dyn FnMut(&Trial),
}

impl Maker<'_> {
    /// Changes of files, judged on the base.
    fn of_changes(&mut self, kind: Kind) -> Result<(), String> {
        let list = choices(
            &self.base.recipe,
            self.prover.tree(),
            kind,
            self.settings.seed,
        );
        let (mut made, mut tried) = (0, 0);
        for choice in list {
            if made >= self.settings.count || tried >= self.settings.attempts {
                break;
            }
            let inside = choice.mutant.inside.clone().unwrap_or_default();
            let places = [
                (choice.path.clone(), inside),
                (choice.path.clone(), choice.mutant.operator.to_owned()),
            ];
            // One task of a function, and one of an operator in a file, are enough.
            if places.iter().any(|place| self.places.contains(place)) {
                continue;
            }
            if kind != Kind::Configuration && !self.is_exercised(&choice, kind) {
                continue;
            }
            tried += 1;
            let outcome = self.change(kind, &choice)?;
            if matches!(outcome, Outcome::Made { .. }) {
                made += 1;
                self.places.extend(places);
            }
            self.record(
                kind,
                &choice.path,
                choice.mutant.operator,
                choice.mutant.line,
                &choice.mutant.description,
                outcome,
            );
        }
        Ok(())
    }

    /// Whether tests look at a file: asked once, by putting nonsense in its place.
    fn is_exercised(&mut self, choice: &Choice, kind: Kind) -> bool {
        if let Some(known) = self.exercised.get(&choice.path) {
            return *known;
        }
        let nonsense = Change {
            path: choice.path.clone().into(),
            what: What::File {
                bytes: b"((( nonsense\n".to_vec(),
                executable: false,
            },
        };
        let is_noticed = match self.prover.judge(&[nonsense]) {
            Judged::Verdict(verdict) => !verdict.passed,
            Judged::Fault(_) => false,
        };
        self.exercised.insert(choice.path.clone(), is_noticed);
        if !is_noticed {
            let outcome = discarded(Reason::NotExercised, String::new());
            self.record(
                kind,
                &choice.path,
                "nonsense",
                1,
                "the whole file is nonsense",
                outcome,
            );
        }
        is_noticed
    }

    fn change(&mut self, kind: Kind, choice: &Choice) -> Result<Outcome, String> {
        let Some((text, changed)) = apply(self.prover.tree(), choice) else {
            return Ok(discarded(Reason::Fault, "the file is not there".to_owned()));
        };
        let changes = [Change {
            path: choice.path.clone().into(),
            what: What::File {
                bytes: changed.into_bytes(),
                executable: is_executable(self.prover.tree(), &choice.path),
            },
        }];
        let symptom = match self.judged(kind, &changes) {
            Ok(symptom) => symptom,
            Err((reason, detail)) => return Ok(discarded(reason, detail)),
        };
        let mutant = &choice.mutant;
        let place = mutant
            .inside
            .as_ref()
            .map_or(String::new(), |name| format!(" in {name}"));
        let mut recipe = self.base.blank();
        recipe.about = format!(
            "{}:{}{place}: {} ({}).",
            choice.path, mutant.line, mutant.description, mutant.operator
        );
        recipe.broken = Broken {
            edit: vec![edit(&choice.path, &text, mutant)],
        };
        allow(&mut recipe, &choice.path);
        self.admitted(kind, recipe, symptom, &[])
    }

    /// Environments, each a task of its own from the start: its commands go through a script.
    fn of_environments(&mut self) -> Result<(), String> {
        let mut list = settings(&self.base.recipe.language);
        Rng::new(self.settings.seed, &self.base.recipe.id).shuffle(&mut list);
        let mut made = 0;
        for (at, setting) in list.into_iter().enumerate() {
            if made >= self.settings.count || at >= self.settings.attempts {
                break;
            }
            let mut recipe = self.base.blank();
            let commands = &mut recipe.commands;
            if let Some(system) = bughound_testbed::systems::system(&recipe.system) {
                let task = self.base.task(self.base.recipe.clone());
                if commands.build.is_empty() {
                    commands.build = system.build(&task);
                }
                if commands.test.is_empty() {
                    commands.test = system.test(&task);
                }
            }
            commands.build = commands.build.iter().map(through).collect();
            commands.test = commands.test.iter().map(through).collect();
            recipe.about = format!("{SCRIPT}: {}.", setting.about);
            recipe.broken = Broken {
                edit: vec![Edit {
                    path: SCRIPT.to_owned(),
                    what: EditWhat::Replace {
                        find: setting.well.clone(),
                        replace: setting.broken.clone(),
                        nth: 1,
                        of: 1,
                    },
                }],
            };
            allow(&mut recipe, SCRIPT);
            let more = [(format!("tree/{SCRIPT}"), script(&setting.well).into_bytes())];
            let outcome =
                match self
                    .prover
                    .first_look(&with_files(self.base, recipe.clone(), &more))
                {
                    Judged::Fault(fault) => discarded(Reason::Fault, fault.what),
                    Judged::Verdict(verdict) => {
                        match symptom(Kind::Environment, &[verdict], self.n_tests) {
                            Ok(symptom) => {
                                self.admitted(Kind::Environment, recipe, symptom, &more)?
                            }
                            Err((reason, detail)) => discarded(reason, detail),
                        }
                    }
                };
            made += usize::from(matches!(outcome, Outcome::Made { .. }));
            self.record(
                Kind::Environment,
                SCRIPT,
                "environment",
                4,
                &setting.broken,
                outcome,
            );
        }
        Ok(())
    }

    /// What several verdicts on a change agree upon.
    fn judged(&self, kind: Kind, changes: &[Change]) -> Result<Symptom, (Reason, String)> {
        let mut verdicts: Vec<Verdict> = Vec::new();
        for _ in 0..self.settings.repeat.max(1) {
            match self.prover.judge(changes) {
                Judged::Verdict(verdict) => verdicts.push(verdict),
                Judged::Fault(fault) => return Err((Reason::Fault, fault.what)),
            }
            // Most changes are told by one verdict.
            symptom(kind, &verdicts, self.n_tests)?;
        }
        symptom(kind, &verdicts, self.n_tests)
    }

    /// Writes the task and has it checked; what is not admitted is taken away again.
    fn admitted(
        &mut self,
        kind: Kind,
        mut recipe: Recipe,
        symptom: Symptom,
        more: &[(String, Vec<u8>)],
    ) -> Result<Outcome, String> {
        recipe.id = free_id(&self.settings.out, &self.base.recipe.id, kind);
        recipe.kind = kind;
        recipe.symptom = symptom;
        let fail_to_pass = recipe.symptom.fail_to_pass.len();
        let folder = write(&self.settings.out, self.base, &recipe, more)
            .map_err(|error| format!("{} cannot be written: {error}", recipe.id))?;
        let task = Task::read(&folder);
        match self.prover.admit(folder.clone(), task) {
            Ok(()) => Ok(Outcome::Made {
                id: recipe.id,
                fail_to_pass,
            }),
            Err(why) => {
                std::fs::remove_dir_all(&folder)
                    .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
                Ok(discarded(Reason::NotAdmitted, why))
            }
        }
    }

    fn record(
        &mut self,
        kind: Kind,
        path: &str,
        operator: &str,
        line: u32,
        description: &str,
        outcome: Outcome,
    ) {
        let trial = Trial {
            base: self.base.recipe.id.clone(),
            kind,
            operator: operator.to_owned(),
            path: path.to_owned(),
            line,
            description: description.to_owned(),
            outcome,
        };
        (self.done)(&trial);
        self.trials.push(trial);
    }
}

fn discarded(reason: Reason, detail: String) -> Outcome {
    Outcome::Discarded { reason, detail }
}

/// A file before and after a change.
fn apply(tree: &Tree, choice: &Choice) -> Option<(String, String)> {
    let file = tree.files.get(&choice.path)?;
    let text = String::from_utf8(file.bytes.clone()).ok()?;
    let changed = choice.mutant.apply(&text).ok()?;
    Some((text, changed))
}

fn is_executable(tree: &Tree, path: &str) -> bool {
    tree.files.get(path).is_some_and(|file| file.executable)
}

/// A task of a base with further files beside its recipe.
fn with_files(base: &Base, recipe: Recipe, more: &[(String, Vec<u8>)]) -> Task {
    let mut base = base.clone();
    base.files.extend(more.iter().cloned());
    base.task(recipe)
}
