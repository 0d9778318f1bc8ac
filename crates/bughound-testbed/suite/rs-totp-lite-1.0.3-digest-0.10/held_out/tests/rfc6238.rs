use totp_lite::{totp, totp_custom, Sha1, Sha256, Sha512};

#[test]
fn values_of_the_standard() {
    assert_eq!(totp::<Sha1>(b"12345678901234567890", 1111111109), "07081804");
    assert_eq!(totp::<Sha256>(b"12345678901234567890123456789012", 2000000000), "90698825");
    let secret = b"1234567890123456789012345678901234567890123456789012345678901234";
    assert_eq!(totp::<Sha512>(secret, 20000000000), "47863826");
}

#[test]
fn keys_of_any_length_will_do() {
    for n in [0, 1, 63, 64, 65, 128, 129, 500] {
        let key = vec![b'k'; n];
        assert_eq!(totp_custom::<Sha1>(30, 6, &key, 59).len(), 6);
        assert_eq!(totp_custom::<Sha512>(30, 6, &key, 59), totp_custom::<Sha512>(30, 6, &key, 31));
    }
}
