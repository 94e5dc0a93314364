//! Tells the program which target it was built for: the static function is built for the same one.

fn main() {
    let target = std::env::var("TARGET").unwrap_or_default();
    let mut stdout = std::io::stdout();
    // Cargo reads this line; there is nobody to tell if it cannot be written.
    let _ = std::io::Write::write_fmt(&mut stdout, format_args!("cargo::rustc-env=ADIT_TARGET={target}\n"));
}
