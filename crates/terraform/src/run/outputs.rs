//! What the root module says of what there is: the outputs that Adit writes. Others are passed over; they may be secrets.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The outputs that Adit writes; empty before the first apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// By the function's name, the digest of the image that it runs.
    pub images: BTreeMap<String, String>,
    /// By the function's name, the repository of its image: `fra.ocir.io/NAMESPACE/NAME`.
    pub repositories: BTreeMap<String, String>,
    /// By its name, a function that exists.
    pub functions: BTreeMap<String, FunctionOutput>,
}

/// A function that exists.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FunctionOutput {
    /// Its OCID.
    pub id: String,
    /// Where it is called.
    pub invoke_endpoint: String,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    value: Value,
}

impl Outputs {
    /// Reads what `output -json` prints.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        let mut all: BTreeMap<String, Output> =
            serde_json::from_slice(text).map_err(|_| "it printed no JSON object".to_owned())?;
        Ok(Self {
            images: of(&mut all, "images")?,
            repositories: of(&mut all, "repositories")?,
            functions: of(&mut all, "functions")?,
        })
    }
}

/// One output, in the form that Adit gives it.
fn of<T: for<'de> Deserialize<'de> + Default>(
    all: &mut BTreeMap<String, Output>,
    name: &str,
) -> Result<T, String> {
    match all.remove(name).map(|output| output.value) {
        None | Some(Value::Null) => Ok(T::default()),
        // The words of an error would have the value in them.
        Some(value) => serde_json::from_value(value)
            .map_err(|_| format!("the output `{name}` has another form than adit writes")),
    }
}
