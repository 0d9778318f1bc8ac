use clap::Parser;
use clap_verbosity_flag::{InfoLevel, Verbosity};
use log::LevelFilter;

#[derive(Parser)]
struct Plain {
    #[clap(flatten)]
    verbose: Verbosity,
}

#[derive(Parser)]
struct Info {
    #[clap(flatten)]
    verbose: Verbosity<InfoLevel>,
}

fn plain(arguments: &[&str]) -> LevelFilter {
    Plain::parse_from([&["plain"], arguments].concat()).verbose.log_level_filter()
}

#[test]
fn each_flag_is_a_step() {
    assert_eq!(plain(&[]), LevelFilter::Error);
    assert_eq!(plain(&["-v"]), LevelFilter::Warn);
    assert_eq!(plain(&["-vv"]), LevelFilter::Info);
    assert_eq!(plain(&["-v", "--verbose", "-v"]), LevelFilter::Debug);
    assert_eq!(plain(&["-vvvv"]), LevelFilter::Trace);
    assert_eq!(plain(&["-vvvvvvvv"]), LevelFilter::Trace);
    assert_eq!(plain(&["-q"]), LevelFilter::Off);
}

#[test]
fn the_default_is_the_one_of_the_type() {
    assert_eq!(Info::parse_from(["info"]).verbose.log_level_filter(), LevelFilter::Info);
    assert_eq!(Info::parse_from(["info", "-qq"]).verbose.log_level_filter(), LevelFilter::Error);
}

#[test]
fn both_flags_together_are_refused() {
    assert!(Plain::try_parse_from(["plain", "-v", "-q"]).is_err());
}
