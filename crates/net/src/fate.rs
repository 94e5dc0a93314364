//! What becomes of one packet, in so few words that it can be held against a packet that was really sent.

use serde::Serialize;

use crate::model::{Endpoint, Network};
use crate::packet::Packet;
use crate::reach::Engine;
use crate::trace::{self, AskError, Verdict};

/// What becomes of one packet and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// Whether it gets there; `None`: nobody can say.
    pub there: Option<bool>,
    /// What can be said of it and its answer together.
    pub verdict: Verdict,
}

impl Fate {
    /// What the interpreter says of a packet between two ends.
    ///
    /// # Errors
    /// Ends that have no meaning in this network, and a packet that is not from one to the other.
    pub fn traced(network: &Network, from: Endpoint, to: Endpoint, packet: Packet) -> Result<Self, AskError> {
        let (from, to) = trace::ends_of(network, from, to, packet)?;
        Ok(trace::fate(network, from, to, packet))
    }

    /// What the sets say of the same.
    ///
    /// # Errors
    /// As [`Fate::traced`].
    pub fn reached(
        engine: &mut Engine,
        from: Endpoint,
        to: Endpoint,
        packet: Packet,
    ) -> Result<Self, AskError> {
        let (from, to) = trace::ends_of(engine.network(), from, to, packet)?;
        engine.trim();
        Ok(engine.fate(from, to, packet))
    }
}
