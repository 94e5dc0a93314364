use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::encoder::Encoder;
use crate::load::Load;
use crate::plan::Plan;
use crate::records::Records;
use crate::table::TableName;

fn look(format: Format, payload: &str, look: &Look) -> Result<Inferred, InferError> {
    Inferred::look(format, Box::new(Cursor::new(payload.to_owned())), look)
}

fn mapped(mapping: &str) -> Look {
    Look { mapping: Mapping::from_json(mapping).unwrap(), ..Look::default() }
}

/// The statement without its first and last line, a column a piece.
fn columns(format: Format, payload: &str, how: &Look) -> String {
    let sql = look(format, payload, how).unwrap().create_table(&"t".parse().unwrap());
    let lines: Vec<&str> = sql.lines().map(str::trim).collect();
    lines[1..lines.len() - 1].join(" ")
}

#[test]
fn a_table_has_a_column_a_key() {
    let payload = r#"{"id": 1, "Name": "chair", "tags": ["a"], "at": "2013-01-31T05:15:00Z", "size": null}
                     {"id": 2, "Name": null, "tags": [], "at": "2013-01-31", "more": {"a": 1}}"#;
    let found = look(Format::Json, payload, &Look::default()).unwrap();
    assert_eq!((found.looked_at(), found.is_complete()), (2, true));
    assert_eq!(found.only_nulls().collect::<Vec<_>>(), ["size"]);
    assert_eq!(
        found.keyed(["id"]).unwrap().create_table(&"sales.items".parse().unwrap()),
        r#"create table "sales"."items" (
    "id" bigint not null,
    "Name" text,
    "tags" text[] not null,
    "at" timestamptz not null,
    "size" text,
    "more" jsonb,
    primary key ("id")
)"#
    );
}

#[test]
fn csv_has_its_header_and_its_nulls() {
    let payload = "n, x ,d\n1,NA,2013-01-31\n,0.5,x\n";
    let how = Look { csv_null: "NA".to_owned(), ..Look::default() };
    assert_eq!(columns(Format::Csv, payload, &how), r#""n" bigint, "x" double precision, "d" text not null"#);
    // A record of another length is a fault of its own, and says nothing of the columns.
    assert_eq!(
        columns(Format::Csv, "a,b\n1,2\nx\n", &Look::default()),
        r#""a" bigint not null, "b" bigint not null"#
    );
}

#[test]
fn names_follow_the_mappings_rule() {
    let payload = r#"{"firstName": 1, "HTTPServer": 2, "size-2 x": 3} {"first_name": "a", "FIRSTNAME": 5}"#;
    assert_eq!(
        columns(Format::Json, payload, &mapped(r#"{"names": "snake"}"#)),
        r#""first_name" text not null, "http_server" bigint, "size_2_x" bigint"#
    );
    assert_eq!(
        columns(Format::Json, r#"{"Ab": 1}"#, &mapped(r#"{"names": "ignore-case"}"#)),
        r#""ab" bigint not null"#
    );
    assert_eq!(
        columns(Format::Json, r#"{"firstname": 1, "firstName": "x"}"#, &mapped(r#"{"names": "snake"}"#)),
        r#""firstname" text not null"#
    );
}

#[test]
fn a_mapping_says_where_columns_come_from() {
    let payload =
        r#"{"user": {"id": 7, "mail": "a"}, "x": [{"y": true}], "skip": 1, "b": 2} {"user": {"id": null}}"#;
    let sources = r#""id": {"pointer": "/user/id"}, "y": {"pointer": "/x/0/y"}, "origin": {"constant": "web"},
                     "raw": {"record": true}, "skip": {"record": false}"#;
    assert_eq!(
        columns(Format::Json, payload, &mapped(&format!(r#"{{"columns": {{{sources}}}}}"#))),
        r#""id" bigint, "origin" text not null, "raw" jsonb not null, "y" boolean, "b" bigint"#
    );
    assert_eq!(
        columns(
            Format::Json,
            payload,
            &mapped(&format!(r#"{{"columns": {{{sources}}}, "unknown": {{"column": "extra"}}}}"#))
        ),
        r#""id" bigint, "origin" text not null, "raw" jsonb not null, "y" boolean, "extra" jsonb"#
    );
    let how = mapped(r#"{"columns": {"n": {"pointer": "/a b"}}, "unknown": "ignore"}"#);
    assert_eq!(columns(Format::Csv, "a b,c\n1,2\n", &how), r#""n" bigint not null"#);
}

#[test]
fn only_the_first_records_are_looked_at() {
    let how = Look { records: Some(2), ..Look::default() };
    let found = look(Format::Json, "[{\"a\":1},{\"a\":2},{\"a\":null}]", &how).unwrap();
    assert_eq!((found.looked_at(), found.is_complete()), (2, false));
    assert!(found.create_table(&"t".parse().unwrap()).contains("\"a\" bigint not null"));
    let found = look(Format::Json, "[{\"a\":1},{\"a\":2}]", &how).unwrap();
    assert!(found.is_complete());
}

#[test]
fn what_no_table_can_be_made_of_is_said() {
    let wide = (0..1601).map(|n| format!("\"c{n}\":1")).collect::<Vec<_>>().join(",");
    for (payload, code, said) in [
        ("[1, \"a\"]", "A0650", "none of the 2 records is an object"),
        ("[{}]", "A0650", "none of the 1 records"),
        ("", "A0602", "empty"),
        ("[{\"a\":1]", "A0601", "malformed"),
        (r#"[{"": 1}]"#, "A0650", "the key `` cannot name a column: it is empty"),
        (r#"[{"a\u0000": 1}]"#, "A0650", "U+0000"),
        (&format!(r#"[{{"{}": 1}}]"#, "x".repeat(64)), "A0650", "longer than 63 bytes"),
        (&format!("{{{wide}}}"), "A0650", "more than 1600 keys"),
    ] {
        let error = look(Format::Json, payload, &Look::default()).unwrap_err();
        assert!(error.to_string().contains(said) && error.code() == code, "{payload}: {error}");
    }
    let found = look(Format::Json, r#"[{"a":1,"b":1},{"a":2}]"#, &Look::default()).unwrap();
    for (key, said) in [
        (vec!["x"], "`x` cannot be the key: no record has it; there are a, b"),
        (vec!["b"], "`b` cannot be the key: it is null or absent in a record"),
        (vec!["a", "a"], "named twice"),
    ] {
        let error = found.clone().keyed(key).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

/// What cannot be stored of a payload in the table that it asks for.
fn rejects(format: Format, payload: &str, how: &Look) -> Vec<String> {
    let name: TableName = "t".parse().unwrap();
    // Records without a key have no table.
    let Ok(inferred) = look(format, payload, how) else { return Vec::new() };
    let table = inferred.table(&name);
    let load = Load { mapping: how.mapping.clone(), ..Load::append(name) };
    let plan = Plan::new(&load, &table).unwrap();
    let mut encoder = Encoder::new(&plan);
    let mut records = Records::new(format, Box::new(Cursor::new(payload.to_owned()))).unwrap();
    while let Some(record) = records.next(&plan.fields).unwrap() {
        encoder.push(&record);
    }
    encoder.rejects().first().iter().map(|reject| format!("{reject:?} of {payload}")).collect()
}

/// JSON scalars as people and programs write them.
fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        (-1000..1000_i32).prop_map(|value| value.to_string()),
        any::<f64>().prop_filter("JSON has no infinity", |value| value.is_finite()).prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?(e-?[0-9]{1,3})?",
        "[0-9]{4}-[0-1][0-9]-[0-3][0-9]".prop_map(|text| format!("\"{text}\"")),
        "[0-9]{4}-[0-1][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|\\+0[0-9]:00)?"
            .prop_map(|text| format!("\"{text}\"")),
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}".prop_map(|text| format!("\"{text}\"")),
        "[ -~äöü😀]{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ]
}

fn value() -> impl Strategy<Value = String> {
    scalar().prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(inner, 0..3).prop_map(|items| {
                let members: Vec<_> =
                    items.iter().enumerate().map(|(at, item)| format!("\"k{at}\":{item}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn records() -> impl Strategy<Value = Vec<Vec<(String, String)>>> {
    // Mostly one kind of value a column, as tables are; sometimes another one.
    proptest::collection::vec(proptest::collection::vec(("[abcd]", value()), 1..6), 1..12)
}

proptest! {
    #[test]
    fn the_table_takes_the_records_that_were_looked_at(records in records()) {
        let lines: Vec<String> = records
            .iter()
            .map(|record| {
                let members: Vec<_> = record.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            })
            .collect();
        let payload = lines.join("\n");
        for mapping in ["{}", r#"{"names": "snake", "columns": {"e": {"pointer": "/a/0"}, "f": {"constant": 1}}}"#] {
            prop_assert_eq!(rejects(Format::Json, &payload, &mapped(mapping)), Vec::<String>::new());
        }
    }

    #[test]
    fn the_table_takes_the_fields_that_were_looked_at(fields in proptest::collection::vec(scalar(), 1..12)) {
        let texts: Vec<String> =
            fields.iter().map(|field| serde_json::from_str::<String>(field).unwrap_or(field.clone())).collect();
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["a"]).unwrap();
        texts.iter().for_each(|text| csv.write_record([text]).unwrap());
        let payload = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        prop_assert_eq!(rejects(Format::Csv, &payload, &Look::default()), Vec::<String>::new());
    }
}
