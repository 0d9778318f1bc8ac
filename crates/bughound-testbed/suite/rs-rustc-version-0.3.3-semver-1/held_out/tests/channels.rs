use rustc_version::{version_meta_for, Channel};

fn check(release: &str, channel: Option<Channel>) {
    let said = format!(
        "rustc {release} (0123456 2021-01-01)\nbinary: rustc\ncommit-hash: 0123456\ncommit-date: 2021-01-01\nhost: x86_64-unknown-linux-gnu\nrelease: {release}\nLLVM version: 11.0\n"
    );
    let meta = version_meta_for(&said);
    assert_eq!(meta.as_ref().ok().map(|meta| meta.channel), channel, "{release}");
}

#[test]
fn channels_by_release() {
    check("1.50.0", Some(Channel::Stable));
    check("1.50.0-beta.3", Some(Channel::Beta));
    check("1.50.0-beta", Some(Channel::Beta));
    check("1.50.0-nightly", Some(Channel::Nightly));
    check("1.50.0-dev", Some(Channel::Dev));
    check("1.50.0-strange", None);
    check("1.50", None);
}
