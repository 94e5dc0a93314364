//! Arrays of any encodable type, of one or more dimensions (`array_recv` in the server).

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::literal::{Cell, Literal, ValueError, shorten, wrong};
use super::{Encoding, array_text, encode as encode_value, encode_null};

/// PostgreSQL's limit (`MAXDIM`).
pub(super) const MOST_DIMENSIONS: usize = 6;

/// Appends an array from a JSON array, from the same as text, or from PostgreSQL's own text `{1,2,NULL}`.
pub(super) fn encode(
    cell: Cell<'_>,
    element_oid: u32,
    element: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let (shape, elements) = match &literal {
        Literal::Text(text) if text.trim_start().starts_with('{') => {
            let (shape, elements) =
                array_text::parse(text).ok_or_else(|| wrong("an array as {1,2,NULL}", &literal))?;
            return put(
                shape,
                elements.iter().map(|text| text.as_deref().map(Cell::Field)),
                element_oid,
                element,
                out,
            );
        }
        Literal::Text(text) => collect(text, element)?,
        Literal::Nested(text) => collect(text, element)?,
        _ => return Err(wrong("an array", &literal)),
    };
    let cells = elements.iter().map(|value| (*value != "null").then_some(Cell::Json(value)));
    put(shape, cells, element_oid, element, out)
}

/// Appends the elements in order, behind the size of each dimension.
fn put<'a>(
    shape: Vec<usize>,
    cells: impl ExactSizeIterator<Item = Option<Cell<'a>>> + Clone,
    element_oid: u32,
    element: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    // An array without elements has no dimension.
    let shape = if cells.len() == 0 { Vec::new() } else { shape };
    out.put_i32(length(shape.len())?);
    out.put_i32(i32::from(cells.clone().any(|cell| cell.is_none())));
    out.put_u32(element_oid);
    for size in &shape {
        out.put_i32(length(*size)?);
        out.put_i32(1);
    }
    for cell in cells {
        match cell {
            None => encode_null(out),
            Some(cell) => encode_value(element, cell, out)?,
        }
    }
    Ok(())
}

/// The size of each dimension of a JSON array, and its elements in order.
fn collect<'a>(text: &'a str, element: &Encoding) -> Result<(Vec<usize>, Vec<&'a str>), ValueError> {
    let (mut shape, mut elements) = (Vec::new(), Vec::new());
    flatten(text, 0, !is_array_itself(element), &mut shape, &mut elements)?;
    Ok((shape, elements))
}

/// Whether a value of this type may be a JSON array: then an array in an array is an element, and no dimension.
fn is_array_itself(element: &Encoding) -> bool {
    matches!(
        element,
        Encoding::Json
            | Encoding::Jsonb
            | Encoding::Point
            | Encoding::Vector { .. }
            | Encoding::HalfVector { .. }
            | Encoding::SparseVector { .. }
            | Encoding::Multirange { .. }
            | Encoding::Array { .. }
    )
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
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert!(encoded(&deep).unwrap_err().to_string().starts_with("expected at most 6 dimensions"));
    }

    #[test]
    fn a_text_is_an_array_in_either_notation() {
        for text in [r#""[[1,2],[3,null]]""#, r#""{{1,2},{3,NULL}}""#] {
            assert_eq!(encoded(text).unwrap(), encoded("[[1,2],[3,null]]").unwrap(), "{text}");
        }
        for bad in [r#""""#, r#""1,2""#, r#""{1,2""#, r#""[0:1]={1,2}""#, "true"] {
            assert!(encoded(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_an_array_itself_is_an_element() {
        let points = |json: &str| {
            let mut out = BytesMut::new();
            encode(Cell::Json(json), 600, &Encoding::Point, &mut out).map(|()| out.to_vec())
        };
        assert_eq!(points("[[1,2],[3,4]]").unwrap(), points(r#"["(1,2)","(3,4)"]"#).unwrap());
        assert!(points("[[[1,2]],[[3,4]]]").is_err());
    }
}
