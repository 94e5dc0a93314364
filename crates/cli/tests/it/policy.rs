//! `adit policy --parse`: statements from a file or a pipe, in every format.

use serde_json::Value;

use crate::support::Place;

const FILE: &str = "\
# what the pipeline may do
Allow group CI-CD-Deployers to {REPOSITORY_READ, REPOSITORY_UPDATE} in compartment Sandbox where target.repo.name = 'hello-world-app/postgres-inserter'

allow  GROUP Deployers TO read secret-bundles IN tenancy WHERE any{request.region='fra',target.secret.id!='x'}
Allow group Deployers to mange repos in tenancy where target.repo.name == \"a\" and request.region = 'fra'
Allow group Deployers to read secret-bundels in compartment Sandbox
Allow dynamic-group F to read secret-bundles where target.secret.id = 'x'
Deny group Interns to inspect all-resources in tenancy
";

fn place() -> Place {
    let place = Place::new();
    place.file("ci.txt", FILE);
    place
}

#[test]
fn each_line_is_answered() {
    let place = place();
    for format in ["human", "short", "json", "github"] {
        let ran = place.run_here(&["policy", "--parse", "ci.txt", "--format", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{format}");
        insta::assert_snapshot!(format!("policy-{format}"), ran.stdout);
    }
}

#[test]
fn code_scanning_gets_every_fault_with_its_place() {
    let ran = place().run_here(&["policy", "--parse", "ci.txt", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found: Vec<_> = results
        .iter()
        .map(|result| {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            (
                result["ruleId"].as_str().unwrap(),
                region["startLine"].as_u64().unwrap(),
                region["startColumn"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("A0359", 5, 26),
            ("A0368", 5, 72),
            ("A0354", 5, 75),
            ("A0367", 5, 79),
            ("A0360", 6, 31),
            ("A0363", 7, 45),
            ("A0375", 8, 1)
        ]
    );
}

#[test]
fn a_pipe_is_read_and_what_is_printed_is_read_again() {
    let place = place();
    let right: String = FILE
        .lines()
        .filter(|line| !line.contains("=="))
        .filter(|line| !line.contains("secret-bundles where"))
        .map(|line| format!("{line}\n"))
        .collect();
    let ran = place.run_with(&["policy", "--parse", "-", "--format", "short"], right.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let canonical: Vec<&str> =
        ran.stdout.lines().filter_map(|line| Some(line.split_once(": ok: ")?.1)).collect();
    assert_eq!(canonical.len(), 4);
    let again =
        place.run_with(&["policy", "--parse", "-", "--format", "short"], canonical.join("\n").as_bytes());
    let twice: Vec<&str> =
        again.stdout.lines().filter_map(|line| Some(line.split_once(": ok: ")?.1)).collect();
    assert_eq!(canonical, twice);
}

#[test]
fn templates_have_holes() {
    let place = Place::new();
    let line = "Allow group ${var.group} to read repos in compartment <compartment>\n";
    let file = place.file("template.txt", line);
    let ran = place.run(&["policy", "--parse", &file, "--template", "--format", "short"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.contains(&format!(": ok: {line}")), "{}", ran.stdout);
    let ran = place.run(&["policy", "--parse", &file, "--format", "short"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stdout.matches("error[A0380]").count(), 2, "{}", ran.stdout);
}

#[test]
fn what_counts_is_said_by_a_flag() {
    let place = Place::new();
    let file = place.file("p.txt", "Allow group A to read secret-bundels in tenancy\n");
    let code = |arguments: &[&str]| place.run(&[&["policy", "--parse", &file], arguments].concat()).code;
    assert_eq!((code(&[]), code(&["--fail-on", "warning"])), (Some(0), Some(1)));
}

#[test]
fn hostile_files_are_answered() {
    let place = Place::new();
    let braces = format!("Allow group A to read repos in tenancy where {}", "any {".repeat(10_000));
    let long = format!("Allow group '{}' to read repos in tenancy", "x".repeat(1 << 20));
    let many = "Allow group A to read repos in tenancy\n".repeat(51);
    for (text, code, said) in [
        (braces.as_str(), 1, "A0352"),
        (long.as_str(), 1, "A0351"),
        (many.as_str(), 0, "A0381"),
        ("Allow group A to read repos in tenancy where target.a = 'x' where target.a = 'y'", 1, "A0372"),
        ("Allow group A to {REPOSITORY_REED} in tenancy", 0, "A0361"),
        ("Allow group A\u{1b}[31m to read repos in tenancy", 1, "A0355"),
        ("", 0, "nothing found"),
    ] {
        let ran = place.run_with(&["policy", "--parse", "-"], text.as_bytes());
        assert_eq!(ran.code, Some(code), "{said}");
        assert!(ran.stdout.contains(said) && ran.stdout.len() < 20_000, "{said}: {}", ran.stdout);
        assert!(!ran.stdout.contains('\u{1b}'), "{said}");
    }
    let ran = place.run_with(&["policy", "--parse", "-"], b"Allow group A\xff to read repos in tenancy");
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(2), "error[A0150]: <stdin> is not UTF-8 from byte 13 on\n")
    );
}
