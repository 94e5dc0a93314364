//! Container Registry.

use super::super::row::{CallRow, ResourceRow, Service, Source, call, resource};

const PAGE: Source = Source { page: "Identity/Reference/registrypolicyreference.htm", dated: "2025-03" };
const PUSH: Source = Source { page: "Registry/Concepts/registrypolicyrepoaccess.htm", dated: "2026-09" };

const RESOURCES: &[ResourceRow] = &[resource("repos", &PAGE)
    .inspect(&["REPOSITORY_INSPECT"])
    .read(&["REPOSITORY_READ"])
    .manage(&["REPOSITORY_CREATE", "REPOSITORY_UPDATE", "REPOSITORY_DELETE", "REPOSITORY_MANAGE"])
    .variables(&["target.repo.name"])
    .note("`use` adds nothing: a push takes `manage`, or the permissions by name")];

const CALLS: &[CallRow] = &[
    call("PullImage", &["REPOSITORY_READ"], &PUSH).note("`docker pull`; not an operation's name"),
    call("PushImage", &["REPOSITORY_READ", "REPOSITORY_UPDATE"], &PUSH)
        .when("the repository exists")
        .note("`docker push`; not an operation's name"),
    call("PushImage", &["REPOSITORY_READ", "REPOSITORY_UPDATE", "REPOSITORY_CREATE"], &PUSH)
        .when("the repository does not exist: it is made in the root compartment")
        .note("a second page says `REPOSITORY_MANAGE` in the tenancy"),
    call("ListContainerRepositories", &["REPOSITORY_INSPECT"], &PAGE),
    call("GetContainerRepository", &["REPOSITORY_READ"], &PAGE),
    call("CreateContainerRepository", &["REPOSITORY_CREATE"], &PAGE),
    call("UpdateContainerRepository", &["REPOSITORY_MANAGE"], &PAGE),
    call("DeleteContainerRepository", &["REPOSITORY_DELETE"], &PAGE),
    call("ChangeContainerRepositoryCompartment", &["REPOSITORY_MANAGE"], &PAGE),
    call("UpdateContainerConfiguration", &["REPOSITORY_MANAGE"], &PAGE),
    call("UpdateContainerImage", &["REPOSITORY_UPDATE"], &PAGE),
    call("DeleteContainerImage", &["REPOSITORY_UPDATE"], &PAGE)
        .note("there is no right to push without the right to delete"),
    call("RestoreContainerImage", &["REPOSITORY_UPDATE"], &PAGE),
    call("RemoveContainerVersion", &["REPOSITORY_UPDATE"], &PAGE),
];

pub(super) const SERVICE: Service =
    Service { name: "Container Registry", resources: RESOURCES, families: &[], calls: CALLS };
