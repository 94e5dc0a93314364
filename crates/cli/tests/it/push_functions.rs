//! `adit push --function`: where an image goes by adit.toml, what Oracle's services are asked for it, and the file for Terraform.

use std::fs;

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud, credentials};
use crate::push::{Registry, image, push, without_digests};
use crate::support::{Place, Ran};

/// Two functions of one application.
fn place() -> Place {
    let place = Place::new();
    assert_eq!(place.run_here(&["init", "--example"]).code, Some(0));
    assert_eq!(place.run_here(&["add", "function", "orders", "--table", "orders"]).code, Some(0));
    image(&place);
    place
}

/// The account: compartments of the name, and repositories by their names.
struct Account {
    compartments: &'static [(&'static str, &'static str)],
    /// Name and compartment.
    repositories: &'static [(&'static str, &'static str)],
    /// Whether nobody may look for repositories.
    hidden: bool,
}

const SANDBOX: &str = "ocid1.compartment.oc1..sandbox";
const PLATFORM: &str = "ocid1.compartment.oc1..platform";

impl Account {
    fn start(self) -> Cloud {
        Cloud::start(move |line| self.answer(line))
    }

    fn answer(&self, line: &str) -> Answer {
        let found = |body: Value| (200, "", body.to_string());
        let repository = |(name, compartment): &(&str, &str)| json!({"id": format!("ocid1.containerrepo.oc1.fra.{}", name.len()), "displayName": name, "compartmentId": compartment});
        if line == "GET /n" {
            return found(json!("axaxnpcrorw5"));
        }
        if let Some(id) = line.strip_prefix("GET /20160918/compartments/") {
            return found(json!({"id": id, "name": "Platform", "compartmentId": "ocid1.tenancy.oc1..t"}));
        }
        if line.starts_with("GET /20160918/compartments?") {
            let parent = "ocid1.compartment.oc1..parent";
            return found(
                self.compartments
                    .iter()
                    .map(|(id, name)| json!({"id": id, "name": name, "compartmentId": parent}))
                    .collect(),
            );
        }
        if self.hidden {
            return (404, "", r#"{"code":"NotAuthorizedOrNotFound","message":"not found"}"#.to_owned());
        }
        if line.starts_with("POST ") {
            return found(repository(&("new", SANDBOX)));
        }
        let anywhere = line.contains("compartmentIdInSubtree=true");
        let listed = self.repositories.iter().filter(|(name, compartment)| {
            line.contains(&format!("displayName={}&", name.replace('/', "%2F")))
                && (anywhere || line.contains(&format!("compartmentId={compartment}&")))
        });
        found(json!({"items": listed.map(repository).collect::<Vec<_>>()}))
    }
}

const ACCOUNT: Account = Account {
    compartments: &[(SANDBOX, "Sandbox")],
    repositories: &[("hello-world-app/postgres-inserter", SANDBOX)],
    hidden: false,
};

fn by_file(place: &Place, cloud: &Cloud, registry: &str, arguments: &[&str]) -> Ran {
    let (config, endpoint) = (credentials(place), cloud.url());
    let account = ["--config-file", &config, "--endpoint", &endpoint, "--registry", registry];
    push(place, &[arguments, &account[..]].concat())
}

#[test]
fn all_images_go_where_the_file_says_and_terraform_is_told() {
    let Some(registry) = Registry::start() else { return };
    let place = place();
    let cloud = ACCOUNT.start();
    let ran = by_file(&place, &cloud, &registry.address, &["--all"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let digest = ran.stdout.trim_end().rsplit('@').next().unwrap();
    let tag: String = digest.chars().skip("sha256:".len()).take(12).collect();
    let shown = (ran.stderr.clone() + &ran.stdout).replace(&registry.address, "REGISTRY");
    let shown = shown.replace(digest, "DIGEST").replace(&tag, "TAG");
    insta::assert_snapshot!("push-all", without_digests(&shown));
    let asked = cloud.asked();
    let named = "GET /20160918/compartments?compartmentId=ocid1.tenancy.oc1..t&name=Sandbox&";
    assert!(asked.iter().any(|line| line.starts_with(named)), "{asked:?}");
    let wanted =
        format!(r#"{{"compartmentId":"{SANDBOX}","displayName":"hello-world-app/orders","isPublic":false}}"#);
    assert_eq!(cloud.body_of("POST /20160918/container/repositories"), wanted);

    // Once more for one of them, with its digest noted for Terraform.
    fs::create_dir(place.directory.path().join("terraform")).unwrap();
    let old = place.file("terraform/images.auto.tfvars.json", r#"{"images":{"z":"sha256:0"},"mine":[1]}"#);
    let one = ["image", "--function", "postgres-inserter", "--pin", "terraform", "--format", "json"];
    let ran = by_file(&place, &cloud, &registry.address, &one);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let pushed = &document["images"][0];
    assert_eq!(
        (&pushed["functions"], &pushed["blobs"][0]["way"], &pushed["tag"]),
        (&json!(["postgres-inserter"]), &json!("present"), &json!(tag))
    );
    assert_eq!(document["pinned"], "terraform/images.auto.tfvars.json");
    let noted: Value = serde_json::from_str(&fs::read_to_string(old).unwrap()).unwrap();
    let images = json!({"postgres-inserter": document["digest"], "z": "sha256:0"});
    assert_eq!(noted, json!({"images": images, "mine": [1]}));
}

#[test]
fn what_the_file_says_is_not_asked() {
    let Some(registry) = Registry::start() else { return };
    let place = place();
    let text = fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
    let known = "[compartment.Sandbox]\nocid = \"ocid1.compartment.oc1..sandbox\"\n";
    let text = text.replace("[tenancy]\n", "[tenancy]\nnamespace = \"ns\"\n");
    place.file("adit.toml", &text.replace("[drg.hub]\n", &format!("{known}[drg.hub]\n")));
    let cloud = ACCOUNT.start();
    let ran = by_file(&place, &cloud, &registry.address, &["--function", "postgres-inserter"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with(&format!("{}/ns/hello-world-app/postgres-inserter@", registry.address)));
    assert_eq!(cloud.asked().len(), 1, "{:?}", cloud.asked());
    // Who may push need not be allowed to look for repositories.
    let hidden = Account { hidden: true, ..ACCOUNT }.start();
    fs::create_dir(place.directory.path().join("terraform")).unwrap();
    let ran = by_file(&place, &hidden, &registry.address, &["--function", "orders", "--pin", "terraform"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("warning: whether the repository `hello-world-app/orders` is there"));
    assert!(ran.stderr.contains("pinned     orders in terraform/images.auto.tfvars.json"), "{}", ran.stderr);
}

/// Nothing is sent and nothing is noted in any of these.
#[test]
fn what_stands_in_the_way_is_told_before_anything_is_sent() {
    let nobody = "127.0.0.1:1";
    let one = ["--function", "orders"];
    let pinned = ["--function", "orders", "--pin", "."];
    let mut all = String::new();
    let mut case = |name: &str, account: Account, arguments: &[&str], change: &dyn Fn(String) -> String| {
        let place = place();
        let text = fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
        place.file("adit.toml", &change(text));
        let ran = by_file(&place, &account.start(), nobody, arguments);
        assert!(!place.directory.path().join("images.auto.tfvars.json").exists());
        all.push_str(&format!("# {name}\n{}{}? {}\n\n", ran.stdout, ran.stderr, ran.code.unwrap()));
    };
    let same = |text: String| text;
    case("no such function", ACCOUNT, &["--function", "orderz"], &same);
    case("no image", ACCOUNT, &one, &|text| {
        text.replace("image       = { repository = \"hello-world-app/orders\"", "#")
    });
    case("no region", ACCOUNT, &one, &|text| text.replace("region      =", "#"));
    case("a faulty file", ACCOUNT, &one, &|text| text.replace("memory ", "memroy "));
    case("another shape", ACCOUNT, &one, &|text| text.replace("GENERIC_X86", "GENERIC_ARM"));
    case("two places", ACCOUNT, &["image", "fra.ocir.io/ns/f", "--all"], &same);
    case("no such compartment", Account { compartments: &[], ..ACCOUNT }, &one, &same);
    case(
        "two compartments",
        Account { compartments: &[(SANDBOX, "Sandbox"), (PLATFORM, "Sandbox")], ..ACCOUNT },
        &one,
        &same,
    );
    case("Terraform has not made it", ACCOUNT, &pinned, &same);
    case(
        "elsewhere",
        Account { repositories: &[("hello-world-app/orders", PLATFORM)], ..ACCOUNT },
        &pinned,
        &same,
    );
    case(
        "nobody may look, and it would have to be created",
        Account { hidden: true, ..ACCOUNT },
        &one,
        &same,
    );
    case("no directory", ACCOUNT, &["--function", "orders", "--pin", "none"], &same);
    insta::assert_snapshot!("push-by-file-refused", without_digests(&without_ids(&all)));
}

/// The name of a call is another one each time.
fn without_ids(text: &str) -> String {
    let mut pieces = text.split("opc-request-id ");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |shown, piece| {
        shown + "opc-request-id …" + piece.trim_start_matches(|c: char| c.is_ascii_hexdigit())
    })
}
