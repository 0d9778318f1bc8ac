//! Calls and types as far as the surroundings of one definition tell.

use crate::fixture::fixture;

const FILES: &str = "
//- shop/base.py
class Base:
    def close(self):
        pass

    def shared(self):
        pass

//- shop/tools.py
def pack(x):
    return x

class Box:
    def seal(self):
        pass

//- shop/cart.py
from shop import tools
from shop.base import Base
from shop.tools import Box

def local():
    pass

class Cart(Base):
    def pay(self):
        local()
        self.count()
        self.shared()
        super().close()
        tools.pack(1)
        box = Box()
        box.seal()
        unknown.rarely_named()
        unknown.update()

    def count(self):
        def inner():
            local()
        return inner

//- shop/other.py
def rarely_named():
    pass

def update():
    pass

class Other:
    def count(self):
        pass

    def close(self):
        pass
//- src/lib.rs
pub struct Parser;
impl Parser {
    pub fn run(&self) { self.step(); }
    fn step(&self) {}
}
//- tests/test_cart.py
def local():
    pass
";

/// What a definition calls, with the confidence in percent.
fn check(id: &str, expect: &[(&str, u32)]) {
    let fixture = fixture(FILES);
    let calls = fixture.index.near_calls(fixture.symbol(id));
    let found: Vec<(String, f32)> = calls
        .iter()
        .map(|&(to, confidence)| (fixture.id(to), (confidence * 100.0).round()))
        .collect();
    let found: Vec<(&str, f32)> = found.iter().map(|(to, c)| (to.as_str(), *c)).collect();
    let expect: Vec<(&str, f32)> = expect.iter().map(|&(to, c)| (to, c as f32)).collect();
    assert_eq!(found, expect, "{id}");
}

#[test]
fn calls() {
    check(
        "Cart.pay",
        &[
            ("shop/base.py::Base.close", 90),
            ("shop/base.py::Base.shared", 97),
            ("shop/cart.py::local", 95),
            ("shop/cart.py::Cart.count", 97),
            ("shop/other.py::rarely_named", 60),
            ("shop/tools.py::pack", 90),
            ("shop/tools.py::Box", 95),
            ("shop/tools.py::Box.seal", 90),
        ],
    );
    check("Cart.count", &[("shop/cart.py::local", 95)]);
    check("Parser.run", &[("src/lib.rs::Parser.step", 97)]);
    check("shop/other.py::update", &[]);
}

#[test]
fn types() {
    let fixture = fixture(FILES);
    let index = &fixture.index;
    let cart = fixture.symbol("Cart");
    assert_eq!(index.near_type(fixture.symbol("Cart.pay")), Some(cart));
    assert_eq!(index.near_bases(cart), [fixture.symbol("Base")]);
    // Not the `impl` block of that name.
    let parser = index.near_type(fixture.symbol("Parser.step")).unwrap();
    assert!(index.symbol(parser).kind().is_type());
    assert_eq!(fixture.id(parser), "src/lib.rs::Parser");
}
