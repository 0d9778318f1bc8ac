//! What a report is made of.

/// A part of a report with its heading.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of a section.
pub(crate) enum Block {
    /// A paragraph of plain text.
    Text(String),
    /// A table.
    Table(Table),
    /// A picture (SVG) that shows the tables beside it; HTML alone has it.
    Plot {
        /// What it shows.
        caption: String,
        /// The `<svg>` element.
        svg: String,
    },
}

/// A table: the first column holds names, the others numbers unless `text_columns` lists them.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Columns beside the first that hold text.
    pub(crate) text_columns: Vec<usize>,
    /// Whether HTML shows it folded up, under this title.
    pub(crate) folded: Option<String>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|&name| name.to_owned()).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_text(&self, column: usize) -> bool {
        column == 0 || self.text_columns.contains(&column)
    }
}
