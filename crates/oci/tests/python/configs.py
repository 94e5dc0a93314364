"""Reads configuration texts as Oracle's tools do (configparser without interpolation, in oci.config.from_file): a JSON list of
texts from the standard input; for each its profiles and their entries, or null when it is refused."""

import configparser
import io
import json
import sys

read = []
for text in json.load(sys.stdin):
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_file(io.StringIO(text, newline=None))
        read.append({name: dict(parser[name]) for name in parser})
    except configparser.Error:
        read.append(None)
json.dump(read, sys.stdout)
