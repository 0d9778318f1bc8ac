//! `find_tests`: the tests that exercise a definition.

use bughound_index::{TestEvidence, TestMention};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::budget::Page;
use crate::{ToolContext, ToolError, ToolOutput, TypedTool, lookup, show};

/// Lists the tests that call a definition or mention its name, most telling first.
pub(crate) struct FindTests;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// The definition: `path/to/file.py::Class.method`, or a name if only one thing has it.
    symbol: String,
}

impl TypedTool for FindTests {
    type Arguments = Arguments;

    const NAME: &'static str = "find_tests";

    const DESCRIPTION: &'static str =
        "Lists the tests that call or mention a function, method or class.";

    fn run(&self, context: &ToolContext, arguments: Arguments) -> Result<ToolOutput, ToolError> {
        let index = context.index();
        let found = lookup::one_symbol(context, &arguments.symbol)?;
        let mut tests: Vec<TestMention> = found
            .iter()
            .flat_map(|&symbol| index.tests_of(symbol))
            .collect();
        tests.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| (a.file, a.test).cmp(&(b.file, b.test)))
        });
        tests.dedup_by_key(|mention| (mention.file, mention.test));
        let id = index.symbol(found[0]).id();
        let mut page = Page::new(context.budget());
        match tests.len() {
            0 => page.line(&format!("No test mentions {id}.")),
            n => page.line(&format!("{} for {id}:", show::count(n, "test"))),
        }
        for mention in &tests {
            let place = show::place(index, mention.file, mention.test);
            let line = mention
                .line
                .map_or_else(String::new, |line| format!("line {line}, "));
            page.line(&format!("{place} ({line}{})", words(mention.evidence)));
        }
        let mut output = page.finish();
        output.shown = show::ids(index, &found);
        Ok(output)
    }
}

fn words(evidence: TestEvidence) -> &'static str {
    match evidence {
        TestEvidence::Calls => "calls it",
        TestEvidence::ImportsAndMentions => "imports its file and mentions it",
        TestEvidence::MentionsWithClass => "mentions it and its class",
        TestEvidence::Mentions => "mentions its name",
    }
}
