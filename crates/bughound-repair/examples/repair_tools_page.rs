//! Prints `docs/repair-tools.md`: every tool with its arguments, and the sets, as the code declares them. A test
//! compares the page with what this prints.
#![expect(clippy::print_stdout, reason = "a program that prints a page")]

fn main() {
    print!("{}", bughound_repair::reference_page());
}
