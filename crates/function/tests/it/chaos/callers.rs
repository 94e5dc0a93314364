//! Callers as they should be: what has a name is sent until it is acknowledged; what has none is sent again only where the answer says
//! that nothing of it was stored.

use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_local::containers::{Containers, Failure};
use futures_util::future::join;
use serde_json::Value;

use super::accounts::{Accounts, Receipt};
use super::payload::Payload;
use super::random::Random;

/// A payload that is not stored by then never will be.
const PATIENCE: Duration = Duration::from_secs(240);

/// What became of a call.
enum Heard {
    Stored(Receipt),
    /// Nothing of it was stored: the answer says so, or no function saw it.
    Nothing,
    /// Nobody knows.
    Unknown,
}

/// Sends payloads until the accounts are closed.
pub(super) async fn call(
    caller: usize,
    containers: Arc<Containers>,
    accounts: Arc<Accounts>,
    mut random: Random,
) {
    let mut payload = 0;
    while !accounts.are_closed() {
        payload += 1;
        let payload = Payload::new(format!("{caller}-{payload}"), &mut random);
        let twice = payload.named && random.one_in(12);
        let until_known = async |payload: &Payload, random| {
            Sender { caller, containers: &containers, accounts: &accounts }.until_known(payload, random).await
        };
        let sent = until_known(&payload, random.fork());
        let receipt = if twice {
            // A caller that lost its patience sends it again while the first call is still under way.
            let again = until_known(&payload, random.fork());
            let (first, second) = join(sent, again).await;
            assert_eq!(first.as_ref().map(Receipt::counts), second.as_ref().map(Receipt::counts));
            first
        } else {
            sent.await
        };
        match receipt {
            Some(receipt) => accounts.acknowledged(payload, receipt),
            None => accounts.unknown(payload),
        }
        if random.one_in(6)
            && let Some((payload, first)) = accounts.any_named(&mut random)
        {
            let again = until_known(&payload, random.fork()).await.unwrap();
            assert!(again.replayed, "{} was stored and is not known", payload.name);
            assert_eq!(again.counts(), first.counts(), "not the first receipt of {}", payload.name);
            accounts.replayed();
        }
    }
}

/// What a caller sends with.
struct Sender<'a> {
    caller: usize,
    containers: &'a Containers,
    accounts: &'a Accounts,
}

impl Sender<'_> {
    /// Sends a payload until it is acknowledged; or, without a name, until nobody knows what became of it: `None`.
    async fn until_known(&self, payload: &Payload, mut random: Random) -> Option<Receipt> {
        let began = Instant::now();
        loop {
            match self.send(payload).await {
                Heard::Stored(receipt) => {
                    assert_eq!(
                        (receipt.received, receipt.inserted),
                        (payload.rows, payload.rows),
                        "{}",
                        payload.name
                    );
                    return Some(receipt);
                }
                Heard::Unknown if !payload.named => return None,
                Heard::Nothing | Heard::Unknown => {}
            }
            if began.elapsed() >= PATIENCE {
                self.accounts.waits_in_vain(payload);
            }
            tokio::time::sleep(Duration::from_millis(random.between(1, 40))).await;
        }
    }

    async fn send(&self, payload: &Payload) -> Heard {
        let began = Instant::now();
        let called = self.containers.invoke(payload.call().into_invocation()).await;
        let heard = |answer: &str, words: &str| {
            self.accounts.heard(self.caller, payload, answer, words, began.elapsed());
        };
        let reply = match called.outcome {
            Ok(reply) => reply,
            Err(failure) => {
                heard(failure.status_and_code().1, &failure.to_string());
                return match failure {
                    Failure::TooManyRequests { .. }
                    | Failure::InitFail { .. }
                    | Failure::InitTimeout { .. } => Heard::Nothing,
                    _ => Heard::Unknown,
                };
            }
        };
        let document: Value = serde_json::from_slice(&reply.body).unwrap();
        if document["status"] == "success" {
            heard("stored", "");
            return Heard::Stored(Receipt::of(&document));
        }
        heard(document["code"].as_str().unwrap(), document["message"].as_str().unwrap_or_default());
        if document["inserted"] == 0 { Heard::Nothing } else { Heard::Unknown }
    }
}
