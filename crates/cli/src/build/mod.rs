//! `adit build`: the function's program, looked at and tried, as an image or as the archive of a code-only function.

mod outcome;

use std::path::{Path, PathBuf};

use adit_image::trial;
use adit_image::{Arch, Image, Parts, Program, Recipe, code_zip, layout};

use crate::args::{BuildArgs, OutputFormat};
use crate::build::outcome::{Form, Outcome};
use crate::console;
use crate::failure::Failure;
use crate::numbers;
use crate::program;

/// What is written without `--output`.
const IMAGE: &str = "image";
const ZIP: &str = "function.zip";

pub(crate) async fn run(args: BuildArgs) -> Result<(), Failure> {
    let built = build(&args).await?;
    match args.format {
        OutputFormat::Human => built.tell(),
        OutputFormat::Json => console::data(&built.json()),
    }
    Ok(())
}

/// Everything but the last word.
pub(crate) async fn build(args: &BuildArgs) -> Result<Outcome, Failure> {
    let wanted = args.arch.map(Arch::from);
    let path = program::locate(args.function_binary.as_deref(), wanted)?;
    let program = Program::read(&path, wanted)?;
    let human = args.format == OutputFormat::Human;
    if human {
        let size = numbers::bytes(program.bytes().len() as u64);
        console::named("program", &format!("{}, {}, static, {size}", path.display(), program.arch()));
    }
    let trial = if args.untried { None } else { Some(trial::run(&program).await?) };
    if human {
        console::named("trial", &trial.as_ref().map_or("none was made".to_owned(), outcome::trial));
    }
    let form = if args.zip { zip(args, &program)? } else { image(args, &path, &program, human)? };
    Ok(Outcome { program, trial, form })
}

fn image(args: &BuildArgs, path: &Path, program: &Program, human: bool) -> Result<Form, Failure> {
    let parts = Parts::of(path, program)?;
    match &parts {
        Some(parts) if human => console::named("parts", &outcome::parts(parts)),
        Some(_) => {}
        None => console::warning(&format!(
            "no bill of materials: the build left no {} that says what the program is made of",
            Parts::beside(path).display()
        )),
    }
    let recipe = Recipe { parts, labels: args.labels.iter().cloned().collect(), time: args.time };
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(IMAGE));
    let image = Image::of_program(program, &recipe)
        .map_err(|error| Failure::Choice(format!("no image can be made: {error}")))?;
    layout::write(&image, &output)?;
    Ok(Form::Image { image: Box::new(image), output })
}

fn zip(args: &BuildArgs, program: &Program) -> Result<Form, Failure> {
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(ZIP));
    let archive = code_zip::write(program, &output)?;
    console::warning(
        "experimental: Oracle documents this form for programs written in Go, and nobody has tried another one",
    );
    if archive.len() > code_zip::DIRECT_LIMIT {
        console::warning("the service takes 25 MB directly; a larger archive goes by way of Object Storage");
    }
    Ok(Form::Zip { size: archive.len() as u64, sha256: code_zip::sha256(&archive), output })
}
