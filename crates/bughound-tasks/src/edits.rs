//! Which definitions of one file a patch edits.
//!
//! Deleted lines are looked up in the file before, inserted lines in the file after: only there it shows
//! whether a line that was added below the last method of a class belongs to the method, to the class or
//! to the module. What is found in the file after is then named by the file before: the innermost
//! definition around the line that was there already.

use bughound_core::{Language, SymbolKind};
use bughound_syntax::{Definition, Outline, outline};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::apply::{Applied, Block};

/// What a patch does to the definitions of one file. Names are qualified names; edited ones in the order
/// of the file before, new ones in the order of the file after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileEdits {
    pub(crate) functions: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) module_level: bool,
    pub(crate) new_functions: Vec<String>,
    pub(crate) new_classes: Vec<String>,
    pub(crate) enclosing_classes: Vec<String>,
}

/// The edits of a file whose text before is `pre`.
pub(crate) fn edits_of(language: Language, pre: &str, applied: &Applied) -> FileEdits {
    let before = Definitions::new(outline(language, pre));
    let after = Definitions::new(outline(language, &applied.post));
    let names_before = names_before(&before, &after, &applied.blocks);
    let lines_before: Vec<&str> = pre.split('\n').collect();
    let lines_after: Vec<&str> = applied.post.split('\n').collect();
    let is_blank = |lines: &[&str], line: u32| {
        lines
            .get(line as usize - 1)
            .is_none_or(|text| text.trim().is_empty())
    };

    // Blank lines belong to nobody, unless nothing else changes.
    let only_blank = applied.blocks.iter().all(|block| {
        block
            .deleted
            .iter()
            .all(|&line| is_blank(&lines_before, line))
            && block
                .inserted
                .iter()
                .all(|&line| is_blank(&lines_after, line))
    });
    let mut owners: FxHashSet<Option<usize>> = FxHashSet::default();
    for block in &applied.blocks {
        let deleted = |lines: &[u32]| -> FxHashSet<Option<usize>> {
            let counted = lines
                .iter()
                .filter(|&&line| only_blank || !is_blank(&lines_before, line));
            counted
                .map(|&line| before.innermost(line).and_then(|at| before.candidate(at)))
                .collect()
        };
        let inserted = |lines: &[u32]| -> FxHashSet<Option<usize>> {
            let counted = lines
                .iter()
                .filter(|&&line| only_blank || !is_blank(&lines_after, line));
            counted
                .map(|&line| owner_before(&before, &after, &names_before, line))
                .collect()
        };
        if block.deleted.is_empty() {
            owners.extend(fewest_owners(&block.inserted, &lines_after, inserted));
        } else if block.inserted.is_empty() {
            owners.extend(fewest_owners(&block.deleted, &lines_before, deleted));
        } else {
            owners.extend(deleted(&block.deleted));
            owners.extend(inserted(&block.inserted));
        }
    }
    let edited = |at: usize| owners.contains(&Some(at));
    let module_level = owners.contains(&None);

    let mut edits = FileEdits {
        module_level,
        ..FileEdits::default()
    };
    for (at, definition) in before.outline.definitions.iter().enumerate() {
        if !edited(at) {
            continue;
        }
        let name = definition.qualified_name.to_string();
        if definition.kind.is_type() {
            push_new(&mut edits.classes, name);
        } else {
            push_new(&mut edits.functions, name);
            if let Some(class) = before.class_around(at) {
                push_new(&mut edits.enclosing_classes, class);
            }
        }
    }
    for (at, definition) in after.outline.definitions.iter().enumerate() {
        let is_new = !before.by_name.contains_key(&names_before[at]);
        if is_new && after.candidate(at) == Some(at) {
            let name = definition.qualified_name.to_string();
            if definition.kind.is_callable() {
                push_new(&mut edits.new_functions, name);
            } else if definition.kind.is_type() {
                push_new(&mut edits.new_classes, name);
            }
        }
    }
    edits
}

/// The owners of lines that were only inserted or only deleted.
///
/// Where such a block begins with the line that follows it (or ends with the line before it), the same
/// change can be written one line further down (or up): a method that is added before another one with
/// the same decorator may come out as beginning below the decorator of the old one. Of all these ways the
/// one that touches the fewest definitions counts, the one in the patch where several do.
fn fewest_owners(
    block: &[u32],
    lines: &[&str],
    owners: impl Fn(&[u32]) -> FxHashSet<Option<usize>>,
) -> FxHashSet<Option<usize>> {
    let (Some(&first), Some(&last)) = (block.first(), block.last()) else {
        return FxHashSet::default();
    };
    let line = |number: u32| lines.get(number as usize - 1);
    let length = last - first + 1;
    let mut best = owners(block);
    let mut consider = |first: u32| {
        let moved: Vec<u32> = (first..first + length).collect();
        let found = owners(&moved);
        if found.len() < best.len() {
            best = found;
        }
    };
    let mut up = first;
    while up > 1 && line(up - 1).is_some() && line(up - 1) == line(up - 1 + length) {
        up -= 1;
        consider(up);
    }
    let mut down = first;
    while line(down + length).is_some() && line(down) == line(down + length) {
        down += 1;
        consider(down);
    }
    best
}

/// The definition before that an inserted line belongs to; `None` for the module.
fn owner_before(
    before: &Definitions,
    after: &Definitions,
    names_before: &[Box<str>],
    line: u32,
) -> Option<usize> {
    let innermost = after.innermost(line)?;
    let old = after
        .around(innermost)
        .find_map(|at| before.by_name.get(&names_before[at]).copied())?;
    before.candidate(old)
}

/// The qualified name that each definition after had before, where it or a definition around it was
/// renamed; else its name.
fn names_before(before: &Definitions, after: &Definitions, blocks: &[Block]) -> Vec<Box<str>> {
    let renamed = renamed(before, after, blocks);
    let definitions = &after.outline.definitions;
    let mut names: Vec<Box<str>> = Vec::with_capacity(definitions.len());
    for (at, definition) in definitions.iter().enumerate() {
        let name = &definition.qualified_name;
        // Parents come before their children.
        let around = definition
            .parent
            .map(|parent| parent as usize)
            .filter(|&parent| parent < at);
        let inside = around.and_then(|parent| {
            let rest = name.strip_prefix(&*definitions[parent].qualified_name)?;
            Some(format!("{}{rest}", names[parent]).into_boxed_str())
        });
        names.push(match renamed.get(&at) {
            Some(&old) => before.outline.definitions[old].qualified_name.clone(),
            None => inside.unwrap_or_else(|| name.clone()),
        });
    }
    names
}

/// Definitions after that carry on a definition before under another name: both names stand in the same
/// block of changed lines, in the same parent, and each is gone from the other file. Index after → index
/// before.
fn renamed(before: &Definitions, after: &Definitions, blocks: &[Block]) -> FxHashMap<usize, usize> {
    let gone = |from: &Definitions, to: &Definitions, lines: &[u32]| -> Vec<usize> {
        let definitions = from.outline.definitions.iter().enumerate();
        definitions
            .filter(|(_, d)| {
                lines.contains(&d.name_line) && !to.by_name.contains_key(&*d.qualified_name)
            })
            .map(|(at, _)| at)
            .collect()
    };
    let mut pairs = FxHashMap::default();
    for block in blocks {
        let mut old = gone(before, after, &block.deleted);
        for new in gone(after, before, &block.inserted) {
            let definition = &after.outline.definitions[new];
            let same = old.iter().position(|&candidate| {
                let other = &before.outline.definitions[candidate];
                other.kind == definition.kind && parent_name(other) == parent_name(definition)
            });
            if let Some(position) = same {
                pairs.insert(new, old.remove(position));
            }
        }
    }
    pairs
}

/// The qualified name without its last part.
fn parent_name(definition: &Definition) -> &str {
    definition
        .qualified_name
        .rfind('.')
        .map_or("", |dot| &definition.qualified_name[..dot])
}

/// The definitions of one version of the file.
struct Definitions {
    outline: Outline,
    /// The first definition of each qualified name, types before `impl` blocks of the same name.
    by_name: FxHashMap<Box<str>, usize>,
}

impl Definitions {
    fn new(outline: Outline) -> Self {
        let mut by_name: FxHashMap<Box<str>, usize> = FxHashMap::default();
        for pass in [false, true] {
            for (at, definition) in outline.definitions.iter().enumerate() {
                if (definition.kind == SymbolKind::Impl) == pass {
                    by_name
                        .entry(definition.qualified_name.clone())
                        .or_insert(at);
                }
            }
        }
        Self { outline, by_name }
    }

    /// The innermost definition around a line.
    fn innermost(&self, line: u32) -> Option<usize> {
        let around = |(_, d): &(usize, &Definition)| d.lines.contains(line);
        self.outline
            .definitions
            .iter()
            .enumerate()
            .filter(around)
            // Of two that are equally long the later one is the inner one.
            .min_by_key(|(at, d)| (d.lines.n_lines(), std::cmp::Reverse(*at)))
            .map(|(at, _)| at)
    }

    /// The location that a definition stands for: the outermost function around it (functions inside
    /// functions are parts of these), itself included; else itself where it is a type; else (an `impl`
    /// block, a namespace) the type of the same name, or the nearest type around it.
    fn candidate(&self, at: usize) -> Option<usize> {
        let around: Vec<usize> = self.around(at).collect();
        let definition = |at: &usize| &self.outline.definitions[*at];
        if let Some(function) = around
            .iter()
            .rev()
            .find(|at| definition(at).kind.is_callable())
        {
            return Some(*function);
        }
        around.iter().find_map(|at| {
            if definition(at).kind.is_type() {
                return Some(*at);
            }
            let named = self.by_name.get(&*definition(at).qualified_name).copied()?;
            definition(&named).kind.is_type().then_some(named)
        })
    }

    /// A definition and those around it, innermost first.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |&at| {
            self.outline.definitions[at]
                .parent
                .map(|parent| parent as usize)
        })
    }

    /// The name of the innermost class around a definition, itself not counted.
    fn class_around(&self, at: usize) -> Option<String> {
        let outer = self
            .around(at)
            .skip(1)
            .map(|at| &self.outline.definitions[at]);
        let mut classes = outer.filter(|d| d.kind.is_type() || d.kind == SymbolKind::Impl);
        classes.next().map(|class| class.qualified_name.to_string())
    }
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
