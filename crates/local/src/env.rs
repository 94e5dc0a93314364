//! Every environment variable that the laptop stack reads or sets.

/// Read: where programs are looked for; set for every child.
pub(crate) const PATH: &str = "PATH";
/// Read: the base of the cache directory when we are not root (XDG Base Directory Specification).
pub(crate) const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// Read: the user's home, below which the cache lies when [`XDG_CACHE_HOME`] is not set.
pub(crate) const HOME: &str = "HOME";
/// Read: where fetched PostgreSQL binaries are kept, whoever we are.
pub(crate) const ADIT_CACHE_DIR: &str = "ADIT_CACHE_DIR";
/// Read, and passed to the database server: the time zone.
pub(crate) const TZ: &str = "TZ";
