use slots::{free, merge, parse, Slot};

fn slots(text: &str) -> Vec<Slot> {
    text.split_whitespace().map(|one| parse(one).unwrap()).collect()
}

#[test]
fn reads_times() {
    assert_eq!(parse("09:30-10:15"), Some(Slot::new(570, 615)));
    assert_eq!(parse("10:15-09:30"), None);
    assert_eq!(parse("24:00-24:01"), None);
}

#[test]
fn merges_in_order() {
    assert_eq!(merge(&slots("10:00-11:00 09:00-10:00 12:00-13:00")), slots("09:00-11:00 12:00-13:00"));
}

#[test]
fn free_between() {
    let day = parse("09:00-17:00").unwrap();
    assert_eq!(free(day, &slots("10:00-11:00 10:30-12:00"), 30), slots("09:00-10:00 12:00-17:00"));
}

#[test]
fn long_appointments_hide_short_ones() {
    let day = parse("09:00-17:00").unwrap();
    assert_eq!(free(day, &slots("09:00-16:00 10:00-11:00"), 1), slots("16:00-17:00"));
}

#[test]
fn too_short_is_not_free() {
    let day = parse("09:00-10:00").unwrap();
    assert_eq!(free(day, &slots("09:10-09:50"), 15), []);
}
