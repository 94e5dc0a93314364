//! Ports and ranges of them, as they are written: `6432`, `"6432"` or `"1024-65535"`.

use adit_net::{Port, PortError, PortRange};

use crate::code;
use crate::shape::Scalar;
use crate::value::{BadValue, quoted};
use crate::words::shown;

const ALLOWED: &str = "1 to 65535, or a range such as \"1024-65535\"";

/// One port.
pub(crate) fn port(scalar: &Scalar<'_>) -> Result<Port, BadValue> {
    match scalar {
        Scalar::Whole(number) => single(*number),
        Scalar::Text(text) => number(text).and_then(single),
        Scalar::Flag(_) => Err(BadValue::new(code::PORT, "a port is a number", ALLOWED)),
    }
}

/// One port or a range.
pub(crate) fn ports(scalar: &Scalar<'_>) -> Result<PortRange, BadValue> {
    let Scalar::Text(text) = scalar else {
        return port(scalar).map(PortRange::only);
    };
    match text.split_once('-') {
        None if *text == "all" => Ok(PortRange::ALL),
        None => number(text).and_then(single).map(PortRange::only),
        Some((first, last)) => {
            let (first, last) = (single(number(first.trim())?)?, single(number(last.trim())?)?);
            PortRange::new(first, last).map_err(|error| {
                BadValue::new(code::PORT, error.to_string(), "the smaller port first")
                    .instead(quoted(format!("{last}-{first}")))
            })
        }
    }
}

fn number(text: &str) -> Result<i64, BadValue> {
    text.parse().map_err(|_| BadValue::new(code::PORT, format!("`{}` is not a port", shown(text)), ALLOWED))
}

fn single(number: i64) -> Result<Port, BadValue> {
    Port::new(number).map_err(|error| match error {
        PortError::Outside(_) => BadValue::new(code::PORT, format!("{number} is not a port"), ALLOWED),
        other => BadValue::new(code::PORT, other.to_string(), ALLOWED),
    })
}
