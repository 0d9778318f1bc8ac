//! What places of an answer mean.

use bughound_agent::{parse_answer, resolve};

use crate::shop::shop;

#[test]
fn places() {
    let environment = shop();
    let check = |place: &str, expect: &str| {
        let items = resolve(
            environment.index(),
            parse_answer(&format!("```\n{place}\n```")),
        );
        let shown: Vec<String> = items
            .iter()
            .map(|item| {
                let id = item.id.as_ref().map_or("-".to_owned(), ToString::to_string);
                format!("{id} {}", item.resolution.name())
            })
            .collect();
        assert_eq!(shown.join(", "), expect, "{place}");
    };
    check("shop/cart.py", "shop/cart.py exact");
    check("shop/cart.py::Cart.add", "shop/cart.py::Cart.add exact");
    check("cart.py", "- ambiguous");
    check("errors.py", "shop/errors.py suffix");
    check("/testbed/shop/errors.py", "shop/errors.py suffix");
    check("shop/carts.py", "shop/cart.py nearest");
    check("shop/nothing_like_it.py", "- unknown");
    check("shop/cart.py::add", "shop/cart.py::Cart.add suffix");
    check("shop/cart.py::Basket.add", "shop/cart.py::Cart.add suffix");
    check(
        "shop/cart.py::Cart.totals",
        "shop/cart.py::Cart.total nearest",
    );
    check("shop/cart.py::vanished", "shop/cart.py file_only");
    // What is inside a function counts as part of it.
    check(
        "shop/cart.py::Cart.total.price",
        "shop/cart.py::Cart.total exact",
    );
    check("function: load_old", "shop/legacy/cart.py::load_old suffix");
    check("function: nobody", "- unknown");
    // The same place in two spellings stands once.
    check(
        "shop/cart.py::Cart.add\nshop/cart.py::add",
        "shop/cart.py::Cart.add exact",
    );
}
