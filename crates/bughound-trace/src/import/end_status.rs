//! Why others' episodes ended, in our words.

use crate::EndReason;

/// The reason behind an exit status of mini-swe-agent (the names of its exceptions) or SWE-agent (`submitted`,
/// `exit_…`); `None` where it says nothing.
pub(crate) fn end_of_status(status: &str) -> Option<EndReason> {
    let status = status.trim();
    // `submitted (exit_cost)`: the limit came first, what was there was submitted.
    let inner = status
        .strip_prefix("submitted (")
        .and_then(|rest| rest.strip_suffix(')'));
    let status = inner.unwrap_or(status);
    Some(match status {
        "" => return None,
        "submitted" | "Submitted" | "exit_forfeit" | "exit_command" => EndReason::Exit,
        // Steps or money; who knows which says so.
        "LimitsExceeded" | "exit_cost" | "exit_context" | "ContextWindowExceededError" => {
            EndReason::TokenLimit
        }
        "TimeExceeded" | "exit_total_execution_time" | "exit_command_timeout" => {
            EndReason::TimeLimit
        }
        "RepeatedFormatError" | "FormatError" | "exit_format" => EndReason::MalformedLimit,
        "early_exit" | "UserInterruption" | "KeyboardInterrupt" => EndReason::Cancelled,
        "exit_api" => EndReason::PolicyFault,
        "exit_environment_error" | "exit_error" => EndReason::ToolFault,
        // What clients of model servers raise.
        "Timeout"
        | "APIError"
        | "APIConnectionError"
        | "APIStatusError"
        | "AuthenticationError"
        | "BadRequestError"
        | "InternalServerError"
        | "NotFoundError"
        | "PermissionDeniedError"
        | "RateLimitError"
        | "ServiceUnavailableError"
        | "UnsupportedParamsError" => EndReason::PolicyFault,
        _ if status.starts_with("skipped") => EndReason::Cancelled,
        _ if status.ends_with("Error") || status.ends_with("Exception") => EndReason::ToolFault,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        let check = |status, expect| assert_eq!(end_of_status(status), expect, "{status}");
        check("Submitted", Some(EndReason::Exit));
        check("submitted (exit_cost)", Some(EndReason::TokenLimit));
        check(" submitted ", Some(EndReason::Exit));
        check("RateLimitError", Some(EndReason::PolicyFault));
        check("CalledProcessError", Some(EndReason::ToolFault));
        check("skipped (early_exit)", Some(EndReason::Cancelled));
        check("", None);
        check("fine", None);
    }
}
