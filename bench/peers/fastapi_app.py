"""The replaced program: FastAPI and psycopg's pool, one row a call. Its batch path is the fastest psycopg has."""

from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from secret import conninfo


class Item(BaseModel):
    name: str
    description: str | None = None


class Batch(BaseModel):
    rows: list[Item]


@asynccontextmanager
async def lifespan(app: FastAPI):
    # psycopg would prepare a statement after five uses, which PgBouncer before 1.21 cannot follow in transaction mode.
    pool = AsyncConnectionPool(conninfo(), min_size=1, max_size=5, open=False, kwargs={"prepare_threshold": None})
    async with pool:
        await pool.wait()
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/call")
async def call(item: Item):
    try:
        async with app.state.pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO items(name, description) VALUES (%s, %s) RETURNING id", (item.name, item.description)
            )
            row = await cursor.fetchone()
    except Exception as error:
        raise HTTPException(500, str(error)) from error
    return {"id": row[0]}


@app.post("/batch")
async def batch(batch: Batch):
    async with app.state.pool.connection() as connection:
        async with connection.cursor() as cursor, cursor.copy("COPY items(name, description) FROM STDIN") as copy:
            for row in batch.rows:
                await copy.write_row((row.name, row.description))
    return {"rows": len(batch.rows)}
