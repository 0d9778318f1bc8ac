//! `bughound mcp`, as typed.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;

use super::RepoArgs;

/// Serve a repository to editors and agents, over the Model Context Protocol (MCP)
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct McpArgs {
    #[command(flatten)]
    pub(crate) repo: RepoArgs,
    /// Serve over streamable HTTP at this address, for example 127.0.0.1:8765 or just 8765; port 0 chooses a
    /// free one [default: standard input and output]
    #[arg(long, value_name = "ADDR:PORT", value_parser = address)]
    pub(crate) http: Option<SocketAddr>,
    /// Let --http listen where other machines can connect. Whoever connects can read the whole repository:
    /// there is no password
    #[arg(long, requires = "http")]
    pub(crate) allow_remote: bool,
    /// Leave the history alone
    #[arg(long)]
    pub(crate) no_history: bool,
}

/// `ADDR:PORT`; without an address that of this machine alone.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text
        .strip_prefix("localhost:")
        .or_else(|| text.strip_prefix(':'))
        .unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    text.parse().map_err(|_| {
        "give an IP address and a port: 127.0.0.1:8765, [::1]:8765, or a port alone".to_owned()
    })
}

const EXAMPLES: &str = "\
Examples:
  claude mcp add bughound -- bughound mcp --repo .
  codex mcp add bughound -- bughound mcp --repo /src/django
  bughound mcp --repo ../django.git --rev 4.2 --http 127.0.0.1:8765";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_default_to_this_machine() {
        for (text, expect) in [
            ("8765", Some("127.0.0.1:8765")),
            (":8765", Some("127.0.0.1:8765")),
            ("localhost:0", Some("127.0.0.1:0")),
            ("127.0.0.2:1", Some("127.0.0.2:1")),
            ("[::1]:1", Some("[::1]:1")),
            ("0.0.0.0:1", Some("0.0.0.0:1")),
            ("example.org:80", None),
            ("127.0.0.1", None),
            ("99999", None),
            ("", None),
        ] {
            let read = address(text).ok().map(|address| address.to_string());
            assert_eq!(read.as_deref(), expect, "{text}");
        }
    }
}
