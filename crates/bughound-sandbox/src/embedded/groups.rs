//! Control groups, as the first process of a sandbox uses them: descriptors that Bughound has opened.

use std::os::fd::OwnedFd;

/// The groups that commands of a sandbox join.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// Each lists the processes of one group.
    pub(super) members: Vec<OwnedFd>,
    /// Counts, among other things, whom the system killed for want of memory.
    pub(super) events: Option<OwnedFd>,
}

impl Joined {
    /// Makes this process a member.
    pub(super) fn join(&self) -> std::io::Result<()> {
        for group in &self.members {
            rustix::io::write(group, b"0")?;
        }
        Ok(())
    }

    pub(super) fn limits_memory(&self) -> bool {
        self.events.is_some()
    }

    /// How many processes were killed for want of memory.
    pub(super) fn n_out_of_memory(&self) -> u64 {
        let Some(events) = &self.events else { return 0 };
        let mut text = [0; 1024];
        let n = rustix::io::pread(events, &mut text, 0).unwrap_or(0);
        let text = String::from_utf8_lossy(&text[..n]);
        let count = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
        count
            .and_then(|count| count.trim().parse().ok())
            .unwrap_or(0)
    }
}
