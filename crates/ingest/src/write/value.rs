//! Values that are encoded already, as parameters of statements.

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::encode::Encoding;
use crate::table::Column;

/// A value that is encoded already; `None` is null.
#[derive(Debug)]
pub(super) struct Value<'a>(pub(super) Option<&'a [u8]>);

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Some(value) => {
                out.put_slice(value);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The type that a column's value is sent as.
pub(super) fn parameter_type(column: &Column) -> Type {
    if column.encoding == Encoding::Unsupported {
        return Type::TEXT;
    }
    let oid = column.type_oid;
    Type::from_oid(oid).unwrap_or_else(|| Type::new(String::new(), oid, Kind::Simple, String::new()))
}
