//! Every type: what a JSON value becomes in the server, by both ways in (one row, and COPY).

use adit_ingest::Format;

use crate::support::TestDatabase;

/// Type, JSON value, the value as the server prints it.
const VALUES: &[(&str, &str, &str)] = &[
    ("boolean", "true", "t"),
    ("boolean", r#""off""#, "f"),
    ("smallint", "-32768", "-32768"),
    ("integer", "517.0", "517"),
    ("integer", r#""12""#, "12"),
    ("bigint", "9223372036854775807", "9223372036854775807"),
    ("oid", "4294967295", "4294967295"),
    ("real", "0.1", "0.1"),
    ("double precision", "0.1", "0.1"),
    ("double precision", "5e-324", "5e-324"),
    ("double precision", r#""NaN""#, "NaN"),
    ("double precision", r#""-Infinity""#, "-Infinity"),
    ("numeric", "0", "0"),
    ("numeric", "-0.00", "0.00"),
    ("numeric", "3.141592653589793238462643383279502884197", "3.141592653589793238462643383279502884197"),
    ("numeric", "1e20", "100000000000000000000"),
    ("numeric", "12345678901234567890e-25", "0.0000012345678901234567890"),
    ("numeric", r#""NaN""#, "NaN"),
    ("numeric(6,2)", "1234.565", "1234.57"),
    ("text", r#""a\"b\\c\u00e9😀""#, "a\"b\\cé😀"),
    ("text", "42", "42"),
    ("text", r#""""#, ""),
    ("varchar(3)", r#""äöü""#, "äöü"),
    ("char(4)", r#""ab""#, "ab  "),
    ("name", r#""pg_class""#, "pg_class"),
    ("mood", r#""ok""#, "ok"),
    ("bytea", r#""\\xdeadbeef""#, "\\xdeadbeef"),
    ("bytea", r#""3q2+7w==""#, "\\xdeadbeef"),
    ("uuid", r#""A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11""#, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("date", r#""2013-01-31""#, "2013-01-31"),
    ("date", r#""0001-01-01""#, "0001-01-01"),
    ("date", r#""infinity""#, "infinity"),
    ("time", r#""05:15:00.25""#, "05:15:00.25"),
    ("timetz", r#""05:15:00.25+02:00""#, "05:15:00.25+02"),
    ("timetz", r#""05:15:00""#, "05:15:00+00"),
    ("interval", r#""P1Y2M3DT4H5M6.789S""#, "1 year 2 mons 3 days 04:05:06.789"),
    ("interval", r#""1 day 02:00:00""#, "1 day 02:00:00"),
    ("interval", r#""-PT90M""#, "-01:30:00"),
    ("inet", r#""10.0.0.146""#, "10.0.0.146"),
    ("inet", r#""10.1.2.3/16""#, "10.1.2.3/16"),
    ("inet", r#""2001:db8::1""#, "2001:db8::1"),
    ("cidr", r#""10.1.0.0/16""#, "10.1.0.0/16"),
    ("macaddr", r#""08-00-2B-01-02-03""#, "08:00:2b:01:02:03"),
    ("macaddr8", r#""08:00:2b:ff:fe:01:02:03""#, "08:00:2b:ff:fe:01:02:03"),
    ("hstore", r#"{"b":"x, \"y\"","a":null,"n":1}"#, r#""a"=>NULL, "b"=>"x, \"y\"", "n"=>"1""#),
    ("citext", r#""Abc""#, "Abc"),
    ("inet[]", r#"["10.0.0.1",null]"#, "{10.0.0.1,NULL}"),
    ("timestamp", r#""2013-01-01 05:00:00""#, "2013-01-01 05:00:00"),
    ("timestamp", r#""2013-01-01T05:00:00.123456789""#, "2013-01-01 05:00:00.123457"),
    ("timestamptz", r#""2013-01-01T05:00:00+02:00""#, "2013-01-01 03:00:00+00"),
    ("timestamptz", r#""1969-07-20T20:17:40Z""#, "1969-07-20 20:17:40+00"),
    ("timestamptz", r#""-infinity""#, "-infinity"),
    ("json", r#"{"b": [1, 2.50], "a":null}"#, r#"{"b": [1, 2.50], "a":null}"#),
    ("jsonb", r#"{"b": [1, 2.50], "a":null}"#, r#"{"a": null, "b": [1, 2.50]}"#),
    ("jsonb", r#""text""#, r#""text""#),
    ("positive", "5", "5"),
    ("int[]", "[1, null, 3]", "{1,NULL,3}"),
    ("int[]", "[]", "{}"),
    ("int[]", "[[1,2],[3,4]]", "{{1,2},{3,4}}"),
    ("text[]", r#"["a,b", "c\"d", ""]"#, r#"{"a,b","c\"d",""}"#),
    ("mood[]", r#"["sad","ok"]"#, "{sad,ok}"),
    ("jsonb[]", r#"[{"a":1}, [2]]"#, r#"{"{\"a\": 1}",[2]}"#),
    ("timestamptz[]", r#"["2013-01-01T00:00:00Z"]"#, r#"{"2013-01-01 00:00:00+00"}"#),
];

#[tokio::test]
async fn every_type_arrives_as_it_was_meant() {
    let schema = "create extension hstore; create extension citext; create type mood as enum ('sad', 'ok'); create domain positive as int check (value > 0);
        set timezone = 'UTC'";
    let db = TestDatabase::new("values", schema).await;
    for (at, (sql_type, json, expected)) in VALUES.iter().enumerate() {
        let table = format!("t{at}");
        db.sql.batch_execute(&format!("create table {table} (v {sql_type})")).await.unwrap();
        let one = format!(r#"{{"v": {json}}}"#);
        db.ingest(&table, Format::Json, &one)
            .await
            .unwrap_or_else(|error| panic!("{sql_type} {json}: {error:?}"));
        db.ingest(&table, Format::Json, &format!("[{one},{one}]")).await.unwrap();
        let stored = db.rows(&format!("select v from {table}")).await;
        assert_eq!(stored, [*expected; 3], "{sql_type} {json}");
    }
}

#[tokio::test]
async fn csv_fields_are_the_same_values() {
    let schema =
        "create table t (i int, f float8, b bool, j jsonb, a int[], d date, n numeric); set timezone = 'UTC'";
    let db = TestDatabase::new("csv_values", schema).await;
    let payload = "i,f,b,j,a,d,n\n517.0,1e3,t,\"{\"\"k\"\":1}\",\"[1,2]\",2013-01-01,1.50\n,,,,,,\n";
    db.ingest("t", Format::Csv, payload).await.unwrap();
    assert_eq!(
        db.rows("select * from t").await,
        ["517|1000|t|{\"k\": 1}|{1,2}|2013-01-01|1.50", "∅|∅|∅|∅|∅|∅|∅"]
    );
}
