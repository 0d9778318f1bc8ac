use pem::{encode, encode_config, parse, parse_many, EncodeConfig, LineEnding, Pem};

fn pem(n: u8) -> Pem {
    Pem { tag: "DATA".to_owned(), contents: (0..n).collect() }
}

#[test]
fn every_length_survives() {
    for n in 0..=200 {
        assert_eq!(parse(encode(&pem(n))).unwrap(), pem(n), "{n} bytes");
    }
}

#[test]
fn padding_and_alphabet_are_the_standard_ones() {
    let one = Pem { tag: "X".to_owned(), contents: vec![0xfb, 0xff, 0xfe, 0xff] };
    let text = encode_config(&one, EncodeConfig { line_ending: LineEnding::LF });
    assert_eq!(text, "-----BEGIN X-----\n+//+/w==\n-----END X-----\n");
}

#[test]
fn what_is_not_base64_is_an_error() {
    assert!(parse("-----BEGIN X-----\n+//+/*==\n-----END X-----\n").is_err());
    assert_eq!(parse_many(encode(&pem(3)) + &encode(&pem(4))).unwrap(), [pem(3), pem(4)]);
}
