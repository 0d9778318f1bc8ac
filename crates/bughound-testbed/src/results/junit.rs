//! `junit`: XML in JUnit's shape, as surefire, Gradle and many others write it. Ids are `class.name`.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run};
use crate::TestStatus;

/// Files of JUnit XML.
pub(super) struct Junit;

impl ResultFormat for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    /// Surefire, failsafe and Gradle write them unasked.
    fn wire(&self, run: &mut Run, _: &Judge<'_>) {
        run.collect.extend(
            [
                "/w/**/surefire-reports/TEST-*.xml",
                "/w/**/failsafe-reports/TEST-*.xml",
                "/w/**/test-results/**/TEST-*.xml",
                "/w/build/bughound-*.xml",
            ]
            .map(str::to_owned),
        );
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        if outputs.files.is_empty() {
            collector.finding(FindingKind::Incomplete, "there is no report");
        }
        for (path, text) in outputs.files {
            read(path, text, &mut collector, |case| match &*case.class {
                "" => case.name.clone(),
                // The set-up of a whole class.
                class if class == case.name => case.name.clone(),
                class => format!("{class}.{}", case.name),
            });
        }
        collector.finish()
    }
}

/// One `testcase`.
#[derive(Default)]
pub(super) struct Case {
    pub(super) class: String,
    pub(super) name: String,
    pub(super) status: Option<TestStatus>,
    /// Why it was left out.
    pub(super) why: String,
}

/// Reads one file; `id` names a case, and may correct what it did.
pub(super) fn read(
    path: &str,
    text: &str,
    collector: &mut Collector,
    id: impl Fn(&mut Case) -> String,
) {
    let mut reader = Reader::from_str(text);
    let mut open: Option<Case> = None;
    let mut depth = 0_usize;
    let mut has_root = false;
    let put = |mut case: Case, collector: &mut Collector| {
        let id = id(&mut case);
        collector.put(&id, case.status.unwrap_or(TestStatus::Passed));
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth += 1;
                has_root |= is_root(&element);
                if element.name().as_ref() == "testcase" {
                    open = Some(case(&element));
                } else if let Some(case) = &mut open {
                    mark(case, &element);
                }
            }
            Ok(Event::Empty(element)) => {
                has_root |= is_root(&element);
                if element.name().as_ref() == "testcase" {
                    put(case(&element), collector);
                } else if let Some(case) = &mut open {
                    mark(case, &element);
                }
            }
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                if element.name().as_ref() == "testcase"
                    && let Some(case) = open.take()
                {
                    put(case, collector);
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                collector.finding(FindingKind::Incomplete, format!("{path}: {error}"));
                return;
            }
        }
    }
    if depth > 0 || !has_root {
        collector.finding(FindingKind::Incomplete, format!("{path} is cut off"));
    }
}

fn is_root(element: &BytesStart<'_>) -> bool {
    matches!(element.name().as_ref(), "testsuite" | "testsuites")
}

fn case(element: &BytesStart<'_>) -> Case {
    // CTest says so of what it left out.
    let is_left_out = matches!(attribute(element, "status").as_str(), "notrun" | "disabled");
    Case {
        class: attribute(element, "classname"),
        name: attribute(element, "name"),
        status: is_left_out.then_some(TestStatus::Skipped),
        why: String::new(),
    }
}

/// What an attribute holds; empty where there is none.
fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let mut attributes = element.attributes().flatten();
    attributes
        .find(|attribute| attribute.key.as_ref() == name)
        .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
        .map_or_else(String::new, std::borrow::Cow::into_owned)
}

fn mark(case: &mut Case, element: &BytesStart<'_>) {
    match element.name().as_ref() {
        "failure" => case.status = Some(TestStatus::Failed),
        "error" => case.status = Some(TestStatus::Error),
        "skipped" => {
            case.status = case.status.or(Some(TestStatus::Skipped));
            case.why = attribute(element, "message");
        }
        _ => {}
    }
}
