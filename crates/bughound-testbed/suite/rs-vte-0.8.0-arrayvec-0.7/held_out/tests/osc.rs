use vte::{Parser, Perform};

#[derive(Default)]
struct Titles(Vec<Vec<u8>>);

impl Perform for Titles {
    fn print(&mut self, _: char) {}
    fn execute(&mut self, _: u8) {}
    fn hook(&mut self, _: &[i64], _: &[u8], _: bool, _: char) {}
    fn put(&mut self, _: u8) {}
    fn unhook(&mut self) {}
    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        self.0.push(params.join(&b';'));
    }
    fn csi_dispatch(&mut self, _: &[i64], _: &[u8], _: bool, _: char) {}
    fn esc_dispatch(&mut self, _: &[u8], _: bool, _: u8) {}
}

fn titles(input: &[u8]) -> Vec<Vec<u8>> {
    let (mut parser, mut titles) = (Parser::new(), Titles::default());
    for byte in input {
        parser.advance(&mut titles, *byte);
    }
    titles.0
}

#[test]
fn titles_are_passed_on_whole() {
    assert_eq!(titles(b"\x1b]2;one\x07x\x1b]0;two;three\x07"), [&b"2;one"[..], b"0;two;three"]);
}

#[test]
fn what_is_too_long_is_cut_and_does_not_panic() {
    let mut input = b"\x1b]2;".to_vec();
    input.extend([b'a'; 5000]);
    input.push(7);
    let titles = titles(&input);
    assert_eq!(titles.len(), 1);
    assert_eq!(titles[0].len(), 1025);
    assert!(titles[0].starts_with(b"2;aaa"));
}
