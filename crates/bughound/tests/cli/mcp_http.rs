//! `bughound mcp --http`.

use serde_json::{Value, json};

use crate::fixture::Fixture;
use crate::mcp_client::HttpServer;

fn request(id: u64, method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

fn initialize() -> String {
    let params = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" }
    });
    request(1, "initialize", &params)
}

#[test]
fn serves_over_http() {
    let fixture = Fixture::new();
    let mut server = HttpServer::start(&fixture, &[]);
    let hello = server.post(&[], &initialize());
    assert_eq!(hello.status, 200, "{hello:?}");
    assert_eq!(hello.message()["result"]["serverInfo"]["name"], "bughound");
    let session = format!(
        "Mcp-Session-Id: {}",
        hello.header("mcp-session-id").unwrap()
    );
    let headers = [session.as_str(), "MCP-Protocol-Version: 2025-06-18"];
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(server.post(&headers, &initialized.to_string()).status, 202);

    let call = json!({ "name": "locate", "arguments": { "issue": "Reader.load crashes" } });
    let answer = server
        .post(&headers, &request(2, "tools/call", &call))
        .message();
    let document = &answer["result"]["structuredContent"];
    assert_eq!(
        document["locations"][0]["qualified_name"], "Reader.load",
        "{answer}"
    );
    // Edits are seen here too.
    fixture.write("pkg/new.py", "def added(): pass\n");
    let arguments = json!({ "file": "pkg/new.py", "function": "added" });
    let call = json!({ "name": "search_function", "arguments": arguments });
    let answer = server
        .post(&headers, &request(3, "tools/call", &call))
        .message();
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    #[cfg(unix)]
    assert_eq!(server.terminate().code(), Some(0));
}

#[test]
fn only_this_machine_is_answered() {
    let fixture = Fixture::new();
    let server = HttpServer::start(&fixture, &[]);
    let check = |headers: &[&str], status: u16| {
        let answer = server.post(headers, &initialize());
        assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
    };
    let port = server.address.rsplit(':').next().unwrap();
    check(&[], 200);
    check(&[&format!("Host: localhost:{port}")], 200);
    check(&["Origin: http://localhost:6274"], 200);
    // A name that somebody else has pointed at this machine.
    check(&[&format!("Host: evil.example:{port}")], 403);
    check(&["Origin: http://evil.example"], 403);
    check(&["Origin: null"], 403);
    check(&["Origin: http://localhost.evil.example:6274"], 403);
}

#[test]
fn wrong_requests_are_refused() {
    let fixture = Fixture::new();
    let server = HttpServer::start(&fixture, &[]);
    let check = |status: u16, body: &str| {
        let answer = server.post(&[], body);
        assert_eq!(answer.status, status, "{body:.60}: {answer:?}");
    };
    check(413, &" ".repeat(5 << 20));
    let malformed = server.post(&[], "nonsense");
    assert!((400..500).contains(&malformed.status), "{malformed:?}");
    let host = format!("Host: {}", server.address);
    let elsewhere = server.exchange("POST /", &[&host], "");
    assert_eq!(elsewhere.status, 404);
    assert!(elsewhere.body.contains("/mcp"), "{elsewhere:?}");
    let preflight = [
        "Origin: http://localhost:1",
        "Access-Control-Request-Method: POST",
        &host,
    ];
    let answer = server.exchange("OPTIONS /mcp", &preflight, "");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        None,
        "{answer:?}"
    );
    // It is still there.
    check(200, &initialize());
}
