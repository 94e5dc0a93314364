//! What exists already, by the OCIDs that the file gives.

use super::hcl::{Block, code};
use super::scope::Scope;

pub(super) fn blocks(scope: &Scope<'_>) -> Vec<Block> {
    let imports = scope.imports.iter();
    imports
        .map(|import| {
            Block::new("import", &[])
                .comment(&import.line)
                .set("to", code(import.to.as_str()))
                .set("id", import.ocid.as_str())
        })
        .collect()
}
