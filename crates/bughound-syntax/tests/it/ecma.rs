//! JavaScript and TypeScript.

use bughound_core::Language::{JavaScript, Tsx, TypeScript};

use crate::render::{definitions, facts, parts, problem_lines};

/// A bit of everything.
pub(crate) const JS_SOURCE: &str = r#"#!/usr/bin/env node
'use strict';
import def, { a as b, c } from './mod';
import * as ns from "pkg";
export { x as y } from './other';
export * from './all';
const fs = require('fs'), { join, sep: S } = require("path");

/** Docs é. */
export default class Base extends pkg.Parent {
  static count = 0;
  #secret = 'v';
  handler = async (e) => { this.#secret = e; };
  constructor(x) { super(x); }
  get value() { return this._value; }
  set value(v) { this._value = v; }
  static async *make() { yield* other(); }
  #priv() { throw new TypeError(`bad ${this.value} of ${name()} end`); }
}

function outer(a, { b = f() } = {}) { function inner() {} return inner; }
export const arrow = (x) => x?.y.z(1), plain = 1;
const api = { get() { return g(); }, nested: { set: function (v) {} }, [key]: () => {}, 'quoted-name'() {} };
exports.helper = function helper() {};
module.exports = function () { return 1; };
Base.prototype.late = function () {};
Base.extra = class {};
const Memo = React.memo(function Inner(props) { return <div className="a">Hello {props.x}<Child.Item y={h()} /></div>; });
(function iife() { var local = 1; })();
for (const k of list) { label: while (1) { break label; } }
let { p, q: [r, ...s] } = await import('./dyn');
/re"gex/.test(str);
"#;

/// A bit of everything, without JSX.
pub(crate) const TS_SOURCE: &str = r#"import type { T1 } from './types';
import legacy = require('legacy');
/** Docs. */
@Component({ selector: 'app' })
export abstract class Base<T extends object> extends Parent<T> implements One, ns.Two<T> {
  private readonly name: string = 'n';
  constructor(private readonly x: number) { super(); }
  @Input() @Other.thing() set value(v: string) {}
  method<U>(this: Base<T>, u?: U): asserts u is U;
  method(u: any) { return (u as string)!.length; }
  abstract todo(): Promise<void>;
}
export interface Shape extends A, B<C> { area(): number; readonly x: string; new (y: number): Shape; }
export type Alias<T> = { [K in keyof T]: T[K] } | `lit-${string}`;
export const enum Color { Red = 'r', Green }
declare module 'mod' { export function f(x: number): string; }
namespace a.b { export const z = 1; export function g(): void {} }
function over(x: string): void;
function over(x: any) { throw Error("no"); }
export default async function () {}
const f = <T,>(x: T): T => x;
let v = <any>window, w: Map<string, () => void> = new Map<string, () => void>();
abstract class P { declare q: number; static { init(); } }
"#;

#[test]
fn functions_and_classes() {
    let check = |text: &str, expect: &[&str]| {
        definitions(JavaScript, text, expect);
        definitions(Tsx, text, expect);
        definitions(TypeScript, text, expect);
    };
    check(
        "function f() {\n}\nasync function g() {}\nfunction* h() {}",
        &["function f 1-2", "function g 3 async", "function h 4"],
    );
    check(
        "export function f() {}\nexport default function g() {}\nexport default function () {}",
        &["function f 1", "function g 2", "function default 3"],
    );
    check(
        "class A extends b.B {\n constructor() {}\n m() {}\n static s() {}\n get g() {}\n set g(v) {}\n async *[Symbol.iterator]() {}\n #p() {}\n 'q-r'() {}\n}",
        &[
            "class A 1-10 (b.B)",
            "method A.constructor 2",
            "method A.m 3",
            "method A.s 4 static",
            "method A.g 5 getter",
            "method A.g 6 setter",
            "method A.[Symbol.iterator] 7 async",
            "method A.#p 8",
            "method A.q-r 9",
        ],
    );
    check(
        "class A {\n f = () => {};\n static g = async function () {};\n h = 1;\n}",
        &["class A 1-5", "method A.f 2", "method A.g 3 async static"],
    );
    check(
        "function a() { function b() { const c = () => {}; } }",
        &[
            "function a 1",
            "function a.b 1 nested",
            "function a.b.c 1 nested",
        ],
    );
    check(
        "class A extends mixin(B, C) {}\nconst D = class extends E {};\nconst F = class G {};",
        &["class A 1 (mixin)", "class D 2 (E)", "class F 3"],
    );
}

#[test]
fn functions_are_known_by_what_they_are_assigned_to() {
    let check = |text: &str, expect: &[&str]| {
        definitions(JavaScript, text, expect);
        definitions(TypeScript, text, expect);
    };
    check(
        "const f = () => 1;\nlet g = function () {}, h = x => x;\nvar i = (async () => {});\nexport const j = () => {};",
        &[
            "function f 1",
            "function g 2",
            "function h 2",
            "function i 3 async",
            "function j 4",
        ],
    );
    check(
        "exports.a = function () {};\nmodule.exports.b = () => {};\nmodule.exports = function c() {};\nx = function () {};",
        &[
            "function a 1",
            "function b 2",
            "method module.exports 3",
            "function x 4",
        ],
    );
    check(
        "A.prototype.m = function () {};\nA.s = () => {};\na.b.c = function () {};\nthis.t = function () {};",
        &[
            "method A.m 1",
            "method A.s 2",
            "method a.b.c 3",
            "function t 4",
        ],
    );
    check(
        "const o = {\n m() {},\n n: function () {},\n p: { q: () => {}, r() {} },\n get s() {},\n t: 1,\n};",
        &[
            "method o.m 2",
            "method o.n 3",
            "method o.p.q 4",
            "method o.p.r 4",
            "method o.s 5 getter",
        ],
    );
    check(
        "export default {\n m() {},\n n: { p() {} },\n};\nmodule.exports = { q() {} };",
        &["method default.m 2", "method default.n.p 3", "method q 5"],
    );
    check(
        "f({ m() {}, n: { o() {} } });",
        &["method m 1", "method n.o 1"],
    );
    check(
        "export default () => {};\nexport default class {}",
        &["function default 1", "class default 2"],
    );
    check(
        "f(function () { function g() {} });\nf(function h() {});\nlist.map(x => x);",
        &["function g 1", "function h 2"],
    );
    check(
        "(function () { function g() {} var v = 1; })();",
        &["function g 1"],
    );
    check(
        "const A = React.memo(() => {});\nconst B = memo(forwardRef(function C() {}));\nconst d = list.map(() => {});",
        &["function A 1", "function B 2"],
    );
    check("f(x.y = function () {}, 1);", &["method x.y 1"]);
}

#[test]
fn typescript_definitions() {
    let check = |text: &str, expect: &[&str]| {
        definitions(TypeScript, text, expect);
        definitions(Tsx, text, expect);
    };
    check(
        "interface A extends B, c.D<E> {\n m(): void;\n p: string;\n}\ntype F = A | B;\nenum G { H }",
        &[
            "interface A 1-4 (B, c.D)",
            "method A.m 2 declaration",
            "type alias F 5",
            "enum G 6",
        ],
    );
    check(
        "abstract class A extends B<C> implements D, e.F<G> {\n abstract m(): void;\n private n(x?: number): string { return ''; }\n}",
        &[
            "class A 1-4 abstract (B, D, e.F)",
            "method A.m 2 declaration abstract",
            "method A.n 3",
        ],
    );
    check(
        "function f(x: string): void;\nfunction f(x: any) {}\ndeclare function g(): void;",
        &[
            "function f 1 declaration",
            "function f 2",
            "function g 3 declaration",
        ],
    );
    check(
        "namespace a.b { export function f() {} }\ndeclare module 'x/y' { function g(): void; }",
        &[
            "namespace a.b 1",
            "function a.b.f 1",
            "namespace x/y 2",
            "function x/y.g 2 declaration",
        ],
    );
    check(
        "@A\n@b.C({ d: 1 })\nexport class E {\n @F()\n m() {}\n @G n() {}\n}",
        &[
            "class E 1-7 @3 @A @b.C",
            "method E.m 4-5 @5 @F",
            "method E.n 6 @G",
        ],
    );
    check(
        "const f = <T,>(x: T): T => x;\nexport const g: Handler<X> = async (a) => {};",
        &["function f 1", "function g 2 async"],
    );
}

#[test]
fn signatures_bodies_and_comments() {
    let check = |text: &str, expect: &[&str]| parts(TypeScript, text, expect);
    check(
        "/** F. */\nexport async function f(a: string): Promise<void> { g(); }",
        &["export async function f(a: string): Promise<void> | { g(); } | /** F. */"],
    );
    check(
        "// A.\n// B.\nconst f = (a) => a + 1;",
        &["const f = (a) => | a + 1 | // A.\n// B."],
    );
    check(
        "class A {\n  /** M. */\n  @X() m(): void {}\n  // N.\n  n = () => {};\n}",
        &[
            "class A | {\n  /** M. */\n  @X() m(): void {}\n  // N.\n  n = () => {};\n} | -",
            "m(): void | {} | /** M. */",
            "n = () => | {} | // N.",
        ],
    );
    check("@A\nexport class B {}", &["export class B | {} | -"]);
    check(
        "type A<T> = B;\ninterface C { d(): e; }",
        &[
            "type A<T> = | B | -",
            "interface C | { d(): e; } | -",
            "d(): e |  | -",
        ],
    );
}

#[test]
fn imports_in_all_their_forms() {
    let check = |text: &str, expect: &[&str]| {
        facts(JavaScript, text, expect);
        facts(TypeScript, text, expect);
    };
    check(
        "import a from 'm';\nimport { b, c as d } from \"n\";\nimport * as e from 'o';\nimport 'p';\nimport f, { g } from 'q';",
        &[
            "import 1: m {default as a}",
            "import 2: n {b} {c as d}",
            "import 3: o as e",
            "import 4: p",
            "import 5: q {default as f} {g}",
        ],
    );
    check(
        "export { a as b } from 'm';\nexport * from 'n';\nexport * as c from 'o';\nexport { d };",
        &[
            "import 1: m {a as b}",
            "import 2: n {*}",
            "import 3: o as c",
        ],
    );
    check(
        "const a = require('m');\nconst { b, c: d } = require('n');\nrequire('o');\nf(import('p'));\nconst e = require('q').x;",
        &[
            "import 1: m as a",
            "import 2: n {b} {c as d}",
            "import 3: o",
            "import 4: p",
            "import 5: q",
            "call 4: f",
            "let 5: e",
        ],
    );
    facts(
        TypeScript,
        "import a = require('m');\nimport type { B } from 'n';",
        &["import 1: m as a", "import 2: n {B}"],
    );
}

#[test]
fn calls_strings_and_variables() {
    let check = |text: &str, expect: &[&str]| {
        facts(JavaScript, text, expect);
        facts(TypeScript, text, expect);
    };
    check(
        "a.b(c()).d(); new E.F(1); x[0](); g?.h?.(); super_.i()",
        &[
            "call 1: a.b",
            "call 1: c",
            "call 1: d",
            "call 1: E.F",
            "call 1: g?.h",
            "call 1: super_.i",
        ],
    );
    check(
        "throw new E('bad', f());",
        &["raise 1: E", "call 1: f", "message 1: bad"],
    );
    check(
        "f(`a ${g(`b`)} c ${d}`, 'e\\n', \"\");",
        &[
            "call 1: f",
            "call 1: g",
            "string 1: a ",
            "string 1: b",
            "string 1:  c ",
            "string 1: e\\n",
        ],
    );
    check(
        "const a = 1, { b, c: [d, ...e], f = 2 } = g;\nlet h;\nfunction i() { const j = 1; }\nif (x) { var k = 2; }\nclass L { m = 1; static n; }",
        &[
            "let 1: a",
            "let 1: b",
            "let 1: d",
            "let 1: e",
            "let 1: f",
            "let 2: h",
            "let 4: k",
            "let 5: m in L",
            "let 5: n in L",
        ],
    );
    check("(() => { const a = 1; })();", &[]);
    check(
        "// a\nf(); /* b */",
        &["call 2: f", "comment // a", "comment /* b */"],
    );
    facts(
        Tsx,
        "const a = <B.C d=\"e\"><f>  Text &amp; more\n</f><G/></B.C>;",
        &[
            "call 1: B.C",
            "call 2: G",
            "string 1: e",
            "string 1: Text",
            "string 1: more",
            "let 1-2: a",
        ],
    );
}

#[test]
fn broken_syntax_gives_what_could_be_understood() {
    definitions(
        JavaScript,
        "function a() { let x = ; }\nfunction b() {}",
        &["function a 1", "function b 2"],
    );
    problem_lines(TypeScript, "let a;\nlet b = ;\n", &[2]);
}
