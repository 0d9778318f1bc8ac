//! How build systems and their tools write errors. In each list causes come before what follows from them.

use crate::ErrorClass::{
    self, BuildTool, Configuration, Dependency, Environment, Installation, Other, Permission, Test,
    Version,
};

/// A shape of error.
pub(super) struct Rule {
    pub(super) class: ErrorClass,
    /// A line of this shape.
    pub(super) line: &'static str,
    /// And this anywhere in the log; nothing where empty.
    pub(super) also: &'static str,
}

/// A build system, or the tools of a language.
pub(super) struct System {
    pub(super) name: &'static str,
    /// Lines that only it writes.
    pub(super) mark: &'static str,
    pub(super) rules: &'static [Rule],
}

const fn rule(class: ErrorClass, line: &'static str) -> Rule {
    Rule {
        class,
        line,
        also: "",
    }
}

const fn both(class: ErrorClass, line: &'static str, also: &'static str) -> Rule {
    Rule { class, line, also }
}

/// Modules that newer Pythons, or Python 3, no longer have.
const GONE: &str = r"No module named '(imp|distutils|asyncore|asynchat|smtpd|cgi|cgitb|crypt|telnetlib|pipes|nntplib|formatter|parser|urllib2|urlparse|ConfigParser|StringIO|Queue|cPickle|__builtin__|Tkinter)('|\.)";

const PYTHON: &[Rule] = &[
    rule(
        Version,
        r"requires a different Python|(needs|requires) Python [<>=~\d]|Python \d\.\d+ or (newer|later)",
    ),
    rule(
        Dependency,
        r"No matching distribution found|ResolutionImpossible|conflicting dependencies|Could not find a version that satisfies|No solution found when resolving",
    ),
    rule(
        Configuration,
        r"[Ii]nvalid pyproject\.toml|TOMLDecodeError|\.(toml|cfg|ini): .*\((at )?line |unrecognized arguments|JSONDecodeError|configparser\.\w+Error|yaml\.\w+\.\w+Error|Unknown config option",
    ),
    rule(BuildTool, r"BackendUnavailable|Cannot import 'setuptools"),
    rule(
        Installation,
        r"Failed building wheel|subprocess-exited-with-error|metadata-generation-failed",
    ),
    rule(Permission, r"PermissionError"),
    both(Environment, r"KeyError: '[A-Z][A-Z0-9_]+'$", r"os\.environ"),
    rule(
        Environment,
        r"gaierror|ConnectionRefusedError|OSError: \[Errno 28\]|cannot open shared object file",
    ),
    rule(Version, GONE),
    rule(Version, r"cannot import name '\w+' from 'collections'"),
    rule(Dependency, r"ModuleNotFoundError: No module named"),
    rule(
        Dependency,
        r"ImportError: cannot import name '\w+' from '[\w.]+' \(.*(site-packages|dist-packages).*\)|ImportError: .*DLL load|DistributionNotFound|VersionConflict",
    ),
    rule(
        Dependency,
        r"PydanticImportError|(AttributeError|ImportError): .*(was|has been) (removed|moved)|AttributeError: module '\w+' has no attribute",
    ),
    // pytest's last line of a traceback: it was raised inside a library.
    rule(
        Dependency,
        r"(site|dist)-packages/.*\.py:\d+: (AttributeError|TypeError|ImportError|ValueError|\w+Warning|\w*(Removed|Deprecated)\w*)",
    ),
    rule(
        Other,
        r"^(E\s+)?(SyntaxError|IndentationError|TabError|ImportError|NameError)\b",
    ),
    rule(Test, r"^E\s+fixture '.*' not found"),
    rule(Other, r"^ERROR \S+ - \w+"),
    rule(
        Test,
        r"^FAILED |^E\s+(assert |AssertionError)|^AssertionError|^FAILED \(",
    ),
    rule(Other, r"^\w+(\.\w+)*(Error|Exception)(:|$)"),
];

const RUST: &[Rule] = &[
    rule(
        Version,
        r"requires rustc \d|requires Rust \d|^error: rustc .* is not supported|is unstable|can't be used on the stable release",
    ),
    rule(
        Dependency,
        r"failed to select a version|no matching package|does not have (that|these) features?|failed to get `.*` as a dependency|lock file .* needs to be updated",
    ),
    rule(
        Configuration,
        r"failed to parse manifest|could not parse input as TOML|^ *--> .*(Cargo\.toml|config\.toml):|error: failed to load manifest",
    ),
    rule(
        Environment,
        r"linker `.*` not found|failed to run custom build command",
    ),
    rule(
        Other,
        r"error\[E0432\]: unresolved imports? `(crate|self|super)\b",
    ),
    rule(
        Dependency,
        r"error\[E0432\]|unlinked crate|error\[E0463\]: can't find crate|^ *(-->|:::) .*(/registry/src/|/vendor/)",
    ),
    // There is one only where everything compiled.
    rule(Test, r"^test result: FAILED"),
    rule(
        Other,
        r"^error(\[E\d+\])?: .*|undefined symbol|linking with .* failed",
    ),
    rule(Test, r"panicked at"),
];

const JAVASCRIPT: &[Rule] = &[
    rule(
        Version,
        r"EBADENGINE|Unsupported engine|Not compatible with your version of node|ERR_UNKNOWN_BUILTIN_MODULE|No such built-in module",
    ),
    rule(
        Dependency,
        r"npm (ERR!|error) code (ETARGET|ERESOLVE|E404|ENOVERSIONS)|No matching version found",
    ),
    rule(
        Configuration,
        r"EJSONPARSE|Missing script|● Validation Error|error TS5\d\d\d:|error TS18003:|Invalid package config",
    ),
    rule(Permission, r"npm (ERR!|error) code (EACCES|EPERM)"),
    rule(Environment, r"^(sh|bash): .*not found$"),
    rule(
        Installation,
        r"npm (ERR!|error) command (failed|sh)|gyp ERR!",
    ),
    rule(Other, r"Cannot find module '\.{0,2}/"),
    rule(
        Dependency,
        r"Cannot find (module|package) '[^./]|ERR_REQUIRE_ESM|ERR_PACKAGE_PATH_NOT_EXPORTED|does not provide an export named",
    ),
    rule(
        Dependency,
        r#"error TS(2305|2307|2614|7016): .*[Mm]odule '"?[^."'/]"#,
    ),
    rule(
        Dependency,
        r"\b\w+\.\w+ is not a (function|constructor)|Class extends value undefined",
    ),
    rule(Other, r"SyntaxError|ReferenceError|error TS\d+:"),
    rule(
        Test,
        r"^ *not ok |AssertionError|ERR_ASSERTION|^ *● |^ *✖ |Tests: .*failed|\d+ failing",
    ),
];

const GO: &[Rule] = &[
    rule(
        Version,
        r"is not in GOROOT|is not in std|requires go >= ?\d|module requires Go|invalid go version",
    ),
    rule(
        Configuration,
        r"errors parsing go\.(mod|work)|unknown directive",
    ),
    rule(
        Dependency,
        r"cannot find module|no required module provides|missing go\.sum entry|module lookup disabled|inconsistent vendoring|unknown revision|updates to go\.mod needed",
    ),
    rule(Other, r"^\S+\.go:\d+:\d+: |\[build failed\]"),
    rule(Test, r"^ *--- FAIL:|^FAIL\t"),
];

const JAVA: &[Rule] = &[
    rule(
        Version,
        r"invalid (target|source) release|release version \S+ not supported|UnsupportedClassVersionError|wrong version \d|Unsupported class file major|package (javax\.(xml\.bind|annotation|activation|xml\.ws|jws)|sun\.\w+)\S* does not exist",
    ),
    rule(
        BuildTool,
        r"Plugin \S+ or one of its dependencies could not be resolved|Plugin with id '.*' not found|Plugin \[id|Unknown lifecycle phase|No plugin found for prefix|Task '.*' not found|Could not (compile|open) .*(build file|settings)|A problem occurred evaluating",
    ),
    rule(
        Configuration,
        r"Non-parseable POM|Malformed POM|Non-readable POM|'[\w.]+' (is missing|must be)",
    ),
    rule(
        Dependency,
        r"Could not resolve (all|dependencies)|Could not find artifact|has not been downloaded from it before|package \S+ does not exist|NoClassDefFoundError|ClassNotFoundException|NoSuchMethodError",
    ),
    rule(Permission, r"AccessDeniedException"),
    rule(
        Other,
        r"COMPILATION ERROR|\.java:\[?\d+.*(error|cannot find symbol|incompatible types)",
    ),
    rule(
        Test,
        r"There are test failures|Tests run: .*(Failures|Errors): [1-9]|FAILURES!!!|There were failing tests",
    ),
];

const NATIVE: &[Rule] = &[
    rule(
        Version,
        r"CMake \S+ or higher is required|Compatibility with CMake < \S+ has been removed|unrecognized command.line option '-std=",
    ),
    rule(
        Environment,
        r"Could not find compiler|CMAKE_\w+_COMPILER not set|No CMAKE_\w+_COMPILER could be found|Error 127$|^g?make(\[\d+\])?: \S+: (No such file|Command not found)",
    ),
    rule(
        Permission,
        r": Permission denied$|: Operation not permitted$",
    ),
    both(
        Other,
        r#"fatal error: .*: No such file"#,
        r#"#\s*include ""#,
    ),
    rule(
        Dependency,
        r"Could not find a package configuration|Could NOT find|No package '.*' found|fatal error: .*: No such file|cannot find -l",
    ),
    rule(
        Configuration,
        r"CMake Error: .*(CMakeCache|CMakePresets)|Could not read presets",
    ),
    rule(
        Other,
        r"^\S+\.(c|cc|cpp|cxx|h|hpp):\d+:\d+: (fatal )?error:|undefined reference to|multiple definition of",
    ),
    rule(
        BuildTool,
        r"\*\*\* missing separator|No rule to make target|ninja: error|CMake Error|\*\*\* .* Stop\.$",
    ),
    rule(
        Test,
        r"\*\*\*(Failed|Timeout|Exception)|tests failed out of",
    ),
];

/// All systems; of two with equally many marks, the first.
pub(super) const SYSTEMS: &[System] = &[
    System {
        name: "rust",
        mark: r"^\s*(Compiling|Updating|Locking|Running|Finished) |^error\[E\d+\]: |--> \S+\.(rs|toml):|Cargo\.(toml|lock)|rustc",
        rules: RUST,
    },
    System {
        name: "python",
        mark: r#"^E  |File ".*", line \d+|\.py:\d+|\.py\b|^Traceback|\bpip\b|^ERROR: |^ERROR |ModuleNotFoundError|pyproject"#,
        rules: PYTHON,
    },
    System {
        name: "javascript",
        mark: r"^npm |node:internal|Node\.js v|\.[cm]?[jt]sx?[:(]\d+|^#? *at .*\.[cm]?js|●",
        rules: JAVASCRIPT,
    },
    System {
        name: "go",
        mark: r"^go: |\.go:\d+|^FAIL\t|^--- FAIL|^ok  \t",
        rules: GO,
    },
    System {
        name: "java",
        mark: r"^\[(ERROR|INFO|WARNING)\]|\.java:\[?\d+|^> Task|^FAILURE: Build failed",
        rules: JAVA,
    },
    System {
        name: "native",
        mark: r"^g?make(\[\d+\])?: |^CMake |^-- |\.(c|cc|cpp|h):\d+:|collect2|/ld: |Test +#\d+:|^ninja|^Makefile:\d+:",
        rules: NATIVE,
    },
];

/// For every log.
pub(super) const GENERAL: &[Rule] = &[
    rule(Environment, r"No space left on device|Disk quota exceeded"),
    rule(
        Environment,
        r"command not found|^(ba|da)?sh: .*(not found|No such file or directory)|error while loading shared libraries|GLIBC_\S+' not found",
    ),
    rule(
        Environment,
        r"Name or service not known|Temporary failure in name resolution|Could not resolve host|ENOTFOUND|Network is unreachable|Connection refused",
    ),
    rule(
        Permission,
        r"[Pp]ermission denied|Operation not permitted|EACCES|EPERM",
    ),
    rule(
        Environment,
        r"Out of memory|Killed$|cannot allocate memory|Cannot allocate memory",
    ),
];
