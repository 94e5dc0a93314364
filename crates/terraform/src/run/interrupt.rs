//! A Ctrl-C that was seen: told once, to whatever runs and to whatever would run next.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether all is to stop in good order.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Default for Interrupt {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Interrupt {
    /// All is to stop.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Whether all is to stop: then nothing more is begun.
    pub(super) fn is_now(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns as soon as all is to stop.
    pub async fn wait(&self) {
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|now| *now).await;
    }
}
