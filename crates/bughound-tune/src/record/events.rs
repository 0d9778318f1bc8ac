//! TensorBoard's event files: numbers by step, as `tensorboard --logdir` reads them.
//!
//! An event file is a row of records: length (8 bytes), its masked CRC-32C (4), a protocol buffer, its masked CRC-32C (4), all
//! little-endian. Of the buffer's many fields only those for plain numbers are written: `wall_time` (1), `step` (2), `file_version` (3),
//! `summary.value` (5.1) with `tag` (1) and `simple_value` (2). Sources: TensorFlow's `record_writer.h` and `event.proto`.

use std::io::{self, Write};

/// Writes an event file.
pub(super) struct Events<W: Write> {
    out: W,
}

impl<W: Write> Events<W> {
    /// Begins a file.
    pub(super) fn begin(out: W, seconds: f64) -> io::Result<Self> {
        let mut events = Self { out };
        let mut event = Vec::new();
        double(&mut event, 1, seconds);
        bytes(&mut event, 3, b"brain.Event:2");
        events.put(&event)?;
        Ok(events)
    }

    /// Writes the numbers of a step.
    pub(super) fn scalars(
        &mut self,
        seconds: f64,
        step: u64,
        scalars: &[(String, f64)],
    ) -> io::Result<()> {
        let mut summary = Vec::new();
        for (tag, value) in scalars {
            let mut entry = Vec::new();
            bytes(&mut entry, 1, tag.as_bytes());
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the format has floats of 32 bits"
            )]
            float(&mut entry, 2, *value as f32);
            bytes(&mut summary, 1, &entry);
        }
        let mut event = Vec::new();
        double(&mut event, 1, seconds);
        key(&mut event, 2, 0);
        varint(&mut event, step);
        bytes(&mut event, 5, &summary);
        self.put(&event)
    }

    fn put(&mut self, event: &[u8]) -> io::Result<()> {
        let length = (event.len() as u64).to_le_bytes();
        self.out.write_all(&length)?;
        self.out.write_all(&masked(&length).to_le_bytes())?;
        self.out.write_all(event)?;
        self.out.write_all(&masked(event).to_le_bytes())?;
        self.out.flush()
    }
}

fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

fn key(out: &mut Vec<u8>, field: u64, kind: u64) {
    varint(out, field << 3 | kind);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn double(out: &mut Vec<u8>, field: u64, value: f64) {
    key(out, field, 1);
    out.extend(value.to_le_bytes());
}

fn float(out: &mut Vec<u8>, field: u64, value: f32) {
    key(out, field, 5);
    out.extend(value.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    key(out, field, 2);
    varint(out, value.len() as u64);
    out.extend(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_tensorboard_reads_it() {
        let mut out = Vec::new();
        let mut events = Events::begin(&mut out, 1.5).unwrap();
        events
            .scalars(2.5, 300, &[("sft/loss".to_owned(), 0.25)])
            .unwrap();
        let hex: String = out.iter().map(|byte| format!("{byte:02x}")).collect();
        // Compared with what `tensorboard.backend.event_processing` 2.21 reads of these bytes: step 300, sft/loss 0.25.
        insta::assert_snapshot!(hex, @"1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c1f00000000000000514b441809000000000000044010ac022a110a0f0a087366742f6c6f7373150000803ed1bae988");
    }
}
