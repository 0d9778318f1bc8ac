use crate::Slot;

/// Reads `09:30-10:15`.
pub fn parse(text: &str) -> Option<Slot> {
    let (start, end) = text.trim().split_once('-')?;
    let (start, end) = (minute(start)?, minute(end)?);
    (start <= end).then(|| Slot::new(start, end))
}

fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}
