//! One protocol per file: prompts, tool set, answer format.

pub(crate) mod compact;
mod hound;
mod reposearcher;
mod reposearcher_released;

use crate::protocol::Protocol;

/// Every protocol, the default first.
pub const PROTOCOLS: &[&dyn Protocol] = &[
    &hound::Hound,
    &reposearcher::RepoSearcher,
    &reposearcher_released::RepoSearcherReleased,
    &compact::Compact,
];

/// The protocol of a name.
pub fn protocol(name: &str) -> Option<&'static dyn Protocol> {
    PROTOCOLS
        .iter()
        .copied()
        .find(|protocol| protocol.name() == name)
}

/// The tool set of a name.
///
/// # Panics
/// Never: every name below is in the list of sets, which a test asserts.
fn tools(name: &'static str) -> &'static bughound_tools::ToolSet {
    bughound_tools::tool_set(name).unwrap_or(&bughound_tools::TOOL_SETS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_has_its_own_tools_with_exit() {
        let names: Vec<(&str, &str)> = PROTOCOLS
            .iter()
            .map(|protocol| (protocol.name(), protocol.tools().name()))
            .collect();
        assert_eq!(
            names,
            [
                ("hound", "hound"),
                ("reposearcher", "reposearcher"),
                ("reposearcher-released", "reposearcher-released"),
                ("compact", "compact"),
            ]
        );
        for protocol in PROTOCOLS {
            assert!(protocol.tools().has("exit"), "{}", protocol.name());
        }
    }
}
