//! Arrays of any encodable type, of one or more dimensions (`array_recv` in the server).

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::literal::{Cell, ValueError, shorten};
use super::{Encoding, encode as encode_value, encode_null};

/// PostgreSQL's limit (`MAXDIM`).
const MOST_DIMENSIONS: usize = 6;

/// Appends an array from a JSON array; a CSV field holds a JSON array as text.
pub(super) fn encode(
    cell: Cell<'_>,
    element_oid: u32,
    element: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let text = match cell {
        Cell::Json(text) | Cell::Field(text) => text,
    };
    let mut shape = Vec::new();
    // In an array of documents an inner array is a document, not a dimension.
    let nests = !matches!(element, Encoding::Json | Encoding::Jsonb);
    let mut elements = Vec::new();
    flatten(text, 0, nests, &mut shape, &mut elements)?;
    if elements.is_empty() {
        shape.clear();
    }
    out.put_i32(length(shape.len())?);
    out.put_i32(i32::from(elements.contains(&"null")));
    out.put_u32(element_oid);
    for size in &shape {
        out.put_i32(length(*size)?);
        out.put_i32(1);
    }
    for value in elements {
        match value {
            "null" => encode_null(out),
            value => encode_value(element, Cell::Json(value), out)?,
        }
    }
    Ok(())
}

/// Collects the elements in order, and the size of each dimension; every array of a dimension must have the same size.
fn flatten<'a>(
    text: &'a str,
    depth: usize,
    nests: bool,
    shape: &mut Vec<usize>,
    elements: &mut Vec<&'a str>,
) -> Result<(), ValueError> {
    let wrong = |expected: &'static str| ValueError::Type { expected: expected.into(), found: shorten(text) };
    if depth == MOST_DIMENSIONS {
        return Err(wrong("at most 6 dimensions"));
    }
    let items: Vec<&'a RawValue> = serde_json::from_str(text).map_err(|_| wrong("an array"))?;
    match shape.get(depth) {
        None => shape.push(items.len()),
        Some(size) if *size == items.len() => {}
        Some(_) => return Err(wrong("inner arrays of one length")),
    }
    let inner = nests && items.iter().any(|item| item.get().starts_with('['));
    if inner != (shape.len() > depth + 1) && !(inner && elements.is_empty()) {
        return Err(wrong("inner arrays of one depth"));
    }
    for item in items {
        if inner {
            if !item.get().starts_with('[') {
                return Err(wrong("inner arrays of one depth"));
            }
            flatten(item.get(), depth + 1, nests, shape, elements)?;
        } else {
            elements.push(item.get());
        }
    }
    Ok(())
}

fn length(size: usize) -> Result<i32, ValueError> {
    i32::try_from(size)
        .map_err(|_| ValueError::TooLong { limit: "an array".to_owned(), found: format!("{size} elements") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(json: &str) -> Result<Vec<u8>, ValueError> {
        let mut out = BytesMut::new();
        encode(Cell::Json(json), 21, &Encoding::Int2, &mut out).map(|()| out.to_vec())
    }

    #[test]
    fn one_dimension() {
        let expected = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 21, 0, 0, 0, 2, 0, 0, 0, 1];
        let elements = [0, 0, 0, 2, 0, 7, 255, 255, 255, 255];
        assert_eq!(encoded("[7, null]").unwrap(), [&expected[..], &elements[..]].concat());
    }

    #[test]
    fn empty_arrays_have_no_dimension() {
        assert_eq!(encoded("[]").unwrap(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21]);
        assert_eq!(encoded("[[],[]]").unwrap(), encoded("[]").unwrap());
    }

    #[test]
    fn arrays_are_rectangular() {
        assert!(encoded("[[1,2],[3,4]]").is_ok());
        for ragged in
            ["[[1],[2,3]]", "[1,[2]]", "[[1],2]", "[[[1]],[2]]", "[[1],[[2]]]", "5", "[[[[[[[1]]]]]]]"]
        {
            assert!(encoded(ragged).is_err(), "{ragged}");
        }
    }
}
