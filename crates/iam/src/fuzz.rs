//! What must hold whatever the bytes are, as functions that a fuzzer calls: each takes any bytes and panics when one of its promises is
//! broken. They are built for `fuzz/` (the feature `fuzz`) and for the tests, which run every seed of `fuzz/seeds`; nothing that ships
//! has them.
#![expect(clippy::panic, reason = "a broken promise is told by a panic")]

use crate::syntax::{Fault, Layout, Options, Span, parse, parse_rule, parse_statement};

#[cfg(test)]
mod replay;

/// A text of policies: every place is in it, what is no statement has an error, and what is one is printed as it is read.
pub fn policy(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    for template in [false, true] {
        for layout in [Layout::Text, Layout::Lines] {
            read(text, &Options { template, layout, ..Options::default() });
        }
    }
}

fn read(text: &str, options: &Options) {
    let parsed = parse(text, options);
    let mut behind = 0;
    for entry in &parsed.entries {
        assert!(entry.span.start >= behind, "entries are not in order: {text:?}");
        behind = entry.span.start;
        place(text, entry.span);
        entry.faults.iter().for_each(|fault| told(text, fault));
        let errors = entry.faults.iter().filter(|fault| fault.is_error()).count();
        let Some(statement) = &entry.statement else {
            assert!(errors > 0 || entry.faults.len() == 1, "no statement, and no word of why: {text:?}");
            continue;
        };
        assert_eq!(errors, 0, "a statement with errors: {text:?}");
        let printed = statement.to_string();
        assert!(!printed.contains('\n'), "{printed:?} has more than a line");
        match parse_statement(&printed, options) {
            Ok(again) if again.value == statement.value => {}
            Ok(again) => panic!("{text:?}\nis printed as {printed:?}\nwhich reads as {:?}", again.value),
            Err(faults) => panic!("{text:?}\nis printed as {printed:?}\nwhich is {faults:?}"),
        }
    }
}

/// The rule of a dynamic group: the same.
pub fn rule(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    for template in [false, true] {
        let options = Options { template, ..Options::default() };
        let parsed = parse_rule(text, &options);
        parsed.faults.iter().for_each(|fault| told(text, fault));
        let broken = parsed.faults.iter().any(Fault::is_error);
        assert_eq!(broken, parsed.rule.is_none(), "{text:?}");
        if let Some(rule) = &parsed.rule {
            let printed = rule.to_string();
            let again = parse_rule(&printed, &options).rule;
            assert_eq!(again.as_ref(), Some(rule), "{text:?}\nis printed as {printed:?}");
        }
    }
}

fn place(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is no place in {text:?}");
}

/// A fault has places in the text, and its words are such that a terminal can be shown them.
fn told(text: &str, fault: &Fault) {
    place(text, fault.span);
    let mut words = vec![&fault.message, &fault.found];
    words.extend(&fault.expected);
    words.extend(&fault.why);
    if let Some(fix) = &fault.fix {
        words.push(&fix.text);
        if let Some((span, _)) = &fix.edit {
            place(text, *span);
        }
    }
    assert!(fault.fix.is_some() && !fault.message.is_empty(), "{fault:?}");
    for words in words {
        assert!(words.chars().count() < 400 && !words.contains(char::is_control), "{words:?}");
    }
}
