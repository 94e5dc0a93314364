//! The workflows: what stands in them, what may never stand in them, and that people are told what they need.

mod documented;
mod hostile;
mod lint;
mod safe;

use adit_blueprint::{Finding, Source, parse};
use adit_terraform::workflows::{Login, MARKER, Settings, Workflow, workflows};
use yaml_rust2::{Yaml, YamlLoader};

const EXAMPLE: &str = include_str!("../../../../cli/src/prove/init/example.toml");
const TWO: &str = r#"
version = 1
[tenancy]
region = "us-ashburn-1"
[vcn.main]
cidr = "10.10.0.0/16"
[vcn.main.subnet.functions]
cidr = "10.10.0.0/24"
[application.app]
subnet = "main/functions"
[function.orders-inserter]
application = "app"
image = { repository = "shop/inserter" }
[function.prices_inserter]
application = "app"
image = { repository = "shop/prices" }
"#;

pub(crate) const LOGINS: [Login; 2] = [Login::ApiKey, Login::Oidc];

fn settings(login: Login) -> Settings {
    Settings { file: "adit.toml".parse().unwrap(), branch: "main".parse().unwrap(), login }
}

fn make(text: &str, settings: &Settings) -> Result<[Workflow; 2], Vec<Finding>> {
    let parsed = parse(&Source::new("adit.toml", text));
    assert!(parsed.is_sound(), "{:?}", parsed.faults);
    workflows(&parsed.blueprint, settings)
}

/// Both files, for both ways to log in.
fn all(text: &str) -> Vec<Workflow> {
    LOGINS.iter().flat_map(|login| make(text, &settings(*login)).unwrap()).collect()
}

/// A file as YAML; a key that stands twice is an error.
fn yaml(text: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(text).unwrap();
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// The jobs, by their ids.
fn jobs(workflow: &Yaml) -> Vec<(&str, &Yaml)> {
    workflow["jobs"].as_hash().unwrap().iter().map(|(id, job)| (id.as_str().unwrap(), job)).collect()
}

fn steps(job: &Yaml) -> &[Yaml] {
    job["steps"].as_vec().unwrap()
}

#[test]
fn the_example_is_two_workflows() {
    let [provision, update] = make(EXAMPLE, &settings(Login::ApiKey)).unwrap();
    assert_eq!((provision.name, update.name), ("provision-function.yml", "update-application.yml"));
    insta::assert_snapshot!("provision-function", provision.text);
    insta::assert_snapshot!("update-application", update.text);
}

#[test]
fn two_functions_and_a_session_are_two_workflows() {
    let settings = Settings {
        file: "infra/system.toml".parse().unwrap(),
        branch: "release/1.x".parse().unwrap(),
        login: Login::Oidc,
    };
    let [provision, update] = make(TWO, &settings).unwrap();
    insta::assert_snapshot!("provision-function-oidc", provision.text);
    insta::assert_snapshot!("update-application-oidc", update.text);
}

#[test]
fn a_file_begins_with_its_mark_and_has_no_hole_left() {
    for text in [EXAMPLE, TWO] {
        for workflow in all(text) {
            assert_eq!(workflow.text.lines().next(), Some(MARKER));
            assert!(!workflow.text.contains(['⟦', '⟧', '\t', '\r']));
            assert!(workflow.text.ends_with('\n') && !workflow.text.contains("\n\n\n"));
            let ragged: Vec<&str> = workflow.text.lines().filter(|line| line.ends_with(' ')).collect();
            assert_eq!(ragged, [""; 0]);
        }
    }
}

#[test]
fn what_the_workflows_need_is_said_all_at_once() {
    let bare = "version = 1\n[application.a]\nsubnet = \"v/s\"\n[vcn.v]\ncidr = \"10.0.0.0/16\"\n[vcn.v.subnet.s]\ncidr = \"10.0.0.0/24\"\n";
    let file = format!(
        "{bare}[tenancy]\nregion = \"eu frankfurt\"\n[function.\"a b\"]\napplication = \"a\"\n[function.c]\napplication = \"a\"\nimage = {{ repository = \"c\" }}\n"
    );
    let findings = make(&file, &settings(Login::ApiKey)).unwrap_err();
    let said: Vec<String> =
        findings.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    assert_eq!(
        said,
        [
            "A0142: the name of function `a b` cannot stand in a workflow",
            "A0141: function `a b` has no image, so there is nowhere to push one",
            "A0142: the name of region `eu frankfurt` cannot stand in a workflow",
        ]
    );
    let findings = make(bare, &settings(Login::ApiKey)).unwrap_err();
    let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "the file has no function, so there is nothing to bring to the cloud",
            "the file names no region, and a login needs one",
        ]
    );
}
