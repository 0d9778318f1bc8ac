//! Where a server may listen.

use std::net::SocketAddr;

/// Why a server must not listen at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and whoever reaches the server can read every file of the repository: \
     there is no password and no encryption"
)]
pub struct Refused(pub SocketAddr);

/// Whether a server may listen at an address: this machine's own (loopback) always, others only where that is
/// allowed.
///
/// # Errors
/// [`Refused`], which says why.
pub fn check_address(address: SocketAddr, allow_remote: bool) -> Result<(), Refused> {
    if allow_remote || address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(Refused(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_harmless() {
        for (address, is_loopback) in [
            ("127.0.0.1:80", true),
            ("127.9.9.9:80", true),
            ("[::1]:80", true),
            ("[::ffff:127.0.0.1]:80", true),
            ("0.0.0.0:80", false),
            ("[::]:80", false),
            ("192.168.1.5:80", false),
            ("[::ffff:10.0.0.1]:80", false),
        ] {
            let address: SocketAddr = address.parse().unwrap();
            assert_eq!(
                check_address(address, false).is_ok(),
                is_loopback,
                "{address}"
            );
            assert_eq!(check_address(address, true), Ok(()));
        }
    }
}
