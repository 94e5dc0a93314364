//! Container repositories: what they are called, and whether the images of the plan's functions are of one of them.

use super::image::{image, wrong_repository};
use super::look::{Look, quoted};
use crate::plan::block::Got;
use crate::plan::code;
use crate::plan::record::Kind;

pub(super) fn check(look: &Look<'_>) {
    for (_, _, block) in look.touched(Kind::Repository) {
        let Got::Is(name) = block.text("display_name") else { continue };
        let Some(why) = wrong_repository(name) else { continue };
        let found = look.at(
            &block,
            "display_name",
            code::REPOSITORY,
            quoted(name),
            "small letters, digits, and `.`, `_`, `-`, `/` between them",
        );
        let message = format!("`{}` is {}: {why}", found.place(), quoted(name));
        let small = name.to_ascii_lowercase();
        let fix = if wrong_repository(&small).is_none() {
            format!("write {}, in the image's name too", quoted(&small))
        } else {
            "write small letters, digits, and `.`, `_`, `-`, `/` between them".to_owned()
        };
        look.tell(found.says(message).why("no image can be pushed under such a name").fix(fix));
    }
    images(look);
}

/// A repository is made, and the function runs an image of another name: one of the two was changed alone.
fn images(look: &Look<'_>) {
    let mut names = Vec::new();
    for (_, record, block) in look.all(Kind::Repository) {
        match block.text("display_name") {
            Got::Is(name) => names.push((name, record.known("namespace"))),
            // One that is not known may be the one.
            Got::Open => return,
            Got::Nothing => {}
        }
    }
    if names.is_empty() {
        return;
    }
    for (_, _, block) in look.touched(Kind::Function) {
        let Got::Is(text) = block.text("image") else { continue };
        let Ok(parts) = image(text) else { continue };
        let fits = |(name, namespace): &(&str, Option<&str>)| {
            name.eq_ignore_ascii_case(parts.repository)
                && namespace.is_none_or(|namespace| namespace.eq_ignore_ascii_case(parts.namespace))
        };
        if names.iter().any(fits) {
            continue;
        }
        let near = names.iter().min_by_key(|(name, _)| strsim::osa_distance(name, parts.repository));
        let near = near.map_or("", |(name, _)| name);
        let found = look.at(
            &block,
            "image",
            code::NO_REPOSITORY,
            format!("an image of {}", quoted(parts.repository)),
            format!("one of {}", quoted(near)),
        );
        let message =
            format!("`{}` is of no repository in the plan; the nearest is {}", found.place(), quoted(near));
        look.tell(
            found
                .warning()
                .says(message)
                .why("a push to a repository that is not there makes one in the root compartment, or is refused")
                .fix("write one path in both: the repository's `display_name` is all between namespace and tag"),
        );
    }
}
