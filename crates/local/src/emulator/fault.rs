//! Failures on demand: what a service that is down, slow or strict answers.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use crate::emulator::answer::Refusal;

/// One way in which a service does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 401 `NotAuthenticated`.
    NotAuthenticated,
    /// 404 `NotAuthorizedOrNotFound`.
    NotAuthorizedOrNotFound,
    /// 429 `TooManyRequests`.
    TooManyRequests,
    /// 500 `InternalServerError`.
    InternalServerError,
    /// No answer at all, for as long as the caller waits.
    Hang,
    /// The answer, half of it: then the connection ends.
    BreaksOff,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault, times: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(std::iter::repeat_n(fault, times));
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Commits the next one. The answer to the question whether the service's own answer must break off.
    pub(crate) async fn strike(&self) -> Result<bool, Refusal> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        const REASON: &str = "a fault that was asked for";
        match next {
            None => Ok(false),
            Some(Fault::BreaksOff) => Ok(true),
            Some(Fault::NotAuthenticated) => Err(Refusal::not_authenticated(REASON)),
            Some(Fault::NotAuthorizedOrNotFound) => Err(Refusal::not_found(REASON)),
            Some(Fault::TooManyRequests) => Err(Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                "Too many requests for the user.",
            )),
            Some(Fault::InternalServerError) => Err(Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                "An internal server error occurred.",
            )),
            Some(Fault::Hang) => std::future::pending().await,
        }
    }
}
