//! Matching rules.

use std::fmt::{self, Display, Formatter};

use super::super::{Attribute, Equality, Holes, MatchingRule};
use super::displayed;

impl Display for MatchingRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (word, rules) = match self {
            MatchingRule::Any(rules) => ("ANY", rules),
            MatchingRule::All(rules) => ("ALL", rules),
            MatchingRule::Compare { attribute, equality, value } => {
                let sign = match equality.value {
                    Equality::Equal => "=",
                    Equality::NotEqual => "!=",
                };
                write!(f, "{} {sign} ", attribute.value)?;
                return match value.holes() {
                    Holes::Bare => f.write_str(value.as_str()),
                    _ => write!(f, "'{}'", value.as_str()),
                };
            }
            MatchingRule::Has(attribute) => return attribute.value.fmt(f),
        };
        write!(f, "{word} {{")?;
        displayed(f, rules)?;
        f.write_str("}")
    }
}

impl Display for Attribute {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Attribute::Tag { namespace, key } = self {
            return write!(f, "tag.{namespace}.{key}.value");
        }
        let plain = Attribute::PLAIN.iter().find(|(_, plain)| plain == self);
        f.write_str(plain.map_or("", |(name, _)| name))
    }
}
