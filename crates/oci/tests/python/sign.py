"""Signs requests with Oracle's own signer: JSON from the standard input, the headers to the standard output."""

import json
import sys

import oci
from oci._vendor import requests

order = json.load(sys.stdin)
signer = oci.signer.Signer(
    order["tenancy"], order["user"], order["fingerprint"], None, private_key_content=order["private_key"]
)
signed = []
for request in order["requests"]:
    prepared = requests.Request(
        request["method"],
        request["url"],
        headers={"date": request["date"], "content-type": "application/json"},
        data=request["body"].encode(),
    ).prepare()
    signer(prepared)
    signed.append({"target": prepared.path_url, "headers": dict(prepared.headers)})
json.dump(signed, sys.stdout)
