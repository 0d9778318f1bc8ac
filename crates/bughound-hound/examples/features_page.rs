//! Prints the reference page of the features.

#![expect(clippy::print_stdout, reason = "it prints a page")]

fn main() {
    print!("{}", bughound_hound::features::reference_page());
}
