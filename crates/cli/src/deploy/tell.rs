//! What is said on the way: the plan, a line an object; the steps of an apply; what became of an image.

use adit_image::registry::Way;
use adit_terraform::plan::{Action, Summary};
use adit_terraform::run::{Did, Step};
use owo_colors::{OwoColorize, Style};

use crate::args::{DeployArgs, OutputFormat};
use crate::console;
use crate::deploy::receipt::DeployedImage;
use crate::numbers;

/// The plan: data for whoever looks at it, talk before a question where the data is a program's.
pub(super) fn plan(args: &DeployArgs, summary: &Summary) {
    let say: fn(&str) = match args.format {
        OutputFormat::Human => console::data,
        OutputFormat::Json if args.yes || args.dry_run => return,
        OutputFormat::Json => console::talk,
    };
    for change in &summary.changes {
        let (mark, style) = mark(&change.action);
        say(&format!("{} {change}", format!("{mark:>3}").style(style)));
    }
    let counts: Vec<String> = summary
        .counts()
        .iter()
        .map(|(word, count)| format!("{} to {word}", numbers::count(*count)))
        .collect();
    say(&match counts.as_slice() {
        [] if summary.applies => "plan: outputs alone".to_owned(),
        [] => "plan: nothing to change".to_owned(),
        some => format!("plan: {}", some.join(", ")),
    });
    for name in summary.idle(&args.allow_replace) {
        console::warning(&format!("--allow-replace {name}: nothing of that name is replaced or deleted"));
    }
}

/// The marks that Terraform has, too.
fn mark(action: &Action) -> (&'static str, Style) {
    match action {
        Action::Replace { .. } => ("-/+", Style::new().red().bold()),
        Action::Delete { .. } => ("-", Style::new().red().bold()),
        Action::Update { .. } => ("~", Style::new().yellow()),
        Action::Import { .. } => ("<", Style::new().green()),
        Action::Create => ("+", Style::new().green()),
        Action::Move { .. } | Action::Forget => (".", Style::new()),
    }
}

/// A step of an apply.
pub(super) fn step(args: &DeployArgs, summary: &Summary, step: &Step) {
    if args.format != OutputFormat::Human {
        return;
    }
    let (word, did, more) = match step {
        Step::Started(_) => return,
        Step::Goes(did) => ("…", did, " so far"),
        Step::Done(did) => (done(did), did, ""),
        Step::Failed(did) => ("failed", did, ""),
    };
    let object = summary.change(&did.address).map_or_else(|| did.address.clone(), |change| change.object());
    // The second half of a replacement, and a minute of nothing, look alike without the time.
    let time = if did.seconds >= 1.0 { format!(", {:.0} s{more}", did.seconds) } else { String::new() };
    console::named(word, &format!("{object}{time}"));
}

fn done(did: &Did) -> &str {
    match did.action.as_str() {
        "create" => "created",
        "update" => "changed",
        "delete" => "deleted",
        other => other,
    }
}

/// What became of an image at its registry.
pub(super) fn image(args: &DeployArgs, name: &str, image: &DeployedImage) {
    if args.format != OutputFormat::Human {
        return;
    }
    let Some(pushed) = &image.pushed else { return };
    let sent: u64 = pushed.blobs.iter().filter(|blob| blob.way == Way::Sent).map(|blob| blob.size).sum();
    let how = if sent == 0 { "was there".to_owned() } else { format!("{} sent", numbers::bytes(sent)) };
    console::named("pushed", &format!("{name}, {how}, {}", pushed.pinned));
}
