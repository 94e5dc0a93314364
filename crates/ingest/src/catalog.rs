//! Reads a table's columns from the server's catalogue, in one unnamed statement; and has the server check later that they are still
//! the same.

use std::collections::BTreeMap;

use serde::Deserialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::encode::Encoding;
use crate::error::{DatabaseError, DatabaseErrorKind};
use crate::sqlstate::{Doing, explain};
use crate::table::{Column, Filled, Table, TableName, Unique};

/// A number for the names and types of a table's columns, over its rows of `pg_attribute`.
macro_rules! fingerprint {
    () => {
        "coalesce(hashtextextended(string_agg(concat_ws(' ', attnum, attname, atttypid), ',' order by attnum), 0), 0)
         from pg_attribute where attnum > 0 and not attisdropped and attrelid = "
    };
}

/// One row a column. A domain is followed down to its base type: that is what its binary format is.
const COLUMNS: &str = concat!(
    "
with recursive col as (
    select a.attnum, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type_name,
           a.attnotnull, a.atthasdef, a.attidentity::text as identity, a.attgenerated::text as generated,
           a.atttypid, a.atttypmod,
           array_position((i.indkey::int2[])[0:i.indnkeyatts - 1], a.attnum) as key_at,
           has_column_privilege(a.attrelid, a.attnum, 'select') as readable
    from pg_attribute a
    left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
), base as (
    select col.attnum, t.oid, col.atttypmod as typmod, t.typtype, t.typbasetype, t.typtypmod,
           t.typnotnull, t.typdefault is not null as has_default
    from col join pg_type t on t.oid = col.atttypid
    union all
    select base.attnum, t.oid, base.typtypmod, t.typtype, t.typbasetype, t.typtypmod,
           base.typnotnull or t.typnotnull, base.has_default or t.typdefault is not null
    from base join pg_type t on t.oid = base.typbasetype
    where base.typtype = 'd'
)
select col.name, col.type_name, col.attnotnull or base.typnotnull as not_null,
       col.atthasdef or base.has_default as has_default, col.identity, col.generated,
       t.oid, t.typname::text, t.typtype::text, base.typmod,
       coalesce(e.oid, 0::oid) as element_oid, coalesce(e.typname::text, '') as element_name,
       coalesce(e.typtype::text, '') as element_kind, col.key_at::int4, col.readable,
       (select json_agg(json_build_object(
                   'name', c.relname, 'columns', (u.indkey::int2[])[0:u.indnkeyatts - 1],
                   'nulls_are_equal', coalesce((to_jsonb(u)->>'indnullsnotdistinct')::bool, false)) order by c.relname)
        from pg_index u join pg_class c on c.oid = u.indexrelid
        where u.indrelid = to_regclass($1) and u.indisunique and u.indimmediate and u.indisvalid
              and u.indpred is null and u.indexprs is null)::text as uniques, col.attnum::int2 as number,
       (select relkind = 'r' from pg_class where oid = to_regclass($1)) as tells_row_versions,
       to_regclass($1)::oid as table_oid, (select ",
    fingerprint!(),
    "to_regclass($1)) as fingerprint
from col
join base on base.attnum = col.attnum and base.typtype <> 'd'
join pg_type t on t.oid = base.oid
left join pg_type e on e.oid = t.typelem and t.typlen = -1 and t.typelem <> 0
order by col.attnum"
);

/// How the server's error begins when [`unchanged_or_fail`] fails.
const CHANGED: &str = "the table has changed";

/// Reads the table's description.
///
/// # Errors
/// [`DatabaseErrorKind::NoTable`] if no table of this name is visible to the user.
pub(crate) async fn read(client: &Client, name: &TableName) -> Result<Table, DatabaseError> {
    let sql_name = name.to_sql();
    let failed = |error| explain(&error, Doing::Working);
    let rows = client.query_typed(COLUMNS, &[(&sql_name, Type::TEXT)]).await.map_err(failed)?;
    let Some(first) = rows.first() else {
        let message = format!("`{name}` is not a table that this user sees (search_path and schema count)");
        return Err(DatabaseError::new(DatabaseErrorKind::NoTable, message));
    };
    let mut columns = Vec::with_capacity(rows.len());
    let mut key = BTreeMap::new();
    let mut key_is_readable = true;
    for (at, row) in rows.iter().enumerate() {
        columns.push(read_column(row).map_err(failed)?);
        if let Some(key_at) = row.try_get::<_, Option<i32>>("key_at").map_err(failed)? {
            key.insert(key_at, at);
            key_is_readable &= row.try_get::<_, bool>("readable").map_err(failed)?;
        }
    }
    if !key_is_readable {
        key.clear();
    }
    let numbers: Vec<i16> =
        rows.iter().map(|row| row.try_get("number")).collect::<Result<_, _>>().map_err(failed)?;
    let uniques: Option<&str> = first.try_get("uniques").map_err(failed)?;
    Ok(Table {
        name: name.clone(),
        columns,
        key: key.into_values().collect(),
        uniques: uniques.map(|json| read_uniques(json, &numbers)).unwrap_or_default(),
        tells_row_versions: first.try_get("tells_row_versions").map_err(failed)?,
        oid: first.try_get("table_oid").map_err(failed)?,
        fingerprint: first.try_get("fingerprint").map_err(failed)?,
    })
}

/// A statement that fails when the names or types of the table's columns are not those that were read. Behind a COPY into the
/// table, and in its transaction, it is certain: the COPY's lock lets nobody change them any more. The binary format says nothing of
/// types; without this, eight bytes of a `bigint` would be stored as another number in a column that became `double precision`.
pub(crate) fn unchanged_or_fail(table: &Table) -> String {
    // A cast that cannot succeed is the one way to fail that every server has.
    format!(
        "select case when found = {} then 0 else concat('{CHANGED}: ', found)::int end from (select {}{}) as now (found)",
        table.fingerprint,
        fingerprint!(),
        table.oid
    )
}

/// Whether an error is the failure of [`unchanged_or_fail`].
pub(crate) fn says_changed(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|server| {
        *server.code() == SqlState::INVALID_TEXT_REPRESENTATION
            && server.message().contains(&format!("\"{CHANGED}: "))
    })
}

/// A unique index as the server describes it.
#[derive(Deserialize)]
struct UniqueIndex {
    name: String,
    columns: Vec<i16>,
    nulls_are_equal: bool,
}

/// The unique indexes, with the numbers of their columns as places among the table's. What cannot be read is left out: nothing can
/// be upserted by it.
fn read_uniques(json: &str, numbers: &[i16]) -> Vec<Unique> {
    let indexes: Vec<UniqueIndex> = serde_json::from_str(json).unwrap_or_default();
    let unique = |index: UniqueIndex| {
        let place = |number: &i16| numbers.iter().position(|at| at == number);
        let columns = index.columns.iter().map(place).collect::<Option<_>>()?;
        Some(Unique { name: index.name, columns, nulls_are_equal: index.nulls_are_equal })
    };
    indexes.into_iter().filter_map(unique).collect()
}

fn read_column(row: &Row) -> Result<Column, tokio_postgres::Error> {
    let filled = match (row.try_get::<_, &str>("identity")?, row.try_get::<_, &str>("generated")?) {
        ("a", _) => Filled::Always,
        (_, generated) if !generated.is_empty() => Filled::Always,
        ("d", _) => Filled::Default,
        _ if row.try_get("has_default")? => Filled::Default,
        _ => Filled::Nobody,
    };
    let type_oid: u32 = row.try_get("oid")?;
    let typmod: i32 = row.try_get("typmod")?;
    let element_oid: u32 = row.try_get("element_oid")?;
    let encoding = if element_oid == 0 || !row.try_get::<_, &str>("typname")?.starts_with('_') {
        encoding_of(type_oid, row.try_get("typname")?, row.try_get("typtype")?, typmod)
    } else {
        let element =
            encoding_of(element_oid, row.try_get("element_name")?, row.try_get("element_kind")?, typmod);
        match element {
            Encoding::Unsupported => Encoding::Unsupported,
            element => Encoding::Array { element_oid, element: Box::new(element) },
        }
    };
    Ok(Column {
        name: row.try_get("name")?,
        type_name: row.try_get("type_name")?,
        type_oid,
        encoding,
        not_null: row.try_get("not_null")?,
        filled,
    })
}

/// The encoding of a base type. Built-in types are known by OID (`pg_type.dat`), extensions' by name.
fn encoding_of(oid: u32, name: &str, kind: &str, typmod: i32) -> Encoding {
    // `varchar(n)` and `char(n)` keep n + 4 in the type modifier, -1 without a limit.
    let max = u32::try_from(typmod - 4).ok();
    match Type::from_oid(oid) {
        Some(Type::BOOL) => Encoding::Bool,
        Some(Type::INT2) => Encoding::Int2,
        Some(Type::INT4) => Encoding::Int4,
        Some(Type::INT8) => Encoding::Int8,
        Some(Type::OID) => Encoding::Oid,
        Some(Type::FLOAT4) => Encoding::Float4,
        Some(Type::FLOAT8) => Encoding::Float8,
        Some(Type::NUMERIC) => Encoding::Numeric,
        Some(Type::TEXT) => Encoding::Text { max: None },
        Some(Type::VARCHAR | Type::BPCHAR) => Encoding::Text { max },
        Some(Type::NAME) => Encoding::Name,
        Some(Type::BYTEA) => Encoding::Bytea,
        Some(Type::UUID) => Encoding::Uuid,
        Some(Type::DATE) => Encoding::Date,
        Some(Type::TIME) => Encoding::Time,
        Some(Type::TIMETZ) => Encoding::Timetz,
        Some(Type::INTERVAL) => Encoding::Interval,
        Some(Type::INET) => Encoding::Inet,
        Some(Type::CIDR) => Encoding::Cidr,
        Some(Type::MACADDR) => Encoding::Mac { bytes: 6 },
        Some(Type::MACADDR8) => Encoding::Mac { bytes: 8 },
        Some(Type::TIMESTAMP) => Encoding::Timestamp,
        Some(Type::TIMESTAMPTZ) => Encoding::Timestamptz,
        Some(Type::JSON) => Encoding::Json,
        Some(Type::JSONB) => Encoding::Jsonb,
        None if kind == "e" => Encoding::Enum,
        None if name == "hstore" => Encoding::Hstore,
        None if name == "citext" => Encoding::Text { max: None },
        _ => Encoding::Unsupported,
    }
}
