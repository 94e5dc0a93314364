//! Signed requests to Oracle Cloud: principals, regions, retries, Vault, Functions.
