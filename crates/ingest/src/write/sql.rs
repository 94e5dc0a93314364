//! The statements that write a table, as text. Pure: what they are for is said where they are run.

use std::ops::Range;

use crate::encode::Encoding;
use crate::group::STAGE_FIELDS;
use crate::plan::{Field, Plan, UpsertKey, Work};
use crate::table::{Column, Table, quote_identifier};

/// The table that rows go through where they do not go straight into theirs. It lives as long as the transaction.
const STAGE: &str = "pg_temp.adit_stage";
/// A record's place in the payload.
const PLACE: &str = "\"adit:place\"";
/// The number of a row's group.
const GROUP: &str = "\"adit:group\"";
/// How many rows of the same key come before it.
const ROUND: &str = "\"adit:round\"";

/// A piece of the payload for one statement: a group of rows, of them those from these places.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    /// The group's number.
    pub(super) group: i32,
    /// Its columns, as places in the table.
    pub(super) columns: &'a [usize],
    /// The records' places; `None`: all.
    pub(super) places: Option<Range<u64>>,
    /// The round; `None`: there is one only.
    pub(super) round: Option<i64>,
}

/// `COPY` into the table itself, or into the stage.
pub(super) fn copy(plan: &Plan<'_>, columns: &[usize]) -> String {
    let names = names(plan.table, columns);
    if plan.staged {
        format!("copy {STAGE} ({PLACE}, {GROUP}, {names}) from stdin (format binary)")
    } else {
        format!("copy {} ({names}) from stdin (format binary)", plan.table.name.to_sql())
    }
}

/// One row, which was encoded for a COPY, from parameters.
pub(super) fn insert_row(plan: &Plan<'_>, columns: &[usize]) -> String {
    let names = names(plan.table, columns);
    if !plan.staged {
        let parameters = parameters(plan.table, columns);
        return format!("insert into {} ({names}) values ({parameters})", plan.table.name.to_sql());
    }
    let parameters: Vec<String> = (1..=columns.len() + STAGE_FIELDS).map(|at| format!("${at}")).collect();
    format!("insert into {STAGE} ({PLACE}, {GROUP}, {names}) values ({})", parameters.join(", "))
}

/// Makes the stage, with every column that a record may fill and without any constraint.
pub(super) fn create_stage(plan: &Plan<'_>) -> String {
    let mut sql =
        format!("create temporary table adit_stage ({PLACE} bigint not null, {GROUP} integer not null");
    for (at, column) in plan.table.columns.iter().enumerate() {
        let demand = plan.demand(at);
        if demand.used && !demand.forbidden && plan.fields.can_fill(at) {
            let is_text = column.encoding == Encoding::Unsupported;
            let type_name = if is_text { "text" } else { &column.type_name };
            sql.push_str(&format!(", {} {type_name}", quote_identifier(&column.name)));
        }
    }
    sql.push_str(") on commit drop");
    sql
}

/// Makes looking for places of the stage quick.
pub(super) fn index_stage() -> String {
    format!("create index on {STAGE} ({PLACE})")
}

/// The stage's row of one record, as `jsonb`.
pub(super) fn staged_record(place: u64) -> String {
    format!(
        "select (to_jsonb(s) - '{{adit:place,adit:group,adit:round}}'::text[])::text from {STAGE} s where {PLACE} = {place}"
    )
}

/// Whether two groups have rows of the same key.
pub(super) fn groups_share_keys(plan: &Plan<'_>, key: &UpsertKey, groups: &[i32]) -> String {
    format!(
        "select exists (select from {STAGE} s where {GROUP} in ({}) group by {} having count(distinct {GROUP}) > 1)",
        list(groups),
        same_row(plan.table, key)
    )
}

/// Numbers the rows of each key in the order of the payload, so that in one round each key comes once.
pub(super) fn number_rounds(plan: &Plan<'_>, key: &UpsertKey, groups: &[i32]) -> String {
    format!(
        "alter table {STAGE} add column {ROUND} bigint not null default 0;
         update {STAGE} t set {ROUND} = r.round from (
             select {PLACE} as place, row_number() over (partition by {} order by {PLACE}) - 1 as round
             from {STAGE} s where {GROUP} in ({})) r
         where t.{PLACE} = r.place;
         create index on {STAGE} ({ROUND}, {GROUP})",
        same_row(plan.table, key),
        list(groups)
    )
}

/// How many rounds there are.
pub(super) fn count_rounds() -> String {
    format!("select coalesce(max({ROUND}), 0) from {STAGE}")
}

/// Rows of the stage into the table as new ones. Gives: inserted.
pub(super) fn insert(plan: &Plan<'_>, piece: &Piece<'_>) -> String {
    format!(
        "with new as (insert into {} ({}) select {} from {STAGE} s{} returning 1) select count(*) from new",
        plan.table.name.to_sql(),
        names(plan.table, piece.columns),
        values(plan.table, piece.columns),
        piece.filter()
    )
}

/// Rows of the stage into the table, onto those with the same key. `distinct`: of rows with the same key the last one only.
/// Gives: inserted, updated, rows of the stage, rows that a later one replaced.
pub(super) fn upsert(
    plan: &Plan<'_>,
    key: &UpsertKey,
    update: &[usize],
    piece: &Piece<'_>,
    distinct: bool,
) -> String {
    let table = plan.table;
    let same = same_row(table, key);
    let filter = piece.filter();
    let source = if distinct {
        format!(
            "(select distinct on ({same}) * from {STAGE} s{filter} order by {same}, {PLACE} desc) s order by {PLACE}"
        )
    } else {
        format!("{STAGE} s{filter}")
    };
    let superseded = if distinct {
        format!("(select count(*) - count(distinct ({same})) from {STAGE} s{filter})")
    } else {
        "0::bigint".to_owned()
    };
    let name = table.name.to_sql();
    let insert = format!(
        "insert into {name} as t ({}) select {} from {source} {}",
        names(table, piece.columns),
        values(table, piece.columns),
        on_conflict(table, key, update, piece.columns),
    );
    let staged = format!("(select count(*) from {STAGE} s{filter})");
    if table.tells_row_versions {
        // A row version that is new has no transaction that ended the one before.
        return format!(
            "with merged as ({insert} returning (xmax = 0) as is_new)
             select count(*) filter (where is_new), count(*) filter (where not is_new), {staged}, {superseded} from merged"
        );
    }
    // What was there before, as this statement sees it.
    let there = format!(
        "(select count(distinct ({same})) from {STAGE} s{filter} and exists (select from {name} t where {}))",
        same_as_row(table, key)
    );
    format!(
        "with merged as ({insert} returning 1),
              counted as (select count(*) as merged, {staged} as staged, {superseded} as superseded, {there} as there from merged)
         select least(merged, staged - superseded - there), greatest(0, merged - (staged - superseded - there)), staged, superseded
         from counted"
    )
}

/// One row from parameters, onto the one with the same key. Gives: the primary key's parts as text, then whether the row is new,
/// null where it was there and is the same.
pub(super) fn upsert_one(plan: &Plan<'_>, key: &UpsertKey, update: &[usize], columns: &[usize]) -> String {
    let table = plan.table;
    let name = table.name.to_sql();
    let parts = |prefix: &str| -> String {
        table
            .key
            .iter()
            .filter_map(|at| table.columns.get(*at))
            .map(|column| format!("{prefix}{}::text, ", quote_identifier(&column.name)))
            .collect()
    };
    let places: Option<Vec<_>> =
        key.columns.iter().map(|column| columns.iter().position(|at| at == column)).collect();
    let same = places.map(|places| {
        let same = key.columns.iter().zip(places).filter_map(|(column, place)| {
            let column = table.columns.get(*column)?;
            let operator = if key.nulls_are_equal { "is not distinct from" } else { "=" };
            Some(format!("t.{} {operator} {}", quote_identifier(&column.name), parameter(column, place)))
        });
        same.collect::<Vec<_>>().join(" and ")
    });
    let is_new = match &same {
        _ if table.tells_row_versions => "t.xmax = 0".to_owned(),
        Some(same) => format!("not exists (select from {name} t where {same})"),
        None => "true".to_owned(),
    };
    let mut sql = format!(
        "with merged as (insert into {name} as t ({}) values ({}) {} returning {}{is_new} as is_new) select * from merged",
        names(table, columns),
        parameters(table, columns),
        on_conflict(table, key, update, columns),
        parts("t."),
    );
    if let Some(same) = same {
        sql.push_str(&format!(
            " union all select {}null from {name} t where {same} and not exists (select from merged)",
            parts("t.")
        ));
    }
    sql
}

/// One new row from parameters. Gives: the primary key's parts as text.
pub(super) fn insert_one(plan: &Plan<'_>, columns: &[usize]) -> String {
    let table = plan.table;
    let mut sql = format!(
        "insert into {} ({}) values ({})",
        table.name.to_sql(),
        names(table, columns),
        parameters(table, columns)
    );
    let key = table.key.iter().filter_map(|at| table.columns.get(*at));
    let key: Vec<_> = key.map(|column| format!("{}::text", quote_identifier(&column.name))).collect();
    if !key.is_empty() {
        sql.push_str(" returning ");
        sql.push_str(&key.join(", "));
    }
    sql
}

/// Deletes the rows with the keys of the stage's. Gives: deleted, records without a row.
pub(super) fn delete(plan: &Plan<'_>, key: &[usize], piece: &Piece<'_>) -> String {
    let name = plan.table.name.to_sql();
    let columns: Vec<&Column> = key.iter().filter_map(|at| plan.table.columns.get(*at)).collect();
    let same: Vec<_> = columns
        .iter()
        .map(|column| format!("t.{} = {}", quote_identifier(&column.name), value("s", column)))
        .collect();
    let (same, filter) = (same.join(" and "), piece.filter());
    format!(
        "with gone as (delete from {name} t where exists (select from {STAGE} s{filter} and {same}) returning 1)
         select (select count(*) from gone),
                (select count(*) from {STAGE} s{filter} and not exists (select from {name} t where {same}))"
    )
}

/// Deletes the rows with the same values of some fields as rows of the stage. Gives: deleted.
pub(super) fn delete_replaced(plan: &Plan<'_>, by: &[Field]) -> String {
    let same: Vec<_> = by
        .iter()
        .filter_map(|field| {
            Some(format!(
                "{} = {}",
                field_of("t", plan.table, field, false)?,
                field_of("s", plan.table, field, true)?
            ))
        })
        .collect();
    format!(
        "with gone as (delete from {} t where exists (select from {STAGE} s where {}) returning 1) select count(*) from gone",
        plan.table.name.to_sql(),
        same.join(" and ")
    )
}

/// Deletes the rows with one of the values ($1, `text[]`) in a field. Gives: deleted.
pub(super) fn delete_listed(table: &Table, field: &Field) -> Option<String> {
    let column = table.columns.get(field.column)?;
    let cast = if field.inside.is_empty() { format!("::{}[]", column.type_name) } else { String::new() };
    Some(format!(
        "with gone as (delete from {} t where {} = any($1::text[]{cast}) returning 1) select count(*) from gone",
        table.name.to_sql(),
        field_of("t", table, field, false)?
    ))
}

impl Piece<'_> {
    /// The condition for its rows of the stage `s`.
    fn filter(&self) -> String {
        let mut conditions = vec![format!("s.{GROUP} = {}", self.group)];
        if let Some(places) = &self.places {
            conditions.push(format!("s.{PLACE} >= {} and s.{PLACE} < {}", places.start, places.end));
        }
        if let Some(round) = self.round {
            conditions.push(format!("s.{ROUND} = {round}"));
        }
        format!(" where {}", conditions.join(" and "))
    }
}

fn on_conflict(table: &Table, key: &UpsertKey, update: &[usize], columns: &[usize]) -> String {
    let target = match &key.constraint {
        Some(name) => format!("on constraint {}", quote_identifier(name)),
        None => format!("({})", names(table, &key.columns)),
    };
    let changed: Vec<&Column> = update
        .iter()
        .filter(|at| columns.contains(at) && !key.columns.contains(at))
        .filter_map(|at| table.columns.get(*at))
        .collect();
    if changed.is_empty() {
        return format!("on conflict {target} do nothing");
    }
    let set: Vec<_> =
        changed.iter().map(|column| format!("{0} = excluded.{0}", quote_identifier(&column.name))).collect();
    let differs: Vec<_> = changed
        .iter()
        .map(|column| {
            let name = quote_identifier(&column.name);
            // Not every type can be compared; every one can be printed.
            let text = if column.encoding.is_told_apart_as_text() { "::text" } else { "" };
            format!("t.{name}{text} is distinct from excluded.{name}{text}")
        })
        .collect();
    format!("on conflict {target} do update set {} where {}", set.join(", "), differs.join(" or "))
}

/// Whether a row of the stage `s` and one of the table `t` are the same row.
fn same_as_row(table: &Table, key: &UpsertKey) -> String {
    let operator = if key.nulls_are_equal { "is not distinct from" } else { "=" };
    let columns = key.columns.iter().filter_map(|at| table.columns.get(*at));
    let same = columns
        .map(|column| format!("t.{} {operator} {}", quote_identifier(&column.name), value("s", column)));
    same.collect::<Vec<_>>().join(" and ")
}

/// What two rows of the stage `s` have in common when they are the same row of the table. To most keys a null is like no other null.
fn same_row(table: &Table, key: &UpsertKey) -> String {
    let columns: Vec<&Column> = key.columns.iter().filter_map(|at| table.columns.get(*at)).collect();
    let mut parts: Vec<_> = columns.iter().map(|column| value("s", column)).collect();
    let nullable: Vec<_> = columns
        .iter()
        .filter(|column| !column.not_null)
        .map(|column| format!("s.{} is null", quote_identifier(&column.name)))
        .collect();
    if !nullable.is_empty() && !key.nulls_are_equal {
        parts.push(format!("case when {} then s.{PLACE} end", nullable.join(" or ")));
    }
    parts.join(", ")
}

/// A field of a row: `t."source"`, `s."metadata" #>> '{source}'`.
fn field_of(row: &str, table: &Table, field: &Field, staged: bool) -> Option<String> {
    let column = table.columns.get(field.column)?;
    if field.inside.is_empty() {
        return Some(if staged {
            value(row, column)
        } else {
            format!("{row}.{}", quote_identifier(&column.name))
        });
    }
    let steps: Vec<_> = field
        .inside
        .iter()
        .map(|step| format!("\"{}\"", step.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "''")))
        .collect();
    Some(format!("({row}.{} #>> '{{{}}}')", quote_identifier(&column.name), steps.join(",")))
}

/// A column's value in the stage, as the table has it.
fn value(row: &str, column: &Column) -> String {
    let name = quote_identifier(&column.name);
    if column.encoding == Encoding::Unsupported {
        format!("{row}.{name}::{}", column.type_name)
    } else {
        format!("{row}.{name}")
    }
}

fn values(table: &Table, columns: &[usize]) -> String {
    let values = columns.iter().filter_map(|at| table.columns.get(*at)).map(|column| value("s", column));
    values.collect::<Vec<_>>().join(", ")
}

/// The column names, for a statement.
pub(super) fn names(table: &Table, columns: &[usize]) -> String {
    let names =
        columns.iter().filter_map(|at| table.columns.get(*at)).map(|column| quote_identifier(&column.name));
    names.collect::<Vec<_>>().join(", ")
}

/// The parameters for a row of these columns.
pub(super) fn parameters(table: &Table, columns: &[usize]) -> String {
    let columns = columns.iter().filter_map(|at| table.columns.get(*at)).enumerate();
    columns.map(|(place, column)| parameter(column, place)).collect::<Vec<_>>().join(", ")
}

fn parameter(column: &Column, place: usize) -> String {
    let cast = if column.encoding == Encoding::Unsupported {
        format!("::{}", column.type_name)
    } else {
        String::new()
    };
    format!("${}{cast}", place + 1)
}

fn list(numbers: &[i32]) -> String {
    numbers.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
}

/// The key of an upsert whose groups may share rows: those that have all of its columns.
pub(super) fn keyed<'g>(plan: &Plan<'_>, groups: impl Iterator<Item = (i32, &'g [usize])>) -> Vec<i32> {
    let Work::Upsert { key, .. } = &plan.work else { return Vec::new() };
    groups
        .filter(|(_, columns)| key.columns.iter().all(|at| columns.contains(at)))
        .map(|(number, _)| number)
        .collect()
}
