"""Reads the profile of a configuration file with Oracle's own library; prints the key id it signs with and the region."""

import json
import sys

import oci

order = json.load(sys.stdin)
config = oci.config.from_file(order["path"], order["profile"])
oci.config.validate_config(config)
json.dump([oci.signer.Signer.from_config(config).api_key, config["region"]], sys.stdout)
