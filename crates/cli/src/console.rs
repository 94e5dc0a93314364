//! All printing: data to standard output, talk to standard error, colour where a terminal wants it.

use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::OwoColorize;

use crate::failure::Failure;

/// A line of data, for standard output. A reader that went away is not an error.
pub(crate) fn data(line: &str) {
    let _ = writeln!(anstream::stdout().lock(), "{line}");
}

/// A line of data that is new in a file.
pub(crate) fn added(line: &str) {
    data(format!("+ {line}").trim_end().green().to_string().as_str());
}

/// A line of talk, for standard error.
pub(crate) fn talk(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// A line of talk with a name in front, in a column of its own.
pub(crate) fn named(name: &str, text: &str) {
    talk(&format!("  {:<10} {text}", name.cyan()));
}

/// A warning: something is not as it was wished for.
pub(crate) fn warning(text: &str) {
    talk(&format!("{} {text}", "warning:".yellow().bold()));
}

/// A line that belongs to a warning or an error.
pub(crate) fn detail(text: &str) {
    talk(&format!("  {text}"));
}

/// A question; the answer is typed behind it.
pub(crate) fn ask(question: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
}

/// An error, with its code and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    let code = failure.code().map(|code| format!("[{code}]")).unwrap_or_default();
    talk(&format!("{}{}: {failure}", "error".red().bold(), code.red().bold()));
    for detail in failure.details() {
        self::detail(&detail);
    }
    if let Some(help) = failure.help() {
        talk(&format!("{} {help}", "help:".green().bold()));
    }
}

/// A bar over bytes with rate and time left; nothing where standard error is no terminal.
pub(crate) fn progress(bytes: Option<u64>) -> ProgressBar {
    const KNOWN: &str =
        "{bar:32.cyan/dim} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left  {msg}";
    const UNKNOWN: &str = "{spinner} {bytes}, {binary_bytes_per_sec}  {msg}";
    let (bar, template) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), KNOWN),
        None => (ProgressBar::no_length(), UNKNOWN),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
