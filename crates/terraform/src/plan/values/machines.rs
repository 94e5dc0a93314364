//! Machines: a shape that takes its sizes from the plan has some (LaunchInstanceDetails: `shapeConfig` is needed by flexible shapes).

use super::look::{Look, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::Kind;

/// How the name of a shape without sizes of its own ends.
const FLEXIBLE: &str = ".flex";

pub(super) fn check(look: &Look<'_>) {
    for (_, _, block) in look.touched(Kind::Instance) {
        let Got::Is(shape) = block.text("shape") else { continue };
        if shape.to_ascii_lowercase().ends_with(FLEXIBLE) {
            sizes(look, &block, shape);
        }
    }
}

fn sizes(look: &Look<'_>, block: &Block<'_>, shape: &str) {
    if block.is_absent("shape_config") {
        let found = look.at(
            block,
            "shape_config",
            code::MACHINE,
            "not there",
            "`ocpus`, and `memory_in_gbs` if the usual is not meant",
        );
        let message = format!("`{}` is missing: {} has no sizes of its own", found.place(), quoted(shape));
        return look.tell(found.says(message).fix("write shape_config { ocpus = 1, memory_in_gbs = 8 }"));
    }
    for config in block.blocks("shape_config").is().unwrap_or_default() {
        if config.is_absent("ocpus") && config.is_absent("vcpus") {
            let found = look.at(&config, "ocpus", code::MACHINE, "not there", "a number of OCPUs");
            let message = format!("`{}` is missing: {} has no size of its own", found.place(), quoted(shape));
            look.tell(found.says(message).fix("write ocpus = 1"));
        }
        for (attribute, what) in [("ocpus", "OCPUs"), ("memory_in_gbs", "GB")] {
            let value = match config.raw(attribute) {
                Got::Is(value) => value.as_f64(),
                _ => None,
            };
            if value.is_some_and(|value| value <= 0.0) {
                let found =
                    look.at(&config, attribute, code::MACHINE, "nothing", format!("a number of {what}"));
                look.tell(found.fix(format!("write a number of {what}")));
            }
        }
    }
}
