//! One table per dialect: a text, and its frames as `traceback/depth path:line function | code`.

use crate::issue::Issue;

fn shown(text: &str) -> String {
    let mut shown = String::new();
    for frame in Issue::read(&format!("Title\n\n{text}")).frames {
        let line = frame
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let function = frame
            .function
            .map_or_else(String::new, |name| format!(" {name}"));
        let code = frame
            .code_line
            .map_or_else(String::new, |code| format!(" | {code}"));
        shown.push_str(&format!(
            "{:?} {}/{} {}{line}{function}{code}\n",
            frame.dialect, frame.traceback, frame.depth_from_innermost, frame.path
        ));
    }
    shown
}

fn check(text: &str, expect: &[&str]) {
    let shown = shown(text);
    let shown: Vec<&str> = shown.lines().collect();
    assert_eq!(shown, expect, "{text}");
}

#[test]
fn python() {
    check(
        "Traceback (most recent call last):\n  File \"/x/site-packages/a/b.py\", line 12, in outer\n    inner(1)\n    ^^^^^^^^\n  File \"a/c.py\", line 3, in inner\n    raise ValueError(\"bad\")\nValueError: bad\n",
        &[
            "Python 0/0 a/c.py:3 inner | raise ValueError(\"bad\")",
            "Python 0/1 /x/site-packages/a/b.py:12 outer | inner(1)",
        ],
    );
    // Without source lines, with a path of Windows.
    check(
        "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n  File \"C:\\py\\a.py\", line 9, in f\nKeyError: 'x'\n",
        &[
            "Python 0/0 C:\\py\\a.py:9 f",
            "Python 0/1 <stdin>:1 <module>",
        ],
    );
    // Indentation lost.
    check(
        "Traceback (most recent call last):\nFile \"a.py\", line 1, in f\ng()\nFile \"b.py\", line 2, in g\nraise E()\nmypkg.errors.E\nThen prose.",
        &[
            "Python 0/0 b.py:2 g | raise E()",
            "Python 0/1 a.py:1 f | g()",
        ],
    );
    // Chained errors are two traces.
    check(
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"b.py\", line 2, in h\n    g()\nOSError: 2\n",
        &["Python 0/0 a.py:1 f | g()", "Python 1/0 b.py:2 h | g()"],
    );
    // Django's debug page.
    check(
        "Traceback:\n\nFile \"/x/handlers/base.py\" in get_response\n  115.         response = f()\n\nFile \"/x/views.py\" in index\n  7.     return g()\n\nException Type: TypeError at /x/\nException Value: bad thing\n",
        &[
            "Python 0/0 /x/views.py:7 index | return g()",
            "Python 0/1 /x/handlers/base.py:115 get_response | response = f()",
        ],
    );
    // Cut by the author, quoted as mail.
    check(
        "> Traceback (most recent call last):\n>   File \"a.py\", line 1, in f\n>     g()\n>   ...\n>   File \"b.py\", line 2, in g\n>     h()\n> E: x\n",
        &["Python 0/0 b.py:2 g | h()", "Python 0/1 a.py:1 f | g()"],
    );
    // A syntax error names no function.
    check(
        "  File \"a.py\", line 3\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n",
        &["Python 0/0 a.py:3 | x = = 1"],
    );
}

#[test]
fn pytest() {
    check(
        "```\n    def test_x():\n>       open_box(1)\n\ntests/test_a.py:5: \n_ _ _ _ _ _ _ _\n\nx = 1\n\n    def open_box(x):\n>       raise ValueError(\"bad\")\nE       ValueError: bad\n\nsrc/box.py:10: ValueError\n```\n",
        &[
            "Pytest 0/0 src/box.py:10 open_box | raise ValueError(\"bad\")",
            "Pytest 0/1 tests/test_a.py:5 test_x | open_box(1)",
        ],
    );
    check(
        "```\ntests/test_a.py:5: in test_x\n    open_box(1)\nsrc/box.py:10: in open_box\n    raise ValueError(\"bad\")\nE   ValueError: bad\n```\n",
        &[
            "Pytest 0/0 src/box.py:10 open_box | raise ValueError(\"bad\")",
            "Pytest 0/1 tests/test_a.py:5 test_x | open_box(1)",
        ],
    );
    check("In a.py:3: this is a sentence", &[]);
}

#[test]
fn ipython() {
    check(
        "---------------------------------------------------------------------------\nTypeError                                 Traceback (most recent call last)\n<ipython-input-3-abc> in <module>()\n----> 1 box.open(1)\n\n~/code/box/box.py in open(self, *args)\n     11     def open(self, *args):\n---> 12         return self._open(args)\n     13 \n\nTypeError: bad\n",
        &[
            "IPython 0/0 ~/code/box/box.py:12 open | return self._open(args)",
            "IPython 0/1 <ipython-input-3-abc>:1 <module> | box.open(1)",
        ],
    );
    check(
        "TypeError                                 Traceback (most recent call last)\nCell In[2], line 1\n----> 1 box.open(1)\n\nFile ~/code/box/box.py:12, in Box.open(self, x)\n     10 # a comment\n---> 12 return self._open(x)\n\nFile <string>:3, in f(x)\n\nTypeError: bad\n",
        &[
            "IPython 0/0 <string>:3 f",
            "IPython 0/1 ~/code/box/box.py:12 Box.open | return self._open(x)",
            "IPython 0/2 <cell 2>:1 | box.open(1)",
        ],
    );
    check(
        "[c:\\x\\box.py](file:///C:/x/box.py) in open(self)\n   2142     a\n-> 2144         g()\n\nKeyError: 'a'\n",
        &["IPython 0/0 c:\\x\\box.py:2144 open | g()"],
    );
    check(
        "The code in base.py in open (old) is wrong\n1 is a number",
        &[],
    );
}

#[test]
fn rust() {
    check(
        "thread 'main' panicked at src/box.rs:10:5:\nindex out of bounds\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/0a/library/std/src/panicking.rs:1:5\n   1: acme::box_::open::h0123456789abcdef\n             at ./src/box.rs:10:5\n   2: acme::main\n",
        &[
            "Rust 0/0 src/box.rs:10",
            "Rust 0/1 /rustc/0a/library/std/src/panicking.rs:1 rust_begin_unwind",
            "Rust 0/2 ./src/box.rs:10 acme::box_::open",
            "Rust 0/3  acme::main",
        ],
    );
    check(
        "thread 'main' panicked at 'oh no, really', src/a.rs:3:7\n",
        &["Rust 0/0 src/a.rs:3"],
    );
}

#[test]
fn java() {
    check(
        "Exception in thread \"main\" java.lang.IllegalStateException: bad\n\tat com.acme.Box$Inner.open(Box.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:8)\n\tat com.acme.MainKt.main(Main.kt:3)\nCaused by: java.io.IOException: worse\n\tat com.acme.Disk.read(Disk.java:7)\n\t... 2 more\n",
        &[
            "Java 0/0 com/acme/Box.java:12 Box.Inner.open",
            "Java 0/1 java/lang/Thread.java:8 Thread.run",
            "Java 0/2 com/acme/Main.kt:3 MainKt.main",
            "Java 1/0 com/acme/Disk.java:7 Disk.read",
        ],
    );
    check(
        "   at Acme.Box.Open(Int32 x) in C:\\src\\Box.cs:line 12\n",
        &["Java 0/0 C:\\src\\Box.cs:12 Box.Open"],
    );
    check("I was at home (really) at last.", &[]);
}

#[test]
fn javascript() {
    check(
        "TypeError: x is not a function\n    at Box.open [as run] (/srv/app/box.js:10:5)\n    at new Box (file:///srv/app/box.mjs:3:1)\n    at async main (src/main.ts:7:2)\n    at /srv/app/x.js:1:2\n    at node:internal/main:1:2\n",
        &[
            "JavaScript 0/0 /srv/app/box.js:10 Box.open",
            "JavaScript 0/1 /srv/app/box.mjs:3 Box.constructor",
            "JavaScript 0/2 src/main.ts:7 main",
            "JavaScript 0/3 /srv/app/x.js:1",
            "JavaScript 0/4 node:internal/main:1",
        ],
    );
    check(
        "open@http://localhost:80/js/box.js:10:5\n@http://localhost/js/x.js?v=1:2:3\n",
        &[
            "JavaScript 0/0 js/box.js:10 open",
            "JavaScript 0/1 js/x.js:2",
        ],
    );
}

#[test]
fn go() {
    check(
        "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\ngithub.com/acme/box.(*Box).open(0xc0, 0x1)\n\t/srv/box/box.go:12 +0x1d\nmain.main()\n\t/srv/main.go:3 +0x5\ncreated by main.start in goroutine 1\n\t/srv/main.go:9 +0x7\n",
        &[
            "Go 0/0 /srv/box/box.go:12 box.Box.open",
            "Go 0/1 /srv/main.go:3 main.main",
            "Go 0/2 /srv/main.go:9 main.start",
        ],
    );
}

#[test]
fn native() {
    check(
        "#0  0x00007f in box_open (b=0x0) at src/box.c:12\n#1  main (argc=1) at src/main.c:3\n#2  0x00007f in __libc_start_main () from /lib/libc.so.6\n",
        &[
            "Native 0/0 src/box.c:12 box_open",
            "Native 0/1 src/main.c:3 main",
            "Native 0/2  __libc_start_main",
        ],
    );
    check(
        "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n    #0 0x55e in ns::Box::open(int) /srv/box.cc:12:3\n    #1 0x55f in main /srv/main.cc:3:1\n",
        &[
            "Native 0/0 /srv/box.cc:12 ns::Box::open",
            "Native 0/1 /srv/main.cc:3 main",
        ],
    );
    check("See #1 and\n#2 in the list", &[]);
}

#[test]
fn diagnostics() {
    check(
        "src/box.c:12:3: error: expected ';'\nerror[E0308]: mismatched types\n --> src/box.rs:7:9\nsrc/a.ts(10,5): error TS2304: Cannot find name\n/x/a.py:470: FutureWarning: old thing\na.py:1:0: C0114: Missing docstring\n./box.go:3:2: undefined: x\nBox.java:5: error: ';' expected\n",
        &[
            "Diagnostic 0/0 src/box.c:12",
            "Diagnostic 1/0 src/box.rs:7",
            "Diagnostic 2/0 src/a.ts:10",
            "Diagnostic 3/0 /x/a.py:470",
            "Diagnostic 4/0 a.py:1",
            "Diagnostic 5/0 ./box.go:3",
            "Diagnostic 6/0 Box.java:5",
        ],
    );
    check("Look at a.py:3: it is wrong", &[]);
}
