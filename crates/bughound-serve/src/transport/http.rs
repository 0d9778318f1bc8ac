//! Streamable HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;

use super::{MAX_MESSAGE_BYTES, PATIENCE, runtime};
use crate::service::Service;
use crate::{Options, ServeError, Stop};

/// Where the endpoint is.
pub const HTTP_PATH: &str = "/mcp";

/// Web pages that may call: those that this machine serves itself. Clients that are no browsers send no
/// origin.
const ORIGINS: [&str; 6] = [
    "http://localhost:*",
    "http://127.0.0.1:*",
    "http://[::1]:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://[::1]:*",
];

/// Serves any number of clients over streamable HTTP until it is asked to end. `ready` is told the address
/// once connections are accepted, with the port that was chosen where the given one is 0.
///
/// Against DNS rebinding, requests with an `Origin` that is not this machine are refused, and, at a loopback
/// address, those with a `Host` that is not. The caller has made sure that the address may be listened at
/// ([`check_address`](crate::check_address)).
///
/// # Errors
/// [`ServeError::Start`], [`ServeError::Bind`] or [`ServeError::Http`].
pub fn serve_http(
    options: Options,
    address: SocketAddr,
    stop: &Stop,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let mut running = None;
    let served = serve_router(address, stop, ready, |local| {
        let service = Service::start(options).map_err(ServeError::Start)?;
        running = Some(service.clone());
        Ok(router(service, local, stop))
    });
    if let Some(service) = running {
        service.close();
    }
    served
}

/// Listens, answers with what `make` gives for the address, and ends when it is asked to: calls that are running have [`PATIENCE`].
///
/// # Errors
/// [`ServeError::Start`], [`ServeError::Bind`] or [`ServeError::Http`].
pub(crate) fn serve_router(
    address: SocketAddr,
    stop: &Stop,
    ready: impl FnOnce(SocketAddr),
    make: impl FnOnce(SocketAddr) -> Result<Router, ServeError>,
) -> Result<(), ServeError> {
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            Ok((listener.local_addr()?, listener))
        };
        let (local, listener) = bound
            .await
            .map_err(|source| ServeError::Bind { address, source })?;
        let stopped = stop.token();
        let server = axum::serve(listener, make(local)?)
            .with_graceful_shutdown(async move { stopped.cancelled().await });
        ready(local);
        let stopped = stop.token();
        let out_of_patience = async move {
            stopped.cancelled().await;
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            ended = server.into_future() => ended.map_err(ServeError::Http),
            () = out_of_patience => Ok(()),
        }
    });
    runtime.shutdown_timeout(PATIENCE / 20);
    served
}

fn router(service: Service, address: SocketAddr, stop: &Stop) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_cancellation_token(stop.token())
        .with_max_request_body_bytes(MAX_MESSAGE_BYTES)
        .with_allowed_origins(ORIGINS);
    let config = if address.ip().to_canonical().is_loopback() {
        config
    } else {
        // The names by which others reach this machine are not known; the origin still is checked.
        config.disable_allowed_hosts()
    };
    let endpoint = StreamableHttpService::new(
        move || Ok(service.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    Router::new()
        .route_service(HTTP_PATH, endpoint)
        .fallback(|| async {
            let text = format!("The endpoint of this MCP server is {HTTP_PATH}\n");
            (StatusCode::NOT_FOUND, text)
        })
}
