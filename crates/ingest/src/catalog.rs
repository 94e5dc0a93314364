//! Reads a table's columns from the server's catalogue, in one unnamed statement; and has the server check later that they are still
//! the same.

use std::collections::BTreeMap;

use serde::Deserialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::error::{DatabaseError, DatabaseErrorKind};
use crate::sqlstate::{Doing, explain};
use crate::table::{Column, Filled, Table, TableName, Unique};
use crate::types::{CatalogType, encoding_of};

/// A number for the names and types of a table's columns, over its rows of `pg_attribute`.
macro_rules! fingerprint {
    () => {
        "coalesce(hashtextextended(string_agg(concat_ws(' ', attnum, attname, atttypid), ',' order by attnum), 0), 0)
         from pg_attribute where attnum > 0 and not attisdropped and attrelid = "
    };
}

/// One row a column, with the type and what it is made of, one behind another: a domain's base type (whose binary format it has), an
/// array's element, the type of a range's bounds. `to_jsonb` is for servers before 14, which have no multiranges and no column for them.
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
), part as (
    select attnum, 0 as depth, atttypid as oid, atttypmod as typmod, true as by_domains from col
    union all
    select part.attnum, depth + 1,
           case typtype when 'd' then typbasetype
                        when 'r' then (select rngsubtype from pg_range where rngtypid = t.oid)
                        when 'm' then (select rngsubtype from pg_range r
                                       where (to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid)
                        else typelem end,
           case typtype when 'd' then typtypmod when 'b' then typmod else -1 end,
           by_domains and typtype = 'd'
    from part join pg_type t on t.oid = part.oid
    where typtype in ('d', 'r', 'm')
       or typelem <> 0 and exists (select from pg_type e where e.oid = t.typelem and e.typarray = t.oid)
)
select col.name, col.type_name, col.attnotnull or made.not_null as not_null,
       col.atthasdef or made.has_default as has_default, col.identity, col.generated,
       made.oids, made.names, made.kinds, made.typmods, col.key_at::int4, col.readable,
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
join (
    select attnum, array_agg(t.oid order by depth) as oids, array_agg(typname::text order by depth) as names,
           array_agg(typtype::text order by depth) as kinds, array_agg(typmod order by depth) as typmods,
           bool_or(by_domains and typnotnull) as not_null,
           bool_or(by_domains and typdefault is not null) as has_default
    from part join pg_type t on t.oid = part.oid group by attnum
) as made on made.attnum = col.attnum
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
    let types = read_types(row)?;
    // A domain's parameter is sent as one of its base type.
    let type_oid = types.iter().find(|part| part.kind != "d").map_or(0, |part| part.oid);
    Ok(Column {
        name: row.try_get("name")?,
        type_name: row.try_get("type_name")?,
        type_oid,
        encoding: encoding_of(&types),
        not_null: row.try_get("not_null")?,
        filled,
    })
}

fn read_types(row: &Row) -> Result<Vec<CatalogType>, tokio_postgres::Error> {
    let oids: Vec<u32> = row.try_get("oids")?;
    let names: Vec<String> = row.try_get("names")?;
    let kinds: Vec<String> = row.try_get("kinds")?;
    let modifiers: Vec<i32> = row.try_get("typmods")?;
    let parts = oids.into_iter().zip(names).zip(kinds.into_iter().zip(modifiers));
    Ok(parts.map(|((oid, name), (kind, modifier))| CatalogType { oid, name, kind, modifier }).collect())
}
