"""The fastest Python that is reasonable: bare ASGI, orjson, asyncpg with binary COPY. No framework, no validation."""

import asyncpg
import orjson

from secret import connection_settings

pool = None


async def start():
    global pool
    settings = connection_settings()
    pool = await asyncpg.create_pool(
        host=settings["host"],
        port=settings["port"],
        database=settings["dbname"],
        user=settings["username"],
        password=settings["password"],
        min_size=1,
        max_size=5,
        statement_cache_size=0,  # named statements do not survive PgBouncer's transaction mode before 1.21
    )


async def insert(document):
    async with pool.acquire() as connection:
        row = await connection.fetchval(
            "INSERT INTO items(name, description) VALUES ($1, $2) RETURNING id",
            document["name"],
            document.get("description"),
        )
    return {"id": row}


async def copy(document):
    records = [(row["name"], row.get("description")) for row in document["rows"]]
    async with pool.acquire() as connection, connection.transaction():
        await connection.copy_records_to_table("items", records=records, columns=["name", "description"])
    return {"rows": len(records)}


async def lifespan(receive, send):
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    try:
        handler = copy if scope["path"] == "/batch" else insert
        status, reply = 200, await handler(orjson.loads(b"".join(parts)))
    except Exception as error:
        status, reply = 500, {"detail": f"{type(error).__name__}: {error}"}
    body = orjson.dumps(reply)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
