//! pgvector's `sparsevec` (layout: `sparsevec_send` in the extension), from its own text `{1:1.5,3:2}/5` or from a whole vector.

use bytes::{BufMut, BytesMut};

use super::literal::{Cell, Literal, ValueError, wrong};
use super::vector::{check_dimensions, element, elements};

/// The extension's limits (`SPARSEVEC_MAX_DIM`, `SPARSEVEC_MAX_NNZ`).
const MOST_DIMENSIONS: usize = 1_000_000_000;
const MOST_ELEMENTS: usize = 16_000;

const FORM: &str = r#"a sparse vector as "{1:1.5,3:2}/5", or an array of numbers"#;

/// Appends a `sparsevec`: only the elements that are not zero, each with its place.
pub(super) fn encode(cell: Cell<'_>, dimensions: Option<u32>, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let (found, count) = match &literal {
        Literal::Text(text) if !text.trim_start().starts_with('[') => sparse(text.trim(), &literal)?,
        _ => dense(&literal)?,
    };
    if found.len() > MOST_ELEMENTS {
        let limit = format!("{MOST_ELEMENTS} elements that are not zero");
        return Err(ValueError::TooLong {
            limit,
            found: format!("{} elements that are not zero", found.len()),
        });
    }
    check_dimensions(count, dimensions, MOST_DIMENSIONS)?;
    out.put_u32(u32::try_from(count).unwrap_or(u32::MAX));
    out.put_u32(u32::try_from(found.len()).unwrap_or(u32::MAX));
    out.put_u32(0);
    for (place, _) in &found {
        out.put_u32(*place);
    }
    for (_, value) in &found {
        out.put_f32(*value);
    }
    Ok(())
}

/// The elements that are not zero, each with its place from 0 on and in this order; and the number of dimensions.
type Elements = (Vec<(u32, f32)>, usize);

fn dense(literal: &Literal<'_>) -> Result<Elements, ValueError> {
    let mut found = Vec::new();
    let mut place = 0_u32;
    for text in elements(literal)? {
        let value = element(text)?;
        if value != 0.0 {
            found.push((place, value));
        }
        place = place.saturating_add(1);
    }
    Ok((found, usize::try_from(place).unwrap_or(usize::MAX)))
}

/// `{place:value,…}/dimensions`, with places from 1 on, each once, in any order.
fn sparse(text: &str, literal: &Literal<'_>) -> Result<Elements, ValueError> {
    let refused = || wrong(FORM, literal);
    let (inner, count) = text.rsplit_once('/').ok_or_else(refused)?;
    let inner = inner.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(refused)?;
    let count: u32 = count.trim().parse().ok().filter(|count| *count > 0).ok_or_else(refused)?;
    let mut found = Vec::new();
    for pair in inner.split(',').filter(|_| !inner.trim().is_empty()) {
        let (place, value) = pair.split_once(':').ok_or_else(refused)?;
        let place: u32 = place.trim().parse().map_err(|_| refused())?;
        let inside = (1..=count).contains(&place);
        let place = place.checked_sub(1).filter(|_| inside).ok_or_else(|| ValueError::Range {
            allowed: format!("places 1 to {count}").into(),
            found: format!("place {place}"),
        })?;
        found.push((place, element(value.trim())?));
    }
    found.sort_unstable_by_key(|(place, _)| *place);
    if found.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(wrong("each place once", literal));
    }
    found.retain(|(_, value)| *value != 0.0);
    Ok((found, usize::try_from(count).unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(cell: Cell<'_>, dimensions: Option<u32>) -> Result<Vec<u8>, ValueError> {
        let mut out = BytesMut::new();
        encode(cell, dimensions, &mut out).map(|()| out.to_vec())
    }

    #[test]
    fn sparse_and_dense_are_the_same() {
        let expected =
            [0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0x40, 0, 0, 0];
        for json in [r#""{1:1,3:2}/3""#, r#"" { 3 : 2 , 2 : 0 , 1 : 1 } / 3 ""#, "[1, 0, 2]", r#""[1,0,2]""#]
        {
            assert_eq!(encoded(Cell::Json(json), Some(3)).unwrap(), expected, "{json}");
        }
        assert_eq!(encoded(Cell::Field("{}/3"), None).unwrap()[..8], [0, 0, 0, 3, 0, 0, 0, 0]);
    }

    #[test]
    fn what_is_no_sparse_vector_is_refused() {
        for bad in [
            "",
            "{}",
            "{}/0",
            "{1:1}/x",
            "{1:1",
            "1:1/3",
            "{0:1}/3",
            "{4:1}/3",
            "{1:1,1:2}/3",
            "{1}/3",
            "{1:x}/3",
            "{1:1,}/3",
        ] {
            assert!(encoded(Cell::Field(bad), None).is_err(), "{bad}");
        }
        assert!(encoded(Cell::Field("{1:1}/3"), Some(4)).is_err());
        assert!(encoded(Cell::Field("{1:1}/4000000000"), None).is_err());
        let many = format!("[{}1]", "1,".repeat(MOST_ELEMENTS));
        assert!(encoded(Cell::Json(&many), None).is_err());
    }
}
