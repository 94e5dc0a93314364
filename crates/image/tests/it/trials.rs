//! Programs that are started once: good ones, and every kind of bad one.

use adit_image::trial::{self, Answer};
use adit_image::{Arch, ImageError, Program};

use crate::support::{program, program_file, we_are_root, write_program};

async fn refused(how: &str) -> ImageError {
    trial::run(&program(how)).await.unwrap_err()
}

#[tokio::test]
async fn a_good_program_answers_without_settings_and_not_as_root() {
    let trial = trial::run(&program("answer")).await.unwrap();
    let Answer::Body(body) = trial.answer else { panic!("{:?}", trial.answer) };
    let told = String::from_utf8(body).unwrap();
    // PATH, HOME and HOSTNAME are the platform's.
    assert!(told.ends_with("settings: 3"), "{told}");
    assert!(!we_are_root() || told.starts_with("I am 1000,"), "{told}");
    assert!(!trial.started.is_zero());
}

#[tokio::test]
async fn a_program_that_says_that_it_failed_has_answered() {
    assert_eq!(trial::run(&program("failed")).await.unwrap().answer, Answer::Failed);
}

#[tokio::test]
async fn a_program_that_ends_is_refused_with_its_last_words() {
    let error = refused("exit").await;
    assert_eq!(
        (error.code(), error.to_string().as_str(), error.last_lines()),
        (
            "A0825",
            "the program did not start: it exited with status 7 before it published its socket",
            &["no database host is set".to_owned()][..]
        )
    );
    let error = refused("abort").await;
    assert_eq!(error.code(), "A0825");
    assert!(error.to_string().contains("was ended by signal 6"), "{error}");
}

#[tokio::test]
async fn a_program_without_a_usable_socket_is_refused() {
    for (how, why) in [("file", "is not a socket"), ("closed", "mode 0600"), ("silent", "within 5s")] {
        let error = refused(how).await;
        assert_eq!(error.code(), "A0826", "{how}: {error}");
        assert!(error.to_string().contains(why), "{how}: {error}");
    }
}

#[tokio::test]
async fn an_answer_that_the_platform_does_not_take_is_refused() {
    for (how, why) in
        [("created", "status 201"), ("nonsense", "did not complete"), ("hangs up", "did not complete")]
    {
        let error = refused(how).await;
        assert_eq!(error.code(), "A0827", "{how}: {error}");
        assert!(error.to_string().contains(why), "{how}: {error}");
    }
    assert_eq!(refused("nonsense").await.last_lines(), ["now I answer"]);
}

#[tokio::test]
async fn a_program_for_another_processor_cannot_be_tried_here() {
    let (here, there) = match Arch::here() {
        Some(Arch::Amd64) => (Arch::Amd64, Arch::Arm64),
        _ => (Arch::Arm64, Arch::Amd64),
    };
    let (_place, path) = program_file("answer");
    let mut bytes = std::fs::read(&path).unwrap();
    let machine: u16 = if there == Arch::Arm64 { 183 } else { 62 };
    bytes[18..20].copy_from_slice(&machine.to_le_bytes());
    write_program(&path, &bytes);
    let error = Program::read(&path, Some(here)).unwrap_err();
    assert_eq!(error.code(), "A0823");
    assert!(error.to_string().ends_with(&format!("is built for {there}, not for {here}")), "{error}");
    let error = trial::run(&Program::read(&path, None).unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "A0828", "{error}");
}

#[test]
fn what_cannot_be_a_function_is_refused_before_it_is_started() {
    let (place, path) = program_file("answer");
    let code = |path: &std::path::Path| Program::read(path, None).unwrap_err().code();
    assert_eq!(code(&place.path().join("none")), "A0820");
    assert_eq!(code(place.path()), "A0821");
    assert_eq!(code(&std::env::current_exe().unwrap()), "A0822");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(code(&path), "A0824");
    write_program(&path, b"plain text");
    assert_eq!(code(&path), "A0821");
}
