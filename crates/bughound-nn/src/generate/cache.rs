//! Keys and values of what has been read, in blocks that requests share.
//!
//! Blocks of [`BLOCK`] tokens form a tree: a block's place says all tokens before it, so that a request walks down as
//! far as its prompt agrees and reads what others computed. The block where it parts from them is copied as
//! far as it agrees. Blocks that nobody uses stay until their room is needed, and those that were used longest ago
//! go first.

use crate::config::ModelConfig;
use crate::kernels::attention::{BLOCK, Block, Heads, fill_block};

/// A block in the tree.
pub(super) type NodeId = usize;

struct Node {
    parent: Option<NodeId>,
    children: Vec<NodeId>,
    /// What it holds keys and values of.
    tokens: Vec<u32>,
    /// For each layer and head, keys and then values.
    data: Vec<f32>,
    /// Requests whose text goes through it.
    users: usize,
    /// The model's version that computed it.
    version: u64,
    /// When it was last used; larger is later.
    used: u64,
}

pub(super) struct Cache {
    heads: Heads,
    layers: usize,
    most: usize,
    nodes: Vec<Option<Node>>,
    free: Vec<NodeId>,
    roots: Vec<NodeId>,
    count: usize,
    in_use: usize,
    clock: u64,
}

impl Cache {
    pub(super) fn new(config: &ModelConfig, heads: Heads, bytes: usize) -> Self {
        let most = bytes / block_bytes(config, heads);
        Self {
            heads,
            layers: config.layers,
            most,
            nodes: Vec::new(),
            free: Vec::new(),
            roots: Vec::new(),
            count: 0,
            in_use: 0,
            clock: 0,
        }
    }

    /// How many blocks there may be.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// How many blocks requests hold.
    pub(super) fn in_use(&self) -> usize {
        self.in_use
    }

    /// The blocks that hold the longest known beginning of `prompt`, which are the caller's to release, and how many
    /// tokens that are. At least the last token stays unknown, as somebody must compute what follows it.
    pub(super) fn find(&mut self, prompt: &[u32], version: u64) -> (Vec<NodeId>, usize) {
        let known = &prompt[..prompt.len().saturating_sub(1)];
        let mut path = Vec::new();
        let mut at = 0;
        while let Some(rest) = known.get(at..at + BLOCK) {
            let same = |node: &Node| node.version == version && node.tokens == rest;
            let Some(next) = self
                .children(path.last())
                .find(|id| self.node(*id).is_some_and(same))
            else {
                break;
            };
            path.push(next);
            self.hold(next);
            at += BLOCK;
        }
        let rest = &known[at..];
        let agreeing = |id: NodeId| {
            let node = self.node(id).filter(|node| node.version == version);
            node.map_or(0, |node| {
                node.tokens
                    .iter()
                    .zip(rest)
                    .take_while(|(a, b)| a == b)
                    .count()
            })
        };
        let best = self
            .children(path.last())
            .map(|id| (agreeing(id), id))
            .max_by_key(|(n, id)| (*n, std::cmp::Reverse(*id)));
        if let Some((n, from)) = best.filter(|(n, _)| *n > 0) {
            // Held for the moment, lest making room for the copy takes it away.
            self.hold(from);
            if let Some(copy) = self.grow(path.last().copied(), version) {
                let data = self
                    .node(from)
                    .map(|node| node.data.clone())
                    .unwrap_or_default();
                if let Some(node) = self.node_mut(copy) {
                    node.data = data;
                    node.tokens = rest[..n].to_vec();
                }
                path.push(copy);
                at += n;
            }
            self.release(&[from]);
        }
        (path, at)
    }

    /// An empty block after `parent`, held; none where all room is in use.
    pub(super) fn grow(&mut self, parent: Option<NodeId>, version: u64) -> Option<NodeId> {
        let size = self.layers * self.layer_size();
        let mut data = if self.count < self.most {
            Vec::new()
        } else {
            self.evict()?
        };
        data.clear();
        data.resize(size, 0.0);
        let node = Node {
            parent,
            children: Vec::new(),
            tokens: Vec::new(),
            data,
            users: 0,
            version,
            used: 0,
        };
        let id = self.free.pop().unwrap_or(self.nodes.len());
        if id == self.nodes.len() {
            self.nodes.push(Some(node));
        } else {
            self.nodes[id] = Some(node);
        }
        self.siblings(parent).push(id);
        self.count += 1;
        self.hold(id);
        Some(id)
    }

    /// The caller goes through this block no more.
    pub(super) fn release(&mut self, path: &[NodeId]) {
        for id in path.iter().rev() {
            let mut freed = false;
            if let Some(node) = self.node_mut(*id) {
                node.users -= 1;
                freed = node.users == 0;
            }
            self.in_use -= usize::from(freed);
        }
    }

    /// Forgets everything that nobody uses and that another version computed.
    pub(super) fn forget_other_versions(&mut self, version: u64) {
        while let Some(id) = self.unused_leaf(|node| node.version != version) {
            self.remove(id);
        }
    }

    /// How many tokens of a block are known.
    pub(super) fn len(&self, id: NodeId) -> usize {
        self.node(id).map_or(0, |node| node.tokens.len())
    }

    /// Says what the next tokens of a block are.
    pub(super) fn extend(&mut self, id: NodeId, tokens: &[u32]) {
        if let Some(node) = self.node_mut(id) {
            node.tokens.extend(tokens);
        }
    }

    /// Puts keys and values into a block, `[n, dim]` each.
    pub(super) fn write(
        &mut self,
        id: NodeId,
        (layer, group): (usize, usize),
        at: usize,
        k: &[f32],
        v: &[f32],
    ) {
        let heads = self.heads;
        let place = self.place(layer, group);
        if let Some(node) = self.node_mut(id) {
            let (keys, values) = node.data[place].split_at_mut(heads.dim * BLOCK);
            fill_block(keys, values, at, k, v, heads);
        }
    }

    /// Keys and values of a block.
    pub(super) fn read(&self, id: NodeId, layer: usize, group: usize) -> Block<'_> {
        let place = self.place(layer, group);
        let data = self.node(id).map_or(&[][..], |node| &node.data[place]);
        let (keys, values) = data.split_at(self.heads.dim * BLOCK);
        Block { keys, values }
    }

    fn place(&self, layer: usize, group: usize) -> std::ops::Range<usize> {
        let size = self.layer_size() / self.heads.keys;
        let begin = layer * self.layer_size() + group * size;
        begin..begin + size
    }

    fn layer_size(&self) -> usize {
        self.heads.keys * BLOCK * (self.heads.dim + self.heads.padded())
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)?.as_ref()
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id)?.as_mut()
    }

    fn children(&self, parent: Option<&NodeId>) -> impl Iterator<Item = NodeId> {
        let children = match parent {
            None => &self.roots[..],
            Some(id) => self.node(*id).map_or(&[][..], |node| &node.children),
        };
        children.iter().copied()
    }

    fn siblings(&mut self, parent: Option<NodeId>) -> &mut Vec<NodeId> {
        match parent.and_then(|id| self.nodes.get_mut(id)?.as_mut()) {
            Some(node) => &mut node.children,
            None => &mut self.roots,
        }
    }

    fn hold(&mut self, id: NodeId) {
        self.clock += 1;
        let clock = self.clock;
        let mut taken = false;
        if let Some(node) = self.node_mut(id) {
            taken = node.users == 0;
            node.users += 1;
            node.used = clock;
        }
        self.in_use += usize::from(taken);
    }

    fn unused_leaf(&self, which: impl Fn(&Node) -> bool) -> Option<NodeId> {
        let unused = |node: &Node| node.users == 0 && node.children.is_empty() && which(node);
        let nodes = self.nodes.iter().enumerate();
        nodes
            .filter_map(|(id, node)| Some((node.as_ref()?, id)))
            .filter(|(node, _)| unused(node))
            .min_by_key(|(node, _)| node.used)
            .map(|(_, id)| id)
    }

    fn evict(&mut self) -> Option<Vec<f32>> {
        let id = self.unused_leaf(|_| true)?;
        Some(self.remove(id))
    }

    fn remove(&mut self, id: NodeId) -> Vec<f32> {
        let Some(node) = self.nodes[id].take() else {
            return Vec::new();
        };
        self.siblings(node.parent).retain(|sibling| *sibling != id);
        self.free.push(id);
        self.count -= 1;
        node.data
    }
}

/// Bytes of keys and values of [`BLOCK`] tokens.
pub(crate) fn block_bytes(config: &ModelConfig, heads: Heads) -> usize {
    config.layers * heads.keys * BLOCK * (heads.dim + heads.padded()) * size_of::<f32>()
}
