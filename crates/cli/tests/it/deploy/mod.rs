//! `adit deploy`, with a stand-in for Terraform (`fixtures/terraform`) and a real registry; in `real`, with the real Terraform.

mod faults;
mod plans;
mod real;
mod whole;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::push::image;
use crate::support::{Place, Ran};

/// What Terraform is here.
const STAND_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/terraform");

/// The example's file, a configuration that describes some of it, and an image.
struct World {
    place: Place,
    /// What the configuration describes, and what goes wrong.
    world: Value,
    digest: String,
    /// The program that is run as Terraform.
    terraform: String,
}

impl World {
    fn new(registry: &str) -> Self {
        let place = Place::new();
        assert_eq!(place.run_here(&["init", "--example"]).code, Some(0));
        assert_eq!(place.run_here(&["export", "terraform"]).code, Some(0));
        let digest = image(&place);
        let application = "oci_functions_application.ingest";
        let resources = json!([
            { "address": "oci_core_vcn.sandbox_vcn", "guard": true, "values": { "display_name": "sandbox-vcn", "cidr_blocks": ["10.1.0.0/16"] } },
            { "address": "oci_core_subnet.fn_public_subnet", "guard": true, "values": {
                "display_name": "fn-public-subnet", "cidr_block": "10.1.0.0/24", "vcn_id": "${oci_core_vcn.sandbox_vcn.id}" } },
            { "address": "oci_artifacts_container_repository.postgres_inserter", "guard": true, "new": ["display_name"], "values": {
                "display_name": "hello-world-app/postgres-inserter" } },
            { "address": application, "guard": true, "new": ["display_name", "subnet_ids", "shape"], "values": {
                "display_name": "ingest", "shape": "GENERIC_X86", "subnet_ids": ["${oci_core_subnet.fn_public_subnet.id}"] } },
            { "address": "oci_functions_function.postgres_inserter[0]", "guard": true, "function": "postgres-inserter",
              "new": ["application_id", "display_name"], "values": {
                "display_name": "postgres-inserter", "application_id": format!("${{{application}.id}}"), "memory_in_mbs": "256",
                "config": { "ADIT_TABLES": "items" } } },
        ]);
        let world = json!({
            "resources": resources, "faults": {},
            "outputs": { "repositories": { "postgres-inserter": format!("{registry}/namespace/hello-world-app/postgres-inserter") } },
        });
        let made = Self { place, world, digest, terraform: STAND_IN.to_owned() };
        made.save();
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.directory.path().join("terraform").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Changes the configuration.
    fn save(&self) {
        self.write("world.json", &self.world.to_string());
    }

    /// The resource of an address.
    fn resource(&mut self, address: &str) -> &mut Value {
        let resources = self.world["resources"].as_array_mut().unwrap();
        resources.iter_mut().find(|resource| resource["address"] == address).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let fixed = ["deploy", "--terraform-binary", &self.terraform, "--image", "image"];
        let mut command = self.place.command(&[&fixed[..], arguments].concat());
        command.current_dir(self.place.directory.path());
        for name in ["ADIT_TERRAFORM", "ADIT_REGISTRY_USER", "ADIT_REGISTRY_PASSWORD", "TF_DATA_DIR"] {
            command.env_remove(name);
        }
        command
    }

    fn deploy(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).stdin(Stdio::null()).output().unwrap().into()
    }

    /// What is in the state: addresses and what is known of each.
    fn state(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("terraform.tfstate")).unwrap()).unwrap()
    }

    /// What a run said, without what differs from run to run.
    fn shown(&self, ran: &Ran, registry: &str) -> String {
        let here = format!("{}/", self.place.directory.path().display());
        let text = format!("{}{}? {}\n", ran.stderr, ran.stdout, ran.code.unwrap())
            .replace(STAND_IN, "TERRAFORM")
            .replace(&here, "")
            .replace(registry, "REGISTRY")
            .replace(&self.digest, "sha256:DIGEST")
            .replace(&self.digest[7..19], "TAG");
        without_times(&text)
    }
}

/// `38 ms` and `1.93 s` as `TIME`.
fn without_times(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let unit = word.lines().next().unwrap_or_default();
        let last = words.last().is_some_and(|last| {
            let number = last.rsplit('\n').next().unwrap_or_default();
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        });
        if last && matches!(unit, "ms" | "s") {
            let number = words.pop().unwrap();
            let before = number.rfind('\n').map_or("", |at| &number[..=at]);
            words.push(format!("{before}TIME{}", &word[unit.len()..]));
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}
