//! Free time between appointments.

mod parse;

pub use parse::parse;

/// From a minute of the day up to another, which is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    pub start: u32,
    pub end: u32,
}

impl Slot {
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    pub fn minutes(self) -> u32 {
        self.end.saturating_sub(self.start)
    }
}

/// Slots in their order, those that overlap or touch as one.
pub fn merge(slots: &[Slot]) -> Vec<Slot> {
    let mut sorted: Vec<Slot> = slots.iter().copied().filter(|slot| slot.minutes() > 0).collect();
    sorted.sort();
    let mut merged: Vec<Slot> = Vec::new();
    for slot in sorted {
        match merged.last_mut() {
            Some(last) if slot.start <= last.end => last.end = last.end.max(slot.end),
            _ => merged.push(slot),
        }
    }
    merged
}

/// What is free of a day between busy slots, where it is at least so long.
pub fn free(day: Slot, busy: &[Slot], at_least: u32) -> Vec<Slot> {
    let mut found = Vec::new();
    let mut from = day.start;
    for slot in merge(busy) {
        if slot.start > from {
            found.push(Slot::new(from, slot.start.min(day.end)));
        }
        from = from.max(slot.end);
    }
    if from < day.end {
        found.push(Slot::new(from, day.end));
    }
    found.retain(|slot| slot.minutes() >= at_least && slot.minutes() > 0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_slots_are_one() {
        assert_eq!(merge(&[Slot::new(5, 9), Slot::new(1, 5)]), [Slot::new(1, 9)]);
    }

    #[test]
    fn one_inside_another() {
        assert_eq!(merge(&[Slot::new(1, 10), Slot::new(2, 4)]), [Slot::new(1, 10)]);
    }
}
