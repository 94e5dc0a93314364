//! Which encoding a type has, from what the catalogue says of it. Reading that is `catalog`'s work.

use tokio_postgres::types::Type;

use crate::encode::Encoding;

/// A type as `pg_type` has it.
#[derive(Clone, Debug)]
pub(crate) struct CatalogType {
    /// Its OID.
    pub(crate) oid: u32,
    /// Its name, without its schema.
    pub(crate) name: String,
    /// `pg_type.typtype`: `b` for base types and their arrays, `c` composite, `d` domain, `e` enumeration, `m` multirange, `r` range.
    pub(crate) kind: String,
    /// The type modifier, -1 if there is none.
    pub(crate) modifier: i32,
}

/// The encoding of the first of these types. Behind each type stands the one that it is made of: behind a domain its base type, behind an
/// array its element, behind a range or multirange the type of its bounds.
pub(crate) fn encoding_of(types: &[CatalogType]) -> Encoding {
    let Some((first, behind)) = types.split_first() else { return Encoding::Unsupported };
    let made_of = |wrap: fn(u32, Box<Encoding>) -> Encoding| match (encoding_of(behind), behind.first()) {
        (Encoding::Unsupported, _) | (_, None) => Encoding::Unsupported,
        (inner, Some(next)) => wrap(next.oid, Box::new(inner)),
    };
    match first.kind.as_str() {
        "d" => encoding_of(behind),
        "r" => made_of(|_, subtype| Encoding::Range { subtype }),
        "m" => made_of(|_, subtype| Encoding::Multirange { subtype }),
        "e" => Encoding::Enum,
        "b" if !behind.is_empty() => made_of(|element_oid, element| Encoding::Array { element_oid, element }),
        "b" => of_base_type(first),
        _ => Encoding::Unsupported,
    }
}

/// Built-in types are known by OID (`pg_type.dat`), extensions' by name.
fn of_base_type(base: &CatalogType) -> Encoding {
    // What a modifier means is the type's matter: `varchar(n)` and `char(n)` keep n + 4, `bit(n)` and `vector(n)` n.
    let characters = base.modifier.checked_sub(4).and_then(|most| u32::try_from(most).ok());
    let count = u32::try_from(base.modifier).ok();
    match Type::from_oid(base.oid) {
        Some(Type::BOOL) => Encoding::Bool,
        Some(Type::INT2) => Encoding::Int2,
        Some(Type::INT4) => Encoding::Int4,
        Some(Type::INT8) => Encoding::Int8,
        Some(Type::OID) => Encoding::Oid,
        Some(Type::FLOAT4) => Encoding::Float4,
        Some(Type::FLOAT8) => Encoding::Float8,
        Some(Type::NUMERIC) => Encoding::Numeric,
        Some(Type::TEXT) => Encoding::Text { max: None },
        Some(Type::VARCHAR | Type::BPCHAR) => Encoding::Text { max: characters },
        Some(Type::NAME) => Encoding::Name,
        Some(Type::BYTEA) => Encoding::Bytea,
        Some(Type::UUID) => Encoding::Uuid,
        Some(Type::DATE) => Encoding::Date,
        Some(Type::TIME) => Encoding::Time,
        Some(Type::TIMETZ) => Encoding::Timetz,
        Some(Type::INTERVAL) => Encoding::Interval,
        Some(Type::TIMESTAMP) => Encoding::Timestamp,
        Some(Type::TIMESTAMPTZ) => Encoding::Timestamptz,
        Some(Type::INET) => Encoding::Inet,
        Some(Type::CIDR) => Encoding::Cidr,
        Some(Type::MACADDR) => Encoding::Mac { bytes: 6 },
        Some(Type::MACADDR8) => Encoding::Mac { bytes: 8 },
        Some(Type::BIT) => Encoding::Bit { length: count },
        Some(Type::VARBIT) => Encoding::Varbit { max: count },
        Some(Type::POINT) => Encoding::Point,
        Some(Type::JSON) => Encoding::Json,
        Some(Type::JSONB) => Encoding::Jsonb,
        Some(_) => Encoding::Unsupported,
        None => match base.name.as_str() {
            "hstore" => Encoding::Hstore,
            "citext" => Encoding::Citext,
            "vector" => Encoding::Vector { dimensions: count },
            "halfvec" => Encoding::HalfVector { dimensions: count },
            "sparsevec" => Encoding::SparseVector { dimensions: count },
            _ => Encoding::Unsupported,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(name: &str, kind: &str, oid: u32, modifier: i32) -> CatalogType {
        CatalogType { oid, name: name.to_owned(), kind: kind.to_owned(), modifier }
    }

    #[test]
    fn types_are_followed_to_what_they_are_made_of() {
        let chain = [
            catalog("periods", "d", 90_001, -1),
            catalog("_daterange", "b", 3913, -1),
            catalog("daterange", "r", 3912, -1),
            catalog("date", "b", 1082, -1),
        ];
        let range = Encoding::Range { subtype: Box::new(Encoding::Date) };
        assert_eq!(encoding_of(&chain), Encoding::Array { element_oid: 3912, element: Box::new(range) });
    }

    #[test]
    fn what_is_made_of_the_unknown_is_unknown() {
        for chain in [
            vec![catalog("_xml", "b", 143, -1), catalog("xml", "b", 142, -1)],
            vec![catalog("r", "r", 90_001, -1)],
            vec![catalog("vector", "c", 90_001, -1)],
            vec![],
        ] {
            assert_eq!(encoding_of(&chain), Encoding::Unsupported, "{chain:?}");
        }
    }

    #[test]
    fn an_elements_modifier_is_its_own() {
        let chain = [catalog("_vector", "b", 90_002, 3), catalog("vector", "b", 90_001, 3)];
        let element = Box::new(Encoding::Vector { dimensions: Some(3) });
        assert_eq!(encoding_of(&chain), Encoding::Array { element_oid: 90_001, element });
        assert_eq!(encoding_of(&[catalog("varchar", "b", 1043, 24)]), Encoding::Text { max: Some(20) });
        assert_eq!(encoding_of(&[catalog("varchar", "b", 1043, -1)]), Encoding::Text { max: None });
    }
}
