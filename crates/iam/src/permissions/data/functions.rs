//! Functions.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const PAGE: Source =
    Source { page: "Identity/policyreference/functionspolicyreference.htm", dated: "2024-06-06" };
const INVOKE: Source =
    Source { page: "Functions/Tasks/functionsrestrictinguseraccess.htm", dated: "2026-09" };

const VARIABLES: &[&str] = &["target.app.id", "target.function.id"];
const VARIABLES_NOTE: &str = "the reference lists general variables only; `target.app.id` and `target.function.id` are on the page about \
     control of invoking, and in use in the field";

const RESOURCES: &[ResourceRow] = &[
    resource("fn-app", &PAGE)
        .inspect(&["FN_APP_LIST"])
        .read(&["FN_APP_READ"])
        .manage(&["FN_APP_CREATE", "FN_APP_UPDATE", "FN_APP_DELETE"])
        .variables(&["target.app.id"])
        .note(VARIABLES_NOTE),
    resource("fn-function", &PAGE)
        .inspect(&["FN_FUNCTION_LIST"])
        .read(&["FN_FUNCTION_READ"])
        .manage(&["FN_FUNCTION_CREATE", "FN_FUNCTION_UPDATE", "FN_FUNCTION_DELETE"])
        .variables(VARIABLES)
        .note(VARIABLES_NOTE),
    resource("fn-invocation", &INVOKE).r#use(&["FN_INVOCATION"]).variables(VARIABLES),
];

const FAMILIES: &[FamilyRow] =
    &[family("functions-family", &["fn-app", "fn-function", "fn-invocation"], &PAGE)];

const NETWORK: &str = "who gives it a subnet needs `use virtual-network-family` as well; which permissions of it are checked is not documented";

const CALLS: &[CallRow] = &[
    call("ListApplications", &["FN_APP_LIST"], &PAGE).note("the page calls it `ListApp`"),
    call("GetApplication", &["FN_APP_READ"], &PAGE).note("the page calls it `GetApp`"),
    call("CreateApplication", &["FN_APP_CREATE"], &PAGE).note(NETWORK),
    call("UpdateApplication", &["FN_APP_UPDATE"], &PAGE),
    call("DeleteApplication", &["FN_APP_DELETE"], &PAGE),
    call("ListFunctions", &["FN_FUNCTION_LIST"], &PAGE),
    call("GetFunction", &["FN_FUNCTION_READ"], &PAGE).note("the answer holds the function's configuration"),
    call("CreateFunction", &["FN_FUNCTION_CREATE"], &PAGE)
        .note("the image is looked up as the caller: `REPOSITORY_READ` on it"),
    call("UpdateFunction", &["FN_FUNCTION_UPDATE"], &PAGE)
        .note("the image is looked up as the caller: `REPOSITORY_READ` on it"),
    call("DeleteFunction", &["FN_FUNCTION_DELETE"], &PAGE),
    call("InvokeFunction", &["FN_INVOCATION"], &INVOKE),
];

pub(super) const SERVICE: Service =
    Service { name: "Functions", resources: RESOURCES, families: FAMILIES, calls: CALLS };
