//! The laptop stack: PostgreSQL, PgBouncer, emulated OCI and the function's containers.
