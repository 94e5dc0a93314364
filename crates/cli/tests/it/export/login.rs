//! The logins: what is made of a key that was mangled on its way, and the exchange of tokens with a stand-in for GitHub and the domain.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::runner::Runner;
use crate::support::Ran;

const LOGIN: &str = "Log in to Oracle Cloud";

struct Key {
    pem: String,
    fingerprint: String,
}

/// A key, as OpenSSL makes one: faster than our own does in a build for tests.
fn key() -> Key {
    let openssl = |arguments: &[&str], input: &str| {
        let mut child = Command::new("openssl")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().stdout
    };
    let pem = String::from_utf8(openssl(&["genrsa", "2048"], "")).unwrap();
    let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &pem);
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("public");
    std::fs::write(&file, public).unwrap();
    let digest = String::from_utf8(openssl(&["md5", "-c", file.to_str().unwrap()], "")).unwrap();
    Key { pem, fingerprint: digest.trim().rsplit(' ').next().unwrap().to_owned() }
}

fn login(runner: &Runner, pem: &str, fingerprint: &str) -> Ran {
    let variables = [
        ("OCI_TENANCY", "ocid1.tenancy.oc1..t"),
        ("OCI_USER", "ocid1.user.oc1..u"),
        ("OCI_FINGERPRINT", fingerprint),
        ("OCI_PRIVATE_KEY", pem),
    ];
    runner.step("plan", LOGIN, &variables)
}

fn mode(runner: &Runner, name: &str) -> u32 {
    runner.path(name).metadata().unwrap().permissions().mode() & 0o777
}

/// Adit takes the login: it gets as far as to call, and nobody is there.
fn is_usable(runner: &Runner) {
    let ran = Command::new(env!("CARGO_BIN_EXE_adit"))
        .args([
            "invoke",
            "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaa",
            "-d",
            "{}",
            "--endpoint",
            "http://127.0.0.1:1",
        ])
        .env_clear()
        .env("HOME", runner.path("home"))
        .env("XDG_RUNTIME_DIR", runner.path("temp"))
        .output()
        .unwrap();
    let ran = Ran::from(ran);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("127.0.0.1:1"), "{}", ran.stderr);
}

#[test]
fn a_key_is_repaired_used_and_removed() {
    let Key { pem, fingerprint } = key();
    let mangled = [
        pem.clone(),
        pem.replace('\n', "\\n"),
        pem.replace('\n', " "),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', ""),
        format!("\n  {}\nOCI_API_KEY\n", pem.trim().replace('\n', "\n   ")),
    ];
    // One is tried by Adit itself; it and the others are the same in the end.
    let (mut first, mut same, all) = (None, 0, mangled.len());
    for pem in mangled {
        let runner = Runner::of("update-application.yml", "api-key");
        let ran = login(&runner, &pem, &fingerprint.to_uppercase());
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""), "{pem:?}");
        assert_eq!(mode(&runner, "home/.oci"), 0o700);
        assert_eq!((mode(&runner, "home/.oci/config"), mode(&runner, "home/.oci/key.pem")), (0o600, 0o600));
        let set = (
            runner.get("home/.oci/key.pem"),
            runner.get("home/.oci/config").replace(runner.path("home").to_str().unwrap(), "~"),
        );
        if *first.get_or_insert_with(|| set.clone()) == set {
            same += 1;
        }
        if same == 1 {
            is_usable(&runner);
        }
        assert_eq!(runner.get("temp/output"), "wrote=yes\n");
        assert_eq!(runner.step("plan", "Log out", &[]).code, Some(0));
        assert!(!runner.path("home/.oci").exists());
    }
    assert_eq!(same, all);
}

#[test]
fn what_is_wrong_with_a_key_is_said_and_nothing_of_it_is_shown() {
    let Key { pem, fingerprint } = key();
    let other = key();
    let cut = pem
        .lines()
        .enumerate()
        .filter(|(at, _)| *at != 3)
        .map(|(_, line)| format!("{line}\n"))
        .collect::<String>();
    for (pem, fingerprint, said) in [
        (pem.as_str(), other.fingerprint.as_str(), "OCI_FINGERPRINT is of another key than OCI_PRIVATE_KEY."),
        (&cut, &fingerprint, "OCI_PRIVATE_KEY cannot be read: it is cut off, or has a pass phrase"),
        (pem.get(..200).unwrap(), &fingerprint, "OCI_PRIVATE_KEY is no private key in PEM form"),
        ("", &fingerprint, "The secret OCI_PRIVATE_KEY is missing"),
        (&pem, "", "The secret OCI_FINGERPRINT is missing"),
    ] {
        let runner = Runner::of("update-application.yml", "api-key");
        let ran = login(&runner, pem, fingerprint);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.starts_with(&format!("::error::{said}")), "{}", ran.stdout);
        assert_eq!(ran.stdout.lines().count(), 1);
        let inside = pem.lines().nth(1).unwrap_or("nothing");
        assert!(!ran.stdout.contains(inside) && !ran.stderr.contains(inside));
        assert!(!runner.path("home/.oci/config").exists());
    }
}

#[test]
fn a_login_that_is_there_already_is_neither_used_nor_removed() {
    for way in ["api-key", "oidc"] {
        let runner = Runner::of("update-application.yml", way);
        std::fs::create_dir(runner.path("home/.oci")).unwrap();
        runner.put("home/.oci/config", "mine");
        let Key { pem, fingerprint } = key();
        let ran = if way == "oidc" {
            session(&runner, "http://127.0.0.1:1", "s")
        } else {
            login(&runner, &pem, &fingerprint)
        };
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.starts_with("::error::This machine has a ~/.oci of its own"), "{}", ran.stdout);
        // Without this word nothing is removed at the end.
        assert_eq!(
            (runner.get("temp/output").as_str(), runner.get("home/.oci/config").as_str()),
            ("", "mine")
        );
    }
}

fn session(runner: &Runner, server: &str, secret: &str) -> Ran {
    let variables = [
        ("OCI_TENANCY", "ocid1.tenancy.oc1..t"),
        ("OCI_DOMAIN_URL", &format!("{server}/")),
        ("OCI_CLIENT_ID", "client"),
        ("OCI_CLIENT_SECRET", secret),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-token"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", &format!("{server}/token?api-version=2.0")),
    ];
    runner.step("plan", LOGIN, &variables)
}

/// Answers requests one after the other; gives them back. It does not wait for ever for one that never comes.
fn server(answers: Vec<(&'static str, &'static str)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let answering = std::thread::spawn(move || {
        let began = Instant::now();
        let mut requests = Vec::new();
        for (status, body) in answers {
            let mut stream = loop {
                match listener.accept() {
                    Ok((stream, _)) => break stream,
                    Err(_) if began.elapsed() > Duration::from_secs(60) => return requests,
                    Err(_) => std::thread::sleep(Duration::from_millis(10)),
                }
            };
            stream.set_nonblocking(false).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            requests.push(request(&mut stream));
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).unwrap();
        }
        requests
    });
    (address, answering)
}

/// A whole request.
fn request(stream: &mut TcpStream) -> String {
    let mut request = String::new();
    let mut buffer = [0; 8192];
    loop {
        let count = stream.read(&mut buffer).unwrap();
        request += std::str::from_utf8(&buffer[..count]).unwrap();
        let length = request.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        let whole = request.split_once("\r\n\r\n").is_some_and(|(_, received)| received.len() >= length);
        if whole || count == 0 {
            return request;
        }
    }
}

/// A curl that notes its arguments.
fn noting(runner: &Runner) {
    let curl = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("curl"))
        .find(|curl| curl.is_file())
        .unwrap();
    let script = format!(
        "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >>\"$STAND_IN/curl.log\"\nexec {} \"$@\"\n",
        curl.display()
    );
    runner.program("bin/curl", &script);
}

#[test]
fn a_jobs_token_is_exchanged_for_a_session() {
    let runner = Runner::of("update-application.yml", "oidc");
    noting(&runner);
    let (address, answering) = server(vec![
        ("200 OK", r#"{"value":"github.jwt+/="}"#),
        ("200 OK", r#"{"token":"eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln"}"#),
    ]);
    let ran = session(&runner, &address, r#"se"cr\et"#);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let [asked, exchanged]: [String; 2] = answering.join().unwrap().try_into().unwrap();
    assert!(
        asked.starts_with("GET /token?api-version=2.0&audience=https%3A%2F%2Fcloud.oracle.com HTTP/1.1\r\n"),
        "{asked}"
    );
    assert!(asked.contains("\r\nAuthorization: bearer runner-token\r\n"), "{asked}");
    assert!(exchanged.starts_with("POST /oauth2/v1/token HTTP/1.1\r\n"), "{exchanged}");
    // `client:se"cr\et`
    assert!(exchanged.contains("\r\nAuthorization: Basic Y2xpZW50OnNlImNyXGV0\r\n"), "{exchanged}");
    let body = exchanged.split_once("\r\n\r\n").unwrap().1;
    let fields: Vec<(&str, &str)> = body.split('&').map(|field| field.split_once('=').unwrap()).collect();
    let field = |name| fields.iter().find(|(field, _)| *field == name).unwrap().1;
    assert_eq!(field("grant_type"), "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange");
    assert_eq!(field("requested_token_type"), "urn%3Aoci%3Atoken-type%3Aoci-upst");
    assert_eq!((field("subject_token_type"), field("subject_token")), ("jwt", "github.jwt%2B%2F%3D"));
    assert!(
        field("public_key").starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"),
        "the key that was just made"
    );
    is_usable(&runner);
    assert_eq!(mode(&runner, "home/.oci/session.jwt"), 0o600);
    // Masked in the log, and in nobody's list of processes.
    assert_eq!(
        ran.stdout,
        "::add-mask::github.jwt+/=\n::add-mask::eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln\n"
    );
    let arguments = runner.get("stand-in/curl.log");
    assert_eq!(arguments.lines().count(), 2);
    for secret in ["runner-token", "github.jwt+", "c2ln", "cr\\et", "Y2xpZW50"] {
        assert!(!arguments.contains(secret), "{arguments}");
    }
}

#[test]
fn a_refused_exchange_says_what_the_domain_says() {
    let runner = Runner::of("update-application.yml", "oidc");
    let refusal = r#"{"error":"invalid_request","error_description":"No matching impersonation rule"}"#;
    let (address, answering) =
        server(vec![("200 OK", r#"{"value":"github.jwt"}"#), ("400 Bad Request", refusal)]);
    let ran = session(&runner, &address, "secret");
    answering.join().unwrap();
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout
            .contains("The identity domain says: invalid_request No matching impersonation rule\n::error::"),
        "{}",
        ran.stdout
    );
    assert!(!runner.path("home/.oci/config").exists());
    // What was written is removed at the end.
    assert_eq!(runner.get("temp/output"), "wrote=yes\n");
}
