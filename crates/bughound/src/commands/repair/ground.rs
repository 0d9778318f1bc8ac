//! Whose files are repaired, and where they are run.

use std::path::Path;
use std::sync::Arc;

use bughound_repo::Snapshot;
use bughound_resolve::Running;
use bughound_resolve::project::{
    Environment, Files, OpenTask, Own, argv_of, detect, environment_in, environment_of,
    environment_of_task, files_of, open_task,
};
use bughound_testbed::{Prepared, Suite, TaskCommand, Testbed, Tree};

use super::Work;
use crate::args::{RepairArgs, RepoArgs};
use crate::exit::Failure;
use crate::settings::issue::{IssueText, read_from};
use crate::settings::{Settings, Target};

/// Files, and what says how they are run.
pub(super) struct Ground {
    pub(super) target: Target,
    pub(super) files: Files,
    environment: Option<Environment>,
    /// A task's own tree, where no repository was named.
    folder: Option<tempfile::TempDir>,
}

impl Ground {
    /// Reads the files: those of the repository, or of the task where none is named.
    pub(super) fn of(args: &RepairArgs, settings: &Settings) -> anyhow::Result<Self> {
        let environment = args.task.as_deref().map(environment).transpose()?;
        let own_tree = args.repo.is_none()
            && args.rev.is_none()
            && environment.as_ref().is_some_and(|it| it.task.is_some());
        if !own_tree {
            let target = Target::resolve(&RepoArgs {
                repo: args.repo.clone().unwrap_or_else(|| ".".into()),
                rev: args.rev.clone(),
            })?;
            let files = files_of(&target.snapshot(&settings.store)?);
            return Ok(Self {
                target,
                files,
                environment,
                folder: None,
            });
        }
        if args.apply {
            return Err(Failure::usage(
                "`--apply` writes into a working directory, and none is named: give --repo",
            )
            .into());
        }
        let mut tree = Tree::default();
        if let Some(task) = environment.as_ref().and_then(|it| it.task.as_ref()) {
            let spinner = settings.progress.spinner("Preparing");
            let prepared = settings
                .testbed()?
                .prepare(task, &|what| spinner.say(what.to_owned()))
                .map_err(|error| Failure::infrastructure(error.to_string()))?;
            tree.clone_from(prepared.tree());
            for path in prepared.held_out() {
                tree.files.remove(path);
            }
        }
        // It lives while places are ranked and candidates are proposed; what takes long comes before and after.
        let folder = tempfile::Builder::new()
            .prefix("bughound-repair-")
            .tempdir_in(&settings.temp_dir)?;
        lay_out(&tree, folder.path())?;
        let target = Target {
            repo: None,
            root: folder.path().to_owned(),
            rev: None,
        };
        let files = files_of(&Snapshot::worktree(&target.root)?);
        Ok(Self {
            target,
            files,
            environment,
            folder: Some(folder),
        })
    }

    /// Removes what was laid out for ranking.
    pub(super) fn clear(&mut self) {
        self.folder = None;
    }

    /// The issue: what was given, else the task's.
    pub(super) fn issue(
        &self,
        args: &RepairArgs,
        settings: &Settings,
    ) -> anyhow::Result<IssueText> {
        let is_given = args.issue.is_some() || args.issue_file.is_some();
        let task = self.environment.as_ref().and_then(|it| it.task.as_ref());
        let of_task = match task.filter(|_| !is_given) {
            None => None,
            Some(task) => match &task.issue {
                Some(issue) => Some(issue.clone()),
                // What the broken state prints, as policies are told.
                None => Some(
                    settings
                        .testbed()?
                        .prepare(task, &|_| {})
                        .map_err(|error| Failure::infrastructure(error.to_string()))?
                        .log,
                ),
            },
        };
        if let Some(text) = of_task {
            return read_from(Some(&text), None, args.issue_kind, settings);
        }
        if !is_given {
            return Err(Failure::usage("there is no issue")
                .hint("pass its title and text, `--issue FILE`, or `-` to read standard input")
                .into());
        }
        read_from(
            args.issue.as_deref(),
            args.issue_file.as_deref(),
            args.issue_kind,
            settings,
        )
    }
}

/// The environment of a folder, or of a task that comes with bughound.
fn environment(named: &Path) -> anyhow::Result<Environment> {
    if named.is_dir() {
        return environment_in(named).map_err(|what| Failure::bad_input(what).into());
    }
    let mut shipped = Suite::shipped().entries.into_iter();
    let entry = shipped.find(|entry| named.to_str() == Some(&entry.id));
    match entry.map(|entry| entry.task) {
        Some(Ok(task)) => Ok(environment_of_task(task)),
        Some(Err(error)) => Err(Failure::bad_input(error.to_string()).into()),
        None => Err(Failure::bad_input(format!(
            "{} is neither a folder nor a task that comes with bughound",
            named.display()
        ))
        .hint("`bughound tasks check --help` tells of tasks; a folder has a task.toml or base.toml")
        .into()),
    }
}

fn lay_out(tree: &Tree, folder: &Path) -> anyhow::Result<()> {
    for (path, file) in &tree.files {
        let to = folder.join(path);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(to, &file.bytes)?;
    }
    Ok(())
}

/// The project as a task, and where it is run.
pub(super) struct Project {
    pub(super) open: OpenTask,
    pub(super) testbed: Option<Testbed>,
    pub(super) prepared: Option<Arc<Prepared>>,
    pub(super) reproduce: Option<TaskCommand>,
    /// Why nothing is run.
    pub(super) why_not: Option<String>,
    /// It was to be run and could not be prepared.
    pub(super) failed: bool,
}

impl Project {
    pub(super) fn running(&self) -> Option<Running<'_>> {
        Some(Running {
            testbed: self.testbed.as_ref()?,
            prepared: self.prepared.as_ref()?,
            reproduce: self.reproduce.as_ref(),
        })
    }
}

impl Work<'_> {
    /// Makes the task and prepares it.
    pub(super) fn prepared(&self) -> anyhow::Result<Project> {
        let args = self.args;
        let lines = |lines: &[String]| lines.iter().map(|line| argv_of(line)).collect();
        let own = Own {
            build: lines(&args.build),
            test: lines(&args.test),
            results: args.results.clone(),
            pins: args.pin.clone(),
            seconds: args.seconds,
            allowed: args.allow.clone(),
            protected: args.protect.clone(),
        };
        if let Some(name) = &args.results
            && bughound_testbed::results::format(name).is_none()
        {
            let known: Vec<&str> = bughound_testbed::results::FORMATS
                .iter()
                .map(|format| format.name())
                .collect();
            return Err(Failure::usage(format!(
                "`--results {name}` is no format of results; there are {}",
                known.join(", ")
            ))
            .into());
        }
        let tree = &self.ground.files.tree;
        let (recipe, lock, must_run) = match &self.ground.environment {
            Some(it) => {
                let mut recipe = it.recipe.clone();
                if !own.build.is_empty() {
                    recipe.commands.build.clone_from(&own.build);
                }
                if !own.test.is_empty() {
                    recipe.commands.test.clone_from(&own.test);
                }
                if let Some(results) = &own.results {
                    recipe.commands.results.clone_from(results);
                }
                recipe.dependencies.pins.extend(own.pins.clone());
                let how = format!("as {} says", it.folder.display());
                (Some((recipe, how)), it.lock.clone(), true)
            }
            None if args.no_run => (None, None, false),
            None => {
                let says = !own.build.is_empty() || !own.test.is_empty();
                (environment_of(detect(tree).as_ref(), &own), None, says)
            }
        };
        let why_not = match (&recipe, args.no_run) {
            (_, true) => Some("--no-run".to_owned()),
            (None, _) => Some(
                "no build system was recognised, and neither --task nor --build and --test say how it is run"
                    .to_owned(),
            ),
            _ => None,
        };
        let open = open_task(&args.instance_id, tree, &self.told(), recipe, lock, &own);
        let mut project = Project {
            open,
            testbed: None,
            prepared: None,
            reproduce: args.reproduce.as_deref().map(argv_of),
            why_not,
            failed: false,
        };
        if project.open.runs {
            self.prepare(&mut project, must_run || args.reproduce.is_some())?;
        }
        Ok(project)
    }

    /// Prepares the project. Where nobody asked for it to be run, that it cannot be is said and no error.
    fn prepare(&self, project: &mut Project, must_run: bool) -> anyhow::Result<()> {
        let spinner = self.settings.progress.spinner("Preparing");
        let made = self.settings.testbed().and_then(|testbed| {
            let prepared = testbed
                .prepare(&project.open.task, &|what| spinner.say(what.to_owned()))
                .map_err(|error| Failure::infrastructure(error.to_string()))?;
            Ok((testbed, prepared))
        });
        drop(spinner);
        match made {
            Ok((testbed, prepared)) => {
                project.testbed = Some(testbed);
                project.prepared = Some(Arc::new(prepared));
            }
            Err(error) if must_run => return Err(error),
            Err(error) => {
                project.why_not = Some(format!("it cannot be prepared: {error}"));
                project.failed = true;
            }
        }
        Ok(())
    }

    /// What an agent reads: the issue, and the best places.
    fn told(&self) -> String {
        let mut text = self.issue.trim().to_owned();
        text.push_str("\n\nPlaces that most probably must change, best first:\n");
        for location in self.locations.iter().take(usize::from(self.args.places)) {
            let name = location.qualified_name.as_deref();
            text.push_str(&format!(
                "- {}{}\n",
                location.path,
                name.map_or(String::new(), |name| format!("::{name}"))
            ));
        }
        if let Some(command) = &self.args.reproduce {
            text.push_str(&format!(
                "\nThis command fails as long as the issue is there: {command}\n"
            ));
        }
        text
    }
}
