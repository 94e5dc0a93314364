//! What goes with an object that is replaced or deleted, and which changes follow from another.

use super::{Action, Change};

/// Adds to each change what follows from it, and from which other one it follows.
pub(super) fn add(changes: &mut [Change]) {
    let gone: Vec<(String, String)> = changes
        .iter()
        .filter(|change| change.action.destroys())
        .filter_map(|change| Some((change.id.clone()?, change.address.clone())))
        .collect();
    for change in changes.iter_mut().filter(|change| change.action.destroys()) {
        let holders = change.at.iter().filter(|(argument, _)| match &change.action {
            // Only what makes it be replaced: it may be tied to others that go, too.
            Action::Replace { because, .. } => because.contains(argument),
            _ => true,
        });
        let mut follows = holders.filter_map(|(_, id)| gone.iter().find(|(holder, _)| holder == id));
        let one_cause = match &change.action {
            Action::Replace { because, .. } => because.len() == 1,
            _ => true,
        };
        change.follows = follows.next().filter(|_| one_cause).map(|(_, address)| address.clone());
    }
    let functions: Vec<(String, Vec<(String, String)>)> = changes
        .iter()
        .filter(|change| change.kind == "oci_functions_function" && change.action.destroys())
        .map(|change| (change.name.clone(), change.at.clone()))
        .collect();
    for change in changes.iter_mut().filter(|change| change.action.destroys()) {
        let inside = |argument: &str| -> Vec<&str> {
            let here = |(name, id): &(String, String)| name == argument && Some(id) == change.id.as_ref();
            functions.iter().filter(|(_, at)| at.iter().any(here)).map(|(name, _)| name.as_str()).collect()
        };
        let replaced = matches!(change.action, Action::Replace { .. });
        change.consequence = match (change.kind.as_str(), replaced) {
            ("oci_functions_application", _) => Some(match inside("application_id").as_slice() {
                [] => "its functions go with it".to_owned(),
                names => format!("its functions go with it ({})", names.join(", ")),
            }),
            ("oci_functions_function", true) => {
                Some("its OCID changes, and what names the old one must be changed".to_owned())
            }
            ("oci_functions_function", false) => Some("calls to it fail from then on".to_owned()),
            ("oci_artifacts_container_repository", _) => Some("its images go with it".to_owned()),
            ("oci_core_vcn", _) => Some("everything in it goes with it".to_owned()),
            ("oci_core_subnet", _) => Some("what has an address in it must go first".to_owned()),
            ("oci_core_drg", _) => Some("its attachments and tables go with it".to_owned()),
            ("oci_core_drg_attachment", true) => {
                Some("no packet passes until the new one is there".to_owned())
            }
            ("oci_core_drg_attachment", false) => Some("no packet passes any more".to_owned()),
            ("oci_vault_secret", _) => Some("its content is lost".to_owned()),
            ("oci_kms_vault" | "oci_kms_key", _) => {
                Some("what is encrypted with it can be read no more".to_owned())
            }
            ("oci_identity_policy" | "oci_identity_dynamic_group" | "oci_identity_group", true) => {
                Some("what it permits is denied in between".to_owned())
            }
            ("oci_objectstorage_bucket", _) => Some("its objects go with it".to_owned()),
            ("oci_psql_db_system", _) => Some("its data goes with it".to_owned()),
            _ => None,
        };
    }
}
