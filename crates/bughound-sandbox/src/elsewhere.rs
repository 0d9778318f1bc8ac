//! Where there is no Linux there is no sandbox of our own.

use crate::{Backend, Primitive, PrimitiveKind, Sandbox, SandboxError, World};

/// Isolates commands on Linux; here it only says that it cannot.
#[derive(Clone, Debug)]
pub struct Embedded {
    never: std::convert::Infallible,
}

impl Embedded {
    /// Says that it cannot.
    ///
    /// # Errors
    /// Always.
    pub fn start() -> Result<Self, SandboxError> {
        Err(SandboxError::Unavailable {
            backend: "embedded",
            missing: "it is made of what only Linux has".to_owned(),
            remedy: "run it on Linux, also in a virtual machine".to_owned(),
        })
    }
}

impl Backend for Embedded {
    fn name(&self) -> &'static str {
        match self.never {}
    }

    fn open(&self, _: &World) -> Result<Box<dyn Sandbox>, SandboxError> {
        match self.never {}
    }
}

/// Nothing is enforced.
pub(crate) fn primitives(_: Result<&Embedded, &SandboxError>) -> Vec<Primitive> {
    vec![Primitive {
        kind: PrimitiveKind::Namespaces,
        enforced: false,
        how: "only Linux has them".to_owned(),
        remedy: Some("run it on Linux, also in a virtual machine".to_owned()),
    }]
}
