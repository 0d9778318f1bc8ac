//! Nothing of the host is reached from inside: see `inside` for the ways that are tried.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

use crate::support::{inside, layer, open, run, with_probe, world};

#[test]
fn there_is_no_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let name = format!("bughound-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let _listens = UnixListener::bind_addr(&address).unwrap();
    let mut sandbox = open(&with_probe(world(&[])));
    let env = [("PORT", port.as_str()), ("ABSTRACT", &name)];
    inside(&mut *sandbox, "there_is_no_network", &env);
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody came");
}

#[test]
fn nothing_of_the_host_is_seen() {
    let place = layer(&[("secret", "secret")]);
    let mut sandbox = open(&with_probe(world(&[])));
    let env = [("HOST_PLACE", place.path().to_str().unwrap())];
    inside(&mut *sandbox, "nothing_of_the_host_is_seen", &env);
}

#[test]
fn other_processes_are_out_of_reach() {
    let mut sandbox = open(&with_probe(world(&[])));
    inside(&mut *sandbox, "other_processes_are_out_of_reach", &[]);
}

#[test]
fn there_are_no_privileges() {
    let mut sandbox = open(&with_probe(world(&[])));
    inside(&mut *sandbox, "there_are_no_privileges", &[]);
}

#[test]
fn nothing_is_written_outside_of_the_tree() {
    let mut sandbox = open(&with_probe(world(&[])));
    inside(&mut *sandbox, "nothing_is_written_outside_of_the_tree", &[]);
}

#[test]
fn where_there_are_no_user_namespaces_it_is_refused() {
    let mut sandbox = open(&with_probe(world(&[])));
    inside(
        &mut *sandbox,
        "a_second_sandbox_is_refused_for_want_of_namespaces",
        &[],
    );
}

#[test]
fn the_first_process_survives_what_commands_do_to_it() {
    let mut sandbox = open(&world(&[]));
    for script in [
        "kill -9 -1",
        "kill -9 1; kill -STOP 1; kill -TERM 1; kill -SEGV 1",
        "setsid sh -c 'kill -9 -1; kill -9 1' & sleep 0.1",
        "exec >&- 2>&-; exec sleep 0.1",
        "rm -rf /tmp /tree/* /dev/shm/* 2>/dev/null; echo > /proc/1/fd/4",
    ] {
        run(&mut *sandbox, script);
        assert!(run(&mut *sandbox, "true").succeeded(), "after {script}");
    }
}
