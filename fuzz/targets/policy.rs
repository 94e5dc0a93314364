#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| adit_iam::fuzz::policy(bytes));
