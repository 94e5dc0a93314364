//! What each type takes, and what it refuses: the list that `values` runs against the servers and makes `docs/types.md` of. Every
//! example is a value as JSON and, where there is one, the same as a CSV field.

/// A value for a column.
#[derive(Clone, Copy)]
pub(crate) struct Example {
    /// The column's type.
    pub(crate) sql_type: &'static str,
    /// The value in a JSON record.
    pub(crate) json: &'static str,
    /// The field of a CSV record that means the same.
    pub(crate) csv: Option<&'static str>,
    /// What becomes of it.
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// It is stored, and the server prints it so.
    Stored(&'static str),
    /// It is refused with this code.
    Refused(&'static str),
}

/// Types that are explained together.
pub(crate) struct Family {
    pub(crate) title: &'static str,
    /// What holds for all of them.
    pub(crate) note: &'static str,
    /// The mapping that they are stored with.
    pub(crate) mapping: &'static str,
    pub(crate) examples: &'static [Example],
}

/// Taken from JSON and from CSV.
const fn both(
    sql_type: &'static str,
    json: &'static str,
    csv: &'static str,
    printed: &'static str,
) -> Example {
    Example { sql_type, json, csv: Some(csv), outcome: Outcome::Stored(printed) }
}

/// Taken from JSON; CSV has no such form of its own.
const fn json(sql_type: &'static str, json: &'static str, printed: &'static str) -> Example {
    Example { sql_type, json, csv: None, outcome: Outcome::Stored(printed) }
}

/// Refused as JSON and as CSV.
const fn refused(
    sql_type: &'static str,
    json: &'static str,
    csv: &'static str,
    code: &'static str,
) -> Example {
    Example { sql_type, json, csv: Some(csv), outcome: Outcome::Refused(code) }
}

/// Refused as JSON; CSV has no such form.
const fn refused_json(sql_type: &'static str, json: &'static str, code: &'static str) -> Example {
    Example { sql_type, json, csv: None, outcome: Outcome::Refused(code) }
}

const KIND: &str = "A0622";
const LONG: &str = "A0623";
const RANGE: &str = "A0626";
const CHARACTER: &str = "A0627";
const SERVER: &str = "A0629";

/// What the examples need in the database.
pub(crate) const SCHEMA: &str = "
    create extension hstore;
    create extension citext;
    create type mood as enum ('sad', 'ok');
    create domain positive as integer check (value > 0);
    create domain code as varchar(3);
    create type floatrange as range (subtype = float8);
    create type textrange as range (subtype = text, multirange_type_name = textranges);
    create type moodrange as range (subtype = mood);
    create type coderange as range (subtype = code);
    create type pair as (a integer, b text);";

pub(crate) const FAMILIES: &[Family] = &[
    Family {
        title: "Booleans and numbers",
        note: "A number may be a text, too: JSON from other languages writes large integers so. Nothing passes through a float on its way to \
               an integer or a `numeric`.",
        mapping: "{}",
        examples: &[
            both("boolean", "true", "true", "t"),
            both("boolean", r#""off""#, "off", "f"),
            both("boolean", r#""1""#, "1", "t"),
            both("boolean", r#""Yes""#, "Yes", "t"),
            refused_json("boolean", "1", KIND),
            refused("boolean", r#""maybe""#, "maybe", KIND),
            both("smallint", "-32768", "-32768", "-32768"),
            refused("smallint", "32768", "32768", RANGE),
            both("integer", "517.0", "517.0", "517"),
            both("integer", "1e3", "1e3", "1000"),
            both("integer", r#"" 12 ""#, " 12 ", "12"),
            both("integer", "-0", "-0", "0"),
            refused("integer", "0.5", "0.5", KIND),
            refused("integer", r#""twelve""#, "twelve", KIND),
            refused_json("integer", r#""""#, KIND),
            refused_json("integer", "true", KIND),
            refused("integer", "1e400000000", "1e400000000", RANGE),
            both("bigint", "9223372036854775807", "9223372036854775807", "9223372036854775807"),
            both("bigint", r#""-9223372036854775808""#, "-9223372036854775808", "-9223372036854775808"),
            refused("bigint", "9223372036854775808", "9223372036854775808", RANGE),
            both("oid", "4294967295", "4294967295", "4294967295"),
            refused("oid", "-1", "-1", RANGE),
            both("real", "0.1", "0.1", "0.1"),
            both("real", "16777217", "16777217", "1.6777216e+07"),
            refused("real", "1e39", "1e39", RANGE),
            refused("real", "1e-46", "1e-46", RANGE),
            both("double precision", "0.1", "0.1", "0.1"),
            both("double precision", "5e-324", "5e-324", "5e-324"),
            both("double precision", r#""NaN""#, "NaN", "NaN"),
            both("double precision", r#""-Infinity""#, "-Infinity", "-Infinity"),
            refused("double precision", "1e999", "1e999", RANGE),
            refused("double precision", "1e-400", "1e-400", RANGE),
            refused("double precision", r#""0x1p3""#, "0x1p3", KIND),
            both("numeric", "0", "0", "0"),
            both("numeric", "-0.00", "-0.00", "0.00"),
            both(
                "numeric",
                "3.141592653589793238462643383279502884197",
                "3.141592653589793238462643383279502884197",
                "3.141592653589793238462643383279502884197",
            ),
            both("numeric", "1e20", "1e20", "100000000000000000000"),
            both(
                "numeric",
                "12345678901234567890e-25",
                "12345678901234567890e-25",
                "0.0000012345678901234567890",
            ),
            both("numeric", r#""NaN""#, "NaN", "NaN"),
            both("numeric", r#""Infinity""#, "Infinity", "Infinity"),
            both("numeric(6,2)", "1234.565", "1234.565", "1234.57"),
            refused("numeric", "1e131072", "1e131072", RANGE),
            refused("numeric", "1e-16384", "1e-16384", RANGE),
            refused("numeric", r#""1,5""#, "1,5", KIND),
            refused("numeric(6,2)", "12345", "12345", SERVER),
        ],
    },
    Family {
        title: "Texts and bytes",
        note: "Numbers and booleans are taken as they are written. Spaces beyond the length are cut off, other characters never.",
        mapping: "{}",
        examples: &[
            both("text", r#""a\"b\\c\u00e9😀""#, "a\"b\\cé😀", "a\"b\\cé😀"),
            both("text", "42", "42", "42"),
            both("text", "1.50e3", "1.50e3", "1.50e3"),
            both("text", "true", "true", "true"),
            json("text", r#""""#, ""),
            refused_json("text", r#"{"a": 1}"#, KIND),
            refused_json("text", r#""a\u0000b""#, CHARACTER),
            refused_json("text", r#""\ud83d""#, CHARACTER),
            both("varchar(3)", r#""äöü  ""#, "äöü  ", "äöü"),
            refused("varchar(3)", r#""äöüß""#, "äöüß", LONG),
            both("char(4)", r#""ab""#, "ab", "ab  "),
            refused("char(4)", r#""abcde""#, "abcde", LONG),
            both("citext", r#""Abc""#, "Abc", "Abc"),
            both("name", r#""pg_class""#, "pg_class", "pg_class"),
            both(
                "name",
                r#""äxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé""#,
                "äxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé",
                "äxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé",
            ),
            refused(
                "name",
                r#""äxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé""#,
                "äxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé",
                LONG,
            ),
            both("mood", r#""ok""#, "ok", "ok"),
            refused("mood", r#""fine""#, "fine", SERVER),
            refused_json("mood", "1", KIND),
            both("bytea", r#""\\xdeadBEEF""#, "\\xdeadBEEF", "\\xdeadbeef"),
            both("bytea", r#""3q2+7w==""#, "3q2+7w==", "\\xdeadbeef"),
            refused("bytea", r#""\\xabc""#, "\\xabc", KIND),
            refused("bytea", r#""3q2-7w==""#, "3q2-7w==", KIND),
            both(
                "uuid",
                r#""A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11""#,
                "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            ),
            both(
                "uuid",
                r#""{a0eebc999c0b4ef8bb6d6bb9bd380a11}""#,
                "a0eebc999c0b4ef8bb6d6bb9bd380a11",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            ),
            refused("uuid", r#""a0eebc99""#, "a0eebc99", KIND),
            both("bit(5)", r#""10110""#, "10110", "10110"),
            both("bit(8)", r#""X1f""#, "X1f", "00011111"),
            refused("bit(5)", r#""101101""#, "101101", LONG),
            refused("bit(5)", r#""1011""#, "1011", KIND),
            refused_json("bit(5)", "10110", KIND),
            both("varbit(5)", r#""B101""#, "B101", "101"),
            refused("varbit(5)", r#""101101""#, "101101", LONG),
            refused("varbit", r#""102""#, "102", KIND),
        ],
    },
    Family {
        title: "Dates and times",
        note: "A moment without an offset is in UTC, whatever the session's time zone. One with an offset is brought to UTC, for a column \
               without a time zone, too. Zones by name are refused, and so are numbers, unless the setting `epoch` says what they count.",
        mapping: "{}",
        examples: &[
            both("date", r#""2013-01-31""#, "2013-01-31", "2013-01-31"),
            both("date", r#""20130131""#, "20130131", "2013-01-31"),
            both("date", r#""2013-01-31T23:15:00-08:00""#, "2013-01-31T23:15:00-08:00", "2013-01-31"),
            both("date", r#""0044-03-15 BC""#, "0044-03-15 BC", "0044-03-15 BC"),
            both("date", r#""5874897-12-31""#, "5874897-12-31", "5874897-12-31"),
            both("date", r#""infinity""#, "infinity", "infinity"),
            refused("date", r#""5874898-01-01""#, "5874898-01-01", RANGE),
            refused("date", r#""0000-01-01""#, "0000-01-01", KIND),
            refused("date", r#""2013-02-29""#, "2013-02-29", KIND),
            refused("date", r#""31.01.2013""#, "31.01.2013", KIND),
            refused("date", r#""today""#, "today", KIND),
            refused_json("date", "20130131", KIND),
            both("time", r#""05:15:00.25""#, "05:15:00.25", "05:15:00.25"),
            both("time", r#""05:15""#, "05:15", "05:15:00"),
            both("time", r#""051500""#, "051500", "05:15:00"),
            both("time", r#""24:00:00""#, "24:00:00", "24:00:00"),
            both("time", r#""23:59:59.9999999""#, "23:59:59.9999999", "24:00:00"),
            refused("time", r#""24:00:01""#, "24:00:01", KIND),
            refused("time", r#""05:15:00+02:00""#, "05:15:00+02:00", KIND),
            both("timetz", r#""05:15:00.25+02:00""#, "05:15:00.25+02:00", "05:15:00.25+02"),
            both("timetz", r#""05:15:00Z""#, "05:15:00Z", "05:15:00+00"),
            both("timetz", r#""05:15:00""#, "05:15:00", "05:15:00+00"),
            refused("timetz", r#""05:15:00+16:00""#, "05:15:00+16:00", KIND),
            both("timestamp", r#""2013-01-01 05:00:00""#, "2013-01-01 05:00:00", "2013-01-01 05:00:00"),
            both(
                "timestamp",
                r#""2013-01-01T05:00:00+02:00""#,
                "2013-01-01T05:00:00+02:00",
                "2013-01-01 03:00:00",
            ),
            both(
                "timestamp",
                r#""2013-01-01T05:00:00.123456789""#,
                "2013-01-01T05:00:00.123456789",
                "2013-01-01 05:00:00.123457",
            ),
            both(
                "timestamp(0)",
                r#""2013-01-01T05:00:00.5""#,
                "2013-01-01T05:00:00.5",
                "2013-01-01 05:00:01",
            ),
            both(
                "timestamptz",
                r#""2013-01-01T05:00:00+02:00""#,
                "2013-01-01T05:00:00+02:00",
                "2013-01-01 03:00:00+00",
            ),
            both("timestamptz", r#""2013-01-01T05:00Z""#, "2013-01-01T05:00Z", "2013-01-01 05:00:00+00"),
            both("timestamptz", r#""20130101T050000Z""#, "20130101T050000Z", "2013-01-01 05:00:00+00"),
            both(
                "timestamptz",
                r#""2013-01-01 05:00:00 +0545""#,
                "2013-01-01 05:00:00 +0545",
                "2012-12-31 23:15:00+00",
            ),
            both(
                "timestamptz",
                r#""2013-01-01 05:00:00 UTC""#,
                "2013-01-01 05:00:00 UTC",
                "2013-01-01 05:00:00+00",
            ),
            both("timestamptz", r#""2013-01-01""#, "2013-01-01", "2013-01-01 00:00:00+00"),
            both(
                "timestamptz",
                r#""2016-12-31T23:59:60Z""#,
                "2016-12-31T23:59:60Z",
                "2017-01-01 00:00:00+00",
            ),
            both(
                "timestamptz",
                r#""2016-12-31T24:00:00Z""#,
                "2016-12-31T24:00:00Z",
                "2017-01-01 00:00:00+00",
            ),
            both(
                "timestamptz",
                r#""0044-03-15 12:00:00 BC""#,
                "0044-03-15 12:00:00 BC",
                "0044-03-15 12:00:00+00 BC",
            ),
            both("timestamptz", r#""-infinity""#, "-infinity", "-infinity"),
            refused("timestamptz", r#""294277-01-01T00:00:00Z""#, "294277-01-01T00:00:00Z", RANGE),
            refused(
                "timestamptz",
                r#""2013-01-01T05:00:00[Europe/Berlin]""#,
                "2013-01-01T05:00:00[Europe/Berlin]",
                KIND,
            ),
            refused("timestamptz", r#""2013-01-01 05:00:00 CET""#, "2013-01-01 05:00:00 CET", KIND),
            refused("timestamptz", r#""now""#, "now", KIND),
            refused("timestamptz", "1357016400", "1357016400", KIND),
            both(
                "interval",
                r#""P1Y2M3DT4H5M6.789S""#,
                "P1Y2M3DT4H5M6.789S",
                "1 year 2 mons 3 days 04:05:06.789",
            ),
            both(
                "interval",
                r#""1 year 2 mons 3 days 04:05:06.789""#,
                "1 year 2 mons 3 days 04:05:06.789",
                "1 year 2 mons 3 days 04:05:06.789",
            ),
            both("interval", r#""-1 days 02:00:00""#, "-1 days 02:00:00", "-1 days +02:00:00"),
            both("interval", r#""P-1DT2H""#, "P-1DT2H", "-1 days +02:00:00"),
            both("interval", r#""-PT90M""#, "-PT90M", "-01:30:00"),
            both("interval", r#""2 weeks 1.5 days ago""#, "2 weeks 1.5 days ago", "-15 days -12:00:00"),
            refused("interval", r#""P0.5M""#, "P0.5M", KIND),
            refused("interval", r#""5""#, "5", KIND),
            refused("interval", r#""P2147483648D""#, "P2147483648D", RANGE),
            refused_json("interval", "5", KIND),
        ],
    },
    Family {
        title: "Numbers as moments",
        note: "With `\"epoch\": \"seconds\"` in the mapping; `milliseconds`, `microseconds` and `nanoseconds` are the others. Fractions count, and \
               exactly. A date is the day in UTC. A text that is a number is one; other texts are taken as without the setting.",
        mapping: r#"{"epoch": "seconds"}"#,
        examples: &[
            both("timestamptz", "1357016400", "1357016400", "2013-01-01 05:00:00+00"),
            both("timestamptz", r#""1357016400""#, "1357016400", "2013-01-01 05:00:00+00"),
            both("timestamptz", "1357016400.123456", "1357016400.123456", "2013-01-01 05:00:00.123456+00"),
            both("timestamptz", "1.3570164e9", "1.3570164e9", "2013-01-01 05:00:00+00"),
            both("timestamptz", "-14182940", "-14182940", "1969-07-20 20:17:40+00"),
            both(
                "timestamptz",
                r#""2013-01-01T05:00:00Z""#,
                "2013-01-01T05:00:00Z",
                "2013-01-01 05:00:00+00",
            ),
            refused("timestamptz", "1357016400000000", "1357016400000000", RANGE),
            refused_json("timestamptz", "true", KIND),
            both("timestamp", "1357016400", "1357016400", "2013-01-01 05:00:00"),
            both("date", "1357016400", "1357016400", "2013-01-01"),
            both("date", "-1", "-1", "1969-12-31"),
            both(
                "timestamptz[]",
                "[1357016400, null]",
                "{1357016400,NULL}",
                r#"{"2013-01-01 05:00:00+00",NULL}"#,
            ),
            both("tstzrange", r#"{"lower": 1357016400}"#, "[1357016400,)", r#"["2013-01-01 05:00:00+00",)"#),
            refused_json("time", "18000", KIND),
        ],
    },
    Family {
        title: "Networks and points",
        note: "",
        mapping: "{}",
        examples: &[
            both("inet", r#""10.0.0.146""#, "10.0.0.146", "10.0.0.146"),
            both("inet", r#""10.1.2.3/16""#, "10.1.2.3/16", "10.1.2.3/16"),
            both("inet", r#""2001:db8::1""#, "2001:db8::1", "2001:db8::1"),
            refused("inet", r#""10.0.0.1/33""#, "10.0.0.1/33", KIND),
            refused("inet", r#""10.0.0""#, "10.0.0", KIND),
            both("cidr", r#""10.1.0.0/16""#, "10.1.0.0/16", "10.1.0.0/16"),
            refused("cidr", r#""10.1.2.3/16""#, "10.1.2.3/16", KIND),
            both("macaddr", r#""08-00-2B-01-02-03""#, "08-00-2B-01-02-03", "08:00:2b:01:02:03"),
            both("macaddr", r#""0800.2b01.0203""#, "0800.2b01.0203", "08:00:2b:01:02:03"),
            refused("macaddr", r#""8:00:2b:01:02:031""#, "8:00:2b:01:02:031", KIND),
            both(
                "macaddr8",
                r#""08:00:2b:ff:fe:01:02:03""#,
                "08:00:2b:ff:fe:01:02:03",
                "08:00:2b:ff:fe:01:02:03",
            ),
            both("macaddr8", r#""08:00:2b:01:02:03""#, "08:00:2b:01:02:03", "08:00:2b:ff:fe:01:02:03"),
            both("point", "[1.5, -2]", "[1.5, -2]", "(1.5,-2)"),
            both("point", r#""(1.5,-2)""#, "(1.5,-2)", "(1.5,-2)"),
            refused("point", "[1, 2, 3]", "[1, 2, 3]", KIND),
            refused_json("point", r#"{"x": 1, "y": 2}"#, KIND),
        ],
    },
    Family {
        title: "Documents",
        note: "A document is stored as it came, at most 1,000 levels deep. A JSON `null` for the column is SQL's null.",
        mapping: "{}",
        examples: &[
            both(
                "json",
                r#"{"b": [1, 2.50], "a":null}"#,
                r#"{"b": [1, 2.50], "a":null}"#,
                r#"{"b": [1, 2.50], "a":null}"#,
            ),
            both("json", r#""\u0000""#, r#""\u0000""#, r#""\u0000""#),
            both(
                "jsonb",
                r#"{"b": [1, 2.50], "a":null}"#,
                r#"{"b": [1, 2.50], "a":null}"#,
                r#"{"a": null, "b": [1, 2.50]}"#,
            ),
            both("jsonb", r#"{"a":1,"a":2}"#, r#"{"a":1,"a":2}"#, r#"{"a": 2}"#),
            both("jsonb", r#""text""#, r#""text""#, r#""text""#),
            both("jsonb", r#""\ud83d\ude00""#, r#""\ud83d\ude00""#, r#""😀""#),
            Example { sql_type: "jsonb", json: r#""{a}""#, csv: None, outcome: Outcome::Stored(r#""{a}""#) },
            refused("jsonb", r#"{"a": "\u0000"}"#, r#"{"a": "\u0000"}"#, CHARACTER),
            refused("jsonb", r#"{"a": "\ud83d"}"#, r#"{"a": "\ud83d"}"#, CHARACTER),
            both(
                "hstore",
                r#"{"b":"x, \"y\"","a":null,"n":1}"#,
                r#"{"b":"x, \"y\"","a":null,"n":1}"#,
                r#""a"=>NULL, "b"=>"x, \"y\"", "n"=>"1""#,
            ),
            both("hstore", r#"{"a": "1", "a": "2"}"#, r#"{"a": "1", "a": "2"}"#, r#""a"=>"2""#),
            refused("hstore", r#"{"a": {"b": 1}}"#, r#"{"a": {"b": 1}}"#, KIND),
            both("hstore", r#""\"a\"=>\"1\", b=>NULL""#, r#""a"=>"1", b=>NULL"#, r#""a"=>"1", "b"=>NULL"#),
            refused("hstore", r#"[["a", "b"]]"#, "a: 1", KIND),
        ],
    },
    Family {
        title: "Domains and arrays",
        note: "A domain is its base type; its checks are the server's. Arrays are of any type here, of up to six dimensions, from JSON or from \
               PostgreSQL's own text. Where a value may be an array itself (documents, points, vectors, multiranges) an inner array is a value.",
        mapping: "{}",
        examples: &[
            both("positive", "5", "5", "5"),
            refused("positive", "-5", "-5", SERVER),
            refused("code", r#""abcd""#, "abcd", LONG),
            both("int[]", "[1, null, 3]", "[1, null, 3]", "{1,NULL,3}"),
            both("int[]", r#""{1, NULL, 3}""#, "{1, NULL, 3}", "{1,NULL,3}"),
            both("int[]", "[]", "[]", "{}"),
            both("int[]", "[[1,2],[3,4]]", "[[1,2],[3,4]]", "{{1,2},{3,4}}"),
            refused("int[]", "[[1],[2,3]]", "{{1},{2,3}}", KIND),
            refused("int[]", "[1, 0.5]", "{1,0.5}", KIND),
            refused("int[]", "5", "5", KIND),
            refused("int[]", "[[[[[[[1]]]]]]]", "{{{{{{{1}}}}}}}", KIND),
            both(
                "text[]",
                r#"["a,b", "c\"d", "", "NULL"]"#,
                r#"{"a,b","c\"d","","NULL"}"#,
                r#"{"a,b","c\"d","","NULL"}"#,
            ),
            refused_json("text[]", r#"["a", {"b": 1}]"#, KIND),
            both("varchar(3)[]", r#"["abc"]"#, "{abc}", "{abc}"),
            refused("varchar(3)[]", r#"["abcd"]"#, "{abcd}", LONG),
            both("mood[]", r#"["sad","ok"]"#, "{sad,ok}", "{sad,ok}"),
            both("positive[]", "[1, 2]", "{1,2}", "{1,2}"),
            refused("positive[]", "[1, -2]", "{1,-2}", SERVER),
            both("jsonb[]", r#"[{"a":1}, [2]]"#, r#"[{"a":1}, [2]]"#, r#"{"{\"a\": 1}",[2]}"#),
            both("bytea[]", r#"["AQI="]"#, r#"{"\\x0102"}"#, r#"{"\\x0102"}"#),
            both(
                "timestamptz[]",
                r#"["2013-01-01T00:00:00Z"]"#,
                "{2013-01-01 00:00:00+00}",
                r#"{"2013-01-01 00:00:00+00"}"#,
            ),
            both("point[]", "[[1,2],[3,4]]", "[[1,2],[3,4]]", r#"{"(1,2)","(3,4)"}"#),
            both("inet[]", r#"["10.0.0.1",null]"#, "{10.0.0.1,NULL}", "{10.0.0.1,NULL}"),
            both("bit(3)[]", r#"["101"]"#, "{101}", "{101}"),
        ],
    },
    Family {
        title: "Ranges and multiranges",
        note: "Of any type here, built in or made by `create type … as range`. In the object a bound that is null or absent is none, and without \
               `bounds` the upper one is not a part. The server makes the form canonical; multiranges need PostgreSQL 14.",
        mapping: "{}",
        examples: &[
            both("int4range", r#""[1,5)""#, "[1,5)", "[1,5)"),
            both("int4range", r#"{"lower": 1, "upper": 5}"#, r#"{"lower": 1, "upper": 5}"#, "[1,5)"),
            both("int4range", r#"{"lower": 1, "upper": 5, "bounds": "(]"}"#, "(1,5]", "[2,6)"),
            both("int4range", r#"{"lower": null, "upper": 5}"#, "(,5)", "(,5)"),
            both("int4range", "{}", "(,)", "(,)"),
            both("int4range", r#""empty""#, "empty", "empty"),
            both("int4range", r#""[\"1\", \"5\"]""#, r#"["1", "5"]"#, "[1,6)"),
            refused("int4range", r#""[5,1)""#, "[5,1)", SERVER),
            refused("int4range", r#""[1,2147483648)""#, "[1,2147483648)", RANGE),
            refused("int4range", r#""1,5""#, "1,5", KIND),
            refused("int4range", "[1, 5]", "{1,5}", KIND),
            refused_json("int4range", r#"{"from": 1, "to": 5}"#, KIND),
            refused_json("int4range", r#"{"lower": 1, "bounds": "[["}"#, KIND),
            both(
                "int8range",
                r#""[1,9223372036854775807)""#,
                "[1,9223372036854775807)",
                "[1,9223372036854775807)",
            ),
            both(
                "numrange",
                r#"{"lower": 1.10, "upper": "Infinity", "bounds": "[]"}"#,
                "[1.10,Infinity]",
                "[1.10,Infinity]",
            ),
            both(
                "daterange",
                r#""[2013-01-01,2013-01-31]""#,
                "[2013-01-01,2013-01-31]",
                "[2013-01-01,2013-02-01)",
            ),
            both("daterange", r#""[2013-01-01,infinity)""#, "[2013-01-01,infinity)", "[2013-01-01,infinity)"),
            both(
                "tsrange",
                r#"{"lower": "2013-01-01T05:00:00"}"#,
                "[2013-01-01T05:00:00,)",
                r#"["2013-01-01 05:00:00",)"#,
            ),
            both(
                "tstzrange",
                r#""[\"2013-01-01 05:00:00+02\",\"2013-01-01 06:00:00+02\")""#,
                r#"["2013-01-01 05:00:00+02","2013-01-01 06:00:00+02")"#,
                r#"["2013-01-01 03:00:00+00","2013-01-01 04:00:00+00")"#,
            ),
            refused_json("tstzrange", r#"{"lower": 1357016400}"#, KIND),
            both("floatrange", r#"{"lower": 0.1, "upper": 0.5}"#, "[0.1,0.5)", "[0.1,0.5)"),
            both(
                "textrange",
                r#"{"lower": "a,b", "upper": "c\"d"}"#,
                r#"["a,b","c""d")"#,
                r#"["a,b","c""d")"#,
            ),
            both("moodrange", r#""[sad,ok]""#, "[sad,ok]", "[sad,ok]"),
            both("coderange", r#"{"lower": "a", "upper": "b"}"#, "[a,b)", "[a,b)"),
            both(
                "int4range[]",
                r#"["[1,5)", {"lower": 7}, null]"#,
                r#"{"[1,5)","[7,)",NULL}"#,
                r#"{"[1,5)","[7,)",NULL}"#,
            ),
            both("int4multirange", r#""{[1,5), [7,9)}""#, "{[1,5), [7,9)}", "{[1,5),[7,9)}"),
            both("int4multirange", r#"["[1,5)", {"lower": 4, "upper": 9}]"#, "{[1,5),[4,9)}", "{[1,9)}"),
            both("int4multirange", "[]", "{}", "{}"),
            refused("int4multirange", r#""{[1,5),}""#, "{[1,5),}", KIND),
            refused_json("int4multirange", r#"["[1,5)", null]"#, KIND),
            refused("int4multirange", r#""[1,5)""#, "[1,5)", KIND),
            both("textranges", r#"["[a,b]"]"#, "{[a,b]}", "{[a,b]}"),
            both("int4multirange[]", r#"[["[1,5)"], []]"#, r#"{"{[1,5)}","{}"}"#, r#"{"{[1,5)}","{}"}"#),
        ],
    },
    Family {
        title: "Other types",
        note: "Whatever has no encoder here goes as text, which the server reads as it reads a literal in SQL: a string without its escapes, a \
               number as it is written, an object or array as JSON. The receipt names such columns under `cast`; they cost the server a second \
               look at each row.",
        mapping: "{}",
        examples: &[
            both("money", r#""$1.50""#, "$1.50", "$1.50"),
            both("money", "1.5", "1.5", "$1.50"),
            both("xml", r#""<a b=\"c\"/>""#, r#"<a b="c"/>"#, r#"<a b="c"/>"#),
            both("tsvector", r#""b a""#, "b a", "'a' 'b'"),
            both("box", r#""(1,1),(0,0)""#, "(1,1),(0,0)", "(1,1),(0,0)"),
            both("box[]", r#""{(1,1),(0,0)}""#, "{(1,1),(0,0)}", "{(1,1),(0,0)}"),
            both("pair", r#""(1,x)""#, "(1,x)", "(1,x)"),
            both(r#""char""#, r#""a""#, "a", "a"),
            refused("box", r#""(1,1""#, "(1,1", SERVER),
            refused_json("box[]", r#"["(1,1),(0,0)"]"#, SERVER),
            refused_json("pair", r#"{"a": 1, "b": "x"}"#, SERVER),
            refused_json("xml", r#""\u0000""#, CHARACTER),
        ],
    },
];

/// What needs pgvector.
pub(crate) const VECTORS: &[Family] = &[Family {
    title: "Vectors (pgvector)",
    note: "",
    mapping: "{}",
    examples: &[
        both("vector(3)", "[1, 2.5, -3e-2]", "[1, 2.5, -3e-2]", "[1,2.5,-0.03]"),
        both("vector(3)", r#""[1,2.5,3]""#, "[1,2.5,3]", "[1,2.5,3]"),
        both("vector", "[0.1]", "[0.1]", "[0.1]"),
        refused("vector(3)", "[1, 2]", "[1, 2]", KIND),
        refused("vector(3)", "[1, 2, 3, 4]", "[1, 2, 3, 4]", LONG),
        refused("vector(3)", "[1, 2, null]", "[1, 2, null]", KIND),
        refused("vector(3)", r#""[1,2,NaN]""#, "[1,2,NaN]", KIND),
        refused("vector(3)", "[1, 2, 1e39]", "[1, 2, 1e39]", RANGE),
        refused("vector", "[]", "[]", KIND),
        both("halfvec(2)", "[0.1, 65504]", "[0.1, 65504]", "[0.099975586,65504]"),
        both("halfvec(2)", "[1e-8, 65519.99]", "[1e-8, 65519.99]", "[0,65504]"),
        refused("halfvec(2)", "[1, 65520]", "[1, 65520]", RANGE),
        both("sparsevec(5)", r#""{1:1.5,3:2}/5""#, "{1:1.5,3:2}/5", "{1:1.5,3:2}/5"),
        both("sparsevec(5)", "[1.5, 0, 2, 0, 0]", "[1.5, 0, 2, 0, 0]", "{1:1.5,3:2}/5"),
        refused("sparsevec(5)", r#""{6:1}/5""#, "{6:1}/5", RANGE),
        refused("sparsevec(5)", r#""{1:1}/4""#, "{1:1}/4", KIND),
        both("vector(2)[]", "[[1,2],[3,4]]", r#"{"[1,2]","[3,4]"}"#, r#"{"[1,2]","[3,4]"}"#),
    ],
}];
