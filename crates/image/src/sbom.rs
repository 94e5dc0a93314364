//! The bill of materials that lies in the image beside the program, as SPDX 2.3. It says what the build's list says, and no more: crates
//! and libraries that are linked in, their versions, and the licences that they declare. Nobody has concluded a licence.

use serde::Serialize;

use crate::blob::json;
use crate::parts::{Part, PartKind, Parts};
use crate::program::Program;

const NO_ASSERTION: &str = "NOASSERTION";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    spdx_version: &'a str,
    data_license: &'a str,
    #[serde(rename = "SPDXID")]
    id: &'a str,
    name: &'a str,
    document_namespace: String,
    creation_info: CreationInfo<'a>,
    packages: Vec<Package<'a>>,
    relationships: Vec<Relationship>,
}

#[derive(Serialize)]
struct CreationInfo<'a> {
    created: &'a str,
    creators: [&'a str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package<'a> {
    #[serde(rename = "SPDXID")]
    id: String,
    name: &'a str,
    version_info: &'a str,
    download_location: String,
    files_analyzed: bool,
    license_declared: &'a str,
    license_concluded: &'a str,
    copyright_text: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checksums: Vec<Checksum<'a>>,
    external_refs: Vec<ExternalRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checksum<'a> {
    algorithm: &'a str,
    checksum_value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    relationship_type: &'static str,
    related_spdx_element: String,
}

/// The document, as JSON that is always the same.
pub(crate) fn document(program: &Program, parts: &Parts, created: &str) -> Vec<u8> {
    let checksum = Checksum { algorithm: "SHA256", checksum_value: program.sha256() };
    let root = Package { checksums: vec![checksum], ..package(&parts.program) };
    let described = relationship("SPDXRef-DOCUMENT", "DESCRIBES", &root.id);
    let linked = parts.linked.iter().map(|part| relationship(&root.id, "STATIC_LINK", &id(part)));
    let relationships = std::iter::once(described).chain(linked).collect();
    json(&Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: "SPDXRef-DOCUMENT",
        name: &parts.program.name,
        document_namespace: format!(
            "https://spdx.org/spdxdocs/{}-{}",
            encoded(&parts.program.name),
            program.sha256()
        ),
        creation_info: CreationInfo {
            created,
            creators: [concat!("Tool: adit-", env!("CARGO_PKG_VERSION"))],
        },
        packages: std::iter::once(root).chain(parts.linked.iter().map(package)).collect(),
        relationships,
    })
}

fn package(part: &Part) -> Package<'_> {
    let (name, version) = (encoded(&part.name), encoded(&part.version));
    let download_location = match part.kind {
        PartKind::Crate => format!("https://crates.io/api/v1/crates/{name}/{version}/download"),
        PartKind::Program | PartKind::Own | PartKind::Library => NO_ASSERTION.to_owned(),
    };
    // A crate of one's own is not the one of that name on crates.io.
    let package_type = if part.kind == PartKind::Crate { "cargo" } else { "generic" };
    Package {
        id: id(part),
        name: &part.name,
        version_info: &part.version,
        download_location,
        files_analyzed: false,
        license_declared: part.license.as_deref().unwrap_or(NO_ASSERTION),
        license_concluded: NO_ASSERTION,
        copyright_text: NO_ASSERTION,
        checksums: Vec::new(),
        external_refs: vec![ExternalRef {
            reference_category: "PACKAGE-MANAGER",
            reference_type: "purl",
            reference_locator: format!("pkg:{package_type}/{name}@{version}"),
        }],
    }
}

fn relationship(from: &str, relationship_type: &'static str, to: &str) -> Relationship {
    Relationship { spdx_element_id: from.to_owned(), relationship_type, related_spdx_element: to.to_owned() }
}

/// An identifier has letters, digits, dots and dashes; every other byte is written as its number, so that no two become one.
fn id(part: &Part) -> String {
    let kind = match part.kind {
        PartKind::Program => "program",
        PartKind::Crate | PartKind::Own => "crate",
        PartKind::Library => "library",
    };
    format!("SPDXRef-{kind}-{}-{}", escaped(&part.name, ".u"), escaped(&part.version, ".u"))
}

/// A word in an address.
fn encoded(text: &str) -> String {
    escaped(text, "%")
}

fn escaped(text: &str, mark: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => escaped.push(char::from(byte)),
            b'_' if mark == "%" => escaped.push('_'),
            _ => escaped.push_str(&format!("{mark}{byte:02X}")),
        }
    }
    escaped
}
