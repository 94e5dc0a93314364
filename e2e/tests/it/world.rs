//! A description made real: its networks as namespaces, its database in one, its function in another.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;
use std::sync::mpsc;

use adit_lab::{Lab, Plan, Spot, Winner};
use adit_net::{Endpoint, Network};

use crate::hub::Hub;
use crate::spoke::{Called, call};

/// What was seen.
pub(crate) struct Seen {
    pub(crate) called: Called,
    /// How many rows are in the table afterwards.
    pub(crate) rows: i64,
}

/// Two rows.
const BODY: &str = r#"[{"name":"first"},{"name":"second"}]"#;

/// Builds the networks, starts what lives in them, calls the function once, and takes all of it away again.
pub(crate) fn live(network: &Network, winner: Winner, program: &Path, data: &Path) -> Seen {
    let lab = Lab::build(Plan::of(network, winner).unwrap()).unwrap();
    let spot = |wanted: fn(&Endpoint) -> bool| -> Spot {
        lab.plan().spots.iter().find(|spot| wanted(&spot.endpoint)).unwrap().clone()
    };
    let database = spot(|end| matches!(end, Endpoint::Database(_)));
    let function = spot(|end| matches!(end, Endpoint::Function(_)));
    let at = SocketAddrV4::new(database.range.first(), 6432);
    assert_eq!(*at.ip(), Ipv4Addr::new(10, 0, 0, 146));
    let (tell_ready, ready) = mpsc::channel();
    let (tell_done, done) = mpsc::channel::<()>();
    let lab = &lab;
    std::thread::scope(|threads| {
        // Each in a thread of its own: whatever it starts is in its namespace.
        let hub = threads.spawn(move || {
            lab.inside(database.space, move || {
                runtime().block_on(async {
                    let hub = Hub::start(at, data).await;
                    tell_ready.send(()).unwrap();
                    let waited = tokio::task::spawn_blocking(move || done.recv());
                    // An error means that the caller has failed, and says so itself.
                    let _ = waited.await.unwrap();
                    hub.rows().await
                })
            })
        });
        let spoke = threads.spawn(move || {
            lab.inside(function.space, move || {
                ready.recv().unwrap();
                let called = runtime().block_on(call(program, &Hub::secret(at), BODY));
                drop(tell_done);
                called
            })
        });
        let called = spoke.join().unwrap().unwrap();
        Seen { called, rows: hub.join().unwrap().unwrap() }
    })
}

/// Of one thread, so that all that it starts is where that thread is.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
