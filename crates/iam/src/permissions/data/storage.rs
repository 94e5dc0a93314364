//! Object Storage.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const PAGE: Source =
    Source { page: "Identity/policyreference/objectstoragepolicyreference.htm", dated: "2025-02-21" };
const OLD: Source =
    Source { page: "Identity/Reference/objectstoragepolicyreference.htm", dated: "2025-07-14" };

const BUCKET: &[&str] = &["target.bucket.name"];
const OBJECT: &[&str] = &["target.bucket.name", "target.object.name"];

const RESOURCES: &[ResourceRow] = &[
    resource("objectstorage-namespaces", &OLD)
        .read(&["OBJECTSTORAGE_NAMESPACE_READ"])
        .manage(&["OBJECTSTORAGE_NAMESPACE_UPDATE"])
        .note("the page's other copy grants `OBJECTSTORAGE_NAMESPACE_READ` with `manage` only, and nothing with `read`"),
    resource("buckets", &PAGE)
        .inspect(&["BUCKET_INSPECT"])
        .read(&["BUCKET_READ"])
        .r#use(&["BUCKET_UPDATE"])
        .manage(&["BUCKET_CREATE", "BUCKET_DELETE", "PAR_MANAGE", "RETENTION_RULE_MANAGE", "RETENTION_RULE_LOCK"])
        .variables(BUCKET)
        .note("`target.bucket.tag.<namespace>.<key>` as well, but not for CreateBucket and not for lists"),
    resource("objects", &PAGE)
        .inspect(&["OBJECT_INSPECT"])
        .read(&["OBJECT_READ"])
        .r#use(&["OBJECT_OVERWRITE"])
        .manage(&["OBJECT_CREATE", "OBJECT_DELETE", "OBJECT_VERSION_DELETE", "OBJECT_RESTORE", "OBJECT_UPDATE_TIER"])
        .variables(OBJECT)
        .note("`target.object.name` is on one of the page's two copies"),
];

const FAMILIES: &[FamilyRow] =
    &[family("object-family", &["objectstorage-namespaces", "buckets", "objects"], &PAGE)];

const CALLS: &[CallRow] = &[
    call("GetNamespace", &[], &PAGE).when("one's own"),
    call("GetNamespace", &["OBJECTSTORAGE_NAMESPACE_READ"], &PAGE)
        .when("with `compartmentId`: another tenancy's"),
    call("GetNamespaceMetadata", &["OBJECTSTORAGE_NAMESPACE_READ"], &PAGE),
    call("UpdateNamespaceMetadata", &["OBJECTSTORAGE_NAMESPACE_UPDATE"], &PAGE),
    call("ListBuckets", &["BUCKET_INSPECT"], &PAGE),
    call("HeadBucket", &["BUCKET_INSPECT"], &PAGE),
    call("GetBucket", &["BUCKET_READ"], &PAGE),
    call("CreateBucket", &["BUCKET_CREATE"], &PAGE),
    call("UpdateBucket", &["BUCKET_UPDATE"], &PAGE),
    call("DeleteBucket", &["BUCKET_DELETE"], &PAGE),
    call("ListObjects", &["OBJECT_INSPECT"], &PAGE),
    call("HeadObject", &["OBJECT_READ"], &PAGE),
    call("HeadObject", &["OBJECT_INSPECT"], &PAGE),
    call("GetObject", &["OBJECT_READ"], &PAGE),
    call("PutObject", &["OBJECT_CREATE"], &PAGE).when("there is no object of that name"),
    call("PutObject", &["OBJECT_OVERWRITE"], &PAGE).when("there is an object of that name"),
    call("RenameObject", &["OBJECT_CREATE", "OBJECT_OVERWRITE"], &PAGE),
    call("DeleteObject", &["OBJECT_DELETE"], &PAGE),
    call("DeleteObjectVersion", &["OBJECT_VERSION_DELETE"], &PAGE),
    call("CreateMultipartUpload", &["OBJECT_CREATE", "OBJECT_OVERWRITE"], &PAGE),
    call("AbortMultipartUpload", &["OBJECT_DELETE"], &PAGE),
    call("CreatePreauthenticatedRequest", &["PAR_MANAGE"], &PAGE),
    call("DeletePreauthenticatedRequest", &["PAR_MANAGE"], &PAGE),
    call("PutObjectLifecyclePolicy", &["BUCKET_UPDATE", "OBJECT_CREATE", "OBJECT_DELETE"], &PAGE),
    call("GetObjectLifecyclePolicy", &["BUCKET_READ"], &PAGE),
    call("CopyObject", &["OBJECT_READ", "OBJECT_CREATE", "OBJECT_OVERWRITE", "OBJECT_INSPECT"], &PAGE)
        .note("the page calls it `CreateCopyRequest`"),
];

pub(super) const SERVICE: Service =
    Service { name: "Object Storage", resources: RESOURCES, families: FAMILIES, calls: CALLS };
