//! `loop_jump`: break for continue, continue for break.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct LoopJump;

impl Operator for LoopJump {
    fn name(&self) -> &'static str {
        "loop_jump"
    }

    fn about(&self) -> &'static str {
        "`break` becomes `continue`, and the other way round"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "break_statement",
            "continue_statement",
            "break_expression",
            "continue_expression",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let own = site.own();
        let in_switch = site.is_within(&[
            "switch_statement",
            "switch_body",
            "switch_case",
            "switch_expression",
            "expression_switch_statement",
            "select_statement",
        ]);
        if in_switch {
            return;
        }
        let to = match own.trim_end_matches(';') {
            "break" => own.replace("break", "continue"),
            "continue" => own.replace("continue", "break"),
            _ => return,
        };
        out.replace(site, site.node, &to);
    }
}
