//! What people have been told, and what the documentation says: the reasons for which needless lines are written.

use crate::need::Whom;
use crate::syntax::{Action, Verb};

const REMOVAL: &str = "that it can go is documented, not proved in every tenancy: remove it, wait 15 minutes, push a new digest, update the \
     function and call it; on 502 FunctionInvokeImageNotAvailable look at routes and egress first";

/// What there is to say of an action.
pub(super) fn remarks(action: &Action, whom: &Whom, needless: bool) -> Vec<String> {
    let Action::Verb { verb, resource } = action else { return Vec::new() };
    let is_group = matches!(whom, Whom::Group { .. });
    let said: &[&str] = match (resource.as_str(), verb.value, needless) {
        ("keys" | "key-family", _, true) => &[
            "to read a secret takes SECRET_BUNDLE_READ alone: the secret service decrypts, the caller never touches the key",
            "`use keys` belongs to creating a secret",
        ],
        ("vaults", _, true) => &[
            "to read a secret takes SECRET_BUNDLE_READ alone; VAULT_READ is for looking a vault up, and for the console",
        ],
        ("repos", Verb::Read, true) if !is_group => &[
            "the platform pulls the image before any code of the function runs; the function's own rights are not asked",
            REMOVAL,
        ],
        ("repos", Verb::Manage, false) => &[
            "a push to a repository that does not exist creates it in the root compartment, which takes more; created first in its own \
             compartment, it takes REPOSITORY_READ and REPOSITORY_UPDATE",
            "REPOSITORY_UPDATE also allows to delete images: there is no right to push without it",
        ],
        ("virtual-network-family", _, true) if !is_group => &[
            "the right to use the subnet is checked of whoever creates the application, not of the function",
            REMOVAL,
        ],
        _ => &[],
    };
    said.iter().map(|text| (*text).to_owned()).collect()
}
