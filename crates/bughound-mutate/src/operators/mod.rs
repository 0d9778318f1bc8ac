//! The operators on source files, one per file.

mod argument_missing;
mod arguments_swapped;
mod arithmetic;
mod await_removed;
mod boolean;
mod boolean_constant;
mod borrow_removed;
mod bracket_removed;
mod comparison;
mod condition_negated;
mod default_value;
mod definition_renamed;
mod exception_type;
mod field_removed;
mod guard_removed;
mod loop_jump;
mod mark_removed;
mod missing_import;
mod misspelled_name;
mod modifier_removed;
mod not_removed;
mod off_by_one;
mod question_removed;
mod signature_changed;
mod statement_removed;
mod string_constant;
mod wrong_type;
mod wrong_variable;

use crate::operator::Operator;

/// All operators; at most 64.
pub(crate) const ALL: [&dyn Operator; 28] = [
    &comparison::Comparison,
    &arithmetic::Arithmetic,
    &boolean::Boolean,
    &boolean_constant::BooleanConstant,
    &not_removed::NotRemoved,
    &condition_negated::ConditionNegated,
    &off_by_one::OffByOne,
    &statement_removed::StatementRemoved,
    &guard_removed::GuardRemoved,
    &arguments_swapped::ArgumentsSwapped,
    &wrong_variable::WrongVariable,
    &default_value::DefaultValue,
    &loop_jump::LoopJump,
    &exception_type::ExceptionType,
    &string_constant::StringConstant,
    &await_removed::AwaitRemoved,
    &argument_missing::ArgumentMissing,
    &signature_changed::SignatureChanged,
    &definition_renamed::DefinitionRenamed,
    &misspelled_name::MisspelledName,
    &missing_import::MissingImport,
    &field_removed::FieldRemoved,
    &wrong_type::WrongType,
    &bracket_removed::BracketRemoved,
    &mark_removed::MarkRemoved,
    &modifier_removed::ModifierRemoved,
    &question_removed::QuestionRemoved,
    &borrow_removed::BorrowRemoved,
];
