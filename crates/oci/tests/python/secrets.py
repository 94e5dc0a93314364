"""Reads a secret with Oracle's own client as the resource principal of the environment, by id and by name."""

import json
import sys

import oci

order = json.load(sys.stdin)
client = oci.secrets.SecretsClient(
    {}, signer=oci.auth.signers.get_resource_principals_signer(), service_endpoint=order["endpoint"]
)
by_id = client.get_secret_bundle(order["secret_id"], stage="CURRENT")
by_name = client.get_secret_bundle_by_name("db & password", order["vault_id"])
contents = [answer.data.secret_bundle_content.content for answer in (by_id, by_name)]
json.dump(contents, sys.stdout)
