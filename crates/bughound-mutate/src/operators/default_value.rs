//! `default_value`: another default of a parameter.

use bughound_core::Language;

use crate::MutantKind;
use crate::operator::Operator;
use crate::site::{Changes, Site};

pub(crate) struct DefaultValue;

impl Operator for DefaultValue {
    fn name(&self) -> &'static str {
        "default_value"
    }

    fn about(&self) -> &'static str {
        "the default of a parameter: `True` becomes `False`, `1` becomes `2`, `\"x\"` becomes `\"\"`"
    }

    fn kind(&self, _: Language) -> MutantKind {
        MutantKind::Mutation
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "default_parameter",
            "typed_default_parameter",
            "assignment_pattern",
            "required_parameter",
            "optional_parameter_declaration",
        ]
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn at(&self, site: &Site<'_, '_>, out: &mut Changes) {
        let Some(value) = ["value", "right", "default_value"]
            .into_iter()
            .find_map(|field| site.child(field))
        else {
            return;
        };
        let own = site.slice(value);
        let to = match own {
            "True" => "False".to_owned(),
            "False" => "True".to_owned(),
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            "[]" | "{}" | "()" => return,
            _ => match own.parse::<u32>() {
                Ok(number) => number.saturating_add(1).to_string(),
                Err(_) => match own.as_bytes() {
                    [quote @ (b'"' | b'\''), .., last] if quote == last && own.len() > 2 => {
                        let quote = char::from(*quote);
                        format!("{quote}{quote}")
                    }
                    _ => return,
                },
            },
        };
        out.replace(site, value, &to);
    }
}
