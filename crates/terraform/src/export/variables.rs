//! The variables that the other parts asked for.

use super::hcl::{Block, code};
use super::scope::{Scope, Variable};

pub(super) fn blocks(scope: &Scope<'_>) -> Vec<Block> {
    // Those that somebody has to set come first.
    let (set, others): (Vec<_>, Vec<_>) =
        scope.variables.iter().partition(|(_, variable)| variable.default.is_none());
    set.into_iter().chain(others).map(|(name, variable)| block(name, variable)).collect()
}

fn block(name: &str, variable: &Variable) -> Block {
    let block = Block::new("variable", &[name])
        .set("type", code(variable.of))
        .set("description", variable.description.as_str())
        .set_some("default", variable.default.clone());
    if name == "images" {
        let digest =
            "alltrue([for digest in values(var.images) : can(regex(\"^sha256:[0-9a-f]{64}$\", digest))])";
        return block.block(
            Block::new("validation", &[])
                .set("condition", code(digest))
                .set("error_message", "An image is named by its digest: sha256: and 64 hexadecimal digits."),
        );
    }
    let [first, ..] = variable.kinds else { return block };
    let kinds = match variable.kinds {
        [one] => (*one).to_owned(),
        several => format!("({})", several.join("|")),
    };
    let pattern = format!("^ocid1\\\\.{kinds}\\\\.");
    block.block(
        Block::new("validation", &[])
            .set("condition", code(format!("can(regex(\"{pattern}\", var.{name}))")))
            .set(
                "error_message",
                format!("This is to be an OCID, ocid1.{first}.…, as the console shows it."),
            ),
    )
}
