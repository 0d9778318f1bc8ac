//! The pictures of a report. They show the numbers of the tables beside them.

use super::numbers::percent;
use super::svg::{Anchor, Canvas};

const WIDTH: f64 = 760.0;

/// Colours of what is shown side by side.
pub(crate) const COLORS: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/// A share with its interval.
pub(crate) struct Share {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The best that could be reached, where it is shown.
    pub(crate) ceiling: Option<f64>,
}

/// One row of names per entry, in each of them one dot per series, with its interval as a line and its
/// ceiling as a tick, on an axis from 0 to 100 %.
pub(crate) fn dots(label: &str, series: &[String], rows: &[(String, Vec<Share>)]) -> String {
    let (left, top, row_height) = (230.0, 34.0, 14.0 * series.len() as f64 + 10.0);
    let bottom = top + row_height * rows.len() as f64;
    let mut canvas = Canvas::new(WIDTH, bottom + 26.0);
    let x = |share: f64| left + share * (WIDTH - left - 20.0);
    canvas.legend(left, 12.0, &named(series));
    for tick in 0..=10 {
        let share = f64::from(tick) / 10.0;
        canvas.grid([x(share), top, x(share), bottom]);
        canvas.dim_text(
            x(share),
            bottom + 12.0,
            Anchor::Middle,
            &format!("{}", tick * 10),
        );
    }
    for (at, (name, shares)) in rows.iter().enumerate() {
        let y0 = top + row_height * at as f64;
        canvas.text(left - 10.0, y0 + row_height / 2.0, Anchor::End, name);
        for (series_at, share) in shares.iter().enumerate() {
            let y = y0 + 12.0 + 14.0 * series_at as f64;
            let color = COLORS[series_at % COLORS.len()];
            canvas.line([x(share.low), y, x(share.high), y], color, 2.0);
            if let Some(ceiling) = share.ceiling {
                canvas.line([x(ceiling), y - 6.0, x(ceiling), y + 6.0], 'h', 1.5);
            }
            let hint = format!(
                "{name}, {}: {} ({} to {})",
                series.get(series_at).map_or("", String::as_str),
                percent(share.value),
                percent(share.low),
                percent(share.high)
            );
            canvas.dot(x(share.value), y, color, &hint);
        }
    }
    canvas.finish(label)
}

/// Groups of upright bars, one bar per series and group, each share with its number above.
pub(crate) fn bars(
    label: &str,
    series: &[String],
    groups: &[&str],
    counts: &[Vec<usize>],
) -> String {
    let (left, top, bottom) = (40.0, 44.0, 250.0);
    let mut canvas = Canvas::new(WIDTH, bottom + 26.0);
    canvas.legend(left, 12.0, &named(series));
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1) as f64;
    let group_width = (WIDTH - left) / groups.len().max(1) as f64;
    let width = (group_width - 16.0) / series.len().max(1) as f64;
    for (group_at, group) in groups.iter().enumerate() {
        let x0 = left + group_width * group_at as f64;
        canvas.dim_text(x0 + group_width / 2.0, bottom + 12.0, Anchor::Middle, group);
        for (series_at, counts) in counts.iter().enumerate() {
            let n = counts.get(group_at).copied().unwrap_or(0);
            let height = (bottom - top) * n as f64 / most;
            let x = x0 + 8.0 + width * series_at as f64;
            let name = series.get(series_at).map_or("", String::as_str);
            let hint = format!("{name}, {group}: {n}");
            let color = COLORS[series_at % COLORS.len()];
            canvas.rect([x, bottom - height, width - 2.0, height], color, &hint);
            canvas.dim_text(
                x + width / 2.0,
                bottom - height - 9.0,
                Anchor::Middle,
                &n.to_string(),
            );
        }
    }
    canvas.grid([left, bottom, WIDTH, bottom]);
    canvas.finish(label)
}

/// What share of the tasks has a right answer among the first k, over k from 1 to `deepest` on a
/// logarithmic axis. A series is the rank of the first right answer of each task, where there is one.
pub(crate) fn curve(
    label: &str,
    series: &[(String, Vec<Option<usize>>)],
    deepest: usize,
) -> String {
    let (left, right, top, bottom) = (50.0, WIDTH - 20.0, 34.0, 270.0);
    let mut canvas = Canvas::new(WIDTH, bottom + 26.0);
    let names: Vec<String> = series.iter().map(|(name, _)| name.clone()).collect();
    canvas.legend(left, 12.0, &named(&names));
    let end = (deepest.max(2) as f64).ln();
    let x = |k: usize| left + (k as f64).ln() / end * (right - left);
    let y = |share: f64| bottom - share * (bottom - top);
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        canvas.grid([left, y(share), right, y(share)]);
        canvas.dim_text(
            left - 6.0,
            y(share),
            Anchor::End,
            &format!("{} %", tick * 20),
        );
    }
    let depths: Vec<usize> = (1..=deepest.max(2)).collect();
    for &k in depths
        .iter()
        .filter(|k| [1, 2, 3, 5, 10, 20, 50, 100, 200].contains(*k))
    {
        canvas.grid([x(k), top, x(k), bottom]);
        canvas.dim_text(x(k), bottom + 12.0, Anchor::Middle, &k.to_string());
    }
    for (at, (_, ranks)) in series.iter().enumerate() {
        let share = |k: usize| {
            let found = ranks.iter().flatten().filter(|rank| **rank <= k).count();
            found as f64 / ranks.len().max(1) as f64
        };
        let points: Vec<(f64, f64)> = depths.iter().map(|&k| (x(k), y(share(k)))).collect();
        canvas.path(&points, COLORS[at % COLORS.len()]);
    }
    canvas.finish(label)
}

/// Lying bars, each with its name before and its value behind.
pub(crate) fn lying_bars(label: &str, rows: &[(String, f64, String)]) -> String {
    let (left, top, row_height) = (380.0, 8.0, 24.0);
    let mut canvas = Canvas::new(WIDTH, top + row_height * rows.len() as f64 + 6.0);
    let most = rows
        .iter()
        .map(|row| row.1)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    for (at, (name, value, shown)) in rows.iter().enumerate() {
        let y = top + row_height * at as f64;
        let width = value / most * (WIDTH - left - 90.0);
        canvas.text(left - 10.0, y + 9.0, Anchor::End, name);
        canvas.rect([left, y, width, 18.0], 'a', &format!("{name}: {shown}"));
        canvas.dim_text(left + width + 6.0, y + 9.0, Anchor::Start, shown);
    }
    canvas.finish(label)
}

fn named(series: &[String]) -> Vec<(char, String)> {
    let colors = COLORS.iter().copied().cycle();
    colors.zip(series.iter().cloned()).collect()
}
