//! Beside a real engine, where one answers on a usual socket and has an image of ours.

use std::path::Path;
use std::time::Duration;

use bughound_sandbox::{Backend, End};

use super::played::{changes, command, settings, world};
use crate::Engine;

#[test]
fn a_real_engine_upholds_the_same() {
    let place = tempfile::tempdir().unwrap();
    let sockets = ["/var/run/docker.sock", "/run/podman/podman.sock"];
    let images = ["debian:12-slim", "debian:12", "alpine:3", "alpine"];
    let mut found = Vec::new();
    for socket in sockets
        .map(Path::new)
        .into_iter()
        .filter(|socket| socket.exists())
    {
        let tried = images.map(|image| Engine::find(settings(socket, image, place.path())));
        found.extend(tried.into_iter().find_map(Result::ok));
    }
    if found.is_empty() {
        eprintln!("skipped: no engine answers at {sockets:?} that has one of {images:?}");
    }
    for engine in found {
        let root = Path::new("/tree");
        let mut sandbox = engine.open(&world(root, &[])).unwrap();
        let mut says = |script: &str| sandbox.run(&command(root, script)).unwrap();
        let done = says("echo x > a; sleep 100 & id -u; exit 3");
        assert_eq!((done.end, done.n_left), (End::Exited(3), 1));
        assert_eq!(done.stdout.text(), "65533\n");
        assert!(!says("touch /usr/x").succeeded());
        assert!(!says("cat < /dev/tcp/1.1.1.1/80 || wget -T 2 http://1.1.1.1").succeeded());
        assert_eq!(changes(&mut *sandbox), "a=x");
        let mut late = command(root, "sleep 100");
        late.wall = Duration::from_secs(1);
        assert_eq!(sandbox.run(&late).unwrap().end, End::TimedOut);
        let mut second = sandbox.fork().unwrap();
        assert_eq!(changes(&mut *second), "a=x");
    }
}
