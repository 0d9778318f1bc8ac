//! Writing: many requests at once, each token computed for all of them together.
//!
//! Requests come and go at any step (continuous batching). What a request writes depends on the model, its prompt and
//! its seed: no kernel's row depends on the rows beside it, so neither does a sample.

mod cache;
mod forward;
mod request;
mod sampling;

use std::collections::VecDeque;

use crate::Error;
use crate::config::ModelConfig;
use crate::kernels::attention::BLOCK;
use crate::kernels::cross_entropy::Summary;
use crate::kernels::rope::Rotation;
use crate::model::{Model, check_tokens, heads};
use crate::rng::Rng;

use cache::{Cache, NodeId};
use forward::{Forward, Part};

pub(crate) use cache::block_bytes;
pub use request::{Event, Finish, Request, RequestId};
pub use sampling::Sampling;

/// Tokens of a prompt computed at once: bounds the memory that a long one takes.
const PREFILL: usize = 512;

/// How much a generator may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratorConfig {
    /// The most requests at once; others wait.
    pub slots: usize,
    /// Bytes for keys and values, of running requests and of what may be of use to later ones.
    pub kv_bytes: usize,
}

impl Default for GeneratorConfig {
    fn default() -> Self {
        Self {
            slots: 16,
            kv_bytes: 1 << 30,
        }
    }
}

/// Writes tokens for requests.
pub struct Generator {
    model: ModelConfig,
    config: GeneratorConfig,
    cache: Cache,
    forward: Forward,
    version: u64,
    next_id: u64,
    waiting: VecDeque<(RequestId, Request)>,
    running: Vec<Running>,
}

struct Running {
    id: RequestId,
    request: Request,
    rng: Rng,
    path: Vec<NodeId>,
    /// Tokens whose keys and values are in the cache.
    computed: usize,
    /// The token that was drawn last and is not computed yet.
    last: u32,
    written: usize,
    reused: usize,
    /// Blocks that it may still need.
    reserved: usize,
}

impl Generator {
    /// For models of this shape.
    pub fn new(model: &ModelConfig, config: GeneratorConfig) -> Self {
        Self {
            model: model.clone(),
            config,
            cache: Cache::new(model, heads(model), config.kv_bytes),
            forward: Forward::new(Rotation::new(model.head_dim, model.rope_theta)),
            version: 0,
            next_id: 0,
            waiting: VecDeque::new(),
            running: Vec::new(),
        }
    }

    /// Takes a request, or says why it can never be answered.
    pub fn submit(&mut self, request: Request) -> Result<RequestId, Error> {
        request.sampling.check()?;
        check_tokens(&request.prompt, self.model.vocab)?;
        if request.prompt.is_empty() || request.max_new == 0 {
            return Err(Error::Request(
                "a request needs a prompt and at least one token to write".to_owned(),
            ));
        }
        if request.prompt.len() >= self.model.context {
            return Err(Error::Context {
                tokens: request.prompt.len() + 1,
                context: self.model.context,
            });
        }
        let (blocks, most) = (self.blocks(&request), self.cache.most());
        if blocks > most {
            let block = block_bytes(&self.model, heads(&self.model));
            return Err(Error::Request(format!(
                "a prompt of {} tokens with {} to follow needs {} bytes of keys and values, and the generator has {}: \
                 give it more, or ask for less",
                request.prompt.len(),
                request.max_new,
                blocks * block,
                self.config.kv_bytes
            )));
        }
        let id = RequestId(self.next_id);
        self.next_id += 1;
        self.waiting.push_back((id, request));
        Ok(id)
    }

    /// Drops a request; what it computed stays in the cache. Gives whether there was one.
    pub fn cancel(&mut self, id: RequestId) -> bool {
        if let Some(index) = self.waiting.iter().position(|(waiting, _)| *waiting == id) {
            self.waiting.remove(index);
            return true;
        }
        match self.running.iter().position(|running| running.id == id) {
            Some(index) => {
                let running = self.running.remove(index);
                self.cache.release(&running.path);
                true
            }
            None => false,
        }
    }

    /// Requests that are not finished.
    pub fn pending(&self) -> usize {
        self.waiting.len() + self.running.len()
    }

    /// One more token for each request that has a slot. Nothing comes back when nothing is pending.
    ///
    /// Where the model changed since the last step, what was cached is forgotten; requests that are under way go on
    /// with what they have read by the old weights.
    pub fn step(&mut self, model: &Model) -> Result<Vec<Event>, Error> {
        if *model.config() != self.model {
            return Err(Error::Request(
                "the generator was made for a model of another shape".to_owned(),
            ));
        }
        if self.version != model.version() {
            self.version = model.version();
            self.cache.forget_other_versions(self.version);
        }
        let mut events = self.advance(model)?;
        while self.running.len() < self.config.slots {
            let Some(event) = self.admit(model)? else {
                break;
            };
            events.push(event);
        }
        events.sort_by_key(|event| event.id);
        Ok(events)
    }

    /// Runs until nothing is pending, and gives each request's tokens in the order of submission.
    pub fn run(&mut self, model: &Model) -> Result<Vec<Vec<Event>>, Error> {
        let mut all = std::collections::BTreeMap::<RequestId, Vec<Event>>::new();
        while self.pending() > 0 {
            for event in self.step(model)? {
                all.entry(event.id).or_default().push(event);
            }
        }
        Ok(all.into_values().collect())
    }

    /// The most blocks that a request can come to need.
    fn blocks(&self, request: &Request) -> usize {
        let longest = request.prompt.len().saturating_add(request.max_new);
        longest.min(self.model.context).div_ceil(BLOCK)
    }

    /// Computes the tokens that were drawn last, and draws the next.
    fn advance(&mut self, model: &Model) -> Result<Vec<Event>, Error> {
        if self.running.is_empty() {
            return Ok(Vec::new());
        }
        for running in &mut self.running {
            running.make_room(&mut self.cache, 1, self.version)?;
        }
        let parts: Vec<Part<'_>> = self
            .running
            .iter()
            .map(|running| Part {
                path: &running.path,
                before: running.computed,
                tokens: std::slice::from_ref(&running.last),
            })
            .collect();
        let logits = self.forward.run(model, &mut self.cache, &parts)?;
        let mut events = Vec::new();
        for (running, logits) in self
            .running
            .iter_mut()
            .zip(logits.chunks_exact(self.model.vocab))
        {
            let last = running.last;
            running.computed(&mut self.cache, &[last]);
            events.push(running.draw(logits, self.model.context));
        }
        self.drop_finished(&events);
        Ok(events)
    }

    /// Reads the next waiting request's prompt, where there is room, and draws its first token.
    fn admit(&mut self, model: &Model) -> Result<Option<Event>, Error> {
        let Some((_, request)) = self.waiting.front() else {
            return Ok(None);
        };
        let needed = self.blocks(request);
        let reserved: usize = self.running.iter().map(|running| running.reserved).sum();
        if self.cache.in_use() + reserved + needed > self.cache.most() && !self.running.is_empty() {
            return Ok(None);
        }
        let Some((id, request)) = self.waiting.pop_front() else {
            return Ok(None);
        };
        let (path, reused) = self.cache.find(&request.prompt, self.version);
        let mut running = Running {
            id,
            rng: Rng::new(request.seed),
            reserved: needed.saturating_sub(path.len()),
            path,
            computed: reused,
            last: 0,
            written: 0,
            reused,
            request,
        };
        let read = self.read_prompt(model, &mut running);
        if read.is_err() {
            self.cache.release(&running.path);
        }
        let event = read?;
        self.running.push(running);
        self.drop_finished(std::slice::from_ref(&event));
        Ok(Some(event))
    }

    fn read_prompt(&mut self, model: &Model, running: &mut Running) -> Result<Event, Error> {
        let prompt = running.request.prompt.clone();
        loop {
            let tokens = &prompt[running.computed..prompt.len().min(running.computed + PREFILL)];
            running.make_room(&mut self.cache, tokens.len(), self.version)?;
            let part = Part {
                path: &running.path,
                before: running.computed,
                tokens,
            };
            let logits = self.forward.run(model, &mut self.cache, &[part])?;
            running.computed(&mut self.cache, tokens);
            if running.computed == prompt.len() {
                return Ok(running.draw(logits, self.model.context));
            }
        }
    }

    fn drop_finished(&mut self, events: &[Event]) {
        for event in events.iter().filter(|event| event.finish.is_some()) {
            self.cancel(event.id);
        }
    }
}

impl Running {
    /// Blocks for `n` more tokens.
    fn make_room(&mut self, cache: &mut Cache, n: usize, version: u64) -> Result<(), Error> {
        while self.path.len() * BLOCK < self.computed + n {
            let block = cache.grow(self.path.last().copied(), version);
            let block = block.ok_or_else(|| {
                Error::Request("the room for keys and values is used up".to_owned())
            })?;
            self.path.push(block);
            self.reserved = self.reserved.saturating_sub(1);
        }
        Ok(())
    }

    /// Keys and values of these tokens are in the cache.
    fn computed(&mut self, cache: &mut Cache, mut tokens: &[u32]) {
        while !tokens.is_empty() {
            let block = self.path[self.computed / BLOCK];
            let n = tokens.len().min(BLOCK - cache.len(block));
            cache.extend(block, &tokens[..n]);
            self.computed += n;
            tokens = &tokens[n..];
        }
    }

    fn draw(&mut self, logits: &[f32], context: usize) -> Event {
        let token = self.request.sampling.draw(logits, &mut self.rng);
        let log_sum = Summary::of(logits).log_sum();
        self.last = token;
        self.written += 1;
        let finish = if self.request.stop.contains(&token) {
            Some(Finish::Stop)
        } else if self.written == self.request.max_new || self.computed + 1 >= context {
            Some(Finish::Length)
        } else {
            None
        };
        Event {
            id: self.id,
            token,
            logprob: logits[token as usize] - log_sum,
            alternatives: sampling::most_likely(logits, self.request.alternatives, log_sum),
            reused: self.reused,
            finish,
        }
    }
}
