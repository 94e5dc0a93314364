"""Where the database is, as the replaced program learns it: a Vault secret, read by the OCI SDK with an API key."""

import base64
import json
import os


def connection_settings() -> dict:
    """The secret: host, port, dbname, username, password; from the environment, without the SDK, when it is there."""
    plain = os.environ.get("PEER_PLAIN_SECRET")
    if plain:
        return json.loads(plain)
    import oci  # Half of the start; the variant without it must not pay for it.

    config = {
        "user": os.environ["OCI_USER_OCID"],
        "fingerprint": os.environ["OCI_FINGERPRINT"],
        "tenancy": os.environ["OCI_TENANCY_OCID"],
        "region": os.environ["OCI_REGION"],
        "key_content": os.environ["OCI_PRIVATE_KEY_CONTENT"],
    }
    client = oci.secrets.SecretsClient(config, service_endpoint=os.environ["ADIT_OCI_ENDPOINT"])
    bundle = client.get_secret_bundle(os.environ["DB_SECRET_OCID"]).data
    return json.loads(base64.b64decode(bundle.secret_bundle_content.content))


def conninfo() -> str:
    """The same for libpq."""
    settings = connection_settings()
    settings["user"] = settings.pop("username")
    return " ".join(f"{key}={value}" for key, value in settings.items())
