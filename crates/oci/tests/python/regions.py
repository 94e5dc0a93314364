"""All regions that Oracle's library knows, with the addresses of the services there: a JSON list of
[name, short key, realm, [address of each service]]; the services' templates are those of its clients."""

import json
import sys

import oci
from oci import regions

CLIENTS = {
    "Secrets": oci.secrets.SecretsClient,
    "Vaults": oci.vault.VaultsClient,
    "Functions": oci.functions.FunctionsManagementClient,
    "Identity": oci.identity.IdentityClient,
    "Core": oci.core.VirtualNetworkClient,
    "PathAnalyzer": oci.vn_monitoring.VnMonitoringClient,
    "Artifacts": oci.artifacts.ArtifactsClient,
}
key = oci.signer.load_private_key(json.load(sys.stdin), None)
signer = oci.auth.signers.SecurityTokenSigner("t", key)
known = []
for key, name in regions.REGIONS_SHORT_NAMES.items():
    at = {}
    for service, client in CLIENTS.items():
        endpoint = client({"region": name}, signer=signer).base_client.endpoint
        at[service] = endpoint.replace("{dualStack?ds.oci.:}", "")
    at["Auth"] = regions.endpoint_for("auth", name)
    known.append([name, key, regions.REGION_REALMS[name], at])
json.dump(known, sys.stdout)
