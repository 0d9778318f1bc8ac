//! Calls in languages other than Python: own methods, inherited ones, imports, packages.

use crate::graph::check;

#[test]
fn javascript() {
    check(
        "//- lib.js
export function helper() {}
export class Base { shared() {} }
export default function main() {}
//- a.js
import main, { helper as h, Base } from './lib';
import * as lib from './lib';
class A extends Base {
  run() {
    this.stop();
    this.shared();
    h();
    lib.helper();
    const b = new Base();
    b.shared();
    main();
  }
  stop() { super.shared(); }
}
",
        &[
            "5 a.js::A.run -> a.js::A.stop: same class",
            "6 a.js::A.run -> lib.js::Base.shared: inherited",
            "7 a.js::A.run -> lib.js::helper: imported",
            "8 a.js::A.run -> lib.js::helper: imported",
            "9 a.js::A.run -> lib.js::Base: constructor",
            "10 a.js::A.run -> lib.js::Base.shared: instance",
            "11 a.js::A.run -> lib.js::main: imported",
            "13 a.js::A.stop -> lib.js::Base.shared: inherited",
        ],
    );
}

#[test]
fn typescript() {
    check(
        "//- lib.ts
export interface Shape { area(): number }
export class Square implements Shape {
  area(): number { return side(); }
}
function side() { return 1; }
//- a.ts
import { Square } from './lib';
export function f(): number { return new Square().area(); }
",
        &[
            "2 a.ts::f -> lib.ts::Square: constructor",
            "2 a.ts::f -> lib.ts::Square.area: instance",
            "3 lib.ts::Square.area -> lib.ts::side: same file",
        ],
    );
}

#[test]
fn java() {
    check(
        "//- src/org/x/A.java
package org.x;
import org.y.Tool;
class A extends Base {
  void run() {
    stop();
    this.stop();
    shared();
    Tool.make();
    Tool tool = new Tool();
    tool.use();
  }
  void stop() {}
}
//- src/org/x/Base.java
package org.x;
class Base { void shared() {} }
//- src/org/y/Tool.java
package org.y;
public class Tool { public static void make() {} public void use() {} }
",
        &[
            "5 src/org/x/A.java::A.run -> src/org/x/A.java::A.stop: same class",
            "6 src/org/x/A.java::A.run -> src/org/x/A.java::A.stop: same class",
            "7 src/org/x/A.java::A.run -> src/org/x/Base.java::Base.shared: inherited",
            "8 src/org/x/A.java::A.run -> src/org/y/Tool.java::Tool.make: qualified",
            "9 src/org/x/A.java::A.run -> src/org/y/Tool.java::Tool: constructor",
            "10 src/org/x/A.java::A.run -> src/org/y/Tool.java::Tool.use: instance",
        ],
    );
}

#[test]
fn go() {
    check(
        "//- main.go
package main
import \"example.com/p/tool\"
func main() {
	tool.Make()
	fmt.Println()
}
//- tool/a.go
package tool
type T struct{}
func (t *T) Run() { t.stop(); local() }
//- tool/b.go
package tool
func Make() {}
func local() {}
func (t *T) stop() {}
",
        &[
            "4 main.go::main -> tool/b.go::Make: imported",
            "3 tool/a.go::T.Run -> tool/b.go::local: same file",
            "3 tool/a.go::T.Run -> tool/b.go::T.stop: same class",
        ],
    );
}

#[test]
fn rust() {
    check(
        "//- src/lib.rs
mod shape;
use shape::{Shape, Square};
fn f() {
    let s = Square::new(1);
    s.double();
    shape::helper();
}
//- src/shape.rs
pub trait Shape { fn double(&self) -> u8 { helper() } }
pub struct Square(u8);
impl Square {
    pub fn new(n: u8) -> Self { Self::check(n) }
    fn check(n: u8) -> Self { Square(n) }
}
impl Shape for Square {}
pub fn helper() -> u8 { 1 }
",
        &[
            "4 src/lib.rs::f -> src/shape.rs::Square.new: qualified",
            "5 src/lib.rs::f -> src/shape.rs::Shape.double: instance",
            "6 src/lib.rs::f -> src/shape.rs::helper: imported",
            "1 src/shape.rs::Shape.double -> src/shape.rs::helper: same file",
            "4 src/shape.rs::Square.new -> src/shape.rs::Square.check: same class",
            "5 src/shape.rs::Square.check -> src/shape.rs::Square: constructor",
        ],
    );
}

#[test]
fn c_and_cpp() {
    check(
        "//- a.h
int helper(int n);
class A {
public:
  void run();
  void stop();
};
//- a.cpp
#include \"a.h\"
int helper(int n) { return n; }
void A::run() {
  this->stop();
  stop();
  helper(1);
}
void A::stop() {}
//- b.cpp
#include \"a.h\"
int g() { return helper(2); }
",
        &[
            "4 a.cpp::A.run -> a.cpp::A.stop: same class",
            "5 a.cpp::A.run -> a.cpp::A.stop: same class",
            "6 a.cpp::A.run -> a.cpp::helper: same file",
            "2 b.cpp::g -> a.cpp::helper: imported",
        ],
    );
}
