//! JSON and CSV into PostgreSQL, by binary COPY, all or nothing.
