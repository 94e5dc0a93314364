//! The text that is signed. Both sides build it here, so that they cannot differ.

use http::{HeaderMap, Method};

/// The pseudo-header for verb, path and query.
pub(crate) const REQUEST_TARGET: &str = "(request-target)";

/// One `name: value` line for each of `names`, in their order, line feeds between and none at the end. A header that
/// occurs more than once gives its values with `, ` between.
///
/// # Errors
/// The first name that is not among `headers`, or whose value is not text.
pub(crate) fn signing_string<'n>(
    names: &[&'n str],
    method: &Method,
    target: &str,
    headers: &HeaderMap,
) -> Result<String, &'n str> {
    let mut text = String::with_capacity(256 + target.len());
    for name in names {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(name);
        text.push_str(": ");
        if *name == REQUEST_TARGET {
            text.push_str(&method.as_str().to_ascii_lowercase());
            text.push(' ');
            text.push_str(target);
            continue;
        }
        let mut values = headers.get_all(*name).iter().peekable();
        if values.peek().is_none() {
            return Err(name);
        }
        while let Some(value) = values.next() {
            text.push_str(value.to_str().map_err(|_| *name)?.trim());
            if values.peek().is_some() {
                text.push_str(", ");
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// draft-cavage-http-signatures-08, 2.3.
    #[test]
    fn lines_in_the_order_of_the_names_and_values_as_a_list() {
        let mut headers = HeaderMap::new();
        headers.append("x-tag", HeaderValue::from_static(" a "));
        headers.append("x-tag", HeaderValue::from_static("b"));
        headers.insert("host", HeaderValue::from_static("h"));
        let text = signing_string(&["x-tag", REQUEST_TARGET, "host"], &Method::POST, "/x?y=%3A", &headers);
        assert_eq!(text.as_deref(), Ok("x-tag: a, b\n(request-target): post /x?y=%3A\nhost: h"));
        assert_eq!(signing_string(&["host", "date"], &Method::GET, "/", &headers), Err("date"));
    }
}
