//! How a program that links this crate becomes the spawner: before its `main`, when it was started as such.
//!
//! Whoever isolates commands needs a process of one thread to clone from, and neither the program `bughound`, nor
//! a test, nor anyone else's program should have to give up its `main` for that. So the crate starts
//! `/proc/self/exe` once more under a name of its own, and a function that the loader calls before `main` sees it.
#![expect(
    unsafe_code,
    reason = "a function that runs before main has to be placed in a section of its own"
)]

use std::ffi::{CStr, c_char, c_int};

/// The first argument of the spawner.
pub(super) const NAME: &str = "bughound-sandbox-spawner";

#[used]
// SAFETY: the section holds pointers to functions of this type; the function is safe to call before `main`, since
// it uses nothing of the standard library that `main`'s preparations make.
#[unsafe(link_section = ".init_array")]
static ENTRY: extern "C" fn(c_int, *const *const c_char) = enter;

/// Keeps the linker from leaving [`ENTRY`] out.
pub(super) fn is_linked() -> bool {
    let entry: *const _ = &raw const ENTRY;
    !std::hint::black_box(entry).is_null()
}

extern "C" fn enter(n_arguments: c_int, arguments: *const *const c_char) {
    if !was_started_as_spawner(n_arguments, arguments) {
        return;
    }
    let status = match std::panic::catch_unwind(super::spawner::serve) {
        Ok(Ok(())) => 0,
        Ok(Err(_)) => 1,
        Err(_) => 2,
    };
    super::sys::exit(status);
}

#[cfg(target_env = "gnu")]
fn was_started_as_spawner(n_arguments: c_int, arguments: *const *const c_char) -> bool {
    if n_arguments != 1 || arguments.is_null() {
        return false;
    }
    // SAFETY: glibc passes the program's arguments to functions of this section: `n_arguments` strings that end
    // with a zero and live as long as the process.
    let name = unsafe { *arguments };
    // SAFETY: as above.
    !name.is_null() && unsafe { CStr::from_ptr(name) }.to_bytes() == NAME.as_bytes()
}

/// Other C libraries pass nothing.
#[cfg(not(target_env = "gnu"))]
fn was_started_as_spawner(_: c_int, _: *const *const c_char) -> bool {
    let expected = CStr::from_bytes_with_nul(b"bughound-sandbox-spawner\0");
    std::fs::read("/proc/self/cmdline").is_ok_and(|line| {
        expected.is_ok_and(|expected| expected.to_bytes_with_nul() == line.as_slice())
    })
}
