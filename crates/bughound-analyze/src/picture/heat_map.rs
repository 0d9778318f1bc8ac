//! A chain as a heat map: SVG of our own, with the numbers in the cells, for light and dark pages alike.

use std::fmt::Write;

use super::Folded;

const CELL_WIDTH: usize = 46;
const CELL_HEIGHT: usize = 28;
/// What a character of a label takes, on the wide side.
const CHARACTER: usize = 8;
const LONGEST_LABEL: usize = 28;

/// The chain of one run: probabilities in percent of each row.
pub fn chain_svg(title: &str, folded: &Folded) -> String {
    let note = "From the row's tool to the column's: percent of the row. n: how often the row's tool was left.";
    draw(title, note, folded, |row, column| {
        let count = folded.counts[row][column];
        let probability = folded.probability(row, column).filter(|_| count > 0)?;
        Some(Cell {
            text: percent(probability),
            fill: blend([255, 255, 255], [8, 69, 148], probability.sqrt()),
            is_dark: probability > 0.3,
            hint: format!("{count} of {}", folded.visits(row)),
        })
    })
}

/// What changed from the second run to the first: differences of probabilities in points.
pub fn difference_svg(title: &str, a: &Folded, b: &Folded) -> String {
    let note = "Difference of transition probabilities in percentage points, first minus second; rows that one of them \
                never visits are empty. n: visits in the first.";
    draw(title, note, a, |row, column| {
        let (ours, theirs) = (a.probability(row, column)?, b.probability(row, column)?);
        let difference = ours - theirs;
        let points = (difference * 100.0).round();
        if a.counts[row][column] + b.counts[row][column] == 0 {
            return None;
        }
        let towards = if difference > 0.0 {
            [178, 24, 43]
        } else {
            [33, 102, 172]
        };
        Some(Cell {
            text: if points.abs() < 0.5 {
                "0".to_owned()
            } else {
                format!("{points:+.0}").replace('-', "−")
            },
            fill: blend(
                [255, 255, 255],
                towards,
                difference.abs().min(0.6).sqrt() / 0.6_f64.sqrt(),
            ),
            is_dark: difference.abs() > 0.2,
            hint: format!("{} against {}", percent(ours), percent(theirs)),
        })
    })
}

struct Cell {
    text: String,
    fill: String,
    /// Whether the text must be light.
    is_dark: bool,
    hint: String,
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.5 {
        "<1".to_owned()
    } else {
        format!("{percent:.0}")
    }
}

fn blend(from: [u8; 3], to: [u8; 3], part: f64) -> String {
    let mix = |at: usize| {
        let value =
            f64::from(from[at]) + (f64::from(to[at]) - f64::from(from[at])) * part.clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between two bytes"
        )]
        let value = value.round() as u8;
        value
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

fn draw(
    title: &str,
    note: &str,
    folded: &Folded,
    cell: impl Fn(usize, usize) -> Option<Cell>,
) -> String {
    let labels: Vec<String> = folded.labels.iter().map(|label| short(label)).collect();
    let n = labels.len();
    let longest = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    let left = longest * CHARACTER + 70;
    let top = 62 + longest * CHARACTER * 7 / 10;
    let width = (left + n * CELL_WIDTH + longest * CHARACTER * 7 / 10 + 16).max(720);
    // The end is followed by nothing: it has no row.
    let height = top + n.saturating_sub(1) * CELL_HEIGHT + 16;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="22" font-size="16" font-weight="bold" fill="#111111">{}</text>
<text x="12" y="42" font-size="11" fill="#555555">{}</text>"##,
        escaped(title),
        escaped(note)
    );
    for (column, label) in labels.iter().enumerate() {
        let (x, y) = (left + column * CELL_WIDTH + CELL_WIDTH / 2, top - 8);
        let _ = writeln!(
            svg,
            r##"<text x="{x}" y="{y}" transform="rotate(-45 {x} {y})" fill="#111111">{}</text>"##,
            escaped(label)
        );
    }
    for (row, label) in labels.iter().enumerate().take(n.saturating_sub(1)) {
        let y = top + row * CELL_HEIGHT;
        let base = y + CELL_HEIGHT / 2 + 5;
        let _ = writeln!(
            svg,
            r##"<text x="{}" y="{base}" text-anchor="end" fill="#111111">{}</text><text x="{}" y="{base}" text-anchor="end" font-size="10" fill="#777777">n {}</text>"##,
            left - 64,
            escaped(label),
            left - 6,
            folded.visits(row)
        );
        for (column, next) in labels.iter().enumerate() {
            let x = left + column * CELL_WIDTH;
            let (fill, text) = match cell(row, column) {
                None => ("#f6f6f6".to_owned(), String::new()),
                Some(cell) => {
                    let ink = if cell.is_dark { "#ffffff" } else { "#111111" };
                    let middle = x + CELL_WIDTH / 2;
                    let text = format!(
                        r#"<text x="{middle}" y="{base}" text-anchor="middle" fill="{ink}">{}<title>{} → {}: {}</title></text>"#,
                        escaped(&cell.text),
                        escaped(label),
                        escaped(next),
                        escaped(&cell.hint)
                    );
                    (cell.fill, text)
                }
            };
            let (w, h) = (CELL_WIDTH - 1, CELL_HEIGHT - 1);
            let _ = writeln!(
                svg,
                r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>{text}"#
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn short(label: &str) -> String {
    let mut short: String = label.chars().take(LONGEST_LABEL).collect();
    if short.len() < label.len() {
        short.push('…');
    }
    short
}

/// Names come from policies and may hold anything.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no place for them.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chain;
    use crate::tests::episode;

    fn texts(svg: &str) -> Vec<&str> {
        svg.split("text-anchor=\"middle\"")
            .skip(1)
            .filter_map(|part| {
                part.split_once('>')?
                    .1
                    .split_once("<title>")
                    .map(|(text, _)| text)
            })
            .collect()
    }

    #[test]
    fn cells_hold_their_numbers() {
        let facts = [episode("t", &["a", "a", "a<b>&\u{1}"], None)];
        let chain = Chain::of(facts.iter());
        let svg = chain_svg("T & U", &Folded::of(&chain, 9));
        assert_eq!(texts(&svg), ["100", "50", "50", "100"]);
        assert!(
            svg.contains("T &amp; U")
                && svg.contains("a&lt;b&gt;&amp;\u{fffd}")
                && !svg.contains("a<b>")
        );
        assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    }

    #[test]
    fn differences_have_signs() {
        let of = |tools: &[&str]| Chain::of([episode("t", tools, None)].iter());
        let (a, b) = Folded::pair(&of(&["a", "a", "b"]), &of(&["a", "b", "b"]), 9);
        let svg = difference_svg("d", &a, &b);
        // a→a 1/2 against 0; a→b 1/2 against 1; b→b 0 against 1/2; b→(end) 1 against 1/2.
        assert_eq!(texts(&svg), ["0", "+50", "−50", "−50", "+50"]);
    }

    #[test]
    fn nothing_is_a_picture() {
        let svg = chain_svg("none", &Folded::of(&Chain::default(), 5));
        assert!(svg.ends_with("</svg>\n"));
    }
}
