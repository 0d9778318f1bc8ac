//! Who raises the errors that the issue names.

use bughound_index::Index;

use super::Exact;
use crate::issue::Issue;

impl Exact {
    /// `sum ln((1 + N) / (1 + df))` over the classes of errors in the issue's messages and identifiers that a
    /// candidate raises, df the number of candidates that raise such an error.
    pub(super) fn raises(&mut self, index: &Index, issue: &Issue) {
        let said = issue.messages.iter().filter_map(|message| {
            let class = message.class.as_deref()?;
            class.rsplit(['.', ':']).next()
        });
        let named = issue.identifiers.iter().map(|identifier| &*identifier.name);
        let named = named.filter(|name| {
            ["Error", "Exception", "Warning"]
                .iter()
                .any(|end| name.ends_with(end))
        });
        let mut classes: Vec<&str> = said.chain(named).collect();
        classes.sort_unstable();
        classes.dedup();
        let raisers = index.raisers(&classes);
        let mut df = vec![0.0f32; classes.len()];
        for &class in raisers.iter().flat_map(|(_, classes)| classes) {
            df[class] += 1.0;
        }
        let n = index.n_symbols() as f32;
        for (symbol, found) in raisers {
            let rarity = |class: usize| ((1.0 + n) / (1.0 + df[class])).ln();
            let signals = self.symbols.entry(symbol).or_default();
            signals.raises = found.iter().map(|&class| rarity(class)).sum();
            let rarest = found
                .into_iter()
                .reduce(|a, b| if df[b] < df[a] { b } else { a });
            if let Some(class) = rarest {
                // The sum set by hand does not count it.
                let text = format!("raises `{}`, which the issue names", classes[class]);
                signals.saw("raises", 0.0, text);
            }
        }
    }
}
