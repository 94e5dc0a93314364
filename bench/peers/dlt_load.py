"""A file of NDJSON by dlt, with its defaults, as its documentation has it; documents and arrays stay documents."""

import os

import dlt
import orjson

BATCH = 5_000


def events():
    with open(os.environ["EVENTS"], "rb") as lines:
        batch = []
        for line in lines:
            batch.append(orjson.loads(line))
            if len(batch) == BATCH:
                yield batch
                batch = []
        yield batch


documents = {"attrs": {"data_type": "json"}, "tags": {"data_type": "json"}}
resource = dlt.resource(events, name="events", max_table_nesting=0, columns=documents)
destination = dlt.destinations.postgres(os.environ["DATABASE_URL"])
print(dlt.pipeline("bench", destination=destination, dataset_name="dlt_events").run(resource, write_disposition="replace"))
