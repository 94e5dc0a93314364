//! The headers of the contract. Lower case, as `http` keeps every header name: an FDK that compares them with
//! `Fn-Http-H-` by the letter loses the gateway's headers.

use http::HeaderName;

/// The id of the call, written by the platform; a caller cannot forge it.
pub(crate) const CALL_ID: HeaderName = HeaderName::from_static("fn-call-id");
/// When the platform gives up on the call: RFC 3339, whole seconds, any offset.
pub(crate) const DEADLINE: HeaderName = HeaderName::from_static("fn-deadline");
/// What the body is: `httprequest`, `cloudevent`, or absent for a raw call.
pub(crate) const INTENT: HeaderName = HeaderName::from_static("fn-intent");
/// `sync` or `detached`.
pub(crate) const INVOKE_TYPE: HeaderName = HeaderName::from_static("fn-invoke-type");
/// The method of the request that the gateway received.
pub(crate) const HTTP_METHOD: HeaderName = HeaderName::from_static("fn-http-method");
/// The URL of the request that the gateway received: absolute on Fn, path and query behind Oracle's API Gateway.
pub(crate) const HTTP_REQUEST_URL: HeaderName = HeaderName::from_static("fn-http-request-url");
/// The status that the gateway is to answer with.
pub(crate) const HTTP_STATUS: HeaderName = HeaderName::from_static("fn-http-status");
/// Which FDK speaks, as `name/version`.
pub(crate) const FDK_VERSION: HeaderName = HeaderName::from_static("fn-fdk-version");
/// Which language it is written in, as `name/version`.
pub(crate) const FDK_RUNTIME: HeaderName = HeaderName::from_static("fn-fdk-runtime");

/// What the gateway's own headers are prefixed with, both ways.
pub(crate) const HTTP_HEADER_PREFIX: &str = "fn-http-h-";
