"""Oracle's Python FDK with psycopg: one connection kept in the process, one row an invocation."""

import json

import psycopg
from fdk import response

from secret import conninfo

connection = psycopg.connect(conninfo(), prepare_threshold=None)


def handler(ctx, data=None):
    item = json.loads(data.getvalue())
    cursor = connection.execute(
        "INSERT INTO items(name, description) VALUES (%s, %s) RETURNING id", (item["name"], item.get("description"))
    )
    row = cursor.fetchone()[0]
    connection.commit()
    return response.Response(ctx, response_data=json.dumps({"id": row}), headers={"Content-Type": "application/json"})
