//! Permission as the file has it: what its functions and groups have to do is held against the policies that it names, and sentences
//! about secrets are answered.

use std::path::Path;

use adit_blueprint::{Answer, Finding, Outcome, Permission, Severity, Source, check_permission, parse};

const EXAMPLE: &str = include_str!("../../../cli/src/prove/init/example.toml");

fn check(text: &str, folder: &Path) -> (Vec<Finding>, Vec<Answer>) {
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    assert_eq!(parsed.faults, []);
    let permission = Permission::read(&parsed.blueprint, &source, folder);
    check_permission(&parsed.blueprint, &permission)
}

fn example(more: &str) -> (Vec<Finding>, Vec<Answer>) {
    check(&format!("{EXAMPLE}\n{more}"), Path::new(""))
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn outcome<'a>(answers: &'a [Answer], question: &str) -> (Outcome, &'a str) {
    let answer = answers.iter().find(|answer| answer.question == question).unwrap();
    (answer.outcome, &answer.detail)
}

const SECRET: &str = "ocid1.vaultsecret.oc1..librarian";

/// The example with OCIDs and its least policies, as they are pasted.
fn least() -> String {
    EXAMPLE
        .replace(
            "secret  = \"librarian-db\"",
            &format!("secret = {{ name = \"librarian-db\", ocid = \"{SECRET}\" }}"),
        )
        .replace("memory      = 256", "ocid = \"ocid1.fnfunc.oc1..inserter\"\nmemory = 256")
        + &format!(
            r#"
[dynamic-group.inserter]
matching-rule = "ALL {{resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1..inserter'}}"
[policy.run]
compartment = "Sandbox"
statements = "Allow dynamic-group inserter to {{SECRET_BUNDLE_READ}} in compartment Sandbox where target.secret.id = '{SECRET}'"
[policy.deploy]
compartment = "Sandbox"
statements = [
  "Allow group CI-CD-Deployers to {{REPOSITORY_READ, REPOSITORY_UPDATE}} in compartment Sandbox where target.repo.name = 'hello-world-app/postgres-inserter'",
  "Allow group CI-CD-Deployers to {{FN_FUNCTION_READ, FN_FUNCTION_UPDATE}} in compartment Sandbox where target.function.id = 'ocid1.fnfunc.oc1..inserter'",
  "Allow group CI-CD-Deployers to {{FN_APP_LIST, FN_APP_READ, FN_FUNCTION_LIST}} in compartment Sandbox",
]
"#
        )
}

#[test]
fn without_policies_the_sentence_about_the_secret_holds_and_the_way_around_it_is_noted() {
    let (findings, answers) = example("");
    assert_eq!(codes(&findings), ["A0305"]);
    assert_eq!(findings[0].severity, Severity::Note);
    assert_eq!(
        outcome(&answers, "CI-CD-Deployers cannot read secret librarian-db"),
        (Outcome::Holds, "no statement that the file needs allows it")
    );
    assert_eq!(answers.len(), 1);
}

#[test]
fn the_least_policies_allow_every_call() {
    let (findings, answers) = check(&least(), Path::new(""));
    assert_eq!(codes(&findings), ["A0305"], "{findings:#?}");
    assert_eq!(
        outcome(&answers, "postgres-inserter may call GetSecretBundle"),
        (Outcome::Holds, "by statement 1 of policy run")
    );
    assert_eq!(answers.len(), 8);
    assert!(answers.iter().all(|answer| answer.outcome == Outcome::Holds), "{answers:#?}");
}

#[test]
fn a_statement_that_is_missing_is_printed() {
    for (line, who, call, least_statement) in [
        (
            "statements = \"Allow dynamic-group inserter to {SECRET_BUNDLE_READ}",
            "postgres-inserter",
            "GetSecretBundle",
            "Allow dynamic-group inserter to {SECRET_BUNDLE_READ} in compartment Sandbox where target.secret.id = 'ocid1.vaultsecret.oc1..librarian'",
        ),
        (
            "  \"Allow group CI-CD-Deployers to {FN_APP_LIST",
            "CI-CD-Deployers",
            "ListApplications",
            "Allow group CI-CD-Deployers to {FN_APP_LIST} in compartment Sandbox",
        ),
    ] {
        let text: Vec<String> =
            least().lines().filter(|it| !it.starts_with(line)).map(str::to_owned).collect();
        assert_eq!(text.len() + 1, least().lines().count());
        let (findings, answers) = check(&text.join("\n"), Path::new(""));
        let finding = findings.iter().find(|it| it.code.as_str() == "A0301").unwrap();
        assert_eq!(finding.message, format!("nothing lets `{who}` call {call}"));
        assert_eq!(finding.fix.as_ref().unwrap().lines, [least_statement]);
        assert_eq!(outcome(&answers, &format!("{who} may call {call}")), (Outcome::Fails, ""));
    }
}

#[test]
fn what_depends_on_an_ocid_that_is_not_written_is_said_to() {
    let text = least().replace(&format!(", ocid = \"{SECRET}\""), "");
    let (findings, answers) = check(&text, Path::new(""));
    let finding = findings.iter().find(|it| it.code.as_str() == "A0303").unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.message, "whether `postgres-inserter` may call GetSecretBundle is not known");
    assert_eq!(outcome(&answers, "postgres-inserter may call GetSecretBundle"), (Outcome::Unknown, ""));
}

#[test]
fn who_can_read_the_secret_after_all_is_told_with_the_statement() {
    let (findings, answers) = example(
        r#"
[policy.wide]
statements = ["Allow group Admins to inspect vaults in tenancy", "Allow group CI-CD-Deployers to manage all-resources in tenancy"]
"#,
    );
    let finding = findings.iter().find(|it| it.code.as_str() == "A0304").unwrap();
    assert_eq!(finding.message, "`CI-CD-Deployers` can read secret `librarian-db`");
    assert_eq!(finding.fix.as_ref().unwrap().text, "narrow or take out statement 2 of policy wide");
    let question = "CI-CD-Deployers cannot read secret librarian-db";
    assert_eq!(outcome(&answers, question).0, Outcome::Fails);
    // Under a condition on a secret of which the file does not say whether it is this one.
    let (findings, answers) = example(
        "[policy.wide]\nstatements = \"Allow group CI-CD-Deployers to read secret-family in tenancy where target.secret.id = 'ocid1.vaultsecret.oc1..x'\"",
    );
    assert_eq!(outcome(&answers, question).0, Outcome::Unknown);
    assert!(codes(&findings).contains(&"A0303"));
}

#[test]
fn who_can_ship_code_by_a_statement_is_noted_though_nobody_meant_them_to() {
    let text = least().replace("d = \"CI-CD-Deployers cannot", "d = \"Helpers cannot")
        + "\n[policy.wide]\nstatements = \"Allow group Helpers to manage fn-function in tenancy\"\n";
    let (findings, answers) = check(&text, Path::new(""));
    let note = findings.iter().find(|it| it.code.as_str() == "A0305").unwrap();
    assert_eq!(
        note.message,
        "`Helpers` can ship code to `postgres-inserter` that reads secret `librarian-db`"
    );
    assert_eq!(outcome(&answers, "Helpers cannot read secret librarian-db").0, Outcome::Holds);
}

#[test]
fn a_function_cannot_be_kept_from_the_secret_that_it_needs() {
    let text = EXAMPLE.replace("d = \"CI-CD-Deployers cannot", "d = \"postgres-inserter cannot");
    let (findings, answers) = check(&text, Path::new(""));
    assert_eq!(codes(&findings), ["A0304"]);
    assert_eq!(answers[0].outcome, Outcome::Fails);
}

#[test]
fn names_that_the_file_does_not_have_are_told_with_the_nearest() {
    for (from, to, said) in [
        (
            "d = \"CI-CD-Deployers",
            "d = \"CI-CD-Deployer",
            "there is no function, group or dynamic group `CI-CD-Deployer` in the file",
        ),
        (
            "secret librarian-db\"",
            "secret librarian\"",
            "there is no secret of a function's database `librarian` in the file",
        ),
    ] {
        let text = EXAMPLE.replace(from, to);
        let (findings, answers) = check(&text, Path::new(""));
        assert_eq!((codes(&findings), answers.len()), (vec!["A0157"], 0));
        assert_eq!(findings[0].message, said);
        assert!(findings[0].fix.as_ref().unwrap().text.starts_with("write "));
    }
}

#[test]
fn a_policy_stands_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("policy")).unwrap();
    let policy = "# the platform team's\n\nAllow group CI-CD-Deployers to manage all-resources in tenancy\nAllow group X too read repos in tenancy\n";
    std::fs::write(folder.path().join("policy/wide.txt"), policy).unwrap();
    let more = "[policy.wide]\nfile = \"policy/wide.txt\"\n[policy.gone]\nfile = \"policy/gone.txt\"\n";
    let (findings, answers) = check(&format!("{EXAMPLE}\n{more}"), folder.path());
    assert_eq!(outcome(&answers, "CI-CD-Deployers cannot read secret librarian-db").0, Outcome::Fails);
    let fault = findings.iter().find(|it| it.message.contains("wide.txt:4:")).unwrap();
    assert_eq!(fault.code.as_str(), "A0358");
    let gone = findings.iter().find(|it| it.code.as_str() == "A0306").unwrap();
    assert!(gone.message.contains("gone.txt cannot be read"), "{}", gone.message);
}

#[test]
fn a_fault_in_a_statement_is_placed_in_the_file() {
    let more = "[policy.p]\nstatements = '''\nAllow group A to read repos in compartment Sandbox\nAllow group B to raed repos in tenancy'''\n";
    let text = format!("{EXAMPLE}\n{more}");
    let source = Source::new("adit.toml", &*text);
    let parsed = parse(&source);
    let permission = Permission::read(&parsed.blueprint, &source, Path::new(""));
    let [fault] = permission.faults.as_slice() else { panic!("{:#?}", permission.faults) };
    assert_eq!(source.slice(fault.span()), "raed");
    assert_eq!(fault.fix.as_ref().unwrap().edit.as_ref().unwrap().1, "read");
}

#[test]
fn compartments_that_are_in_each_other_end() {
    let more = "[compartment.a]\nparent = \"b\"\n[compartment.b]\nparent = \"a\"\n[policy.p]\ncompartment = \"a:b:c\"\nstatements = []\n";
    let (findings, _) = example(more);
    assert!(codes(&findings).contains(&"A0301"));
}
