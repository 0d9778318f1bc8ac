//! Drawing: a canvas of SVG elements. Colours are names of the page's style (`--a` …), so that they follow
//! its light and dark ground.

use std::fmt::Write as _;

/// Elements on their way to an `<svg>`.
pub(crate) struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    /// The element; `label` says what it shows to those who cannot see it.
    pub(crate) fn finish(self, label: &str) -> String {
        format!(
            "<svg viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-label=\"{}\">\n{}</svg>",
            escape(label),
            self.body,
            w = number(self.width),
            h = number(self.height),
        )
    }

    /// A filled box; `hint` is shown when the pointer rests on it.
    pub(crate) fn rect(&mut self, [x, y, width, height]: [f64; 4], color: char, hint: &str) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" style=\"fill: var(--{color})\">\
             <title>{}</title></rect>",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0)),
            escape(hint),
        );
    }

    /// A line of the given colour.
    pub(crate) fn line(&mut self, [x1, y1, x2, y2]: [f64; 4], color: char, width: f64) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" style=\"stroke: var(--{color}); stroke-width: {}\"/>",
            number(x1),
            number(y1),
            number(x2),
            number(y2),
            number(width),
        );
    }

    /// A thin line of the ground.
    pub(crate) fn grid(&mut self, [x1, y1, x2, y2]: [f64; 4]) {
        let _ = writeln!(
            self.body,
            "<line class=\"grid\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            number(x1),
            number(y1),
            number(x2),
            number(y2),
        );
    }

    /// A dot; `hint` is shown when the pointer rests on it.
    pub(crate) fn dot(&mut self, x: f64, y: f64, color: char, hint: &str) {
        let _ = writeln!(
            self.body,
            "<circle cx=\"{}\" cy=\"{}\" r=\"4\" style=\"fill: var(--{color})\"><title>{}</title></circle>",
            number(x),
            number(y),
            escape(hint),
        );
    }

    /// A line through points.
    pub(crate) fn path(&mut self, points: &[(f64, f64)], color: char) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", number(*x), number(*y)))
            .collect();
        let _ = writeln!(
            self.body,
            "<polyline points=\"{}\" style=\"fill: none; stroke: var(--{color}); stroke-width: 2\"/>",
            points.join(" ")
        );
    }

    /// A text; its point is on its middle line.
    pub(crate) fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str) {
        self.write_text(x, y, anchor, "", text);
    }

    /// A text that steps back.
    pub(crate) fn dim_text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str) {
        self.write_text(x, y, anchor, " class=\"dim\"", text);
    }

    fn write_text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" dominant-baseline=\"central\"{class}>{}</text>",
            number(x),
            number(y),
            escape(text),
        );
    }

    /// Boxes of colours with their names, from left to right.
    pub(crate) fn legend(&mut self, x: f64, y: f64, entries: &[(char, String)]) {
        let mut x = x;
        for (color, name) in entries {
            self.rect([x, y - 5.0, 10.0, 10.0], *color, name);
            self.text(x + 15.0, y, Anchor::Start, name);
            x += 15.0 + 7.0 * name.chars().count() as f64 + 18.0;
        }
    }
}

/// At most two digits after the point, and no more than needed.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// Text inside an element or an attribute in double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Not allowed in XML 1.0, and nothing to see.
            sign if sign.is_control() && !matches!(sign, '\n' | '\t') => escaped.push('\u{fffd}'),
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expect) in [
            (0.0, "0"),
            (-0.001, "0"),
            (1.0, "1"),
            (12.5, "12.5"),
            (1.0 / 3.0, "0.33"),
            (100.0, "100"),
            (-4.1, "-4.1"),
        ] {
            assert_eq!(number(value), expect);
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escape("a<b> & \"c\"\u{1b}"),
            "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd}"
        );
    }
}
