//! What is added to a file: where it stands, that nothing else changes, and what is refused.

use adit_blueprint::edit::{
    EditError, Edited, NewApplication, NewDatabase, NewFunction, PoolMode, add_application, add_database,
    add_function,
};
use adit_blueprint::{Source, build, parse};
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("../../../cli/src/prove/init/example.toml");
const STARTER: &str = include_str!("../../../cli/src/prove/init/starter.toml");

fn orders() -> NewFunction {
    NewFunction { name: "orders".to_owned(), tables: vec!["orders".to_owned()], ..NewFunction::default() }
}

fn add(text: &str, request: &NewFunction) -> Result<String, EditError> {
    add_function(&Source::new("adit.toml", text), request).map(|edited| {
        assert_eq!(without(&edited), text, "nothing else changes");
        edited.text
    })
}

/// The text without what was added.
fn without(edited: &Edited) -> String {
    let (before, rest) = edited.text.split_at(edited.added.start);
    before.to_owned() + rest.split_at(edited.added.end - edited.added.start).1
}

/// The lines around what is new.
fn around(text: &str, new: &str) -> String {
    let lines: Vec<&str> = new.lines().collect();
    let first = text.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    let count = lines.len() - text.lines().count();
    let shown: Vec<&str> = lines.into_iter().skip(first.saturating_sub(2)).take(count + 4).collect();
    shown.join("\n")
}

#[test]
fn a_function_stands_behind_the_others_in_their_layout() {
    let request = NewFunction { memory: Some(512), timeout: Some(120), ..orders() };
    insta::assert_snapshot!("example", around(EXAMPLE, &add(EXAMPLE, &request).unwrap()));
    insta::assert_snapshot!("starter", around(STARTER, &add(STARTER, &orders()).unwrap()));
}

#[test]
fn what_was_added_is_what_the_file_says_then() {
    let request = NewFunction { repository: Some("other/orders".to_owned()), ..orders() };
    let parsed = parse(&Source::new("adit.toml", add(EXAMPLE, &request).unwrap()));
    assert_eq!(parsed.faults, []);
    let function = parsed.blueprint.functions.last().unwrap();
    assert_eq!((function.name.value.as_str(), function.application.value.as_str()), ("orders", "ingest"));
    assert_eq!(function.database.as_ref().unwrap().value, "librarian");
    let image = function.image.as_ref().unwrap();
    assert_eq!(image.repository.value, "other/orders");
    assert_eq!(image.compartment.as_ref().unwrap().value, "Sandbox", "where the other one's is");
    assert_eq!(build(&parsed.blueprint).faults, []);
}

/// A minimum with the functions in a form of their own.
fn with(functions: &str) -> String {
    format!(
        "version = 1\n{functions}\n[vcn.v]\ncidr = \"10.0.0.0/16\"\nsubnet.s = {{ cidr = \"10.0.0.0/24\" }}\n\
         [database.d]\nsubnet = \"v/s\"\naddress = \"10.0.0.9\"\nport = 5432\n[application.a]\nsubnet = \"v/s\"\n"
    )
}

#[test]
fn every_form_of_a_table_of_functions_takes_another() {
    let forms = [
        "",
        "function = {}",
        "function = { f = { application = \"a\" } }",
        "function = { f.application = \"a\", f.timeout = 5 } # two",
        "function.f = { application = \"a\" }\nrequire.x = \"f reaches d\"",
        "function.f.application = \"a\"\nrequire.x = \"f reaches d\"",
        "[function]\nf = { application = \"a\" } # f\n# more of them\n",
        "[function.f]\napplication = \"a\" # f\n# memory = 5\n\n# the networks",
        "[function.f]\napplication = \"a\"\n# the networks",
        "[function.f]\napplication = \"a\"\n[function.f.image]\nrepository = \"x/f\"\n[group.g]\nmay = \"deploy\"",
        "[function.f]\r\napplication = \"a\"\r\n",
        "[function.\"ä b\"]\napplication = \"a\"\ntables = [\n  \"[x]\", # ]\n]\nimage = { repository = \"\"\"\\\nx\"\"\" }",
    ];
    let all: Vec<String> = forms
        .iter()
        .map(|form| {
            let text = with(form);
            let request = NewFunction { repository: Some("x/y".to_owned()), ..orders() };
            let new = add(&text, &request).unwrap_or_else(|error| panic!("{form}: {error}"));
            let functions = parse(&Source::new("adit.toml", new.as_str())).blueprint.functions;
            assert!(functions.iter().any(|function| function.name.value == "orders"), "{new}");
            around(&text, &new).replace('\r', "␍")
        })
        .collect();
    insta::assert_snapshot!("forms", all.join("\n--------\n"));
    let headless = with("").replace("[vcn.v]", "# no end of line\n[vcn.v]");
    let headless = headless.trim_end();
    assert!(add(headless, &orders()).unwrap().ends_with("tables      = [\"orders\"]\n"));
}

#[test]
fn a_database_and_an_application_are_added_in_the_same_way() {
    let source = Source::new("adit.toml", EXAMPLE);
    let database = NewDatabase {
        name: "ledger".to_owned(),
        subnet: Some("shared-infrastructure-vcn/database".to_owned()),
        address: "10.0.0.147".parse().unwrap(),
        port: 5432,
        pooler: Some(PoolMode::Session),
        dbname: Some("ledger".to_owned()),
        secret: Some("ledger-db".to_owned()),
    };
    let edited = add_database(&source, &database).unwrap();
    let application = NewApplication {
        name: "reports".to_owned(),
        subnets: vec!["sandbox-vcn/fn-public-subnet".to_owned()],
        ..NewApplication::default()
    };
    let both = add_application(&Source::new("adit.toml", edited.text.as_str()), &application).unwrap();
    insta::assert_snapshot!("others", format!("{}--------\n{}", edited.added(), both.added()));
}

#[test]
fn what_is_not_added_says_why() {
    let two = format!(
        "{EXAMPLE}[application.other]\nsubnet = \"sandbox-vcn/fn-public-subnet\"\n[database.ledger]\nsubnet = \
         \"shared-infrastructure-vcn/database\"\naddress = \"10.0.0.147\"\nport = 5432\n[function.\"Big One\"]\napplication = \"other\"\n\
         image = {{ repository = \"x\" }}\n"
    )
    .replace("d = \"CI", "dd = \"CI");
    let two = two.split_once("[require]").map(|(before, after)| {
        let (sentences, more) = after.split_once("[application.other]").unwrap();
        format!("{before}[application.other]{more}[require]{sentences}")
    });
    let two = two.unwrap();
    let named = |name: &str| NewFunction { name: name.to_owned(), ..orders() };
    let of = |application: &str, database: &str| NewFunction {
        application: Some(application.to_owned()),
        database: Some(database.to_owned()),
        ..orders()
    };
    let requests = [
        named("postgres-inserter"),
        named("librarian"),
        orders(),
        of("ingst", "librarian"),
        of("ingest", "librarien"),
        of("ingest", "zzz"),
        NewFunction { name: "Big Two".to_owned(), ..of("other", "ledger") },
        NewFunction { memory: Some(200), ..of("ingest", "librarian") },
        NewFunction { timeout: Some(301), ..of("ingest", "librarian") },
        NewFunction { repository: Some("a//b".to_owned()), ..of("ingest", "librarian") },
        NewFunction {
            name: "\u{7}".to_owned(),
            repository: Some("b".to_owned()),
            ..of("ingest", "librarian")
        },
    ];
    let mut said: Vec<String> =
        requests.iter().map(|request| told(add(&two, request).unwrap_err())).collect();
    said.push(told(add("version = 1\n", &orders()).unwrap_err()));
    said.push(told(add("version = 1\nfunction = [", &orders()).unwrap_err()));
    said.push(told(
        add(&two.replace("database    = \"librarian\"", "database = \"x\""), &orders()).unwrap_err(),
    ));
    insta::assert_snapshot!("refused", said.join("\n"));
}

fn told(error: EditError) -> String {
    let code = error.code().unwrap_or("-");
    format!("{code} {error}\n     {}", error.help().unwrap_or_default())
}

/// Lines that may stand anywhere between tables.
fn filler() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("# [function.x]".to_owned()),
        Just("\t ".to_owned()),
        "#[ -~ä]{0,20}".prop_map(|text| text),
    ]
}

proptest! {
    /// Comments, empty lines, spaces, ends of lines and the order of tables are anybody's; the addition changes none of them.
    #[test]
    fn whatever_the_layout_only_lines_are_added(
        fillers in proptest::collection::vec(proptest::collection::vec(filler(), 0..3), 6),
        space in "[ \t]{0,3}",
        order in Just([0_usize, 1, 2, 3, 4]).prop_shuffle(),
        windows: bool,
        end: bool,
    ) {
        let tables = [
            "[vcn.v] # v\ncidr = \"10.0.0.0/16\"\n[vcn.v.subnet.s]\ncidr=\"10.0.0.0/24\"",
            "[database.d]\nsubnet = \"v/s\"\naddress\t= \"10.0.0.9\" # where\nport = 5432",
            "[application.a]\n\n subnet = [ # all\n \"v/s\",\n # none more\n]",
            "[function.f] # f\napplication = 'a'\ntables = \"\"\"\nt\"\"\"\n[function.f.image]\nrepository = \"r/f\"",
            "[require]\nx = \"f reaches d\"\n'y z' = '''the internet does not reach d'''",
        ];
        let mut text = "version = 1 # one\n".to_owned();
        for (table, filler) in order.iter().map(|index| tables[*index]).zip(&fillers) {
            filler.iter().for_each(|line| text.push_str(&format!("{line}\n")));
            text.push_str(&format!("{space}{table}{space}\n"));
        }
        fillers[5].iter().for_each(|line| text.push_str(&format!("{line}\n")));
        if !end {
            text.truncate(text.trim_end().len());
        }
        if windows {
            text = text.replace('\n', "\r\n");
        }
        let source = Source::new("adit.toml", text.as_str());
        prop_assert!(parse(&source).faults.is_empty(), "{text}");
        let edited = add_function(&source, &orders());
        prop_assert!(edited.is_ok(), "{edited:?}\n{text}");
        let edited = edited.unwrap();
        prop_assert_eq!(without(&edited), text);
        let functions = parse(&Source::new("adit.toml", edited.text.as_str())).blueprint.functions;
        let names: Vec<&str> = functions.iter().map(|function| function.name.value.as_str()).collect();
        prop_assert_eq!(names, ["f", "orders"]);
        prop_assert!(!windows || !edited.added().replace("\r\n", "").contains('\n'), "ends of lines are the file's");
    }

    #[test]
    fn no_text_makes_it_panic(at in 0_usize..6000, with in "[\\[\\]{}=\"'#.\\n a]{0,4}", cut in 0_usize..9) {
        let mut text = EXAMPLE.to_owned();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let to = (at..=(at + cut).min(text.len())).rev().find(|to| text.is_char_boundary(*to)).unwrap();
        text.replace_range(at..to, &with);
        if let Ok(edited) = add_function(&Source::new("adit.toml", text.as_str()), &orders()) {
            prop_assert_eq!(without(&edited), text);
        }
    }
}
