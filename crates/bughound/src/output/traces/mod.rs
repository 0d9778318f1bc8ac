//! Traces, for people.

mod diff;
mod episode;
mod keeper;
mod stats;

pub(crate) use diff::diff_text;
pub(crate) use episode::episode_text;
pub(crate) use keeper::Keeper;
pub(crate) use stats::stats_text;

/// `1.2 s`, `340 ms`, `41 µs`.
fn duration(microseconds: f64) -> String {
    if microseconds >= 60e6 {
        format!("{:.1} min", microseconds / 60e6)
    } else if microseconds >= 1e6 {
        format!("{:.1} s", microseconds / 1e6)
    } else if microseconds >= 1e3 {
        format!("{:.0} ms", microseconds / 1e3)
    } else {
        format!("{microseconds:.0} µs")
    }
}

/// `812 bytes`, `16.4 KB`.
fn size(bytes: f64) -> String {
    if bytes >= 1e6 {
        format!("{:.1} MB", bytes / 1e6)
    } else if bytes >= 1e4 {
        format!("{:.1} KB", bytes / 1e3)
    } else {
        format!("{bytes:.0} bytes")
    }
}
