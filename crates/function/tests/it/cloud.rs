//! Where functions run: one PostgreSQL and one emulated cloud for all tests, on a runtime that outlives each of them; and a
//! cloud of its own for a test that breaks it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, mpsc};

use adit_local::{Emulator, EmulatorOptions, Event, Events, Postgres, PostgresOptions};

pub(crate) type Variables = BTreeMap<String, String>;

/// Events that can be looked at afterwards.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Recorder {
    pub(crate) fn events(&self) -> Events {
        let recorder = self.clone();
        Events::new(move |event| recorder.0.lock().unwrap().push(event))
    }

    /// What `pick` finds in the events so far, in their order.
    pub(crate) fn all<T>(&self, pick: impl FnMut(&Event) -> Option<T>) -> Vec<T> {
        self.0.lock().unwrap().iter().filter_map(pick).collect()
    }
}

/// A request that the emulated cloud answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) caller: Option<String>,
    pub(crate) status: u16,
}

/// An emulated cloud, with an identity for functions.
pub(crate) struct Cloud {
    pub(crate) emulator: Emulator,
    /// What makes a function a resource principal of this cloud.
    pub(crate) principal: Variables,
    recorder: Recorder,
}

/// Whom the functions of these tests are, as the cloud sees them.
pub(crate) const FUNCTION_ID: &str = "ocid1.fnfunc.oc1.local.under-test";

impl Cloud {
    pub(crate) async fn start(options: EmulatorOptions) -> Self {
        let recorder = Recorder::default();
        let options = EmulatorOptions { events: recorder.events(), ..options };
        let emulator = Emulator::start(options).await.unwrap();
        let principal = emulator.resource_principal(FUNCTION_ID).await.unwrap();
        Self { emulator, principal, recorder }
    }

    /// The requests for what has this in its path.
    pub(crate) fn asked_for(&self, part: &str) -> Vec<Asked> {
        self.recorder.all(|event| match event {
            Event::OciRequest { path, caller, status, .. } if path.contains(part) => {
                Some(Asked { path: path.clone(), caller: caller.clone(), status: *status })
            }
            _ => None,
        })
    }
}

/// What the tests share.
pub(crate) struct Shared {
    pub(crate) postgres: Postgres,
    pub(crate) cloud: Cloud,
}

/// The shared server and cloud, started by whoever asks first.
pub(crate) fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (started, starting) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                // Nothing here survives the tests: the disk need not be waited for.
                let settings = vec![("fsync".to_owned(), "off".to_owned())];
                let postgres = Postgres::start(PostgresOptions { settings, ..PostgresOptions::default() });
                let cloud = Cloud::start(EmulatorOptions::default());
                let (postgres, cloud) = tokio::join!(postgres, cloud);
                started.send(Shared { postgres: postgres.unwrap(), cloud }).unwrap();
                std::future::pending::<()>().await;
            });
        });
        starting.recv().unwrap()
    })
}
