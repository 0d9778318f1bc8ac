//! The HTTP client underneath, and its encryption.

use rustls::crypto::{CryptoProvider, ring};

use crate::error::{LlmError, LlmErrorKind};
use crate::settings::ClientSettings;

/// An HTTP client that follows no redirection (a key would go along), uses no proxy, and keeps connections open.
pub(crate) fn http_client(settings: &ClientSettings) -> Result<reqwest::Client, LlmError> {
    // Fails where the process has chosen its cryptography already, which is as good.
    if CryptoProvider::get_default().is_none() {
        let _ = ring::default_provider().install_default();
    }
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("bughound/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.timeouts.connect)
        .pool_max_idle_per_host(settings.max_in_flight)
        .no_proxy();
    // Reading the system's certificates takes time, and fails where there are none.
    if !settings.server.is_encrypted() {
        builder = builder.tls_certs_only(std::iter::empty());
    }
    builder.build().map_err(|error| {
        LlmError::of_settings(LlmErrorKind::Settings {
            reason: format!("cannot set up the HTTP client: {}", root_cause(&error)),
        })
    })
}

/// What the innermost error says, which is what the system says.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
