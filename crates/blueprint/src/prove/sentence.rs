//! The sentences of `[require]`. Three forms, and no more: what cannot be said in them is not half understood.

use crate::code;
use crate::finding::Finding;
use crate::model::Name;
use crate::source::Span;
use crate::value::port::port;
use crate::words::shown;

/// What a sentence demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sentence {
    /// `X reaches Y`, `X does not reach Y`.
    Reaches { from: String, to: Goal, not: bool },
    /// `nothing else in VCN reaches Y`, `nothing else reaches Y`: nothing but what is required to, by another sentence or by the
    /// database that a function names.
    NothingElse { within: Option<String>, to: Goal },
    /// `X cannot read secret Y`: about permissions, which are not analysed here.
    CannotRead { who: String, secret: String },
}

/// Where a sentence's packets go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goal {
    pub(crate) name: String,
    pub(crate) port: Option<adit_net::Port>,
}

/// Reads a sentence.
pub(crate) fn sentence(text: &Name) -> Result<Sentence, Box<Finding>> {
    let words: Vec<&str> = text.value.split_whitespace().collect();
    let said = words.join(" ");
    let nothing = said.strip_prefix("nothing else ");
    if let Some((who, secret)) = said.split_once(" cannot read secret ") {
        return named(text, &[who, secret], || Sentence::CannotRead {
            who: who.to_owned(),
            secret: secret.to_owned(),
        });
    }
    if let Some(rest) = nothing {
        let within = rest.strip_prefix("in ").and_then(|rest| rest.split_once(" reaches "));
        let (within, to) = match (within, rest.strip_prefix("reaches ")) {
            (Some((within, to)), _) => (Some(within), to),
            (None, Some(to)) => (None, to),
            (None, None) => return Err(not_understood(text)),
        };
        let goal = goal(text, to)?;
        return named(text, &[within.unwrap_or("all"), to], || Sentence::NothingElse {
            within: within.map(str::to_owned),
            to: goal,
        });
    }
    for (verb, not) in [(" does not reach ", true), (" reaches ", false)] {
        if let Some((from, to)) = said.split_once(verb) {
            let goal = goal(text, to)?;
            return named(text, &[from, to], || Sentence::Reaches { from: from.to_owned(), to: goal, not });
        }
    }
    Err(not_understood(text))
}

fn named(text: &Name, names: &[&str], made: impl FnOnce() -> Sentence) -> Result<Sentence, Box<Finding>> {
    if names.iter().any(|name| name.is_empty()) { Err(not_understood(text)) } else { Ok(made()) }
}

/// `NAME` or `NAME:PORT`.
fn goal(text: &Name, to: &str) -> Result<Goal, Box<Finding>> {
    let Some((name, number)) = to.rsplit_once(':') else {
        return Ok(Goal { name: to.to_owned(), port: None });
    };
    let read = number.parse::<i64>().ok().and_then(|number| port(&crate::shape::Scalar::Whole(number)).ok());
    match read {
        Some(port) => Ok(Goal { name: name.to_owned(), port: Some(port) }),
        None => Err(Box::new(
            Finding::new(
                code::PORT,
                shown(&text.value),
                text.span,
                format!("`{}` is not a port", shown(number)),
            )
            .here("in this sentence")
            .observed(shown(number))
            .expected("1 to 65535")
            .fix(format!("write a port from 1 to 65535 behind `{}:`, or none", shown(name))),
        )),
    }
}

fn not_understood(text: &Name) -> Box<Finding> {
    let said = shown(&text.value);
    let span: Span = text.span;
    let finding =
        Finding::new(code::SENTENCE, &said, span, format!("`{said}` is not a sentence that can be proved"))
            .here("not one of the three forms")
            .observed(said)
            .expected("`X reaches Y`, `nothing else in VCN reaches Y`, or `X cannot read secret Y`");
    Box::new(finding.fix(
        "write `X reaches Y`, `X does not reach Y`, `nothing else in VCN reaches Y`, or `X cannot read secret Y`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Sentence, String> {
        sentence(&Name { value: text.to_owned(), span: Span::default() }).map_err(|fault| fault.message)
    }

    fn to(name: &str, port: Option<i64>) -> Goal {
        Goal { name: name.to_owned(), port: port.map(|port| adit_net::Port::new(port).unwrap()) }
    }

    #[test]
    fn the_three_forms_are_read() {
        let reaches = |from: &str, to, not| Ok(Sentence::Reaches { from: from.to_owned(), to, not });
        assert_eq!(read("f reaches db"), reaches("f", to("db", None), false));
        assert_eq!(read("f  reaches\tdb:5432"), reaches("f", to("db", Some(5432)), false));
        assert_eq!(read("the internet does not reach db"), reaches("the internet", to("db", None), true));
        assert_eq!(
            read("nothing else in sandbox-vcn reaches db"),
            Ok(Sentence::NothingElse { within: Some("sandbox-vcn".to_owned()), to: to("db", None) })
        );
        assert_eq!(
            read("nothing else reaches db"),
            Ok(Sentence::NothingElse { within: None, to: to("db", None) })
        );
        assert_eq!(
            read("CI-CD-Deployers cannot read secret librarian-db"),
            Ok(Sentence::CannotRead { who: "CI-CD-Deployers".to_owned(), secret: "librarian-db".to_owned() })
        );
    }

    #[test]
    fn anything_else_is_told() {
        for text in [
            "",
            "f",
            "f reaches",
            " reaches db",
            "everything is fine",
            "nothing else",
            "nothing else in reaches db",
            "f can reach db",
        ] {
            assert!(read(text).unwrap_err().ends_with("is not a sentence that can be proved"), "{text}");
        }
        assert_eq!(read("f reaches db:70000").unwrap_err(), "`70000` is not a port");
    }
}
