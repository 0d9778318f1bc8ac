//! Which file imports which, language by language.

use crate::fixture::fixture;

/// All import edges as `from -> to`, each once.
#[track_caller]
fn check(files: &str, expect: &[&str]) {
    let fixture = fixture(files);
    let graph = fixture.index.imports();
    let mut found = Vec::new();
    for from in fixture.index.file_idxs() {
        for edge in graph.imports_of(from) {
            assert!(graph.importers_of(edge.to).contains(&from));
            found.push(format!(
                "{} -> {}",
                fixture.path(from),
                fixture.path(edge.to)
            ));
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, expect, "{files}");
}

#[test]
fn python_absolute() {
    check(
        "//- pkg/__init__.py
//- pkg/mod.py
//- pkg/sub/__init__.py
//- pkg/sub/deep.py
//- a.py
import pkg
//- b.py
import pkg.mod, pkg.sub.deep as d
//- c.py
from pkg import mod
//- d.py
from pkg.sub.deep import x, y
//- e.py
from pkg.sub import *
//- f.py
import elsewhere, pkg.absent
from elsewhere.mod import x
",
        &[
            "a.py -> pkg/__init__.py",
            "b.py -> pkg/mod.py",
            "b.py -> pkg/sub/deep.py",
            "c.py -> pkg/mod.py",
            "d.py -> pkg/sub/deep.py",
            "e.py -> pkg/sub/__init__.py",
        ],
    );
}

#[test]
fn python_relative() {
    check(
        "//- pkg/__init__.py
from . import mod
//- pkg/mod.py
from .other import x
from .sub import deep
//- pkg/other.py
from ....... import x
//- pkg/sub/__init__.py
//- pkg/sub/deep.py
from ..other import x
from .. import mod
from . import absent
//- other.py
",
        &[
            "pkg/__init__.py -> pkg/mod.py",
            "pkg/mod.py -> pkg/other.py",
            "pkg/mod.py -> pkg/sub/deep.py",
            "pkg/sub/deep.py -> pkg/mod.py",
            "pkg/sub/deep.py -> pkg/other.py",
            "pkg/sub/deep.py -> pkg/sub/__init__.py",
        ],
    );
}

#[test]
fn python_search_paths() {
    check(
        "//- src/pkg/__init__.py
import json
//- src/pkg/json.py
//- src/single.py
//- tests/test_a.py
import pkg, pkg.json, helper, single
//- tests/helper.py
//- tests/sub/test_b.py
import helper
//- other/helper.py
",
        &[
            "tests/sub/test_b.py -> tests/helper.py",
            "tests/test_a.py -> src/pkg/__init__.py",
            "tests/test_a.py -> src/pkg/json.py",
            "tests/test_a.py -> tests/helper.py",
        ],
    );
}

#[test]
fn a_package_goes_before_a_module() {
    check(
        "//- m.py
//- m.pyi
//- m/__init__.py
//- n.py
//- n.pyi
//- n.js
//- a.py
import m, n
",
        &["a.py -> m/__init__.py", "a.py -> n.py"],
    );
}

#[test]
fn scripts() {
    check(
        "//- web/a.js
import x from './b';
import * as c from '../lib';
const d = require('./d.js');
import react from 'react';
export * from './absent';
//- web/b.ts
import type { T } from './types';
//- web/d.js
//- web/types.d.ts
//- web/b.py
//- lib/index.js
",
        &[
            "web/a.js -> lib/index.js",
            "web/a.js -> web/b.ts",
            "web/a.js -> web/d.js",
            "web/b.ts -> web/types.d.ts",
        ],
    );
}

#[test]
fn rust() {
    check(
        "//- Cargo.toml
//- crates/one-two/src/lib.rs
mod a;
pub mod b;
use a::X;
//- crates/one-two/src/a.rs
use crate::b::inner::Y;
use super::b::Z;
use std::fmt;
//- crates/one-two/src/b/mod.rs
use self::inner::Y;
//- crates/one-two/src/b/inner.rs
use super::super::a::X;
//- crates/three/src/main.rs
use one_two::a::X;
",
        &[
            "crates/one-two/src/a.rs -> crates/one-two/src/b/inner.rs",
            "crates/one-two/src/a.rs -> crates/one-two/src/b/mod.rs",
            "crates/one-two/src/b/inner.rs -> crates/one-two/src/a.rs",
            "crates/one-two/src/b/mod.rs -> crates/one-two/src/b/inner.rs",
            "crates/one-two/src/lib.rs -> crates/one-two/src/a.rs",
            "crates/one-two/src/lib.rs -> crates/one-two/src/b/mod.rs",
            "crates/three/src/main.rs -> crates/one-two/src/a.rs",
        ],
    );
}

#[test]
fn c_includes() {
    check(
        "//- src/a.c
#include \"a.h\"
#include \"../include/lib/b.h\"
#include <stdio.h>
//- src/a.h
#include \"lib/b.h\"
//- include/lib/b.h
//- other/a.h
",
        &[
            "src/a.c -> include/lib/b.h",
            "src/a.c -> src/a.h",
            "src/a.h -> include/lib/b.h",
        ],
    );
}

#[test]
fn java() {
    check(
        "//- src/main/java/org/x/A.java
package org.x;
import org.x.y.B;
import org.x.z.*;
import static org.x.y.C.make;
import java.util.List;
class A {}
//- src/main/java/org/x/y/B.java
//- src/main/java/org/x/y/C.java
//- src/main/java/org/x/z/D.java
",
        &[
            "src/main/java/org/x/A.java -> src/main/java/org/x/y/B.java",
            "src/main/java/org/x/A.java -> src/main/java/org/x/y/C.java",
            "src/main/java/org/x/A.java -> src/main/java/org/x/z/D.java",
        ],
    );
}

#[test]
fn go() {
    check(
        "//- main.go
package main
import (
    \"fmt\"
    \"example.com/proj/pkg/one\"
    two \"example.com/proj/pkg/two\"
    \"example.com/proj/top\"
    \"net/http\"
)
//- http/h.go
package http
//- top/t.go
package top
//- pkg/one/a.go
package one
//- pkg/one/b.go
package one
//- pkg/two/c.go
package two
//- fmt/d.go
package fmt
",
        &[
            "main.go -> pkg/one/a.go",
            "main.go -> pkg/one/b.go",
            "main.go -> pkg/two/c.go",
            "main.go -> top/t.go",
        ],
    );
}
