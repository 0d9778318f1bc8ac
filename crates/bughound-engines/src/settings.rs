//! Which engine and which image, and whether they are there.

use std::path::PathBuf;
use std::sync::Arc;

use bughound_sandbox::{Backend, LayerCopy, Sandbox, SandboxError, Upper, World};

use crate::http::Api;
use crate::sandbox::EngineSandbox;

/// Which engine runs commands, and in what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// The name as a backend: `docker` or `podman`.
    pub name: &'static str,
    /// Where it listens, such as `/var/run/docker.sock`. It must see the same files as we do.
    pub socket: PathBuf,
    /// An image that it has. None is ever fetched. It needs `/bin/sh`, `/bin/cat`, `tar` and the usual small programs.
    pub image: String,
    /// A folder of the host for files of sandboxes: layers are merged in it, and changes compared.
    pub temporary: PathBuf,
}

/// Isolates commands in containers of Docker or Podman, for machines on which those may and Bughound may not.
///
/// The system that commands see is the image's, not the host's. Layers are copied for every sandbox; they do not
/// count into the limits of memory and disk, `/tmp` counts apart from the tree. Commands are user 65533, who must be
/// able to read what is bound. A signal and a status above 128 look the same.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) api: Api,
    pub(crate) settings: Arc<EngineSettings>,
}

impl Engine {
    /// Asks whether the engine answers and has the image.
    ///
    /// # Errors
    /// [`SandboxError::Unavailable`] where it does not.
    pub fn find(settings: EngineSettings) -> Result<Self, SandboxError> {
        let backend = settings.name;
        let unavailable = |missing: String, remedy: String| SandboxError::Unavailable {
            backend,
            missing,
            remedy,
        };
        let image = &settings.image;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if image.is_empty() || !image.chars().all(is_name) {
            return Err(SandboxError::Nonsense(format!("an image named {image:?}")));
        }
        let api = Api::new(&settings.socket);
        let socket = settings.socket.display();
        let answers = api.ask("GET", "/_ping", None);
        if let Err(error) = answers.and_then(|answer| answer.check()) {
            return Err(unavailable(
                format!("no engine answers at {socket}: {error}"),
                "start the engine, name its socket, and see that you may open it".to_owned(),
            ));
        }
        let found = api.ask("GET", &format!("/images/{image}/json"), None);
        if let Err(error) = found.and_then(|answer| answer.check()) {
            return Err(unavailable(
                format!("there is no image {image}: {error}"),
                format!("fetch it, which is never done by itself: {backend} pull {image}"),
            ));
        }
        Ok(Self {
            api,
            settings: Arc::new(settings),
        })
    }
}

impl Backend for Engine {
    fn name(&self) -> &'static str {
        self.settings.name
    }

    fn open(&self, world: &World) -> Result<Box<dyn Sandbox>, SandboxError> {
        if world.upper != Upper::Memory {
            let name = self.settings.name;
            return Err(SandboxError::Nonsense(format!(
                "{name} writes into memory only; use the embedded backend to make layers"
            )));
        }
        let copy = LayerCopy::merged(world, &self.settings.temporary)?;
        Ok(Box::new(EngineSandbox::open(self, world, copy)?))
    }
}
