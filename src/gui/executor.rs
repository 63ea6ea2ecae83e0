//! Runs the window's tasks on the program's own runtime, so that there is one set of threads.

use std::future::Future;
use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Handle, Runtime};

static SHARED: OnceLock<Handle> = OnceLock::new();

/// Shares `handle` with every window of this process.
pub fn share(handle: Handle) {
    // Whoever shared one first is the program itself.
    let _ = SHARED.set(handle);
}

/// The shared runtime, or one of its own where nothing was shared.
#[derive(Debug)]
pub enum Executor {
    /// The program's.
    Shared(Handle),
    /// Its own.
    Own(Runtime),
}

impl Executor {
    fn handle(&self) -> &Handle {
        match self {
            Self::Shared(handle) => handle,
            Self::Own(runtime) => runtime.handle(),
        }
    }
}

impl iced::Executor for Executor {
    fn new() -> io::Result<Self> {
        SHARED.get().map_or_else(|| Runtime::new().map(Self::Own), |handle| Ok(Self::Shared(handle.clone())))
    }

    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.handle().spawn(future);
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle().block_on(future)
    }

    fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        let _inside = self.handle().enter();
        run()
    }
}
