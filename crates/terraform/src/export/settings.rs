//! Terraform and the provider. The login is the environment's, or that of `~/.oci/config`: never a variable.

use super::hcl::{Block, Value};
use super::scope::Scope;

/// The least version of Terraform that has `import` blocks.
const TERRAFORM: &str = ">= 1.5.0";
/// The provider that all arguments were checked against, and what it says of itself is compatible.
const PROVIDER: &str = "~> 8.28";

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let provider = Value::Map(vec![
        ("source".to_owned(), Value::from("oracle/oci")),
        ("version".to_owned(), Value::from(PROVIDER)),
    ]);
    let terraform = Block::new("terraform", &[])
        .set("required_version", TERRAFORM)
        .block(Block::new("required_providers", &[]).set("oci", provider));
    let region = match &scope.blueprint.tenancy.region {
        Some(region) => Value::from(region.value.as_str()),
        None => {
            scope.variable("region", "string", "The region's identifier, such as eu-frankfurt-1", None).into()
        }
    };
    let provider = Block::new("provider", &["oci"])
        .comment("Who it is that plans comes from ~/.oci/config or the environment.")
        .set("region", region);
    vec![terraform, provider]
}
