//! The configuration file: read as Oracle's own library reads it, and what is said about one that is wrong.

use std::path::Path;
use std::time::SystemTime;

use adit_oci::env::{self, Vars};
use adit_oci::key::KeyError;
use adit_oci::principal::{ConfigFile, PrincipalError};
use adit_oci::{Endpoints, Principal};
use serde_json::json;

use crate::fixture::{self, TENANCY, USER, key, other_key, token, write};
use crate::tools::{python, run_python};

const ENCRYPTED: &str = include_str!("../keys/pbes2-aes256-SHA256.pem");
const PLAIN: &str = include_str!("../keys/pkcs8.pem");
const FINGERPRINT: &str = "ff:e4:f7:c1:ba:ec:57:c3:37:81:a4:8b:c1:a8:ad:8d";

type Variables = Vec<(&'static str, String)>;

fn no_vars() -> Vars {
    Vars::fixed::<String, String>([])
}

fn principal_of(text: &str, profile: Option<&str>, vars: &Vars) -> Result<Principal, PrincipalError> {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in
        [("plain.pem", PLAIN), ("encrypted.pem", ENCRYPTED), ("other.pem", other_key().pem.expose())]
    {
        write(&dir.path().join(name), content);
    }
    let path = dir.path().join("config");
    write(&path, &text.replace("DIR", &dir.path().display().to_string()));
    ConfigFile::read(&path)?.principal(profile, vars)
}

async fn key_id(principal: &Principal) -> String {
    principal.signer(SystemTime::now()).await.unwrap().key_id().as_str().to_owned()
}

fn said(text: &str, profile: Option<&str>) -> String {
    let error = principal_of(text, profile, &no_vars()).unwrap_err().to_string();
    // Without the name of the temporary directory.
    error.split("/tmp").next().unwrap().to_owned() + error.rsplit("/config").next().unwrap_or_default()
}

fn good() -> String {
    format!(
        "[DEFAULT]\nuser={USER}\ntenancy={TENANCY}\nfingerprint={FINGERPRINT}\nkey_file=DIR/plain.pem\nregion=fra\n"
    )
}

#[tokio::test]
async fn profiles_inherit() {
    let text = good() + "pass_phrase = open sesame\n[safe]\nkey_file = DIR/encrypted.pem\nregion=IAD\n";
    let id = format!("{TENANCY}/{USER}/{FINGERPRINT}");
    for (profile, region) in
        [(None, "eu-frankfurt-1"), (Some("safe"), "us-ashburn-1"), (Some("DEFAULT"), "eu-frankfurt-1")]
    {
        let principal = principal_of(&text, profile, &no_vars()).unwrap();
        assert_eq!(key_id(&principal).await, id);
        assert_eq!(principal.region().unwrap().name(), region);
    }
    let by_variable = principal_of(&text, None, &Vars::fixed([(env::CLI_PROFILE, "safe")])).unwrap();
    assert_eq!(by_variable.region().unwrap().name(), "us-ashburn-1");
}

#[test]
fn the_region_may_come_from_the_environment() {
    let text = good().replace("region=fra\n", "");
    let vars = Vars::fixed([(env::REGION, "syd")]);
    assert_eq!(principal_of(&text, None, &vars).unwrap().region().unwrap().name(), "ap-sydney-1");
    let principal = principal_of(&text, None, &no_vars()).unwrap();
    assert!(principal.region().is_none());
    let error = adit_oci::Client::builder(principal).build().unwrap_err();
    assert_eq!(error.code(), "A0802");
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    assert_eq!(
        said("[DEFAULT]\nuser=x\nregion=fra", None),
        "profile DEFAULT of  is not complete: tenancy, fingerprint, key_file not set"
    );
    assert_eq!(said(&good(), Some("prod")), " has no profile \"prod\"; it has DEFAULT");
    assert_eq!(said("user=x", None), "line 1 of  stands before the first [PROFILE]");
    assert_eq!(said(&good().replace(USER, "me"), None), "user (profile DEFAULT, line 2 of ) is not an OCID");
    let fingerprint = "fingerprint (profile DEFAULT, line 4 of ) is not sixteen hexadecimal pairs with colons between, like `20:3b:97:…`";
    assert_eq!(said(&good().replace("ff:e4", "ffe4"), None), fingerprint);
    assert_eq!(
        said(&(good() + "key_content=x"), None),
        "key_content (profile DEFAULT, line 7 of ) is a private key, which the file must not hold: use key_file"
    );
    let missing = principal_of(&good().replace("plain", "absent"), None, &no_vars()).unwrap_err();
    assert!(
        matches!(&missing, PrincipalError::Unreadable { place, .. } if place.contains("line 5")),
        "{missing}"
    );
    let mismatch = principal_of(&good().replace("plain", "other"), None, &no_vars()).unwrap_err().to_string();
    let actual = other_key().key.public_key().fingerprint();
    assert!(
        mismatch.ends_with(&format!("has the fingerprint {actual}, but {FINGERPRINT} is configured")),
        "{mismatch}"
    );
    let locked = principal_of(&good().replace("plain", "encrypted"), None, &no_vars()).unwrap_err();
    assert!(matches!(locked, PrincipalError::Key { source: KeyError::PassPhraseNeeded, .. }), "{locked}");
}

#[tokio::test]
async fn a_session_token_is_read_from_its_file_and_again_when_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    let first = token(90, None);
    write(&file("token"), &format!("{first}\n"));
    write(&file("key.pem"), key().pem.expose());
    write(&file("config"), "[DEFAULT]\nregion=fra\n[s]\nkey_file=~/key.pem\nsecurity_token_file=~/token\n");
    let vars = Vars::fixed([(env::HOME, dir.path().display().to_string())]);
    let principal = ConfigFile::read(&file("config")).unwrap().principal(Some("s"), &vars).unwrap();
    assert!(matches!(principal, Principal::SessionToken(_)));
    assert_eq!(key_id(&principal).await, format!("ST${first}"));
    let second = token(600, None);
    write(&file("token"), &second);
    let later = SystemTime::now() + std::time::Duration::from_secs(70);
    assert_eq!(principal.signer(later).await.unwrap().key_id().session_token(), Some(second.as_str()));
}

#[test]
fn the_file_is_looked_for_in_oracles_order() {
    let home = tempfile::tempdir().unwrap();
    let at = |path: &str| home.path().join(path);
    let make = |path: &str| {
        std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        write(&at(path), "");
    };
    let locate = |more: &[(&str, &str)]| {
        let home = [(env::HOME, home.path().to_str().unwrap())];
        ConfigFile::locate(&Vars::fixed(home.iter().chain(more).copied()))
    };
    assert_eq!(locate(&[]), at(".oci/config"));
    make(".oraclebmc/config");
    assert_eq!(locate(&[]), at(".oraclebmc/config"));
    assert_eq!(locate(&[(env::CONFIG_FILE, "~/mine")]), at("mine"));
    make(".oci/config");
    assert_eq!(locate(&[(env::CONFIG_FILE, "~/mine")]), at(".oci/config"));
    assert_eq!(locate(&[(env::CLI_CONFIG_FILE, "/x/y")]), Path::new("/x/y"));
}

#[tokio::test]
async fn detection_prefers_resource_then_variables_then_file() {
    let home = tempfile::tempdir().unwrap();
    let mut pairs = vec![(env::HOME, home.path().display().to_string())];
    let detect = |pairs: &[(&'static str, String)]| Principal::detect(&Vars::fixed(pairs.iter().cloned()));
    let nothing = detect(&pairs).unwrap_err();
    assert!(matches!(nothing, PrincipalError::NoCredentials));
    assert!(nothing.to_string().contains("~/.oci/config"), "{nothing}");

    std::fs::create_dir(home.path().join(".oci")).unwrap();
    write(&home.path().join(".oci/key.pem"), PLAIN);
    write(&home.path().join(".oci/config"), &good().replace("DIR/plain.pem", "~/.oci/key.pem"));
    assert!(key_id(&detect(&pairs).unwrap()).await.ends_with(FINGERPRINT));

    pairs.extend(fixture::api_key_vars(key()));
    assert_eq!(key_id(&detect(&pairs).unwrap()).await, fixture::key_id(key()).as_str());

    let files = fixture::ResourceFiles::new(&token(600, None), key());
    pairs.extend(files.vars());
    assert!(matches!(detect(&pairs), Ok(Principal::Resource(_))));
}

#[test]
fn an_incomplete_or_wrong_api_key_is_not_passed_over() {
    let detect = |change: &dyn Fn(&mut Variables)| {
        let mut pairs = fixture::api_key_vars(key());
        change(&mut pairs);
        Principal::detect(&Vars::fixed(pairs)).unwrap_err().to_string()
    };
    assert_eq!(
        detect(&|pairs| pairs.retain(|(name, _)| *name == env::USER_OCID)),
        "the API key is not complete: OCI_TENANCY_OCID, OCI_FINGERPRINT, OCI_PRIVATE_KEY_CONTENT not set"
    );
    let actual = key().key.public_key().fingerprint();
    assert_eq!(
        detect(&|pairs| pairs[2].1 = FINGERPRINT.to_owned()),
        format!(
            "the private key in OCI_PRIVATE_KEY_CONTENT has the fingerprint {actual}, but {FINGERPRINT} is configured"
        )
    );
    assert_eq!(
        detect(&|pairs| pairs[3].1.truncate(500)),
        "the private key in OCI_PRIVATE_KEY_CONTENT is cut off: `-----BEGIN RSA PRIVATE KEY-----` has no matching \
         `-----END RSA PRIVATE KEY-----`"
    );
    assert_eq!(
        detect(&|pairs| pairs.push((env::REGION, "no/where".to_owned()))).split(": ").next(),
        Some("OCI_REGION")
    );
}

#[test]
fn one_address_for_all_services_comes_from_a_variable() {
    assert_eq!(Endpoints::from_vars(&no_vars()), Ok(None));
    let told = Vars::fixed([(env::ENDPOINT, "http://127.0.0.1:4000")]);
    assert_eq!(Endpoints::from_vars(&told), Ok(Some(Endpoints::single("http://127.0.0.1:4000").unwrap())));
    assert!(Endpoints::from_vars(&Vars::fixed([(env::ENDPOINT, "here")])).is_err());
}

#[tokio::test]
async fn oracles_library_reads_the_same_key_and_region() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("plain.pem"), PLAIN);
    write(&dir.path().join("encrypted.pem"), ENCRYPTED);
    let text =
        good() + "pass_phrase=open sesame\n[b]\n key_file : DIR/encrypted.pem\n Region = us-ashburn-1\n";
    let path = dir.path().join("config");
    write(&path, &text.replace("DIR", &dir.path().display().to_string()));
    for profile in ["DEFAULT", "b"] {
        let order = json!({ "path": path, "profile": profile }).to_string();
        let theirs: [String; 2] =
            serde_json::from_str(&run_python(&python, "config.py", &[], &order)).unwrap();
        let ours = ConfigFile::read(&path).unwrap().principal(Some(profile), &no_vars()).unwrap();
        assert_eq!(key_id(&ours).await, theirs[0]);
        let region = |text: &str| adit_oci::Region::parse(text, &no_vars()).unwrap();
        assert_eq!(ours.region(), Some(&region(&theirs[1])));
    }
}
