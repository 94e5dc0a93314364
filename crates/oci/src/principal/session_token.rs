//! A session of a user: the token that `oci session authenticate` left behind, with its key.

use super::Session;
use crate::region::Region;

/// A session of a user.
#[derive(Debug)]
pub struct SessionToken {
    session: Session,
    tenancy: Option<String>,
    region: Option<Region>,
}

impl SessionToken {
    /// The session, and the region that its profile names.
    #[must_use]
    pub fn new(session: Session, region: Option<Region>) -> Self {
        Self { session, tenancy: None, region }
    }

    /// The same, of a profile that names the tenancy.
    #[must_use]
    pub fn of_tenancy(self, tenancy: Option<&str>) -> Self {
        Self { tenancy: tenancy.map(str::to_owned), ..self }
    }

    /// The tenancy's identifier, where the profile names it.
    #[must_use]
    pub fn tenancy(&self) -> Option<&str> {
        self.tenancy.as_deref()
    }

    /// The region that was given with the session.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Token and key.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}
