//! PEM as it arrives: whole, or mangled by an environment variable. Line breaks lost, turned into spaces or into the two
//! characters `\n`, carriage returns, quotes around, the whole file in base64, the armour lost: all are read, and
//! [`Pem::to_text`] writes the one right form again. What the bytes mean is [`crate::key`]'s business.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

use crate::der::{Reader, tag};

/// Why no PEM block could be read. No variant carries any of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// There is nothing but white space and quotes.
    #[error("is empty")]
    Empty,
    /// Neither a `-----BEGIN …-----` line nor base64 of a key.
    #[error("has no `-----BEGIN …-----` line and is not base64 of a key")]
    NotPem,
    /// What follows BEGIN cannot be a label: the dashes behind it are lost, and it is what the block holds.
    #[error("has a damaged `-----BEGIN …-----` line: no label and five dashes follow on BEGIN")]
    BadLabel,
    /// A block begins and does not end: the value was cut.
    #[error("is cut off: `-----BEGIN {label}-----` has no matching `-----END {label}-----`")]
    NoEnd {
        /// The label of the block.
        label: Label,
    },
    /// What stands between BEGIN and END is not base64.
    #[error("has a damaged body: what is between BEGIN and END {label} is not base64")]
    NotBase64 {
        /// The label of the block.
        label: Label,
    },
    /// `Proc-Type: 4,ENCRYPTED` without a `DEK-Info` that can be read.
    #[error("is encrypted, but its DEK-Info line is missing or damaged")]
    BadDekInfo,
}

/// What a PEM block says that it is (RFC 7468, and OpenSSL's older labels).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Label {
    /// PKCS#1, `RSA PRIVATE KEY`.
    RsaPrivateKey,
    /// PKCS#8, `PRIVATE KEY`.
    PrivateKey,
    /// PKCS#8 behind a pass phrase, `ENCRYPTED PRIVATE KEY`.
    EncryptedPrivateKey,
    /// SEC 1, `EC PRIVATE KEY`.
    EcPrivateKey,
    /// `OPENSSH PRIVATE KEY`.
    OpenSshPrivateKey,
    /// SubjectPublicKeyInfo, `PUBLIC KEY`.
    PublicKey,
    /// PKCS#1, `RSA PUBLIC KEY`.
    RsaPublicKey,
    /// X.509, `CERTIFICATE`.
    Certificate,
    /// Anything else, as it is written: capital letters, digits and spaces.
    Other(String),
}

impl Label {
    const KNOWN: [(Self, &'static str); 8] = [
        (Self::RsaPrivateKey, "RSA PRIVATE KEY"),
        (Self::PrivateKey, "PRIVATE KEY"),
        (Self::EncryptedPrivateKey, "ENCRYPTED PRIVATE KEY"),
        (Self::EcPrivateKey, "EC PRIVATE KEY"),
        (Self::OpenSshPrivateKey, "OPENSSH PRIVATE KEY"),
        (Self::PublicKey, "PUBLIC KEY"),
        (Self::RsaPublicKey, "RSA PUBLIC KEY"),
        (Self::Certificate, "CERTIFICATE"),
    ];

    /// A label is shown in messages, so nothing else may pass for one: `None`.
    fn from_mangled(text: &str) -> Option<Self> {
        let bare = bare(text);
        let known =
            Self::KNOWN.iter().find(|(_, name)| name.bytes().filter(|&byte| byte != b' ').eq(bare.bytes()));
        if let Some((label, _)) = known {
            return Some(label.clone());
        }
        let text = text.trim();
        let is_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        (text.len() <= LONGEST_LABEL && text.chars().all(is_label)).then(|| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(label) => f.write_str(label),
            known => f.write_str(
                Self::KNOWN.iter().find(|(label, _)| label == known).map_or("", |&(_, name)| name),
            ),
        }
    }
}

/// OpenSSL's older encryption of a block, as its `DEK-Info` line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DekInfo {
    /// `AES-128-CBC`, `DES-EDE3-CBC`, …
    pub cipher: String,
    /// Initialisation vector; its first eight bytes are the salt too.
    pub iv: Vec<u8>,
}

/// One block.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    /// What it says that it is.
    pub label: Label,
    /// Set when the body is encrypted in OpenSSL's older way.
    pub dek_info: Option<DekInfo>,
    /// The decoded body.
    pub der: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pem")
            .field("label", &self.label)
            .field("dek_info", &self.dek_info)
            .finish_non_exhaustive()
    }
}

/// Some encoders leave the padding away.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Pem {
    /// All blocks of `text`, which may be mangled in the ways that this module names; never an empty list.
    ///
    /// # Errors
    /// [`PemError`] for the first thing that cannot be read.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, PemError> {
        if text.contains(BEGIN) { Self::armoured(text) } else { Self::unarmoured(text) }
    }

    fn armoured(text: &str) -> Result<Vec<Self>, PemError> {
        let mut blocks = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(BEGIN) {
            let (label_text, after) = after.split_once(DASHES).ok_or(PemError::NotPem)?;
            let label = Label::from_mangled(label_text).ok_or(PemError::BadLabel)?;
            let no_end = || PemError::NoEnd { label: label.clone() };
            let (body, after) = after.split_once(END).ok_or_else(no_end)?;
            let (end_label, after) = after.split_once(DASHES).ok_or_else(no_end)?;
            if bare(end_label) != bare(label_text) {
                return Err(no_end());
            }
            blocks.push(Self::from_body(label, &bare(body))?);
            rest = after;
        }
        Ok(blocks)
    }

    fn from_body(label: Label, body: &str) -> Result<Self, PemError> {
        let (dek_info, base64) = match body.strip_prefix("Proc-Type:4,ENCRYPTED") {
            None => (None, body),
            Some(rest) => {
                DekInfo::split_off(rest).map(|(info, rest)| (Some(info), rest)).ok_or(PemError::BadDekInfo)?
            }
        };
        match LENIENT.decode(base64) {
            Ok(der) if !der.is_empty() => Ok(Self { label, dek_info, der: Zeroizing::new(der) }),
            _ => Err(PemError::NotBase64 { label }),
        }
    }

    /// The whole file in base64, or a body that has lost its armour.
    fn unarmoured(text: &str) -> Result<Vec<Self>, PemError> {
        let bare = bare(text);
        if bare.is_empty() {
            return Err(PemError::Empty);
        }
        let decoded = Zeroizing::new(LENIENT.decode(bare.as_bytes()).map_err(|_| PemError::NotPem)?);
        match std::str::from_utf8(&decoded) {
            Ok(inner) if inner.contains(BEGIN) => Self::armoured(inner),
            _ => {
                let label = label_of_der(&decoded).ok_or(PemError::NotPem)?;
                Ok(vec![Self { label, dek_info: None, der: decoded }])
            }
        }
    }

    /// The block as a PEM file has it: 64 columns, line feeds, one at the end.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(STANDARD.encode(&*self.der));
        let mut out = Zeroizing::new(String::with_capacity(body.len() + body.len() / 64 + 128));
        *out += &format!("-----BEGIN {}-----\n", self.label);
        if let Some(info) = &self.dek_info {
            let iv: String = info.iv.iter().map(|byte| format!("{byte:02X}")).collect();
            *out += &format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {},{iv}\n\n", info.cipher);
        }
        let mut rest = body.as_str();
        while let Some((line, after)) = rest.split_at_checked(64) {
            *out += line;
            out.push('\n');
            rest = after;
        }
        if !rest.is_empty() {
            *out += rest;
            out.push('\n');
        }
        *out += &format!("-----END {}-----\n", self.label);
        out
    }
}

/// The first block of `text` in its right form.
///
/// # Errors
/// [`PemError`] when no block can be read.
pub fn repair(text: &str) -> Result<Zeroizing<String>, PemError> {
    Pem::parse_all(text)?.first().map(Pem::to_text).ok_or(PemError::NotPem)
}

impl DekInfo {
    /// Splits `DEK-Info:CIPHER,IV` off the front of a body without white space, where nothing marks the end of the
    /// vector but the cipher's block size.
    fn split_off(body: &str) -> Option<(Self, &str)> {
        let (cipher, rest) = body.strip_prefix("DEK-Info:")?.split_once(',')?;
        let digits = if cipher.starts_with("DES-") { 16 } else { 32 };
        let (hex, rest) = rest.split_at_checked(digits)?;
        let iv =
            hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        Some((Self { cipher: cipher.to_owned(), iv: iv.collect::<Option<_>>()? }, rest))
    }
}

/// The longest one in use is `X509 ATTRIBUTE CERTIFICATE`.
const LONGEST_LABEL: usize = 30;
const BEGIN: &str = "-----BEGIN";
const END: &str = "-----END";
const DASHES: &str = "-----";

/// `text` without white space, quotes, and escapes such as `\n` or `\\r`.
fn bare(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut escaped = false;
    for character in text.chars() {
        match character {
            '\\' => escaped = true,
            'n' | 'r' | 't' if escaped => escaped = false,
            '"' | '\'' | '\u{feff}' => escaped = false,
            _ if character.is_whitespace() => escaped = false,
            _ => {
                escaped = false;
                out.push(character);
            }
        }
    }
    out
}

/// Which label a key without armour had, seen from its first elements.
fn label_of_der(der: &[u8]) -> Option<Label> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence().ok()?;
    if !outer.is_empty() {
        return None;
    }
    match (fields.any().ok()?.0, fields.any().ok()?.0) {
        (tag::INTEGER, tag::SEQUENCE) => Some(Label::PrivateKey),
        (tag::INTEGER, tag::OCTET_STRING) => Some(Label::EcPrivateKey),
        (tag::INTEGER, tag::INTEGER) if fields.is_empty() => Some(Label::RsaPublicKey),
        (tag::INTEGER, tag::INTEGER) => Some(Label::RsaPrivateKey),
        (tag::SEQUENCE, tag::OCTET_STRING) => Some(Label::EncryptedPrivateKey),
        (tag::SEQUENCE, tag::BIT_STRING) => Some(Label::PublicKey),
        (tag::SEQUENCE, tag::SEQUENCE) => Some(Label::Certificate),
        _ => None,
    }
}
