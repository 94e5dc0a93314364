//! OCIDs of things that exist only here.

/// `ocid1.<kind>.oc1.local.<name>`, with what an OCID cannot contain replaced by `-`.
pub(crate) fn local_ocid(kind: &str, name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name: String = name.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    format!("ocid1.{kind}.oc1.local.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_gives_a_well_formed_ocid() {
        let id = local_ocid("fnfunc", "my function/v1.2");
        assert_eq!(id, "ocid1.fnfunc.oc1.local.my-function-v1-2");
        assert!(id.parse::<adit_oci::Ocid>().is_ok());
    }
}
